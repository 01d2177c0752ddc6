"""The generic reader of bodies, for sites without a profile."""

import trafilatura

from crawler.document import Document


def body_of(document: Document) -> tuple[str, ...]:
    """The paragraphs of the page's main text, or nothing."""
    text = trafilatura.extract(document.text, url=document.page.url, include_comments=False)
    return tuple(line.strip("- ") for line in (text or "").splitlines() if line.strip("- "))
