"""What holds of the reader's pure functions for any text, in any script."""

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.page.structured_data import StructuredData, parse_json, types_of
from workers.parsing.body.date_lines import is_date, stamp
from workers.parsing.body.scripts import density, is_unparted
from workers.parsing.body.text_features import letters
from workers.parsing.candidates import FieldCandidate, best
from workers.parsing.fields import metadata
from workers.parsing.fields.dateline import dateline_of
from workers.parsing.fields.declared import path_of
from workers.parsing.fields.language import languages_of
from workers.parsing.fields.stray_lines import is_stray, without_initials, without_strays
from workers.parsing.fields.writers.agencies import agencies_in
from workers.parsing.fields.writers.bylines import signed_by
from workers.parsing.fields.writers.credits import appeals, unframed
from workers.parsing.fields.writers.han_names import han_names
from workers.parsing.fields.writers.names import after_label, is_full_name, is_person, without_dates
from workers.parsing.fields.writers.portraits import host_word
from workers.parsing.notices import NO_TEXT
from workers.parsing.page_types import page_type_of
from workers.parsing.reader import agree

#: pieces that lines of news pages are made of
PIECES = st.sampled_from(
    ["JAKARTA", "Tempo.co", "Oleh", "By ", "Ana Ruiz", "(", ")", " - ", " – ", ": ", ", ", "|", "/",
     "3 May 2024", "12:05", "Senin", "Reuters", "Baca juga", "Editor", "记者", "王海明",
     "김철수 기자",
     "โดย", "ภาษาไทย", "harbour", "the", "dan", "©", "\u200b", "\n", "  ", "Sumber: Antara", ".",
     "!"]
)  # fmt: skip
LINES = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=120))
PARAGRAPHS = st.lists(LINES, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "author", "name", "keywords", "articleSection", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(PARAGRAPHS)
def test_a_frame_is_cut_off_and_nothing_is_written_anew(paragraphs: list[str]) -> None:
    kept = unframed(paragraphs).paragraphs
    rest = iter(paragraphs)
    assert all(any(text in whole for whole in rest) for text in kept)
    assert all(kept)


@given(PARAGRAPHS)
def test_to_take_strays_away_twice_takes_no_more(paragraphs: list[str]) -> None:
    once = without_strays(paragraphs)
    assert without_strays(once) == once
    assert len(once) <= len(paragraphs)


@given(PARAGRAPHS)
def test_each_paragraph_is_asked_whether_it_is_an_appeal(paragraphs: list[str]) -> None:
    found = appeals(paragraphs)
    assert len(found) == len(paragraphs)
    assert all(text for text, is_appeal in zip(paragraphs, found, strict=True) if is_appeal)


@given(LINES)
def test_initials_stand_at_the_end(text: str) -> None:
    assert text.startswith(without_initials(text).rstrip()) or without_initials(text) in text


@given(PARAGRAPHS)
@example(["JAKARTA - "])
def test_a_dateline_stands_in_the_text(paragraphs: list[str]) -> None:
    place = dateline_of(paragraphs).place
    texts = [" ".join(text.split()).casefold() for text in paragraphs]
    assert place is None or any(place.casefold() in text for text in texts)


@given(LINES)
def test_a_byline_names_what_it_says(line: str) -> None:
    writers = signed_by(line)
    assert writers is None or all(writer in line for writer in writers)
    names = han_names(line)
    assert names is None or all(name in line for name in names)
    label = after_label(line)
    assert label is None or label in line


@given(LINES)
def test_what_is_a_full_name_by_its_words_is_short(line: str) -> None:
    if is_person(line):
        assert len(line) <= 50
        assert not any(map(str.isdigit, line))
    if line.isascii() and is_full_name(line):
        assert 2 <= len(line.partition(",")[0].split()) <= 5


@given(LINES)
def test_agencies_are_named_once(line: str) -> None:
    found = agencies_in(line)
    assert len(set(found)) == len(found)


@given(LINES)
def test_a_line_without_digits_has_no_date(line: str) -> None:
    if not any(map(str.isdigit, line)):
        assert without_dates(line) == line


@given(LINES)
def test_dates_are_short_lines(line: str) -> None:
    assert not is_date(line) or stamp(line) is not None or any(map(str.isdigit, line))
    assert not is_stray(line) or len(line) < 300


@given(LINES)
def test_letters_are_the_same_in_any_case_and_order_of_marks(text: str) -> None:
    key = letters(text)
    assert letters(key) == key
    assert letters(f" {text} |") == key
    assert not any(map(str.isspace, key))


@given(LINES)
def test_signs_of_scripts_are_shares_of_the_text(text: str) -> None:
    assert density(text) >= 0
    assert not is_unparted(text) or not text.isascii()


@given(PARAGRAPHS, st.sampled_from(["", "en", "id-ID", "de", "x", "zh-Hant"]))
def test_a_language_has_a_code_of_two_letters(paragraphs: list[str], declared: str) -> None:
    for candidate in languages_of(paragraphs, declared):
        assert 2 <= len(candidate.value) <= 3
        assert candidate.value.isalpha()


@given(st.text(max_size=80))
def test_any_address_has_a_path_and_a_host(url: str) -> None:
    assert not path_of(url).endswith("/")
    assert "." not in host_word(url)
    assert " " not in host_word(url)


@given(JSON)
def test_any_value_may_stand_in_json_ld(value: object) -> None:
    item = value if isinstance(value, dict) else {"@type": "NewsArticle", "author": value}
    data = StructuredData(objects=[item])
    for credit in metadata.claimed_authors(data, item):
        assert "://" not in credit.name or credit.is_person is not None
    assert all(section.value for section in metadata.claimed_sections(data, item))
    assert all(topics for topics, _ in metadata.claimed_topics(data, item))
    assert all(isinstance(name, str) for name in metadata.publishers(data, item))
    assert all(kind == kind.lower() for kind in types_of(item))


@given(st.text(alphabet=st.sampled_from('{}[]":,ab\\u0\n<!--/*>'), max_size=60))
def test_broken_json_raises_nothing(text: str) -> None:
    assert len(list(parse_json(text))) <= 1


@given(PARAGRAPHS)
def test_a_text_agrees_with_itself(paragraphs: list[str]) -> None:
    assert agree(paragraphs, paragraphs)


@given(PARAGRAPHS, PARAGRAPHS)
def test_two_texts_agree_both_ways(first: list[str], second: list[str]) -> None:
    assert agree(first, second) == agree(second, first)


@given(st.lists(st.text(max_size=3), max_size=4))
def test_the_best_candidate_is_the_first(values: list[str]) -> None:
    found = best(FieldCandidate(value=value, where="x") for value in values)
    assert (found.value if found else None) == (values[0] if values else None)


@given(st.text(max_size=40), st.integers(0, 5_000), st.sampled_from([None, NO_TEXT, "home page"]))
def test_each_page_has_one_of_the_forms(path: str, size: int, reason: str | None) -> None:
    form = page_type_of(StructuredData(), f"https://kabar.test/{path}", size=size,
                        not_article=reason)  # fmt: skip
    assert form in {"article", "live", "advertorial", "gallery", "video", "index", "other"}
