"""Reading: a page in, an article out. Plain Python, no network, no database."""

from workers.parsing.article import ParsedArticle
from workers.parsing.reader import read

__all__ = ["ParsedArticle", "read"]
