"""What is told of an article, each list said once. Plain Python."""

#: what a page says of its article but its body, in the order it is shown: columns of ``articles``,
#: keys of its JSON
FIELDS = (
    "title", "authors", "published", "modified", "language", "dateline", "sources", "topics",
    "section", "image", "paywalled", "page_type",
)  # fmt: skip
#: a change in one of these makes a new version, which keeps them
VERSIONED_FIELDS = ("title", "authors", "published", "modified")
#: the fields that stand before the body
_BODY_AT = FIELDS.index("sources")
#: the keys of an article's JSON in their order
KEYS = (
    "id", "url", "aliases", "site", *FIELDS[:_BODY_AT], "body", "paragraphs",
    *FIELDS[_BODY_AT:-1], "not_article", *FIELDS[-1:], "run", "first_run", "last_run", "depth",
    "first_seen", "last_fetched", "revisions", "cluster", "copy_of", "evidence", "related",
)  # fmt: skip
