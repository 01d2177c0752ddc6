"""What is indexed of an article: the quick way for the many leaves out what no limit leaves out."""

import pytest

from db.articles.word_index import MAX_PLACES_OF_WORD, Words, _indexed, _within_limits
from db.terms.tokens import words

SHORT = "Warga desa kebanjiran lagi; tim penolong berdatangan, kata kepala desa. "


@pytest.mark.parametrize(
    "body",
    [
        "",
        SHORT,
        SHORT * 20,
        SHORT * (MAX_PLACES_OF_WORD + 9),
        " ".join(f"kata{n}" for n in range(9_000)),
        "banjir " * (MAX_PLACES_OF_WORD - 1) + "surut",
        "banjir " * MAX_PLACES_OF_WORD + "surut",
    ],
)
def test_an_article_within_the_limits_is_indexed_whole(body: str) -> None:
    article = Words(article_id=1, title="Banjir di Desa Wening", body=body, language="id")
    limited = _within_limits(words(article.title), words(body), "id")
    assert _indexed(article) == limited
