"""``terkait web``: the web page and the JSON API."""

import ipaddress
from http.client import HTTPConnection, HTTPException

import click

from db.config import Config, load_config
from db.sql.session import Database
from terkait.cli.output import note
from terkait.database import open_database
from terkait.errors import BadUsage, WebUnreachable

CHECK_SECONDS = 5.0


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="N",
    help="Port; 0: any that is free; default: TERKAIT_WEB_PORT.",
)
@click.option("--check", is_flag=True, help="Ask one that runs whether it is well, and end.")
def web(host: str, port: int | None, check: bool) -> None:
    """Serve a page to look at what was crawled, and the same as a JSON API. Reads only.

    It listens on this machine alone. For other machines set TERKAIT_WEB_KEY, which is then asked
    for, and give --host.

    \b
    Examples:
      terkait web
      TERKAIT_WEB_KEY=... terkait web --host 0.0.0.0 --port 8080
    """
    config = load_config()
    port = config.web_port or 8765 if port is None else port
    if check:
        _check("127.0.0.1" if host in ("0.0.0.0", "::") else host, port)
        return
    if not config.web_key and not _is_loopback(host):
        raise BadUsage(
            f"--host {host}: others could read everything; set TERKAIT_WEB_KEY to a long secret"
        )
    database = open_database(config, create=True)
    try:
        _serve(database, config, host, port)
    finally:
        database.close()


def _serve(database: Database, config: Config, host: str, port: int) -> None:
    # loaded here alone: no other command pays for it
    import uvicorn

    from terkait.web.app import make_app

    app = make_app(database, config)
    settings = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(settings)
    try:
        socket = settings.bind_socket()
    except SystemExit as error:
        raise BadUsage(
            f"{host}:{port} cannot be used, perhaps as another program has it: give another --port"
        ) from error
    socket.listen()  # who reads the line may ask at once
    shown = f"[{host}]" if ":" in host else host
    note(f"web: http://{shown}:{socket.getsockname()[1]}/ (Ctrl-C ends it)")
    server.run(sockets=[socket])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(host: str, port: int) -> None:
    connection = HTTPConnection(host, port, timeout=CHECK_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise WebUnreachable(f"the web page at {host}:{port} does not answer: {error}") from error
    finally:
        connection.close()
    if status != 200:
        raise WebUnreachable(f"the web page at {host}:{port} is not well: HTTP {status}")
    note(f"the web page at {host}:{port} is well")
