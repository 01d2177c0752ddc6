"""``python -m crawler RUN OWNER``: carry out a run in a process of its own.

Ends with 0 where the run came to its end, 3 where it was stopped before, 4 where the disk is
full, 1 on another error.
"""

import os
import sys

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler.spiders.related import RelatedSpider
from db.errors import DiskFull

EXIT_COMPLETE, EXIT_ERROR, EXIT_STOPPED, EXIT_DISK_FULL = 0, 1, 3, 4


def main(run_id: str, owner: str) -> int:
    """Run the spider to its end."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    process = AsyncCrawlerProcess(get_project_settings())
    crawler = process.create_crawler(RelatedSpider)
    process.crawl(crawler, run=run_id, owner=owner)
    process.start()
    crawl = getattr(crawler.spider, "crawl", None)
    if crawl is None or crawl.handoff.error is not None:
        is_full = crawl is not None and isinstance(crawl.handoff.error, DiskFull)
        return EXIT_DISK_FULL if is_full else EXIT_ERROR
    return EXIT_COMPLETE if crawl.is_complete else EXIT_STOPPED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
