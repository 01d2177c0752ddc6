"""Bylines in Chinese characters, which have no capitals: labels and names of two to four signs."""

import re
from functools import cache

from workers.parsing.lexicon import lexicon

MAX_LINE = 60  # characters of a byline
MAX_NAME = 4  # signs of a name

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OTHER_SCRIPT = re.compile("[ぁ-ヿ가-힯A-Za-z]")  # of Japanese and Korean, which write otherwise
_NAME = re.compile(rf"[{_HAN}]{{2,4}}|[{_HAN}]{{1,6}}(?:[·・•][{_HAN}]{{1,6}})+")
_BETWEEN = re.compile(r"[\s、，,;；:：/／|｜()（）\[\]【】]+")
#: the name of a paper before the office: "椴树晚报记者 高望"
_OF_PAPER = re.compile(rf"[{_HAN}]{{2,8}}(?:记者|記者|通讯员|通訊員|特约撰稿人?)\s+(?P<names>.+)")
#: the commonest surnames, which four of five Chinese bear
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易"
    "乔赖温庄晏樊施殷颜倪伍安张劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蕭蔣葉蘇呂盧鐘鍾陸賈鄒閻龍賀顧萬錢嚴湯喬賴溫莊顏"
)


def han_names(line: str) -> list[str] | None:
    """The writers that the line names behind labels, in order; None where it has no label."""
    if len(line) > MAX_LINE or line.isascii() or _OTHER_SCRIPT.search(line):
        return None
    labels = list(_label_pattern().finditer(line))
    if not labels:
        match = _OF_PAPER.fullmatch(line)
        parts = _BETWEEN.split(match["names"]) if match else []
        return parts if parts and all(map(_NAME.fullmatch, parts)) else None
    ends = [match.start() for match in labels[1:]] + [len(line)]
    names: list[str] = []
    for match, end in zip(labels, ends, strict=True):
        if match["by"]:
            parts = _BETWEEN.split(line[match.end() : end])
            names += [part for part in parts if _NAME.fullmatch(part)]
    return list(dict.fromkeys(names))


def may_be_chinese(name: str) -> bool:
    """Whether a text in Chinese characters alone begins as names do; True of other scripts."""
    return not re.fullmatch(rf"[{_HAN}]+", name) or (len(name) <= MAX_NAME and name[0] in _SURNAMES)


@cache
def _label_pattern() -> re.Pattern[str]:
    """A label at the beginning or behind a space or sign; a short one with a sign behind it."""
    words = lexicon().names
    by, others = (_either(words[kind]) for kind in ("han_by", "han_others"))
    return re.compile(
        rf"(?:^|(?<=[\s、，,;；/／|｜()（）\[【]))(?:(?P<others>{others})|(?P<by>{by}|文(?=[\s:：/／|｜])))"
    )


def _either(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
