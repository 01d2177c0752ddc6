"""The agencies that a credit names."""

import re

from workers.parsing.lexicon import lexicon

_BETWEEN = re.compile(r"[|/,;&+()]|\b(?:and|dan|und|et|y|with|dengan|mit)\b")


def agencies_in(text: str) -> list[str]:
    """The agencies that a credit names: "Antara/Reuters" gives both."""
    agencies = lexicon().agencies
    parts = _BETWEEN.split(text)
    names = (agencies.get(" ".join(part.lower().split()).strip(" .-–—:")) for part in parts)
    return list(dict.fromkeys(name for name in names if name))
