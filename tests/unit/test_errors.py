"""One tree of errors, drawn at the head of ``db.terms.errors``, and nothing beside it."""

import importlib
import inspect
import pkgutil
import re

import pytest

import crawler.errors
import db.terms.errors
import terkait.errors
import terkait.web.errors
import workers.errors
from crawler.errors import CrawlerError
from db.terms.errors import RetryableError, TerkaitError

MODULES = (db.terms.errors, crawler.errors, workers.errors, terkait.errors, terkait.web.errors)


def _classes() -> dict[str, type[TerkaitError]]:
    return {
        name: found
        for module in MODULES
        for name, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__
    }


def _drawn() -> dict[str, str | None]:
    """Name -> name of the one above it, as drawn."""
    above: list[str] = []
    drawn: dict[str, str | None] = {}
    for line in (db.terms.errors.__doc__ or "").splitlines():
        tree = re.match(r" {4}((?:[│├└ ][ ─]{2} )*)([A-Z][A-Za-z, ]+?)(?:  .*)?$", line)
        if tree is None:
            continue
        depth = len(tree[1]) // 4
        names = tree[2].split(", ")
        drawn |= dict.fromkeys(names, above[depth - 1] if depth else None)
        above[depth:] = [names[-1]]
    return drawn


def test_the_drawing_is_what_the_classes_are() -> None:
    classes = _classes()
    assert _drawn() == {
        name: None if found is TerkaitError else found.__bases__[0].__name__
        for name, found in classes.items()
    }


@pytest.mark.parametrize("package", ["crawler", "db", "terkait", "workers"])
def test_no_error_is_defined_elsewhere(package: str) -> None:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        if module.name.endswith(("__main__", ".errors")):
            continue
        loaded = importlib.import_module(module.name)
        own = [
            name
            for name, found in inspect.getmembers(loaded, inspect.isclass)
            if issubclass(found, Exception) and found.__module__ == module.name
        ]
        assert own == [], module.name


def test_an_error_of_the_web_is_none_of_the_database() -> None:
    assert not issubclass(CrawlerError, RetryableError)
