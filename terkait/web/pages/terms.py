"""A query as text with a term more or less: what a click on a facet or a day asks for."""

import re
from urllib.parse import urlencode

from db.queries.search.query import parse_query

#: fields whose values are sentences: a click means the whole value
_WHOLE = frozenset({"author", "source", "topic", "section"})


def term(name: str, value: str) -> str:
    """The field and its value as a query writes them."""
    shown = f"={value}" if name in _WHOLE else value
    shown = shown.replace('"', " ")
    return f'{name}:"{shown}"' if re.search(r"\s", shown) else f"{name}:{shown}"


def has_term(query: str, name: str, value: str) -> bool:
    """Whether the query asks for that value already."""
    wanted = f"={value}" if name in _WHOLE else value
    return any(
        condition.name == name and wanted in condition.values and not condition.is_negative
        for condition in parse_query(query).conditions
    )


def toggled(query: str, name: str, value: str) -> str:
    """The query with the term, or without it where it has it."""
    if has_term(query, name, value):
        return without(query, term(name, value))
    return f"{query} {term(name, value)}".strip()


def without(query: str, written: str) -> str:
    """The query without a piece of its text."""
    return " ".join(query.replace(written, " ", 1).split())


def address(path: str, **parameters: object) -> str:
    """A path with its parameters, those without a value left out."""
    kept = {name: value for name, value in parameters.items() if value not in (None, "", 0)}
    return f"{path}?{urlencode(kept)}" if kept else path
