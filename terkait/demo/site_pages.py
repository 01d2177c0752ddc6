"""The pages of the demo site as HTML: two publishers, two ways to build a page."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape

from terkait.demo.content import DemoArticle, DemoHost, DemoLink, slug
from terkait.demo.site_addresses import Addresses

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
# by place in the box; an age counts from when the page was fetched
AGES = ("35 menit lalu", "4 jam lalu", "6 jam lalu", "15 jam lalu", "1 hari lalu", "2 hari lalu")

INLINE = re.compile(r"\[\[([\w-]+)\|([^\]]+)\]\]")


def article_page(site: Addresses, article: DemoArticle) -> str:
    """The page of an article, in the layout of its host."""
    host = site.content.hosts[article.host]
    main = _cards_main(site, article) if host.layout == "cards" else _lists_main(site, article)
    return _page(site, article.host, article.title, main, _head(site, article), article.encoding)


def amp_page(site: Addresses, article: DemoArticle) -> str:
    """The same text without boxes; its canonical address is the article's."""
    main = f"<article><h1>{escape(article.title)}</h1>{''.join(_text(site, article))}</article>"
    canonical = f'<link rel="canonical" href="{site.url(article.key)}">'
    return _html(article.title, canonical, f"<main>{main}</main>", "utf-8", ' amp=""')


def index_page(site: Addresses, link: DemoLink) -> str:
    """A list of articles by title, newest first, and nothing else."""
    articles = [site.content.articles[key] for key in link.lists]
    newest = sorted(articles, key=lambda article: article.published, reverse=True)
    items = (f"<li>{_a(site, a.key)} <span>{_date(a.published)}</span></li>" for a in newest)
    main = f'<h1>{escape(link.title)}</h1><ul class="indeks">{"".join(items)}</ul>'
    return _page(site, link.host, link.title, main)


def front_page(site: Addresses, host: str) -> str:
    """What a host shows at "/": its popular box."""
    name = site.content.hosts[host].name
    return _page(site, host, name, f"<h1>{escape(name)}</h1>")


def error_page(status: int) -> str:
    """The page of an address that fails."""
    text = "Halaman tidak ditemukan" if status == 404 else "Terjadi gangguan pada server"
    return _html(text, "", f"<h1>{status}</h1><p>{text}</p>", "utf-8")


def _page(
    site: Addresses, host: str, title: str, main: str, head: str = "", encoding: str = "utf-8"
) -> str:
    publisher = site.content.hosts[host]
    base = site.base_urls[host]
    menu = f'<header><nav><a href="{base}/">{escape(publisher.name)}</a></nav></header>'
    body = f"{menu}<main>{main}</main>{_popular(site, publisher)}"
    body += f"<footer><p>{escape(publisher.name)} adalah situs berita rekaan.</p></footer>"
    return _html(f"{title} | {publisher.name}", head, body, encoding)


def _html(title: str, head: str, body: str, encoding: str, attributes: str = "") -> str:
    return (
        f'<!doctype html>\n<html lang="id"{attributes}>\n<head><meta charset="{encoding}">'
        f"<title>{escape(title)}</title>{head}</head>\n<body>{body}</body>\n</html>\n"
    )


def _head(site: Addresses, article: DemoArticle) -> str:
    properties = {
        "og:type": "article",
        "og:title": article.title,
        "og:site_name": site.content.hosts[article.host].name,
        "og:description": article.teaser,
    }
    metas = (f'<meta property="{k}" content="{escape(v)}">' for k, v in properties.items())
    head = f'<link rel="canonical" href="{site.url(article.key)}">{"".join(metas)}'
    if site.content.hosts[article.host].layout == "cards":
        head += f'<script type="application/ld+json">{_json_ld(site, article)}</script>'
    return head


def _json_ld(site: Addresses, article: DemoArticle) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": article.reporter}],
        "publisher": {"@type": "Organization", "name": site.content.hosts[article.host].name},
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": "id",
        "mainEntityOfPage": site.url(article.key),
        "image": f"{site.base_urls[article.host]}/foto/{article.number}.jpg",
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _cards_main(site: Addresses, article: DemoArticle) -> str:
    """Reporter and editor above the text; tags, comments and teaser cards below."""
    head = f'<h1 class="judul">{escape(article.title)}</h1><div class="penulis">'
    head += f"<span>Reporter</span> <b>{escape(article.reporter)}</b> "
    head += f"<span>Editor</span> <b>{escape(article.editor)}</b></div>"
    head += f'<div class="waktu">{_date(article.published)}</div>{_figure(article)}'
    tags = "".join(f'<a href="/tag/{slug(t)}">{escape(t)}</a>' for t in article.tags)
    return (
        f'<article class="artikel">{head}<div class="isi">{"".join(_text(site, article))}</div>'
        f'</article><div class="label">{tags}</div>{_comments(article)}'
        f"{_box(site, article, _card)}"
    )


