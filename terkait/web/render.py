"""Turns answers into pages: text from the web made harmless, times in the reader's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from db.config import program_version
from db.queries.search.snippet import Snippet
from db.terms.zones import day_alone, in_zone
from terkait.cli.output import block, in_words, plain_part
from terkait.web.pages import terms

FOLDER = Path(__file__).parent
#: characters of one value that a page shows
MAX_SHOWN = 200_000


class Pages:
    """The templates, for one zone."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_harmless,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "when": self.when,
            "short_when": self.short_when,
            "day_alone": day_alone,
            "num": number,
            "href": href,
            "marked": marked,
            "paragraphs": paragraphs,
            "size": size,
            "percent": lambda share: f"{share:.0%}",
            "clip": clip,
            "in_words": in_words,
        }
        self._environment.globals |= {
            "address": terms.address,
            "term": terms.term,
            "has_term": terms.has_term,
            "toggled": terms.toggled,
            "version": program_version(),
            "zone_name": str(zone),
        }

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """An answer made from a template."""
        text = self._environment.get_template(template).render(values)
        return HTMLResponse(text, status_code=status)

    def when(self, value: datetime | date | str | None) -> Markup:
        """A time in the reader's zone with UTC beside it; a day alone stays a day."""
        return self._time(value, with_utc=True)

    def short_when(self, value: datetime | date | str | None) -> Markup:
        """The same for lists: UTC is in the title."""
        return self._time(value, with_utc=False)

    def _time(self, value: datetime | date | str | None, *, with_utc: bool) -> Markup:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
            except ValueError:
                return escape(plain_part(str(value)))
        if value is None:
            return Markup('<span class="none">unknown</span>')
        if not isinstance(value, datetime):
            return Markup('<time datetime="{0}">{1}</time>').format(value, f"{value:%-d %b %Y}")
        if value.tzinfo is None:
            return Markup("<time>{0}</time>").format(f"{value:%-d %b %Y, %H:%M}")
        local, utc = in_zone(value, self._zone), in_zone(value, UTC)
        shown = f"{local:%-d %b %Y, %H:%M}"
        if local.utcoffset() == utc.utcoffset():
            return Markup('<time datetime="{0}">{1} UTC</time>').format(utc.isoformat(), shown)
        other = f"{utc:%H:%M}" if local.date() == utc.date() else f"{utc:%-d %b, %H:%M}"
        made = Markup('<time datetime="{0}" title="{1} UTC">{2} {3}</time>').format(
            utc.isoformat(), f"{utc:%-d %b %Y, %H:%M}", shown, local.tzname() or ""
        )
        return (
            made + Markup(' <span class="utc">{0} UTC</span>').format(other) if with_utc else made
        )


def _harmless(value: Any) -> Any:
    """Each value that a template shows: no control characters, no turning of the text, bounded."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return block(value[:MAX_SHOWN]) if "\n" in value else plain_part(value[:MAX_SHOWN])
    return "" if value is None else value


def clip(text: str | None, length: int = 160) -> str:
    """The beginning of a text."""
    text = plain_part((text or "")[: 4 * length])
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def number(value: int | float | None) -> str:
    """1,234."""
    return "" if value is None else f"{value:,}"


def size(count: int) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count = count // 100 / 10  # type: ignore[assignment]
    return ""


def href(url: str | None) -> str:
    """An address to click on; anything but a web address leads nowhere."""
    try:
        is_web = urlsplit(url or "").scheme in ("http", "https")
    except ValueError:
        is_web = False
    return plain_part(url or "") if is_web else "#"


def marked(snippet: Snippet) -> Markup:
    """A piece of text, the words that were looked for marked."""
    made, at = Markup(""), 0
    for start, end in snippet.marks:
        made += escape(plain_part(snippet.text[at:start]))
        made += Markup("<mark>{0}</mark>").format(plain_part(snippet.text[start:end]))
        at = end
    return made + escape(plain_part(snippet.text[at:]))


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a body."""
    return [text for text in body[:MAX_SHOWN].split("\n\n") if text]


def frame(answer: HTMLResponse, headers: Mapping[str, str]) -> HTMLResponse:
    """The answer with other headers."""
    answer.headers.update(headers)
    return answer
