"""``python -m crawler RUN OWNER [PIPE]``: carry out a run in a process of its own.

Ends with 0 where the run came to its end, 3 where it was stopped before, 4 where the disk is
full, 5 where the database stayed away, 1 on another error. PIPE: a file descriptor that is told
of progress.
"""

import sys

from db.sql.gc_tuning import collect_seldom


def main(run_id: str, owner: str, beats: str = "") -> int:
    """Load the spider, and run it."""
    collect_seldom()
    from crawler.engine.page_pool import PagePool

    pages = PagePool()
    pages.start()  # while nothing else is loaded and no thread runs, it is a copy of this process
    from crawler.runner import carry_out  # it loads Scrapy and all else

    return carry_out(run_id, owner, pages, int(beats) if beats else None)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
