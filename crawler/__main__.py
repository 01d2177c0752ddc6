"""``python -m crawler RUN OWNER [PIPE]``: carry out a run, from the spider's start to its end.

Ends with 0 where the run came to its end, 3 where it was stopped before, 4 where the disk is
full, 5 where the database stayed away, 1 on another error. PIPE: a file descriptor that is told
of progress.
"""

import os
import sys
from typing import TYPE_CHECKING

from crawler.exit_codes import (
    EXIT_COMPLETE,
    EXIT_DISK_FULL,
    EXIT_ERROR,
    EXIT_NO_DATABASE,
    EXIT_STOPPED,
)
from db.process_memory import collect_seldom, keep_memory
from db.terms.errors import DiskFull, RetryableError

if TYPE_CHECKING:
    from crawler.engine.crawl_session import CrawlSession


def main(run_id: str, owner: str, beats: str = "") -> int:
    """Load the spider and run it. Returns what the process ends with."""
    collect_seldom()
    keep_memory()
    from crawler.engine.page_pool import PagePool

    pages = PagePool()
    pages.start()  # while nothing else is loaded and no thread runs, it is a copy of this process
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    from crawler.spiders.related import RelatedSpider

    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    process = AsyncCrawlerProcess(get_project_settings())
    crawler = process.create_crawler(RelatedSpider)
    told = int(beats) if beats else None
    process.crawl(crawler, run=run_id, owner=owner, pages=pages, beats=told)
    process.start()
    return _exit_code(getattr(crawler.spider, "crawl", None))


def _exit_code(crawl: "CrawlSession | None") -> int:
    """What the process ends with; None: the spider did not come as far as a session."""
    if crawl is None:
        return EXIT_ERROR
    error = crawl.error or crawl.writer.error
    if isinstance(error, RetryableError):
        return EXIT_NO_DATABASE
    if error is not None:
        return EXIT_DISK_FULL if isinstance(error, DiskFull) else EXIT_ERROR
    return EXIT_COMPLETE if crawl.is_complete else EXIT_STOPPED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
