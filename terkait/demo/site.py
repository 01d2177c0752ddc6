"""The demo site as answers to requests: pure, the same for the same base addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from terkait.demo import site_pages
from terkait.demo.content import ARCHIVE_FOLDER, DemoArticle, DemoLink, load
from terkait.demo.site_addresses import Addresses

ROBOTS = f"User-agent: *\nDisallow: {ARCHIVE_FOLDER}/\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a server sends for one address."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def pages(base_urls: Mapping[str, str]) -> dict[str, Answer]:
    """Address -> answer, for all of the site; what is not there is 404.

    ``base_urls`` names scheme, address and port of the hosts "sagara" and "kemuning".
    """
    site = Addresses(content=load(), base_urls=base_urls)
    served = {site.url(key): _article(site, a) for key, a in site.content.articles.items()}
    served |= {
        site.url(key): _link(site, link)
        for key, link in site.content.links.items()
        if link.kind not in ("gone", "tracked")
    }
    for host, base in base_urls.items():
        served[f"{base}/"] = _html(site_pages.front_page(site, host))
        served[f"{base}/robots.txt"] = Answer(
            body=ROBOTS.encode(), headers={"Content-Type": "text/plain"}
        )
    return served


def missing() -> Answer:
    """The answer to an address that is not there."""
    return _html(site_pages.error_page(404), status=404)


def _article(site: Addresses, article: DemoArticle) -> Answer:
    if article.status != 200:
        return _html(site_pages.error_page(article.status), status=article.status)
    text = site_pages.article_page(site, article)
    if article.encoding == "utf-8":
        return _html(text)
    # only the page's own meta element tells how it is encoded
    return Answer(body=text.encode(article.encoding), headers={"Content-Type": "text/html"})


def _link(site: Addresses, link: DemoLink) -> Answer:
    if link.kind == "redirect":
        return Answer(status=301, headers={"Location": site.url(link.target)})
    if link.kind == "amp":
        return _html(site_pages.amp_page(site, site.content.articles[link.target]))
    return _html(site_pages.index_page(site, link))


def _html(text: str, *, status: int = 200) -> Answer:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return Answer(status=status, body=text.encode(), headers=headers)
