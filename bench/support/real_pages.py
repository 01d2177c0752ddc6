"""Articles of a made-up site whose sizes, links and tangle are spread as those of real pages.

python bench/support/real_pages.py ../shared/corpus     # measures a folder of pages anew
"""

import gzip
import json
import random
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from pathlib import Path

from lxml import html

#: as many words as a newspaper uses, so that no two texts are alike by chance
WORDS = tuple(
    "".join(random.Random(n).choices(("ka", "ri", "de", "sa", "mu", "ta", "lo", "ngi", "pe"), k=4))
    for n in range(6_000)
)
#: words that a quarter of the text is made of: it tells its language as often as real pages do
OFTEN = (
    *("yang", "dan", "di", "dari", "untuk", "ini", "dengan", "itu", "pada", "tidak", "dalam"),
    *("akan", "juga", "ke", "karena", "oleh", "bahwa", "sebagai", "telah", "bisa", "ada"),
    *("adalah", "mereka", "saat", "lebih", "atau", "para", "dapat", "setelah", "seperti"),
) * 80
#: related articles of each page; they make a tree
FAN_OUT = 10
#: real sites count from high up; "/berita/1/" looks like a page of a list
FIRST = 410_000
_ELSEWHERE = ("www.facebook.com", "x.com", "www.instagram.com", "www.youtube.com", "wa.me")
#: of links: to other hosts; of all pages: those that repeat their text for machines
_OUTSIDE, _REPEATING = 0.19, (3, 8)
#: what joins words into what looks like a packed script, for zstd as much as for the eye
_NAMES = WORDS[:100]
_SIGNS = (".", ";", "(", "){", "}", "=", "&&", ",")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large and how tangled a page is."""

    #: of all; of scripts and styles; of names and values of attributes; of visible text
    size: int
    script: int
    attributes: int
    text: int
    #: tags; those that link; those of them with 25 letters and more, as headlines have
    elements: int
    links: int
    headlines: int

    def scaled(self, factor: float) -> "Shape":
        """One of another size, with as much of everything."""
        return Shape(*(max(1, round(value * factor)) for value in astuple(self)))


#: means of the tenths, by size, of the 610 pages of a corpus of news in 20 languages
TENTHS = (
    Shape(32_000, 3_000, 14_100, 8_300, 350, 59, 12),
    Shape(59_600, 8_400, 27_500, 13_000, 602, 120, 21),
    Shape(81_700, 9_700, 40_900, 17_600, 737, 131, 19),
    Shape(104_700, 16_200, 50_000, 22_200, 917, 152, 21),
    Shape(129_400, 22_900, 60_600, 26_100, 990, 168, 32),
    Shape(165_300, 36_900, 74_900, 29_400, 1_195, 196, 31),
    Shape(227_100, 86_400, 87_600, 26_400, 1_202, 184, 29),
    Shape(294_500, 103_000, 128_800, 29_500, 1_554, 233, 45),
    Shape(417_100, 189_400, 156_300, 29_700, 1_436, 199, 30),
    Shape(1_033_500, 488_400, 397_500, 49_800, 3_486, 463, 53),
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all pages of a shape share: in the head, around the article, at the end."""

    head: str
    before: str
    after: str


def shape_of(number: int, kilobytes: int | None) -> Shape:
    """That of an article: of each of the tenths in turn, or all of one size."""
    if kilobytes is None:
        return TENTHS[number * 7 % len(TENTHS)]
    nearest = min(TENTHS, key=lambda shape: abs(shape.size - kilobytes * 1024))
    return nearest.scaled(kilobytes * 1024 / nearest.size)


