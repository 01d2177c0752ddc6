"""Bylines in Chinese characters, which have no capitals: labels and names of two to four signs."""

import re
from functools import cache

from workers.parsing.lexicon import lexicon

MAX_LINE = 60  # characters of a byline

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_SCRIPT = re.compile("[ぁ-ヿ가-힯A-Za-z]")  # of Japanese and Korean, which write otherwise
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]{{1,6}}(?:[·・•][{_HAN}]{{1,6}})+")
_BETWEEN = re.compile(r"[\s、，,;；:：/／|｜()（）]+")


def han_names(line: str) -> list[str] | None:
    """The writers that the line names behind labels, in order; None where it has no label."""
    if len(line) > MAX_LINE or line.isascii() or _OTHER_SCRIPT.search(line):
        return None
    labels = list(_label_pattern().finditer(line))
    if not labels:
        return None
    ends = [match.start() for match in labels[1:]] + [len(line)]
    names: list[str] = []
    for match, end in zip(labels, ends, strict=True):
        if match["by"]:
            parts = _BETWEEN.split(line[match.end() : end])
            names += [part for part in parts if _NAME.fullmatch(part)]
    return list(dict.fromkeys(names))


@cache
def _label_pattern() -> re.Pattern[str]:
    """A label at the beginning or behind a space or sign; a short one with a sign behind it."""
    words = lexicon().names
    by, others = (_either(words[kind]) for kind in ("han_by", "han_others"))
    return re.compile(
        rf"(?:^|(?<=[\s、，,;；/／|｜()（）]))(?:(?P<others>{others})|(?P<by>{by}|文(?=[\s:：/／|｜])))"
    )


def _either(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
