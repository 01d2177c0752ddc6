"""Makes a process ready to read many pages: what lasts is loaded, and looked at no more."""

import gc
from datetime import UTC, datetime

from crawler.page.document import Document
from crawler.page.items import FetchedPage
from db.sql.gc_tuning import collect_seldom
from workers.parsing import read

_PAGE = b"""<html lang="zu"><title>A page</title><article><h1>A page</h1>
<p>Nothing is told here, and so no words of it are frequent: xin chao qapla majom fnord zzyzx
lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod.</p></article>"""


def get_ready() -> None:
    """Loads words and models by reading a page; processes that are forked then share them."""
    collect_seldom()
    read(
        Document(FetchedPage(url="https://example.com/a", body=_PAGE, fetched_at=datetime.now(UTC)))
    )
    gc.collect()
    gc.freeze()
