"""The index of words, one row an article: FTS5 on SQLite, a tsvector on PostgreSQL."""

from sqlalchemy import column, table

FTS_WORDS = table("article_words", column("rowid"), column("title"), column("body"))
VECTOR_WORDS = table("article_words", column("article_id"), column("words"))
