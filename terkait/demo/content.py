"""What the demo site says: the articles and odd addresses of the TOML files in ``content/``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal, TypeVar

FIRST_NUMBER = 4101  # article numbers count up from here, in the order of the files
ARCHIVE_FOLDER = "/arsip"  # robots.txt of every host disallows it

Kind = Literal["redirect", "gone", "tracked", "amp", "index"]
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoHost:
    """One publisher on one address."""

    name: str
    #: how its pages are built: "cards" or "lists"
    layout: str
    related_heading: str
    #: articles of the box that is on every page and related to none
    popular: tuple[str, ...]
    popular_heading: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadMore:
    """A "Baca juga" line within the text."""

    #: number of the paragraph it stands after, from 1
    after: int
    #: key of the article it leads to
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoArticle:
    """One article. ``[[key|words]]`` in a paragraph is a link to another."""

    key: str
    host: str
    number: int
    title: str
    published: datetime
    section: str
    teaser: str
    reporter: str = ""
    editor: str = ""
    dateline: str = ""
    #: the picture's; ends in a date that is not the article's
    caption: str = ""
    #: the last line, as agencies are credited: "Sumber: X" or "NAME | X"
    credit: str = ""
    tags: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    #: key of the article whose paragraphs it repeats
    text_of: str = ""
    readmore: ReadMore | None = None
    related: tuple[str, ...] = ()
    #: key of the article in "Pilihan Editor"
    editor_pick: str = ""
    comments: tuple[str, ...] = ()
    #: HTTP status of its page; 500 has no text
    status: int = 200
    #: first part of the path, where it is not the usual one
    folder: str = ""
    encoding: str = "utf-8"

    @property
    def slug(self) -> str:
        """The title as it stands in the address."""
        return slug(self.title)


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoLink:
    """An address that is not simply that of an article."""

    key: str
    kind: Kind
    host: str
    path: str = ""
    query: str = ""
    #: the article that a redirect, a tracked address or an AMP page leads to
    target: str = ""
    title: str = ""
    teaser: str = ""
    #: the articles of an index page
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Everything, by key."""

    #: key of the article that a crawl begins with
    seed: str
    hosts: Mapping[str, DemoHost]
    articles: Mapping[str, DemoArticle]
    links: Mapping[str, DemoLink]


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, ASCII only."""
    plain = text.lower().replace("é", "e")
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def load() -> Content:
    """Read all files of ``content/``; a wrong key in one of them raises here."""
    tables = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(
            files("terkait.demo").joinpath("content").iterdir(), key=lambda f: f.name
        )
        if file.name.endswith(".toml")
    ]
    site = next(table for table in tables if "hosts" in table)
    rows = [row for table in tables for row in table.get("article", ())]
    articles = {row["key"]: _article(row, FIRST_NUMBER + n) for n, row in enumerate(rows)}
    return Content(
        seed=site["seed"],
        hosts={key: _value(DemoHost, row) for key, row in site["hosts"].items()},
        articles={key: _with_text(article, articles) for key, article in articles.items()},
        links={row["key"]: _value(DemoLink, row) for row in site["link"]},
    )


def _article(row: dict[str, Any], number: int) -> DemoArticle:
    readmore = _value(ReadMore, row["readmore"]) if "readmore" in row else None
    return _value(DemoArticle, {**row, "readmore": readmore, "number": number})


def _with_text(article: DemoArticle, articles: Mapping[str, DemoArticle]) -> DemoArticle:
    if not article.text_of:
        return article
    return replace(article, paragraphs=articles[article.text_of].paragraphs)


def _value(kind: type[Value], row: Mapping[str, Any]) -> Value:
    """A frozen value of one TOML table: arrays become tuples, unknown keys are an error."""
    unknown = row.keys() - {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise KeyError(f"{kind.__name__} has no {sorted(unknown)}")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