def _lists_main(site: Addresses, article: DemoArticle) -> str:
    """A byline in one line; below the text a bare list of titles."""
    byline = f"Oleh {escape(article.reporter)}, " if article.reporter else ""
    head = f'<h1>{escape(article.title)}</h1><p class="info">{byline}'
    head += f"{_date(article.published, ' | ', '.')}</p>{_figure(article)}"
    text = "".join(_text(site, article))
    return (
        f'<div class="baca">{head}<div class="teks">{text}</div></div>{_box(site, article, _item)}'
    )


def _text(site: Addresses, article: DemoArticle) -> Iterable[str]:
    """Paragraphs, "Baca juga", the credit line and "Pilihan Editor", in order."""
    name = site.content.hosts[article.host].name.upper()
    lead = f"<b>{name}, {escape(article.dateline)}</b> - " if article.dateline else ""
    for number, paragraph in enumerate(article.paragraphs, start=1):
        yield f"<p>{lead if number == 1 else ''}{_paragraph(site, paragraph)}</p>"
        if article.readmore and article.readmore.after == number:
            yield f'<div class="baca-juga"><b>Baca juga:</b> {_a(site, article.readmore.to)}</div>'
    if article.credit:
        yield f"<p><b>{escape(article.credit)}</b></p>"
    if article.editor_pick:
        yield f"<p><b>Pilihan Editor: {_a(site, article.editor_pick)}</b></p>"


def _paragraph(site: Addresses, text: str) -> str:
    return INLINE.sub(
        lambda match: f'<a href="{site.url(match[1])}">{match[2]}</a>', escape(text, quote=False)
    )


def _box(site: Addresses, article: DemoArticle, entry: Callable[[Addresses, str, str], str]) -> str:
    if not article.related:
        return ""
    heading = site.content.hosts[article.host].related_heading
    ages = (AGES[min(n, len(AGES) - 1)] for n in range(len(article.related)))
    entries = (entry(site, key, age) for key, age in zip(article.related, ages, strict=True))
    return f'<section class="terkait"><h2>{heading}</h2><ul>{"".join(entries)}</ul></section>'


def _card(site: Addresses, key: str, age: str) -> str:
    more = f'<a class="lagi" href="{site.url(key)}">Baca Selengkapnya</a>'
    teaser = escape(site.titled(key).teaser)
    return (
        f'<li class="kartu"><h3>{_a(site, key)}</h3><span class="umur">{age}</span>'
        f"<p>{teaser} {more}</p></li>"
    )


def _item(site: Addresses, key: str, age: str) -> str:
    return f"<li>{_a(site, key)} <small>{age}</small></li>"


def _popular(site: Addresses, host: DemoHost) -> str:
    items = "".join(f"<li>{_a(site, key)}</li>" for key in host.popular)
    return (
        f'<aside><div class="populer"><h2>{host.popular_heading}</h2><ol>{items}</ol></div></aside>'
    )


def _comments(article: DemoArticle) -> str:
    if not article.comments:
        return ""
    when = article.published
    day = f"{when.day} {MONTHS[when.month - 1]}, {when.year}"
    items = "".join(
        f'<div class="komentar"><b>Pembaca</b> <i>{day} | 2{n}:15 WIB</i>'
        f"<p>{escape(text)}</p></div>"
        for n, text in enumerate(article.comments)
    )
    return f'<section class="kolom-komentar"><h2>Komentar</h2>{items}</section>'


def _figure(article: DemoArticle) -> str:
    picture = f'<img src="/foto/{article.number}.jpg" alt="">'
    return f"<figure>{picture}<figcaption>{escape(article.caption)}</figcaption></figure>"


def _a(site: Addresses, key: str) -> str:
    return f'<a href="{escape(site.url(key))}">{escape(site.titled(key).title)}</a>'


def _date(when: datetime, bar: str = " ", colon: str = ":") -> str:
    """E.g. "Kamis, 12 September 2024 07:40 WIB"; the times in the files are all +07:00."""
    day = f"{DAYS[when.weekday()]}, {when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{day}{bar}{when.hour:02}{colon}{when.minute:02} WIB"
