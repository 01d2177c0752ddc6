"""Tabs: labels that name the part of the page that each of them opens."""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter

from crawler.links.headings import Label
from crawler.links.labels import said_by
from crawler.links.prose import Prose
from crawler.links.targets import Targets
from crawler.page.tree import MENU, PageTree

#: one tab alone is a mark in the text
MIN_TABS = 2
#: a page with more links to parts of itself has a table of contents or notes
MAX_ANCHORS = 200
#: how far up a panel is looked for
MAX_CLIMB = 12
#: the text of a tab is as long
MIN_TAB_CHARS = 3


def tabs_of(outline: PageTree, prose: Prose, targets: Targets) -> list[Label]:
    """The tabs of a page with the panel of each, where several panels stand side by side."""
    if len(targets.anchors) < MIN_TABS and MENU not in outline.tags:
        return []
    panels = _panels(outline, prose, targets.places)
    if len(panels) < MIN_TABS:
        return []
    anchors = [(at, part, outline.text(at)) for at, part in targets.anchors[:MAX_ANCHORS]]
    anchors.extend(_in_menus(outline))
    tabs = {}
    for at, part, text in anchors:
        panel = panels.get(part)
        if panel is not None and panel > at and sum(map(str.isalpha, text)) >= MIN_TAB_CHARS:
            tabs[panel] = Label(
                text=text,
                said=said_by(text),
                at=panel if outline.tags[at] == MENU else at,  # tells the boxes apart
                scope=panel,
                start=panel,
                end=outline.ends[panel],
            )
    beside = Counter((outline.parents[panel], tab.text) for panel, tab in tabs.items())
    rows = Counter(parent for parent, text in beside)
    named = {outline.parents[panel] for panel, tab in tabs.items() if tab.said}
    parent_of = {panel: outline.parents[panel] for panel in tabs}
    return [
        tab
        for panel, tab in tabs.items()
        if rows[parent_of[panel]] >= MIN_TABS and parent_of[panel] in named
    ]


def with_tabs(
    outline: PageTree, labels: Sequence[Label], tabs: Sequence[Label]
) -> tuple[Label, ...]:
    """The labels of a page with its tabs in the place of what was read from their row."""
    kept = [
        label for label in labels if not any(outline.contains(label.at, tab.at) for tab in tabs)
    ]
    return tuple(sorted((*kept, *tabs), key=attrgetter("start")))


def _in_menus(outline: PageTree) -> Iterator[tuple[int, str, str]]:
    """The tabs of a row that is marked as navigation, of which the table leaves out the links."""
    if outline.has_menus:
        return
    for at, tag in enumerate(outline.tags):
        if tag == MENU:
            for node in outline.nodes[at].css(
                "a[href^='#'], [data-bs-target^='#'], [aria-controls]"
            ):
                given = node.attributes
                part = (
                    given.get("data-bs-target") or given.get("aria-controls") or given.get("href")
                )
                yield at, (part or "").lstrip("#"), " ".join(node.text().split())


def _panels(outline: PageTree, prose: Prose, links: Sequence[int]) -> dict[str, int]:
    """By id, the elements around links to articles that have one and stand after the text."""
    panels: dict[str, int] = {}
    seen: set[int] = set()
    for at in links:
        for _ in range(MAX_CLIMB):
            if at <= 0 or at in seen or outline.text_starts[at] < prose.end:
                break
            seen.add(at)
            name = outline.nodes[at].id
            if name:
                panels[name] = at
            at = outline.parents[at]
    return panels
