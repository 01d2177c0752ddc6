"""What form a page has: article, live coverage, gallery, video, paid content, index.

The page's own claims and the words of its address tell; whether it is an article at all is
told by ``workers.parsing.kinds``.
"""

import re
from urllib.parse import urlsplit

from crawler.page.structured_data import StructuredData
from workers.parsing.lexicon import lexicon

FEW_CHARS = 1_500  # of text beside pictures or a film; what has more is an article with some
#: form -> JSON-LD types that declare it
_TYPES = {
    "live": {"liveblogposting"},
    "advertorial": {"advertisercontentarticle"},
    "gallery": {"imagegallery", "mediagallery"},
    "video": {"videoobject"},
}
_BESIDE_TEXT = ("gallery", "video")
_LISTS = frozenset({"home page", "list of pages", "list of links"})
_ADDRESSES = {form: re.compile(rf"(?:{words})(?=[/.]|$)")
              for form, words in lexicon().forms.items()}  # fmt: skip


def page_type_of(data: StructuredData, url: str, *, size: int, not_article: str | None) -> str:
    """``live``, ``advertorial``, ``gallery``, ``video``, ``index``, ``article`` or ``other``.

    ``size`` is the length of the text in characters.  ``not_article`` is why the page is no
    article: a gallery may be one, where it has captions, or none.
    """
    if not_article in _LISTS:
        return "index"
    path = urlsplit(url).path.lower()
    for form, address in _ADDRESSES.items():
        if form in _BESIDE_TEXT and size >= FEW_CHARS:
            continue
        if address.search(path) or _is_declared(data, form):
            return form
    return "article" if not_article is None else "other"


def _is_declared(data: StructuredData, form: str) -> bool:
    """Whether metadata say that the page, not something on it, is of this form."""
    declared = (data.first("og:type") or "").lower()
    if form in _BESIDE_TEXT and data.articles():
        return declared.startswith(form)
    return declared.startswith(form) or not _TYPES[form].isdisjoint(data.types)
