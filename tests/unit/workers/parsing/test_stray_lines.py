"""Lines that an editing system leaves in a text, and paragraphs that only name its makers."""

import pytest

from workers.parsing.fields.stray_lines import without_strays
from workers.parsing.fields.writers.bylines import signed_by
from workers.parsing.fields.writers.credits import unframed

TEXT = "Dermaga baru dibuka pada Senin pagi."


@pytest.mark.parametrize(
    "line",
    [
        "(rkd)",
        "(rkd/tmu)",
        "(rkd.-)",
        "#Dermaga Tarawi",
        "2 dari 4 Halaman",
        "Page 2 of 4",
        "Seite 2 von 4",
        "Loading...",
        "Wird geladen …",
        "読み込み中",
        "Simak Video 'Dermaga Baru': [Gambas:Video 20menit]",
        "Saksikan video dermaga di bawah ini:",
        "Watch the video of the quay below:",
        "(*)",
        "***",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Weiter nach der Anzeige",
        "La suite après cette publicité",
        "Copy link",
        "Deel artikel:",
        "after newsletter promotion",
        "कॉपी लिंक",
        "링크 복사",
        "Regardez la vidéo ci-dessous :".replace("vidéo", "video"),
    ],
)
def test_a_stray_line_is_no_paragraph(line: str) -> None:
    assert without_strays([TEXT, line]) == [TEXT]


@pytest.mark.parametrize(
    "line",
    [
        "Kapal itu milik koperasi (KUD).",
        "He went home (again)",
        "Video of the quay went around the island within a day.",
        "The boats carried 3 of 4 crates",
        "#1 The quay of Tarawi",
        "[Sic] the captain wrote it so.",
    ],
)
def test_a_line_that_says_something_stays(line: str) -> None:
    assert without_strays([line]) == [line]


def test_initials_behind_the_last_sentence_are_cut_off() -> None:
    assert without_strays([f"{TEXT} (rkd/tmu)"]) == [TEXT]


@pytest.mark.parametrize(
    ("line", "writers"),
    [
        ("Oleh: Rani Kasturi", ["Rani Kasturi"]),
        ("Oleh Rani Kasturi", ["Rani Kasturi"]),
        ("By Jane Marlowe", ["Jane Marlowe"]),
        ("Por María del Río", ["María del Río"]),
        ("(Reporter: Rani Kasturi)", ["Rani Kasturi"]),
        ("Reporter: Rani Kasturi | Editor: Tomo Umar", ["Rani Kasturi"]),
        ("Editor: Tomo Umar", []),
    ],
)
def test_a_line_that_names_makers_alone_is_a_byline(line: str, writers: list[str]) -> None:
    assert signed_by(line) == writers
    assert unframed([line, TEXT]).paragraphs == (TEXT,)


@pytest.mark.parametrize(
    "line",
    ["By Monday", "Aus Berlin", "De acuerdo con Pedro", "By noon the boats had left.", TEXT],
)
def test_a_line_that_begins_like_a_byline_is_none(line: str) -> None:
    assert signed_by(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "(Humas/rn)",
        "(Sari Dewi)",
        "jko/dpa",
        "© 2024 Kabar Media. All rights reserved.",
        "저작권자 ⓒ 강변신문, 무단전재 및 재배포금지",
        "【森下直樹】",
        "hong@kabar.test",
        "홍길순 기자 hong@kabar.test",
        "انتهای پیام/",
        "پایان پیام/ ۳۴۵",
        "– Ends –",
        "###",
        "Son güncellenme: 08:00 11.08.2024",
    ],
)
def test_a_line_that_only_ends_the_report_is_no_paragraph(line: str) -> None:
    assert unframed([TEXT, TEXT, line]).paragraphs == (TEXT, TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "(The quay was closed in 2019.)",
        "Write to the harbour master at quay@kabar.test before Monday noon.",
        "In the end, nobody came.",
    ],
)
def test_a_sentence_at_the_end_is_a_paragraph(line: str) -> None:
    assert unframed([TEXT, TEXT, line]).paragraphs == (TEXT, TEXT, line)


@pytest.mark.parametrize(
    "head",
    [
        ["森下直樹", "2024年8月10日 20時30分"],
        ["Sari Dewi", "Harbour desk", "10 August 2024"],
    ],
)
def test_what_stands_over_the_text_is_no_paragraph(head: list[str]) -> None:
    assert unframed([*head, TEXT, TEXT]).paragraphs == (TEXT, TEXT)


def test_a_sentence_over_a_date_stays() -> None:
    paragraphs = ["It was a long day.", "10 August 2024", TEXT, TEXT]
    assert unframed(paragraphs).paragraphs == tuple(paragraphs)


@pytest.mark.parametrize("head", ["Tarawi -", "Jakarta, Kabar.com —"])
def test_a_lone_dateline_belongs_to_the_first_paragraph(head: str) -> None:
    assert unframed([head, TEXT, TEXT]).paragraphs == (f"{head} {TEXT}", TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for our weekly newsletter and never miss a story.",
        "Mit Ihrer Registrierung nehmen Sie die Datenschutzerklärung zur Kenntnis.",
        "More: School board delays vote",
        "Lea también: El temporal deja sin luz a tres comarcas",
        "Published: 15:58, 10 August 2024 | Updated: 16:40, 10 August 2024",
    ],
)
def test_an_appeal_a_pointer_or_dates_above_the_text_are_no_paragraphs(line: str) -> None:
    assert unframed([TEXT, line, TEXT, TEXT]).paragraphs == (TEXT, TEXT, TEXT)


@pytest.mark.parametrize("label", ["About the author", "Sobre la firma", "Über die Autorin"])
def test_what_is_said_of_the_writer_under_the_text_is_none_of_it(label: str) -> None:
    about = "Ana Ruiz has covered the harbour since 2015."
    assert unframed([TEXT, TEXT, TEXT, label, about]).paragraphs == (TEXT, TEXT, TEXT)


def test_an_agency_in_brackets_at_the_end_is_a_source() -> None:
    framed = unframed([TEXT, TEXT, "jko/dpa"])
    assert framed.paragraphs == (TEXT, TEXT)
    assert framed.sources == ("dpa",)
