"""Draft, strip and fingerprint: a parsed article becomes a draft that can be stored."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from crawler.errors import BadURL
from crawler.page.urls import address_of, canonical, site_of
from db.articles import repeated_lines
from db.articles.draft import ArticleDraft
from db.articles.repeated_lines import LineCounts
from db.articles.store import stored_text
from db.articles.word_index import indexed_words
from db.frontier.pending import PendingPage
from db.sql.session import Database, Session
from workers.dedup.boilerplate import lines_of, without
from workers.dedup.fingerprint import count_words, keys_of
from workers.parsing.article import ParsedArticle


def make_draft(page: PendingPage, article: ParsedArticle) -> ArticleDraft:
    """The article as far as the page alone tells."""
    urls = dict.fromkeys((_canonical(article.url, page), page.copy.url, page.url))
    url = next(iter(urls))
    return ArticleDraft(
        url=url,
        addresses=tuple(map(address_of, urls)),
        site=site_of(url),
        body=article.body,
        fields=article.fields
        | {
            "published_at": instant(article.published),
            "evidence": dict(article.evidence),
        },
        archive_id=page.copy.id,
        is_own=page.copy.url == url,
        run_id=page.copy.run_id or page.run_id,
        depth=page.depth,
        fetched_at=page.copy.fetched_at,
        lines=lines_of(article.paragraphs),
    )


def _canonical(url: str, page: PendingPage) -> str:
    try:
        return canonical(url)
    except BadURL:
        return page.copy.url


def instant(text: str | None) -> datetime | None:
    """ISO 8601 as a moment; a day alone, and a time without offset, are read as UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def strip(database: Database, draft: ArticleDraft) -> ArticleDraft:
    """The draft without the paragraphs that its site repeats."""
    (stripped,) = strip_all(database, [draft])
    assert stripped is not None  # nothing comes before it
    return stripped


def strip_all(database: Database, drafts: Sequence[ArticleDraft]) -> list[ArticleDraft | None]:
    """The drafts without the paragraphs that their sites repeat.

    None for one of which that can only be said when those before it are stored.
    """
    with database.read() as session:
        sites = {draft.site for draft in drafts}
        line_counts = {site: _lines_of_site(session, site, drafts) for site in sites}
        # as they will be where all of these turn out to be new
        coming = {
            site: replace(counts, with_line=Counter(counts.with_line))
            for site, counts in line_counts.items()
        }
        stripped: list[ArticleDraft | None] = []
        for draft in drafts:
            repeated = line_counts[draft.site].repeated(draft.lines)
            is_sure = repeated == coming[draft.site].repeated(draft.lines)
            stripped.append(_without(session, draft, repeated) if is_sure else None)
            coming[draft.site].add(draft.lines)
        return stripped


def _lines_of_site(session: Session, site: str, drafts: Sequence[ArticleDraft]) -> LineCounts:
    digests = {digest for draft in drafts if draft.site == site for digest in draft.lines}
    return LineCounts.of(session, site, digests)


def _without(session: Session, draft: ArticleDraft, repeated: Collection[bytes]) -> ArticleDraft:
    if not repeated:
        return draft
    body = _cut(draft.body, repeated)
    return replace(draft, body=body, cut_of=_cut_of(session, draft, body))


def _cut_of(session: Session, draft: ArticleDraft, body: str) -> int | None:
    """The stored text that is this body but for lines that were not known to be repeated."""
    stored = stored_text(session, draft.urls)
    if stored is None or stored.body == body:
        return None
    repeated = repeated_lines.repeated(session, draft.site, lines_of(_paragraphs(stored.body)))
    return stored.id if repeated and _cut(stored.body, repeated) == body else None


def _cut(body: str, repeated: Collection[bytes]) -> str:
    return "\n\n".join(without(_paragraphs(body), repeated))


def fingerprint(draft: ArticleDraft) -> ArticleDraft:
    """The draft with what copies of its text are known by."""
    paragraphs = _paragraphs(draft.body)
    return replace(draft, keys=keys_of(paragraphs), words=count_words(paragraphs))


def with_words(draft: ArticleDraft) -> ArticleDraft:
    """The draft with what is to be found of it: for an article that is likely to be new."""
    title, language = draft.fields["title"] or "", draft.fields["language"]
    return replace(draft, indexed=indexed_words(title, draft.body, language))


def _paragraphs(body: str) -> Sequence[str]:
    return body.split("\n\n") if body else ()
