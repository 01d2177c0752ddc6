"""Pages that stand where an article should be: errors, refusals, forms for login or consent.

They are known by what they are: no author and no date, little text, a form for a password, or a
short headline that says it; a long text only where most of its paragraphs are about the same. Where
the article's headline and date stand over them, they are known by saying nothing else.
"""

from collections.abc import Sequence
from functools import cache

from crawler.page.document import Document
from workers.parsing.body.body import Body
from workers.parsing.body.outline import TextOutline
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.body.phrases import Phrases
from workers.parsing.body.scripts import density, is_unparted
from workers.parsing.fields.metadata import claimed_paywall
from workers.parsing.lexicon import lexicon

LOGIN = "login form"
CONSENT = "consent form"
NOTICE = "notice instead of an article"
NO_TEXT = "no text"
OWN_PAGE = "page that a site has of itself"

FORM_CHARS = 300  # of text beside a form for a password that are no article
NOTICE_CHARS = 800  # of text below a headline that says that there is no page
LONG_CHARS = 3_000  # the same where the headline is short
SHORT_TITLE = 70  # characters of a headline of a notice
MOST = 0.5  # share of the paragraphs that speak of nothing else
MIN_ABOUT = 2  # paragraphs that speak of it
REGRET_CHARS = 400  # of text that says nothing else than that there is no page
TINY_CHARS = 100  # of Latin text, or what says as much, that nothing says is an article
SENTENCE_CHARS = 60  # the same of a text that is a sentence
SHORT_SENTENCES, SHORT_WORDS = 5, 5  # so many shorter ones, of so many words, are a text, too
SENTENCE_ENDS = tuple('.!?。！？।۔…"”»)')
NOTICE_LINE = 200  # characters of a line that says that an article is gone
_PASSWORD = 'type="password"', "type=password", "type='password'"


def notice_reason(
    document: Document, outline: TextOutline, body: Body, title: str | None
) -> str | None:
    """Why a page without author and date is no article; None where nothing tells."""
    size = sum(len(block.text) for block in body.blocks)
    if size > LONG_CHARS:
        return None
    if size < FORM_CHARS and any(mark in document.text for mark in _PASSWORD):
        return LOGIN
    heads = _heads(outline, title, document.structured.title)
    if size < NOTICE_CHARS and any(_refusals().counts(heads)):
        return NOTICE
    texts = [block.text for block in body.blocks]
    if size < NOTICE_CHARS and any(_regretful(texts)):
        return NOTICE
    if _most_about(texts, _consent()):
        return CONSENT
    if any(_closures().counts(heads)):
        return NOTICE
    is_said = any(_scripts().counts(heads))
    return NOTICE if is_said and (size < NOTICE_CHARS or _most_about(texts, _scripts())) else None


def is_tiny(document: Document, body: Body) -> bool:
    """Whether so little stands on a page that nothing but its own word could make it an article."""
    size = sum(len(block.text) * density(block.text) for block in body.blocks)
    data = document.structured
    is_claimed = data.articles() or any(
        claimed_paywall(data)
    )  # what is locked is an article's start
    return size < TINY_CHARS and not is_claimed


def has_no_sentence(document: Document, body: Body) -> bool:
    """Whether a page's text is lines alone, and nothing says that it is an article."""
    if document.structured.articles():
        return False
    texts = [block.text for block in body.blocks]
    if any(density(text) > 1 or is_unparted(text) for text in texts):
        return False
    sentences = [text for text in texts if text.rstrip().endswith(SENTENCE_ENDS)]
    if any(len(text) >= SENTENCE_CHARS for text in sentences):
        return False
    return sum(len(text.split()) >= SHORT_WORDS for text in sentences) < SHORT_SENTENCES


def is_own_page(title: str | None) -> bool:
    """Whether the headline is that of a page that every site has of itself: "Privacy policy"."""
    return title is not None and title.strip(" .:").lower() in _own_pages()


@cache
def _own_pages() -> frozenset[str]:
    return frozenset(lexicon().labels["own_pages"])


def is_regret(texts: Sequence[str]) -> bool:
    """Whether few words in an article's place say that it, or its server, is not to be had."""
    size = sum(map(len, texts))
    if not 0 < size < REGRET_CHARS:
        return False
    about = sum(
        len(text) for text, is_about in zip(texts, _regretful(texts), strict=True) if is_about
    )
    return about > MOST * size


def _regretful(texts: Sequence[str]) -> list[bool]:
    """Which of the texts tell the reader that there is no page."""
    lowered = [text.lower().replace("’", "'") for text in texts]
    counts = zip(_gone().counts(lowered), _regrets().counts(lowered), strict=True)
    return [gone + regret > 0 for gone, regret in counts]


def _heads(outline: TextOutline, *titles: str | None) -> list[str]:
    """Short headlines of the page, and of a page without any its first text."""
    heads = [title for title in titles if title]
    heads += [block.text for block in outline.blocks[:3] if block.tag in ("h1", "h2")]
    if not heads:
        heads = [block.text for block in outline.blocks[:1]]
    return [text.lower() for text in heads if len(text) <= SHORT_TITLE]


def _most_about(texts: Sequence[str], subject: Phrases) -> bool:
    """Whether most of the texts speak of the subject."""
    about = sum(map(bool, subject.counts([text.lower() for text in texts])))
    return about >= max(MIN_ABOUT, MOST * len(texts))


@cache
def _refusals() -> Phrases:
    return Phrases(lexicon().labels["refusal"], at_word=False)


@cache
def _gone() -> Phrases:
    return Phrases(lexicon().labels["gone"], at_word=False)


@cache
def _regrets() -> Phrases:
    return Phrases(lexicon().labels["regret"], at_word=False)


@cache
def _closures() -> Phrases:
    return Phrases(lexicon().labels["closure"], at_word=False)


@cache
def _consent() -> Phrases:
    return Phrases(lexicon().labels["consent"], at_word=False)


@cache
def _scripts() -> Phrases:
    return Phrases(lexicon().labels["scripts"], at_word=False)


def says_gone(document: Document, headline: str | None) -> bool:
    """Whether a page on which an article stood says that it is not there any more.

    Asked only of pages without an article's text: elsewhere such words may be the news, as they
    may be in the article's own headline.
    """
    lines = [block.text for block in outline_of(document.tree).blocks]
    texts = [text.lower() for text in (*lines, document.structured.title or "") if text]
    own = (headline or "").lower()
    texts = [
        text
        for text in texts
        if len(text) <= NOTICE_LINE and not (own and (own in text or text in own))
    ]
    return any(_withdrawals().counts(texts))


@cache
def _withdrawals() -> Phrases:
    return Phrases(lexicon().labels["withdrawal"], at_word=False)
