"""The tables. One row a canonical address in ``pages``; everything else hangs on it."""

from db.models.articles import Article, Band, Cluster, RepeatedLine, Revision, SimilarPair, Text
from db.models.base import Base
from db.models.counts import Count, LinkSummary
from db.models.crawl import (
    ArchivedPage,
    ArchivePlace,
    Budget,
    Host,
    HostQueue,
    Link,
    Page,
    PageVisit,
    Part,
    Run,
)
from db.models.places import BoxPage, BoxPlace, BoxTarget
from db.models.watches import Watch, WatchEvent

__all__ = [
    "ArchivePlace",
    "ArchivedPage",
    "Article",
    "Band",
    "Base",
    "BoxPage",
    "BoxPlace",
    "BoxTarget",
    "Budget",
    "Cluster",
    "Count",
    "Host",
    "HostQueue",
    "Link",
    "LinkSummary",
    "Page",
    "PageVisit",
    "Part",
    "RepeatedLine",
    "Revision",
    "Run",
    "SimilarPair",
    "Text",
    "Watch",
    "WatchEvent",
]
