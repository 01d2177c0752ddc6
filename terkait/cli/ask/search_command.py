"""``terkait search``: articles by their words."""

import sys

import click

from db.queries.search.query import parse_query
from db.queries.search.results import SORTS, SearchHit, SearchPage, Sort, search_page
from db.queries.shown_titles import shown_titles
from terkait.cli.options import filter_options, make_filters, opened
from terkait.cli.output import as_said, json_option, note, print_json_lines, print_line
from terkait.errors import BadUsage

MAX_LIMIT = 10_000


# -WORD is no option but a word to leave out
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@filter_options
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1, MAX_LIMIT),
    metavar="N",
    help="Show at most N articles.",
)
@click.option(
    "--offset", default=0, type=click.IntRange(0, MAX_LIMIT), metavar="N", help="Skip the first N."
)
@click.option(
    "--sort", default="relevance", show_default=True, type=click.Choice(SORTS), help="The order."
)
@json_option
def search(
    words: tuple[str, ...],
    site: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    limit: int,
    offset: int,
    sort: Sort,
    as_json: bool,
) -> None:
    """Find articles that hold all these words, best first.

    Case, accents and punctuation do not count. Quotes make a phrase; -WORD leaves out what
    holds the word; OR takes either; ban* finds beginnings. title:, author:, site:, source:,
    topic:, section:, language:, type:, since:, until:, has:, is:, missing: and run: ask fields.

    \b
    Examples:
      terkait search banjir jakarta
      terkait search '"air pasang" jakarta' --since 2026-01-01 --site news.example
      terkait search banjir -semarang --json | head
      terkait search 'banjir OR rob title:jakarta has:versions' --sort newest
    """
    _refuse_options(words)
    asked = " ".join(words)
    query = parse_query(asked)
    if query.is_empty and not query.unwanted and asked.strip():
        note("nothing found: signs alone are no words")  # any input is a query
        return
    if query.is_empty:
        raise BadUsage("give at least one word or field to look for")
    filters = make_filters(site=site, since=since, until=until, language=language)
    with opened() as session:
        page = search_page(session, query, filters, sort=sort, limit=limit, offset=offset)
        titles = shown_titles(session, {hit.id: hit.title for hit in page.hits})
    if as_json:
        print_json_lines(_as_record(hit) for hit in page.hits)
    else:
        for hit in page.hits:
            _print_hit(hit, titles[hit.id])
    sys.stdout.flush()  # a reader that has enough is noticed before anything is said
    for hint in page.hints:
        note(hint)
    note(_total(page, offset))


def _total(page: SearchPage, offset: int) -> str:
    if not page.total:
        return "nothing found"
    more = "" if page.is_total_exact else " or more"
    begin = f" from {offset + 1}" if offset else ""
    return f"{len(page.hits)}{begin} of {page.total}{more}"


def _refuse_options(words: tuple[str, ...]) -> None:
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word)


def _as_record(hit: SearchHit) -> dict[str, object]:
    return {
        "id": hit.id,
        "url": hit.url,
        "site": hit.site,
        "title": hit.title,
        "published": hit.published,
        "language": hit.language,
        "authors": hit.authors,
        "page_type": hit.page_type,
        "versions": hit.versions,
        "copies": hit.copies,
        "score": hit.score,
        "snippet": hit.snippet.text,
        "marks": hit.snippet.marks,
    }


def _print_hit(hit: SearchHit, title: str) -> None:
    print_line(title, style="bold")
    about = [hit.url, as_said(hit.published), hit.site, f"article {hit.id}"]
    print_line(" · ".join(part for part in about if part), style="dim")
    print_line(hit.snippet.text, marks=hit.snippet.marks)
    print_line()
