"""A small fictional news site on loopback, to crawl for real on a machine without internet."""
