"""``terkait raw``: an archived page, byte for byte."""

import base64
import hashlib
import sys

import click

from db.queries.visits import StoredPage, newest_page, page_as_fetched
from terkait.cli.options import opened
from terkait.cli.output import block, is_terminal, json_option, print_json, print_line
from terkait.named import named


@click.command()
@click.argument("which", metavar="URL|ID")
@click.option("--headers", "only_headers", is_flag=True, help="Its status and headers instead.")
@json_option
def raw(which: str, only_headers: bool, as_json: bool) -> None:
    """Print the newest archived page of an address, as it was fetched.

    Redirects are followed to where they led. The bytes are those of the server, after unpacking
    (gzip ...); on a terminal what could steer it is left out. An article's number means the page
    that it was read from. --json has headers and the body (base64).

    \b
    Examples:
      terkait raw https://news.example/read/1 > page.html
      terkait raw https://news.example/read/1 --headers
      terkait raw 17 | terkait extract /dev/stdin --url https://news.example/read/1
    """
    with opened() as session:
        key = named(session, which)
        page = page_as_fetched(session, key) if isinstance(key, int) else newest_page(session, key)
    if as_json:
        _print_json(page, only_headers=only_headers)
    elif only_headers:
        _print_headers(page)
    elif is_terminal():
        click.echo(block(page.body.decode("utf-8", "replace")))
    else:
        sys.stdout.buffer.write(page.body)
        sys.stdout.buffer.flush()


def _print_headers(page: StoredPage) -> None:
    print_line(f"{page.status} {page.url}")
    print_line(f"fetched: {page.at.isoformat()}")
    for name, value in page.headers.items():
        for part in value.split("\n"):
            print_line(f"{name}: {part}")


def _print_json(page: StoredPage, *, only_headers: bool) -> None:
    value: dict[str, object] = {
        "url": page.url,
        "status": page.status,
        "fetched": page.at,
        "headers": page.headers,
        "bytes": len(page.body),
        "sha256": hashlib.sha256(page.body).hexdigest(),
    }
    if not only_headers:
        value["body"] = base64.b64encode(page.body).decode("ascii")
    print_json(value)
