"""Pages from files: WARC as other crawlers write it, and pages that a browser saved."""
