"""The links between pages as rows, and what a site's boxes of links are known to be."""
