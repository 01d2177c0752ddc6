"""The boxes of a site as learned, each with some of the links that stood in it last."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.links.box_stats import PlaceVerdict, verdicts_of
from db.models import Link, Page

#: the newest pages whose links are looked at, and their links
_PAGES = 40
_LINKS = 2_000
#: examples of one box
_SHOWN = 3
#: of a heading in the table of links; longer ones are cut there
_LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxExample:
    """A link of the box, and the page it stood on."""

    anchor: str
    url: str
    source: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BoxLine:
    """A box of a site."""

    place: PlaceVerdict
    #: none where the box has no heading, by which it is found again
    examples: tuple[BoxExample, ...]


def boxes_of(session: Session, site: str, host_ids: Iterable[int]) -> list[BoxLine]:
    """What is known of the boxes of a site, the best known first."""
    places = verdicts_of(session, site)
    links = _newest_links(session, list(host_ids)) if places else {}
    return [
        BoxLine(place=place, examples=tuple(_of(place.place, links)[:_SHOWN])) for place in places
    ]


def _newest_links(session: Session, host_ids: Sequence[int]) -> dict[str, list[BoxExample]]:
    """Heading in lower case -> links of boxes with it, on the newest pages of these hosts."""
    newest = (
        select(Page.id)
        .where(Page.host_id.in_(host_ids), Page.article_id.is_not(None))
        .order_by(Page.id.desc())
        .limit(_PAGES)
    )
    source, target = aliased(Page), aliased(Page)
    rows = session.execute(
        select(Link.box, Link.anchor, Link.kind, target.url, source.url.label("source"))
        .join(source, source.id == Link.source_id)
        .join(target, target.id == Link.target_id)
        .where(Link.source_id.in_(session.scalars(newest).all()), Link.box != "")
        .order_by(Link.source_id.desc(), Link.position)
        .limit(_LINKS)
    )
    examples: defaultdict[str, list[BoxExample]] = defaultdict(list)
    for row in rows:
        example = BoxExample(anchor=row.anchor, url=row.url, source=row.source, kind=row.kind)
        examples[_folded(row.box)].append(example)
    return examples


def _of(place: str, links: dict[str, list[BoxExample]]) -> list[BoxExample]:
    """The links under the heading that ends the name of the place."""
    examples = links.get(_folded(place.partition(" ")[2]), [])
    return list({example.url: example for example in examples}.values())


def _folded(heading: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in heading.lower()).split())[:_LONGEST]
