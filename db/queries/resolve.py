"""From an address as people write it to its page, its article and all addresses of that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Article, Host, Page
from db.sql.dialect import one_of_ids, rows_of
from db.terms.errors import NotFound

#: redirects and rel=canonical in a row that are followed; the crawl itself follows no more
MAX_ALIASES = 10
#: addresses shown beside one that is not known
MAX_NEAR = 5
#: of them named in an error
MAX_NAMED = 3
#: hosts among which one that is not known is looked for
MAX_HOSTS = 5_000


class ResolvedAddress(NamedTuple):
    """A page row, as far as it is needed to tell where it leads."""

    id: int
    url: str
    state: str
    reason: str | None
    article_id: int | None
    alias_of_id: int | None


#: in the order of ``ResolvedAddress``
_COLUMNS = (Page.id, Page.url, Page.state, Page.reason, Page.article_id, Page.alias_of_id)
_ADDRESSES = select(*_COLUMNS)
_BY_ID = one_of_ids(_ADDRESSES, Page.id)
# not NULL: what an index has that has these alone, which a list does not tell PostgreSQL
_BY_ARTICLE = one_of_ids(_ADDRESSES.where(Page.article_id.is_not(None)), Page.article_id)
_ALIASES = one_of_ids(
    _ADDRESSES.where(Page.alias_of_id.is_not(None), Page.article_id.is_(None)), Page.alias_of_id
)


def spellings(url: str) -> list[str]:
    """A canonical address and the others that people write for it, itself first."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    other_host = host[4:] if host.startswith("www.") else f"www.{host}"
    other_path = path[:-1] if path.endswith("/") else f"{path}/"
    schemes = (scheme, "http" if scheme == "https" else "https")
    paths = (path, other_path) if path and "?" not in path else (path,)
    return [f"{s}://{h}{slash}{p}" for h in (host, other_host) for p in paths for s in schemes]


def find_page(session: Session, url: str) -> Page | None:
    """The page of a canonical address, or of another spelling of it."""
    wanted = spellings(url)
    pages = {page.url: page for page in session.scalars(select(Page).where(Page.url.in_(wanted)))}
    return next((pages[wanted_url] for wanted_url in wanted if wanted_url in pages), None)


def find_article(session: Session, asked: int | str) -> Article:
    """The article with that id, or that a canonical address leads to. Raises NotFound."""
    if isinstance(asked, int):
        article = session.get(Article, asked)
        if article is None:
            raise no_article(session, asked)
        return article
    page = find_page(session, asked)
    ends = follow(session, [page.id]) if page else {}
    article_id = ends[page.id].article_id if page and page.id in ends else None
    if article_id is not None:
        return session.get_one(Article, article_id)
    own = session.scalars(select(Article).where(Article.url.in_(spellings(asked)))).first()
    if own is not None:
        return own
    if page is None:
        raise not_known(session, asked)
    why = f" ({page.reason})" if page.reason else ""
    raise NotFound(
        f"there is no article at {page.url}: it is {page.state}{why}; `terkait explain` says more"
    )


def follow(session: Session, page_ids: Iterable[int]) -> dict[int, ResolvedAddress]:
    """Where each page leads in the end, by redirects and rel=canonical: page id -> address."""
    ends = _addresses(session, set(page_ids))
    for _ in range(MAX_ALIASES):
        onward = {
            address.alias_of_id
            for address in ends.values()
            if address.article_id is None and address.alias_of_id is not None
        }
        if not onward:
            break
        next_ones = _addresses(session, onward)
        ends = {key: _step(address, next_ones) for key, address in ends.items()}
    return ends


def _step(address: ResolvedAddress, next_ones: Mapping[int, ResolvedAddress]) -> ResolvedAddress:
    if address.article_id is not None or address.alias_of_id is None:
        return address
    return next_ones.get(address.alias_of_id, address)


def _addresses(session: Session, ids: set[int]) -> dict[int, ResolvedAddress]:
    return {row.id: row for row in map(ResolvedAddress._make, rows_of(session, _BY_ID, ids))}


def addresses_of(session: Session, article_ids: Iterable[int]) -> dict[int, list[ResolvedAddress]]:
    """All addresses that lead to each article: article id -> addresses, oldest first."""
    owners: dict[int, int] = {}
    found: defaultdict[int, list[ResolvedAddress]] = defaultdict(list)
    for address in map(ResolvedAddress._make, rows_of(session, _BY_ARTICLE, article_ids)):
        assert address.article_id is not None
        owners[address.id] = address.article_id
        found[address.article_id].append(address)
    fresh = set(owners)
    for _ in range(MAX_ALIASES):
        aliases = _aliases(session, fresh)
        fresh = {alias.id for alias in aliases if alias.id not in owners}
        for alias in aliases:
            if alias.id in fresh and alias.alias_of_id is not None:
                owners[alias.id] = owners[alias.alias_of_id]
                found[owners[alias.id]].append(alias)
        if not fresh:
            break
    for addresses in found.values():
        addresses.sort(key=lambda address: address.id)
    return found


def _aliases(session: Session, ids: set[int]) -> list[ResolvedAddress]:
    """Pages without an article of their own that lead to these pages."""
    return [*map(ResolvedAddress._make, rows_of(session, _ALIASES, ids))]


def not_known(session: Session, url: str) -> NotFound:
    """The error for an address that no crawl has met, with the known ones that are nearest."""
    beside = ", ".join(address.url for address in near(session, url)[:MAX_NAMED])
    if beside:
        return NotFound(f"{url} is not known; near it: {beside}")
    host = url.split("/")[2]
    hosts = session.scalars(select(Host.name).limit(MAX_HOSTS)).all()
    alike = get_close_matches(host, hosts, n=1) or get_close_matches(f"www.{host}", hosts, n=1)
    meant = f"did you mean {alike[0]}?" if alike else "`terkait search WORDS` finds articles"
    return NotFound(f"{url} is not known, nor anything else of {host}; {meant}")


def no_article(session: Session, article_id: int | str) -> NotFound:
    """What is told where no article has that number."""
    newest = session.scalar(select(func.max(Article.id)))
    has = f"their numbers go up to {newest}" if newest else "none is stored yet"
    return NotFound(f"there is no article {article_id}: {has}; `terkait search WORDS` finds them")


def near(session: Session, url: str) -> list[ResolvedAddress]:
    """Known addresses of the same host, in either scheme, that begin most like this one."""
    addresses: list[ResolvedAddress] = []
    for spelled in dict.fromkeys(spellings(url)):
        start = "/".join(spelled.split("/")[:3]) + "/"
        before = select(*_COLUMNS).where(Page.url < spelled, Page.url >= start)
        after = select(*_COLUMNS).where(Page.url > spelled, Page.url < start[:-1] + "0")
        rows = [
            *session.execute(before.order_by(Page.url.desc()).limit(MAX_NEAR)),
            *session.execute(after.order_by(Page.url).limit(MAX_NEAR)),
        ]
        addresses += map(ResolvedAddress._make, rows)
    rest = _after_scheme(url)
    addresses.sort(key=lambda address: -_common(_after_scheme(address.url), rest))
    return list({address.id: address for address in addresses}.values())[:MAX_NEAR]


def _after_scheme(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def _common(one: str, other: str) -> int:
    """Characters that two addresses begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
