"""What is told of an article is said in one list, and all that use it agree."""

from dataclasses import fields

from db.frontier.scope import KIND_RANK
from db.models import Article, Revision
from db.terms.article_fields import FIELDS, KEYS, VERSIONED_FIELDS
from db.terms.link_kinds import FOLLOWABLE
from terkait.saved import as_record
from workers.parsing.article import ParsedArticle


def test_fields_are_what_a_page_says_and_what_is_stored() -> None:
    body = {"url", "paragraphs", "not_article", "evidence"}
    assert set(FIELDS) == {field.name for field in fields(ParsedArticle)} - body
    assert set(FIELDS) <= set(Article.__table__.columns.keys())
    assert set(VERSIONED_FIELDS) == set(Revision.__table__.columns.keys()) & set(FIELDS)


def test_a_page_that_is_read_has_the_keys_of_an_article_that_is_stored() -> None:
    record = as_record(ParsedArticle(url="https://a.test/1", authors=("A B",)), [])
    of_the_database = {
        "id", "aliases", "site", "run", "first_run", "last_run", "depth", "first_seen",
        "last_fetched", "revisions", "cluster", "copy_of",
    }  # fmt: skip
    assert list(record) == [key for key in KEYS if key not in of_the_database]
    assert record["authors"] == ["A B"]


def test_every_kind_that_is_followed_has_its_rank() -> None:
    assert sorted(FOLLOWABLE, key=KIND_RANK.__getitem__) == list(KIND_RANK) == list(FOLLOWABLE)
