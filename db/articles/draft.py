"""An article on its way into the database: a draft that each step of reading adds to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from db.articles.match import digest_of
from db.articles.word_index import IndexedWords
from db.terms.addresses import Address


@dataclass(frozen=True, kw_only=True)
class ArticleDraft:
    """An article as a worker read it."""

    #: canonical address
    url: str
    #: every address that leads to it, its own first
    addresses: tuple[Address, ...]
    site: str
    body: str
    #: the other columns of ``articles`` from the page: ``FIELDS`` and what goes with them
    fields: Mapping[str, Any]
    archive_id: int
    #: the page answered at ``url`` itself, not at an AMP, mobile or other address of the article
    is_own: bool
    run_id: int | None
    depth: int
    fetched_at: datetime
    #: paragraphs that the site may repeat, by digest, those that were cut since among them
    lines: Mapping[bytes, str] = field(default_factory=dict)
    #: the row of the text that is stored of it, where nothing but what was cut makes it another
    cut_of: int | None = None
    #: what its copies are looked up by, see ``workers.dedup.fingerprint.keys_of``; empty: too short
    keys: tuple[int, ...] = ()
    words: int = 0
    #: what is to be found of it, where that is worked out already
    indexed: IndexedWords | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """Its addresses as text."""
        return tuple(address.url for address in self.addresses)

    @cached_property
    def sha256(self) -> bytes:
        """What the body is found by as a whole."""
        return digest_of(self.body)