def page(number: int, *, pages: int, kilobytes: int | None, host: str) -> bytes:
    """An article of its own with a related box."""
    rng = random.Random(f"{host} {number}")
    shape = shape_of(number, kilobytes)
    frame = _frame(shape, host)
    title = title_of(number)
    paragraphs = _paragraphs(rng, _body(shape))
    cards = "".join(_card(rng, n) for n in _related(rng, number, pages))
    data = {"@type": "NewsArticle", "headline": title, "author": {"name": "Sari Wijaya"}}
    if number % 10 in _REPEATING:
        data["articleBody"] = "\n".join(paragraphs)
    text = "\n".join(f"  <p>{_linked(rng, words)}</p>" for words in paragraphs)
    return f"""<!doctype html>
<html lang="id"><head><title>{title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-08-20T10:{number % 60:02}:00+07:00">
<script type="application/ld+json">{json.dumps(data)}</script>{frame.head}</head>
<body>{frame.before}<main><article><h1>{title}</h1>
<p class="byline">Oleh <a href="/penulis/sari-wijaya">Sari Wijaya</a></p>
{text}</article>
<section class="related"><h2>Berita terkait</h2><ul>{cards}</ul></section></main>
{frame.after}</body></html>""".encode()


def title_of(number: int) -> str:
    """The headline of an article."""
    words = random.Random(number).sample(WORDS, 5)
    return f"{' '.join(words).capitalize()} nomor {number}"


def address_of(number: int) -> str:
    """The path of an article."""
    return f"/berita/{FIRST + number}/judul-berita-nomor-{number}"


def _related(rng: random.Random, number: int, pages: int) -> list[int]:
    """Its own part of the tree, and where that has ended, what was there before."""
    branch = range(number * FAN_OUT + 1, number * FAN_OUT + 1 + FAN_OUT)
    related = [other for other in branch if other < pages]
    return related + rng.sample(range(number), min(number, FAN_OUT - len(related)))


