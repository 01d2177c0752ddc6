"""What stands beside the text in boxes that say what they are: comments, the site's foot."""

import pytest

from tests.unit.workers.parsing.pages import article

SENTENCES = [
    "The council of Tarawi voted on Monday to reopen the old harbour, closed since last winter.",
    "Fishermen had waited for the decision for months, said Rani Kasturi of the boat owners.",
    "The repairs will cost some four million and are to be paid for by the province, he said.",
    "Boats of up to twelve metres will be able to land their catch from the first of May.",
    "Groups had objected to the dredging of the channel, but withdrew when plans were changed.",
    "The harbour was built in 1921 and has been the heart of the town ever since, they say.",
]
HEAD = "<h1>Old harbour of Tarawi to reopen</h1><div class=meta>By Ana Ruiz | 3 March 2026</div>"
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
OPINION = "I think that the harbour should have been opened much earlier, says reader number"


def paragraphs(inner: str) -> tuple[str, ...]:
    return article(f"<main><div class=content>{HEAD}{inner}</div></main>").paragraphs


@pytest.mark.parametrize("name", ["comment", "komentar", "kommentar", "comentarios"])
def test_what_readers_write_is_no_text(name: str) -> None:
    opinions = "".join(f"<div class={name}><p>{OPINION} {n}.</p></div>" for n in range(5))
    page = f"{TEXT}<div id={name}><h3>Readers</h3>{opinions}</div>"
    assert paragraphs(page) == tuple(SENTENCES)


def test_a_box_around_all_of_the_text_says_nothing() -> None:
    assert paragraphs(f"<div class=comments-open>{TEXT}</div>") == tuple(SENTENCES)


def test_a_disclaimer_is_no_text() -> None:
    legal = (
        "<p>Lantern Weekly and its owners do not give advice on law, tax or boats to anyone.</p>"
    )
    page = f"{TEXT}<div class=site-disclaimer>{legal}</div>"
    assert paragraphs(page) == tuple(SENTENCES)
