"""Reporters whom the text itself names, and names in scripts without capitals."""

import pytest

from tests.unit.workers.parsing.pages import article
from workers.parsing.fields.writers.text_bylines import reporters_in

CHINESE = "临江市周二通过了栈桥方案。"
JAPANESE = "市議会は橋の建設を可決した。入札は来年１月に始まる。"
KOREAN = "강변시의회가 다리를 짓기로 했다."


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (f"新华社临江8月10日电（记者高望 林晓燕）{CHINESE}", CHINESE, ("高望", "林晓燕")),
        (f"（本报记者高望、通讯员林晓燕）{CHINESE}", CHINESE, ("高望", "林晓燕")),
        (f"〔記者高望遠／臨江報導〕{CHINESE}", CHINESE, ("高望遠",)),
        ("記者高望遠／臨江報導", CHINESE, ("高望遠",)),
        (f"（中央社記者高望遠臨江10日電）{CHINESE}", CHINESE, ("高望遠",)),
        (CHINESE, f"{CHINESE}（记者 高望）", ("高望",)),
        (f"(강변=연합뉴스) 홍길순 기자 = {KOREAN}", KOREAN, ("홍길순",)),
        (KOREAN, "홍길순 기자 hong@kabar.test", ("홍길순",)),
        (JAPANESE, f"{JAPANESE}【森下直樹、山根久美子】", ("森下直樹", "山根久美子")),
        (JAPANESE, f"{JAPANESE}（森下直樹）", ("森下直樹",)),
        (JAPANESE, f"{JAPANESE}（共同）", ()),
        ("多名记者在现场看到（见图），栈桥已经封闭。", CHINESE, ()),
        ("기자회견에서 시장은 다리를 짓겠다고 밝혔다.", KOREAN, ()),
        ("The council voted (reporters were there) on Tuesday.", "It is over.", ()),
    ],
)
def test_reporters_in_the_first_line_or_the_last(
    first: str, last: str, names: tuple[str, ...]
) -> None:
    assert reporters_in(first, last) == names


def page(head: str, paragraph: str, foot: str = "") -> str:
    texts = "".join(f"<p>{number} {paragraph * 4}</p>" for number in range(6))
    return f"{head}{texts}{foot}"


ARABIC = "وافق المجلس البلدي مساء الثلاثاء على بناء رصيف جديد في الميناء القديم. "


@pytest.mark.parametrize(
    ("html", "names"),
    [
        (
            page("<h1>栈桥方案通过</h1><p>临江晚报记者 陈曼</p><p>2026-03-02</p>", CHINESE),
            ("陈曼",),
        ),
        (page("<h1>栈桥方案通过</h1><p>发布日期：2026-03-02</p><p>政务动态</p>", CHINESE), ()),
        (page("<h1>栈桥方案通过</h1>", CHINESE, "<p class=editor>【责任编辑:张伟】</p>"), ()),
        (
            page("<h1>رصيف جديد</h1><p class=author>القاهرة: سعيد المالكي</p>", ARABIC),
            ("سعيد المالكي",),
        ),
        (
            page("<h1>رصيف جديد</h1><p class=author>دبي – <a href=/w>نوال العتيبي</a></p>", ARABIC),
            ("نوال العتيبي",),
        ),
        (
            page("<h1>새 다리</h1><p class=byline><a href=/r/1>오윤서기자</a></p>", KOREAN),
            ("오윤서",),
        ),
    ],
)
def test_writers_in_scripts_without_capitals(html: str, names: tuple[str, ...]) -> None:
    assert article(html).authors == names
