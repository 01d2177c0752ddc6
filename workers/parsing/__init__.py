"""Reading: a page in, an article out. Plain Python, no network, no database."""

from workers.parsing.article import Article
from workers.parsing.reader import read

__all__ = ["Article", "read"]
