"""Reporters whom a report names in its first line or its last, as East Asian agencies do.

"新华社椴树8月10日电（记者高望 林晓燕）", "〔記者高望／台北報導〕", "(서울=연합뉴스) 홍길순 기자 =",
"…した。【森下直樹】"
"""

import re

from workers.parsing.fields.writers.agencies import agencies_in

HEAD = 90  # characters of the first paragraph in which a reporter is named
TAIL = 60  # the same of the last one
MAX_NAMES = 8

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = ("记者", "記者", "通讯员", "通訊員")
_OPENED = r"[（(〔\[【]"
#: labels and names in brackets, up to a place behind a slash or a bracket that closes
_CHINESE = re.compile(
    rf"{_OPENED}[{_HAN}]{{0,6}}?(?P<all>(?:记者|記者|通讯员|通訊員)[^（）()〔〕\[\]【】／/]{{2,40}})[）)〕\]】／/]"
)
#: without them at the line's beginning, before a place: "記者王小明／台北報導"
_TAIWANESE = re.compile(
    rf"^(?P<all>(?:記者|记者)[{_HAN}、\s]{{2,20}})[／/][{_HAN}]{{2,8}}(?:報導|报道|綜合報導)"
)
#: with the place between name and date: "中央社記者王小明台北10日電"
_WIRED = re.compile(
    rf"[記记]者(?P<name>[{_HAN}]{{3}})[{_HAN}]{{2,6}}\d{{1,2}}日[{_HAN}]{{0,2}}[電电]"
)
_KOREAN = re.compile(
    r"(?:^|[)\]]\s*)(?P<all>[가-힣]{2,4}(?:[·ㆍ,\s]{1,2}[가-힣]{2,4}){0,3})\s?"
    r"(?:인턴|선임|수습|객원)?\s?(?:기자|특파원)\s?(?:=|$|[(\[]?[\w.+-]{1,40}@)"
)
_JAPANESE = re.compile(rf"[。」](?P<bracket>[【（])(?P<all>[{_HAN}ァ-ヶー、・\s]{{3,24}})[】）]$")
_LABEL = re.compile("(?:实习|见习|特约|特派|首席|實習|見習|特約)?(?:记者|記者|通讯员|通訊員)")
_JAPANESE_NAME = re.compile(rf"^[ァ-ヶー・]*(?P<name>[{_HAN}]{{3,6}})$")
_BETWEEN = re.compile(r"[\s、，,;；:：·ㆍ]+")
_LONG_NAME = 4  # signs from which what stands in round brackets is a name and no agency


def reporters_in(first: str, last: str) -> tuple[str, ...]:
    """Whom the first paragraph names, else whom the last one does."""
    head, tail = first[:HEAD], last[-TAIL:]
    if head.isascii() and tail.isascii():
        return ()
    return _named(head) or _named(tail) or _japanese(tail)


def _named(text: str) -> tuple[str, ...]:
    if any(mark in text for mark in _MARKS):
        return _chinese(text)
    match = _KOREAN.search(text) if "기자" in text or "특파원" in text else None
    return _each(match["all"]) if match else ()


def _chinese(text: str) -> tuple[str, ...]:
    if wired := _WIRED.search(text):
        return (wired["name"],)
    match = _CHINESE.search(text) or _TAIWANESE.search(text)
    return _each(_LABEL.sub(" ", match["all"])) if match else ()


def _each(names: str) -> tuple[str, ...]:
    """The names in a list of them; none where a part of it is something else."""
    parts = [part for part in _BETWEEN.split(names) if part]
    is_list = len(parts) <= MAX_NAMES and all(2 <= len(part) <= 4 for part in parts)
    return tuple(dict.fromkeys(parts)) if is_list else ()


def _japanese(text: str) -> tuple[str, ...]:
    match = _JAPANESE.search(text)
    if match is None:
        return ()
    parts = [_JAPANESE_NAME.match(part) for part in _BETWEEN.split(match["all"])]
    names = [part["name"] for part in parts if part]
    least = _LONG_NAME if match["bracket"] == "（" else 3
    is_list = len(names) == len(parts) and all(len(name) >= least for name in names)
    return tuple(names) if is_list and not agencies_in(match["all"]) else ()
