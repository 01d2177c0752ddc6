"""Makes a process ready to read many pages: what lasts is loaded, and looked at no more."""

import gc
from datetime import UTC, datetime

from crawler.document import Document
from crawler.items import Page
from workers.parsing import read

#: containers that are made until those without a name are looked for.  A page makes some
#: thousands, and nearly all go by themselves: Python's 700 costs a tenth of the reading
COLLECT_AFTER = 20_000

_PAGE = b"""<html lang="zu"><title>A page</title><article><h1>A page</h1>
<p>Nothing is told here, and so no words of it are frequent: xin chao qapla majom fnord zzyzx
lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod.</p></article>"""


def get_ready() -> None:
    """Loads words and models by reading a page; processes that are forked then share them."""
    read(Document(Page(url="https://example.com/a", body=_PAGE, fetched_at=datetime.now(UTC))))
    gc.collect()
    gc.freeze()
    collect_seldom()


def collect_seldom() -> None:
    """Lets Python look less often for what refers to itself; reading leaves nothing such."""
    gc.set_threshold(COLLECT_AFTER)
