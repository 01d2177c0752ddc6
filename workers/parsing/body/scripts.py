"""What writing systems do at the end of a sentence, and how much they say in a character.

Thai, Lao, Khmer, Burmese and Tibetan part sentences by a space or a mark of their own, seldom
words; Chinese, Japanese, Korean and Ethiopic say in one character what Latin says in two.
"""

import re

#: at the end of a text that breaks off
CUT_MARKS = ("…", "...", "[…]", "[...]")
#: marks at the end of a sentence behind which no space need stand
CLOSED_MARKS = "。！？।॥۔؟։።፧፨။។៕།༎"
SENTENCE_MARKS = ".!?…" + CLOSED_MARKS
SAID_IN_ONE = 2.0  # Latin characters for one of a dense script
LOOKED_AT = 40  # characters of a text that tell its script
LONG_RUN = 12  # characters without a space, as words in scripts that part none

_UNPARTED = re.compile(rf"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]{{{LONG_RUN}}}")
_DENSE = re.compile("[\u1200-\u139f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_unparted(text: str) -> bool:
    """Whether the text is of a script whose sentences need no mark, in running words."""
    return not text.isascii() and _UNPARTED.search(text) is not None


def density(text: str) -> float:
    """How many characters of Latin one of the text's stands for."""
    head = text[:LOOKED_AT]
    if head.isascii():
        return 1.0
    dense = len(_DENSE.findall(head))
    return 1.0 + (SAID_IN_ONE - 1.0) * (dense * 2 >= len(head))
