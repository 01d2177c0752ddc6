"""Reads by a site's profile: the elements that its layouts name."""

from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.page.document import Document
from crawler.page.profiles import Layout, SiteProfile
from crawler.page.structured_data import folded
from workers.parsing.body.paragraphs import paragraphs_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Profiled:
    """What the profile's layout finds on one page; None or empty where it finds nothing."""

    #: "profile tempo 2021", for evidence
    name: str
    layout: Layout
    document: Document
    root: LexborNode

    def _nodes(self, selector: str, *, on_page: bool = False) -> Sequence[LexborNode]:
        if not selector:
            return ()
        return (self.document.tree if on_page else self.root).css(selector)

    def text(self, field: str) -> str | None:
        """The text of the field's first element; "" where the layout has none on this page."""
        selector = getattr(self.layout, field)
        if not selector:
            return None
        nodes = self._nodes(selector)
        return folded(nodes[0].text()) if nodes else ""

    def time(self, field: str) -> str | None:
        """The machine-readable or visible time of the field's first element, or None."""
        for node in self._nodes(getattr(self.layout, field))[:1]:
            return node.attributes.get("datetime") or folded(node.text())
        return None

    def authors(self) -> list[str] | None:
        """The bylines, one a person; None where the layout finds none."""
        nodes = self._nodes(self.layout.authors)
        return [folded(node.text(separator=" ")) for node in nodes] if nodes else None

    def topics(self) -> list[str]:
        """The texts of the topic links."""
        texts = (folded(node.text()) for node in self._nodes(self.layout.topics, on_page=True))
        return [text.lstrip("#") for text in dict.fromkeys(texts) if text]

    def section(self) -> str | None:
        """The section's name."""
        nodes = self._nodes(self.layout.section, on_page=True)
        return folded(nodes[-1].text()) if nodes else None

    def paragraphs(self) -> list[str]:
        """The body without what the layout drops."""
        drop = {node.mem_id for css in self.layout.drop for node in self._nodes(css)}
        return [
            paragraph
            for node in self._nodes(self.layout.body)
            for paragraph in paragraphs_of(node, without=drop)
        ]


def profiled(document: Document, profile: SiteProfile | None) -> Profiled | None:
    """The first layout of the profile that the page has, or None."""
    for layout in profile.layouts if profile else ():
        root = document.tree.css_first(layout.article)
        if profile and root is not None:
            name = f"profile {profile.name} {layout.name}"
            return Profiled(name=name, layout=layout, document=document, root=root)
    return None