def _body(shape: Shape) -> int:
    """Letters of the article, of those that one sees."""
    return min(shape.text * 3 // 5, 9_000)


def _paragraphs(rng: random.Random, letters: int) -> list[str]:
    """Sentences of some 40 words until there are as many letters."""
    made: list[str] = []
    while letters > 0:
        sentence = f"{' '.join(rng.choices((*WORDS, *OFTEN), k=40)).capitalize()}."
        made.append(sentence)
        letters -= len(sentence)
    return made


def _linked(rng: random.Random, words: str) -> str:
    """A paragraph; one of six links to what the site knows of a word."""
    if rng.random() > 1 / 6:
        return words
    first, word, rest = words.split(" ", 2)
    return f'{first} <a href="/topik/{word}">{word}</a> {rest}'


def _card(rng: random.Random, number: int) -> str:
    image = f"https://img.example.com/{rng.getrandbits(64):x}/{number}"
    return f"""
  <li class="card card--article"><a class="card__link" href="{address_of(number)}">
    <img class="card__image lazy" src="{image}.jpg?w=120" srcset="{image}.jpg?w=240 2x" alt="">
    <span class="card__title">{title_of(number)}</span></a></li>"""


@lru_cache(maxsize=32)
def _frame(shape: Shape, host: str) -> _Frame:
    """Menus, lists for all readers, foot and scripts; what is still missing is filled up."""
    rng = random.Random(f"{host} {shape}")
    lists = max(0, shape.headlines - FAN_OUT)
    latest = "".join(_card(rng, n % FAN_OUT) for n in range(lists))
    menu = [_item(rng, n) for n in range(max(0, shape.links - shape.headlines - 3))]
    half = len(menu) // 2
    used = 60 + 4 * (FAN_OUT + lists) + 3 * len(menu)
    slots = max(1, (shape.elements - used) // 2)
    letters = shape.text - _body(shape) - 60 * (FAN_OUT + lists) - 20 * len(menu)
    boxes = "".join(_box(rng, n, letters // slots) for n in range(slots))
    before = f'<header><nav class="nav"><ul>{"".join(menu[:half])}</ul></nav></header>'
    after = (
        f'<aside class="rail"><h2>Terpopuler</h2><ul>{latest}</ul></aside>'
        f'<footer class="footer"><p>© 2026 Kabar – “Terpercaya”</p>'
        f"<ul>{''.join(menu[half:])}</ul>{boxes}</footer>"
    )
    missing = shape.attributes - sum(_attributes((before, after)))
    pictures = _pictures(rng, missing)
    return _Frame(
        head=f"<style>{_noise(rng, shape.script // 4)}</style>",
        before=before,
        after=f"{after}{pictures}<script>{_noise(rng, shape.script * 3 // 4)}</script>",
    )


def _item(rng: random.Random, number: int) -> str:
    """A link of a menu."""
    word = rng.choice(WORDS)
    target = f"/kanal/{word}/{number}?ref=menu&pos={number}"
    if rng.random() < _OUTSIDE:
        target = f"https://{rng.choice(_ELSEWHERE)}/{word}"
    return f"""
    <li class="nav__item nav__item--{number}"><a class="nav__link" href="{target}"
        data-track="menu|{number}|{word}"><span>{word.capitalize()}</span></a>"""


def _box(rng: random.Random, number: int, letters: int) -> str:
    """What is drawn or filled later, with a few words in it."""
    words = " ".join(rng.choices(WORDS, k=max(0, letters) // 10))
    return f"""
  <div class="slot slot--{number % 7}" id="slot-{number}"><!-- {rng.getrandbits(32):x} -->
    <i>{words}</i></div>"""


def _pictures(rng: random.Random, letters: int) -> str:
    """Pictures with as many letters in attributes."""
    each = 1_200
    return "".join(
        f'<img class="lazy" alt="" data-srcset="{_addresses(rng, each)}">'
        for _ in range(max(0, letters) // each)
    )


def _addresses(rng: random.Random, letters: int) -> str:
    widths = range(160, 160 + 80 * (letters // 72), 80)
    key = f"{rng.getrandbits(128):x}"
    return ", ".join(f"https://img.example.com/{key}.jpg?w={w} {w}w" for w in widths)


def _noise(rng: random.Random, letters: int) -> str:
    """As many letters of a packed script."""
    names, signs = (rng.choices(kind, k=letters // 8) for kind in (_NAMES, _SIGNS))
    return "".join(name + sign for name, sign in zip(names, signs, strict=True))[:letters]


def _attributes(parts: Iterable[str]) -> Iterable[int]:
    return (measured(part.encode()).attributes for part in parts)


def measured(page_bytes: bytes) -> Shape:
    """The shape that a page has."""
    tree = html.fromstring(page_bytes)
    hidden = tree.xpath("//script/text() | //style/text()")
    visible = tree.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]")
    links = [" ".join(link.text_content().split()) for link in tree.xpath("//a[@href]")]
    return Shape(
        size=len(page_bytes),
        script=sum(map(len, hidden)),
        attributes=sum(
            len(name) + len(value) for tag in tree.iter("*") for name, value in tag.attrib.items()
        ),
        text=sum(map(len, visible)),
        elements=sum(1 for _ in tree.iter("*")),
        links=len(links),
        headlines=sum(len(title) >= 25 for title in links),
    )


def by_tenths(shapes: Iterable[Shape]) -> list[Shape]:
    """The means of each tenth by size."""
    ordered = sorted(shapes, key=lambda shape: shape.size)
    count = len(ordered)
    tenths = [ordered[n * count // 10 : (n + 1) * count // 10] for n in range(10)]
    return [mean(tenth) for tenth in tenths if tenth]


def mean(shapes: Sequence[Shape]) -> Shape:
    """The mean of each measure."""
    columns = zip(*map(astuple, shapes), strict=True)
    return Shape(*(round(statistics.fmean(column)) for column in columns))


def table(shapes: Sequence[Shape]) -> str:
    """Tenths, one a line."""
    names = [field.name for field in fields(Shape)]
    rows = [names, *([f"{value:,}" for value in astuple(shape)] for shape in shapes)]
    return "".join(f"{''.join(f'{cell:>12}' for cell in row)}\n" for row in rows)


def main() -> None:
    """Measure a folder's pages."""
    folder = Path(sys.argv[1])
    names = {json.loads(line)["html"] for line in (folder / "articles.jsonl").open()}
    shapes = [measured(gzip.decompress((folder / name).read_bytes())) for name in sorted(names)]
    sys.stdout.write(table(by_tenths(shapes)))


if __name__ == "__main__":
    main()
