"""A run carried out by a process of its own, from the spider's start to its exit code."""

import os

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler.engine.page_pool import PagePool
from crawler.exit_codes import (
    EXIT_COMPLETE,
    EXIT_DISK_FULL,
    EXIT_ERROR,
    EXIT_NO_DATABASE,
    EXIT_STOPPED,
)
from crawler.spiders.related import RelatedSpider
from db.errors import DiskFull, RetryableError


def carry_out(run_id: str, owner: str, pages: PagePool, beats: int | None) -> int:
    """Run the spider to its end. Returns what the process ends with.

    pages: looks into what comes; beats: a pipe that is told of progress.
    """
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    process = AsyncCrawlerProcess(get_project_settings())
    crawler = process.create_crawler(RelatedSpider)
    process.crawl(crawler, run=run_id, owner=owner, pages=pages, beats=beats)
    process.start()
    crawl = getattr(crawler.spider, "crawl", None)
    if crawl is None:
        return EXIT_ERROR
    error = crawl.error or crawl.writer.error
    if isinstance(error, RetryableError):
        return EXIT_NO_DATABASE
    if error is not None:
        return EXIT_DISK_FULL if isinstance(error, DiskFull) else EXIT_ERROR
    return EXIT_COMPLETE if crawl.is_complete else EXIT_STOPPED
