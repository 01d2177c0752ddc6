"""The rows: models, frontier, archive, articles, search. Knows SQLAlchemy and nothing above it."""
