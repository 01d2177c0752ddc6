"""Why a page is read as it is."""

from tests.unit.workers.parsing.pages import NO_PROFILE, saved
from workers.parsing import read
from workers.parsing.explaining import ReadingExplanation, explain


def explained() -> ReadingExplanation:
    return explain(saved("dermaga/article.html"), NO_PROFILE)


def test_the_first_candidate_of_a_field_is_the_one_that_is_read() -> None:
    article = read(saved("dermaga/article.html"), NO_PROFILE)
    first = {f.name: f.candidates[0].value for f in explained().fields if f.candidates}
    assert first["title"] == article.title
    assert first["authors"] == ", ".join(article.authors)
    assert first["published"] == article.published
    assert first["image"] == article.image


def test_other_candidates_say_where_they_stand() -> None:
    published = next(f for f in explained().fields if f.name == "published")
    assert [c.where for c in published.candidates] == ["json-ld", "date line"]


def test_a_field_that_the_page_does_not_have_has_no_candidates() -> None:
    assert next(f for f in explained().fields if f.name == "section").candidates == ()


def test_each_text_has_its_score_and_what_speaks_against_it() -> None:
    texts = {text.text: text for text in explained().texts}
    assert texts["Listrik dan Air"].is_taken
    assert not texts["Terpopuler"].is_taken
    assert texts["Terpopuler"].why == "related"
    assert (texts["Terpopuler"].score or 0.0) < 0.5


def test_the_texts_that_are_taken_are_the_article() -> None:
    found = explained()
    taken = [text.text for text in found.texts if text.is_taken and not text.why]
    starts = zip(taken, found.article.paragraphs, strict=True)  # "Sumber: ..." is cut off the last
    assert all(text.startswith(paragraph) for text, paragraph in starts)
