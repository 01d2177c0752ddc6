"""Crawl runs: begin, who carries them out, report, verdict."""
