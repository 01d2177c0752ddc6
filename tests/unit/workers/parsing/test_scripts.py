"""Texts in scripts that part sentences or words in their own ways."""

import pytest

from tests.unit.workers.parsing.pages import article
from workers.parsing.body.scripts import SAID_IN_ONE, density, is_unparted

#: one sentence of about the same sense in each, and again with other words behind it
TEXTS = {
    "th": ("ชาวประมงบนเกาะใช้ท่าเรือแห่งใหม่ได้แล้วตั้งแต่เช้าวันจันทร์หลังจากรอคอยมานานถึงสามปี",
           "หัวหน้าท่าเรือบอกว่าเรือเล็กไม่ต้องจอดรออยู่ข้างนอกอีกต่อไปและค่าจอดเรือยังเท่าเดิมตลอดปีนี้"),
    "km": ("អ្នកនេសាទនៅលើកោះអាចប្រើផែថ្មីបានហើយចាប់ពីព្រឹកថ្ងៃចន្ទបន្ទាប់ពីរង់ចាំអស់រយៈពេលបីឆ្នាំ",
           "មេកំពង់ផែបាននិយាយថាទូកតូចៗមិនចាំបាច់រង់ចាំនៅខាងក្រៅទៀតទេហើយថ្លៃចតទូកនៅដដែលពេញមួយឆ្នាំនេះ"),
    "lo": ("ຊາວປະມົງຢູ່ເທິງເກາະສາມາດໃຊ້ທ່າເຮືອໃໝ່ໄດ້ແລ້ວຕັ້ງແຕ່ເຊົ້າວັນຈັນຫຼັງຈາກລໍຖ້າມາເປັນເວລາສາມປີ",
           "ຫົວໜ້າທ່າເຮືອກ່າວວ່າເຮືອນ້ອຍບໍ່ຕ້ອງລໍຖ້າຢູ່ຂ້າງນອກອີກຕໍ່ໄປແລະຄ່າຈອດເຮືອຍັງຄືເກົ່າໃນປີນີ້"),
    "my": ("ကျွန်းပေါ်ရှိ ရေလုပ်သားများသည် သုံးနှစ်ကြာ စောင့်ဆိုင်းပြီးနောက် တနင်္လာနေ့ နံနက်မှစ၍ ဆိပ်ခံတံတားအသစ်ကို သုံးနိုင်ပြီ။",
           "ဆိပ်ကမ်းမှူးက လှေငယ်များ အပြင်ဘက်တွင် စောင့်စရာမလိုတော့ကြောင်းနှင့် အခကြေးငွေ မပြောင်းကြောင်း ပြောကြားသည်။"),
    "am": ("በደሴቱ ላይ ያሉ ዓሣ አጥማጆች ከሦስት ዓመት ጥበቃ በኋላ ከሰኞ ጠዋት ጀምሮ አዲሱን ወደብ መጠቀም ችለዋል።",
           "የወደቡ ኃላፊ ትናንሽ ጀልባዎች ከእንግዲህ ውጭ መጠበቅ እንደማያስፈልጋቸው ተናግረዋል።"),
    "bo": ("མཚོ་གླིང་གི་ཉ་པ་ཚོས་ལོ་གསུམ་སྒུག་རྗེས་གཟའ་ཟླ་བའི་ཞོགས་པ་ནས་གྲུ་ཁ་གསར་པ་བེད་སྤྱོད་བྱེད་ཐུབ་པ་བྱུང་།",
           "གྲུ་ཁའི་འགོ་པས་གྲུ་ཆུང་ཚོས་ཕྱི་ལ་སྒུག་མི་དགོས་པར་བཤད་པ་དང་གླ་ཆ་འདི་ལོ་སྔར་བཞིན་ཡིན།"),
    "zh": ("岛上的渔民从周一早上起可以使用新码头了，他们为此等了三年，石料要用驳船从大陆运来。",
           "港务长说，小船不必再在外面等候，今年的停泊费也不会上涨，渔民们都很高兴。"),
}  # fmt: skip


@pytest.mark.parametrize("code", TEXTS)
def test_a_text_in_any_script_is_read_whole(code: str) -> None:
    first, second = TEXTS[code]
    menu = "<ul><li><a href=/a>A</a></li><li><a href=/b>B</a></li></ul>"
    html = (
        f"<html lang={code}>{menu}<div class=box><h1>{first[:24]}</h1><span>2026-03-02 08:10</span>"
        f"<div class=detail><p>{first}</p><p>{second}</p><p>{first[10:]}</p></div></div></html>"
    )
    found = article(html)
    assert first in found.body
    assert second in found.body
    assert found.not_article is None


def test_scripts_without_marks_and_dense_ones_are_known() -> None:
    assert is_unparted(TEXTS["th"][0])
    assert not is_unparted("Die Fischer dürfen den neuen Kai nun benutzen")
    assert density(TEXTS["zh"][0]) == SAID_IN_ONE
    assert density(TEXTS["th"][0]) == density("naïve") == 1.0
