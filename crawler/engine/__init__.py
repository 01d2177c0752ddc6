"""The crawl engine: what to fetch, from whom, how fast, and how outcomes are handed over."""
