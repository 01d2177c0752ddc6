"""Makes a process ready to read many pages: what lasts is loaded, and looked at no more."""

import gc
from datetime import UTC, datetime

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from db.process_memory import collect_seldom, keep_memory
from workers.parsing import read

_PAGE = """<html lang="{language}"><title>A page</title><article><h1>A page</h1><p>{text}</p>
</article></html>"""
#: what tells its language by its frequent words, and what needs the model of languages for it
_PLAIN = {
    "language": "en",
    "text": "This is the page that a reader has read before there was one: it was made of words "
    "that are in all of the pages, and it has been of no use to any of them since.",
}
_STRANGE = {
    "language": "zu",
    "text": "Nothing is told here, and so no words of it are frequent: xin chao qapla majom fnord "
    "zzyzx lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod.",
}


def get_ready(*, with_languages: bool = True) -> None:
    """Loads words and models by reading pages; processes that are forked then share them.

    with_languages: the model of languages as well. It takes half a second and 70 MiB, and most
    pages are told by their frequent words: without, it is loaded with the first that is not.
    """
    collect_seldom()
    keep_memory()
    for values in (_PLAIN, _STRANGE) if with_languages else (_PLAIN,):
        body = _PAGE.format(**values).encode()
        read(
            Document(
                FetchedPage(url="https://example.com/a", body=body, fetched_at=datetime.now(UTC))
            )
        )
    gc.collect()
    gc.freeze()
