"""Site profiles: what is known of one site's pages, as data in ``crawler/page/sites/*.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """One generation of a site's article page. All selectors are CSS, within ``article``."""

    #: a name for evidence and messages, such as "2021"
    name: str
    #: the element that holds the article; the first match on the page counts
    article: str
    title: str = ""
    #: elements whose texts name the writers, one element a person
    authors: str = ""
    #: the element whose text, or datetime attribute, is the time of publication
    published: str = ""
    modified: str = ""
    #: the elements that hold the paragraphs
    body: str = ""
    #: elements inside the body that are no text of the article
    drop: tuple[str, ...] = ()
    #: links whose texts are topics, looked for on the whole page
    topics: str = ""
    section: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteProfile:
    """What is known of a site beyond what any reader can see."""

    name: str
    #: host names; their subdomains are meant too
    hosts: tuple[str, ...]
    #: zone of times that name none, such as "Asia/Jakarta"
    timezone: str | None = None
    #: ISO 639-1
    language: str | None = None
    #: names of the site itself, which are never authors
    publishers: tuple[str, ...] = ()
    #: CSS selectors of boxes that hold related articles, where the link finder is wrong
    related_boxes: tuple[str, ...] = ()
    #: and of boxes that do not
    other_boxes: tuple[str, ...] = ()
    #: newest first; the first whose ``article`` matches is used
    layouts: tuple[Layout, ...] = ()


def profile_for(url: str) -> SiteProfile | None:
    """The profile of the site that ``url`` belongs to, or None."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    by_host = _by_host()
    while host:
        if profile := by_host.get(host):
            return profile
        host = host.partition(".")[2]
    return None


@cache
def profiles() -> tuple[SiteProfile, ...]:
    """All profiles that come with the program, by name."""
    folder = files("crawler.page").joinpath("sites")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_read(name, folder.joinpath(name).read_text("utf-8")) for name in names)


@cache
def _by_host() -> dict[str, SiteProfile]:
    return {host: profile for profile in profiles() for host in profile.hosts}


def _read(name: str, text: str) -> SiteProfile:
    data = tomllib.loads(text)
    layouts = tuple(Layout(**_tuples(layout)) for layout in data.pop("layouts", ()))
    return SiteProfile(name=name.removesuffix(".toml"), layouts=layouts, **_tuples(data))


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
