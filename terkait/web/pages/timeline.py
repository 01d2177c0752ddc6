"""A story drawn as a time line: a lane for each site, a dot for each article. Plain numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from db.queries.graph.stories import Chapter
from db.terms.zones import in_zone

WIDTH = 860
LEFT, RIGHT, TOP, LANE = 170, 20, 34, 34
#: days that are named below the line
MAX_TICKS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """An article in its lane."""

    chapter: Chapter
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Where everything stands."""

    width: int
    height: int
    #: (site, y)
    lanes: tuple[tuple[str, float], ...]
    dots: tuple[Dot, ...]
    #: (day, x)
    ticks: tuple[tuple[date, float], ...]
    #: articles without a time
    undated: int


def timeline(chapters: Sequence[Chapter], zone: tzinfo) -> Timeline | None:
    """The drawing; None where fewer than two articles have a time."""
    times = [(chapter, at) for chapter in chapters if (at := _moment(chapter.published, zone))]
    if len(times) < 2:
        return None
    sites = list(dict.fromkeys(chapter.site for chapter, _ in times))
    lanes = {site: TOP + LANE * (number + 0.5) for number, site in enumerate(sites)}
    first, last = min(at for _, at in times), max(at for _, at in times)
    span = max((last - first).total_seconds(), 1.0)
    room = WIDTH - LEFT - RIGHT

    def x_of(at: datetime) -> float:
        return round(LEFT + room * (at - first).total_seconds() / span, 1)

    dots = [Dot(chapter=chapter, x=x_of(at), y=lanes[chapter.site]) for chapter, at in times]
    return Timeline(
        width=WIDTH,
        height=int(TOP + LANE * len(lanes) + 30),
        lanes=tuple(lanes.items()),
        dots=tuple(dots),
        ticks=tuple(_ticks([(in_zone(at, zone).date(), x_of(at)) for _, at in times])),
        undated=len(chapters) - len(times),
    )


def _ticks(days: list[tuple[date, float]]) -> list[tuple[date, float]]:
    """Days far enough from each other to be read, the first one always."""
    ticks: list[tuple[date, float]] = []
    least = (WIDTH - LEFT - RIGHT) / MAX_TICKS
    for day, x in sorted(days):
        if not ticks or (x - ticks[-1][1] >= least and day != ticks[-1][0]):
            ticks.append((day, x))
    return ticks


def _moment(published: str | None, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return None
    return in_zone(moment, UTC) if moment.tzinfo else moment.replace(tzinfo=zone)
