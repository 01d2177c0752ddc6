"""What a page shows, as a command, as JSON and as CSV."""

import shlex
from dataclasses import dataclass

from terkait.web.pages.terms import address


@dataclass(frozen=True, kw_only=True, slots=True)
class SameAs:
    """The three other ways to the same answer; "": there is none."""

    command: str
    json: str = ""
    csv: str = ""


def command(*words: object) -> str:
    """A command as it is typed."""
    return shlex.join(["terkait", *(str(word) for word in words if word != "")])


def same_search(query: str, sort: str) -> SameAs:
    """Of a search."""
    options = ("--sort", sort) if sort != "relevance" else ()
    exported = address("/api/export", format="csv", q=query)
    if not query:
        return SameAs(command=command("export"), json=address("/api/articles"), csv=exported)
    return SameAs(
        command=command("search", *options, query),
        json=address("/api/articles", q=query, sort=sort if options else ""),
        csv=exported,
    )
