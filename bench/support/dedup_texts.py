"""The texts that copies are looked for among: bodies, what editors make of them, templates.

Edits: another dateline, byline and credit, paragraphs dropped or moved, 5 to 20 % of the words
changed, a part of a longer article. Templates: texts of the same wording with other data.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from workers.dedup.fingerprint import core_words

#: an article must be long enough for paragraphs to be dropped and something to be left
MIN_WORDS = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One text and what it was made from."""

    #: of the same group: copies of each other
    group: str
    kind: str
    site: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """As it is stored."""
        return "\n\n".join(self.paragraphs)


Edit = Callable[[Text, list[Text], random.Random], tuple[str, ...]]


def corpus(folder: Path) -> Iterator[Text]:
    """The bodies of the articles that are long enough, each once."""
    seen: set[tuple[str, str]] = set()
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("page_type", "article") != "article" or not row.get("body"):
            continue
        paragraphs = tuple(p.strip() for p in row["body"].split("\n") if p.strip())
        site = urlsplit(row["url"]).hostname or ""
        is_twin = (site, paragraphs[0]) in seen  # the same article, kept on two days
        seen.add((site, paragraphs[0]))
        if not is_twin and len(core_words(paragraphs)) >= MIN_WORDS:
            yield Text(
                group=row["id"],
                kind="as it is",
                site=site,
                language=row["language"],
                paragraphs=paragraphs,
            )


def framed(text: Text, _others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """Another dateline, byline and credit."""
    town = dice.choice(("Jakarta", "BERLIN", "London", "Surabaya", "PARIS"))
    agency = dice.choice(("Antara", "Reuters", "AFP", "AP", "dpa"))
    head = dice.choice((f"{town} ({agency}) - ", f"KABAR.COM, {town} – ", f"{town}, {agency} -- "))
    tail = dice.choice((f"Sumber: {agency}", f"({agency}/Rina)", f"BUDI S | {agency.upper()}"))
    return (head + text.paragraphs[0], *text.paragraphs[1:], tail)


def reworded(text: Text, others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """5 to 20 % of the words changed to words of other articles in the language."""
    share = dice.uniform(0.05, 0.20)
    pool = " ".join(dice.choice(others).paragraphs).split() or ["lain"]
    return tuple(
        " ".join(dice.choice(pool) if dice.random() < share else word for word in p.split())
        for p in text.paragraphs
    )


def dropped(text: Text, _others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """1 to 4 paragraphs left out."""
    kept = list(text.paragraphs)
    for _ in range(min(dice.randint(1, 4), len(kept) - 1)):
        kept.pop(dice.randrange(len(kept)))
    return tuple(kept)


def moved(text: Text, _others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """1 to 4 paragraphs in another place."""
    kept = list(text.paragraphs)
    for _ in range(dice.randint(1, 4)):
        kept.insert(dice.randrange(len(kept)), kept.pop(dice.randrange(len(kept))))
    return tuple(kept)


def embedded(text: Text, others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """The text inside a longer article."""
    host = dice.choice(others).paragraphs
    place = dice.randint(0, len(host))
    return (*host[:place], *text.paragraphs, *host[place:])


def mixed(text: Text, others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """All that an editor does to one text."""
    for edit in (dropped, reworded, framed):
        text = replace(text, paragraphs=edit(text, others, dice))
    return text.paragraphs


def hard(text: Text, others: list[Text], dice: random.Random) -> tuple[str, ...]:
    """A fifth of the words changed, paragraphs moved, and all of it inside a longer article."""
    pool = " ".join(dice.choice(others).paragraphs).split() or ["lain"]
    changed = tuple(
        " ".join(dice.choice(pool) if dice.random() < 0.2 else word for word in p.split())
        for p in text.paragraphs
    )
    turned = replace(text, paragraphs=moved(replace(text, paragraphs=changed), others, dice))
    return embedded(turned, others, dice)


#: always asked for, whatever the words in common: moving paragraphs leaves less in order
HARD = hard.__name__
EDITS: dict[str, Edit] = {
    edit.__name__: edit for edit in (framed, reworded, dropped, moved, embedded, mixed, hard)
}


def weather(day: int, dice: random.Random) -> tuple[str, ...]:
    """A forecast of one day."""
    towns = ("Jakarta", "Bandung", "Semarang", "Surabaya", "Denpasar", "Medan", "Makassar")
    sky = ("cerah berawan", "hujan ringan", "hujan sedang", "berawan tebal", "hujan petir")
    lines = [
        f"Di {town} cuaca pada pagi hari {dice.choice(sky)} dan pada malam hari {dice.choice(sky)} "
        f"dengan suhu antara {dice.randint(20, 25)} hingga {dice.randint(28, 36)} derajat Celsius "
        f"dan kelembapan udara {dice.randint(55, 98)} persen."
        for town in towns
    ]
    return (
        f"Badan Meteorologi memperkirakan cuaca di kota besar pada tanggal {day} sebagai berikut.",
        *lines,
        "Masyarakat diminta tetap waspada terhadap angin kencang dan genangan air di jalan.",
    )


def gold(day: int, dice: random.Random) -> tuple[str, ...]:
    """Prices of one day."""
    price = 1_000_000 + dice.randint(1, 400) * 1_000
    lines = [
        f"Harga emas ukuran {weight} gram dijual Rp {price * weight + dice.randint(0, 900):,} "
        "belum termasuk pajak penghasilan yang berlaku."
        for weight in (1, 2, 3, 5, 10, 25, 50, 100)
    ]
    return (
        f"Harga emas batangan pada tanggal {day} kembali bergerak dari hari sebelumnya.",
        *lines,
        f"Harga beli kembali tercatat Rp {price - dice.randint(50, 150) * 1_000:,} per gram.",
    )


def matches(day: int, dice: random.Random) -> tuple[str, ...]:
    """A table of results."""
    teams = [
        a + b for a in ("Bar", "Ter", "Kal", "Sor", "Mun") for b in ("ona", "ivo", "eta", "usa")
    ]
    dice.shuffle(teams)
    lines = [
        f"Pertandingan antara {teams[n]} dan {teams[n + 10]} berakhir dengan skor "
        f"{dice.randint(0, 5)}-{dice.randint(0, 5)} di hadapan "
        f"{dice.randint(5, 60)}.{dice.randint(100, 999)} penonton."
        for n in range(8)
    ]
    return (f"Hasil lengkap pekan ke-{day} liga utama tersaji di bawah ini.", *lines)


def prayers(day: int, dice: random.Random) -> tuple[str, ...]:
    """The times of prayer of one day."""
    towns = dice.sample(("Jakarta", "Bandung", "Serang", "Bogor", "Depok", "Bekasi", "Cilegon"), 5)
    lines = [
        f"Untuk wilayah {town} imsak jatuh pukul 04.{dice.randint(10, 59)}, subuh pukul "
        f"04.{dice.randint(20, 59)}, zuhur pukul 11.{dice.randint(30, 59)}, asar pukul "
        f"15.{dice.randint(0, 30):02}, magrib pukul 17.{dice.randint(40, 59)} dan isya pukul "
        f"19.{dice.randint(0, 15):02}."
        for town in towns
    ]
    return (
        f"Berikut jadwal salat dan imsakiyah pada tanggal {day} menurut kementerian agama.",
        *lines,
        "Umat Islam dianjurkan menyegerakan salat dan memperbanyak doa pada waktu sahur.",
    )


def quake(day: int, dice: random.Random) -> tuple[str, ...]:
    """An earthquake as the service reports it."""
    place = dice.choice(
        ("Tual", "Sabang", "Bima", "Palu", "Ternate", "Sorong", "Cilacap", "Bitung")
    )
    return (
        f"Gempa bumi bermagnitudo {dice.randint(45, 69) / 10:.1f} mengguncang wilayah {place} pada "
        f"tanggal {day} pukul {dice.randint(0, 23):02}.{dice.randint(0, 59):02} waktu setempat.",
        f"Menurut badan geofisika pusat gempa berada di laut {dice.randint(11, 190)} kilometer "
        f"sebelah {dice.choice(('barat', 'timur', 'utara', 'selatan'))} {place} pada kedalaman "
        f"{dice.randint(10, 290)} kilometer.",
        "Gempa tidak berpotensi menimbulkan tsunami. Masyarakat diimbau tetap tenang dan tidak "
        "terpengaruh oleh kabar yang tidak dapat dipertanggungjawabkan kebenarannya.",
        "Hingga berita ini diturunkan belum ada laporan kerusakan bangunan maupun korban jiwa.",
    )


def match(day: int, dice: random.Random) -> tuple[str, ...]:
    """A report of one match, told as all of them are."""
    home, away = dice.sample(("Baruna", "Tirta", "Kalindo", "Sorba", "Munara", "Persada"), 2)
    men = dice.sample(("Rahmat", "Yusuf", "Dodi", "Andri", "Bagas", "Ferry", "Galih", "Heru"), 4)
    first, second = sorted(dice.sample(range(3, 89), 2))
    return (
        f"{home} menjamu {away} pada pekan ke-{day} liga utama dan berbagi angka di depan ribuan "
        "pendukung yang memadati stadion sejak sore hari.",
        f"Tuan rumah membuka keunggulan pada menit ke-{first} lewat sundulan {men[0]} yang "
        f"menyambut umpan silang {men[1]} dari sisi kanan lapangan.",
        f"Tim tamu tidak tinggal diam dan menyamakan kedudukan pada menit ke-{second} setelah "
        f"{men[2]} memanfaatkan kesalahan {men[3]} di depan gawang sendiri.",
        "Pada sisa waktu kedua tim saling menyerang tetapi tidak ada gol tambahan yang tercipta "
        "sampai wasit meniup peluit panjang.",
    )


def stars(day: int, dice: random.Random) -> tuple[str, ...]:
    """What the stars say on one day."""
    signs = ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio")
    love = ("pasangan butuh perhatian", "kenalan baru datang", "jangan tergesa", "maafkan dia")
    work = ("atasan puas", "hindari utang", "rapat berjalan alot", "rezeki tak terduga datang")
    lines = [
        f"{sign}: soal asmara {dice.choice(love)}, soal keuangan {dice.choice(work)}, angka "
        f"keberuntungan {dice.randint(1, 99)}."
        for sign in signs
    ]
    return (f"Ramalan bintang untuk tanggal {day} dapat dibaca di bawah ini.", *lines)


TEMPLATES = (weather, gold, matches, prayers, quake, match, stars)


def templates(dice: random.Random, days: int = 12) -> list[Text]:
    """Texts of one template with other data, no two of them copies."""
    return [
        Text(group=f"{make.__name__} {day}", kind="template", site="kabar.test", language="id",
             paragraphs=make(day, dice))
        for make in TEMPLATES
        for day in range(1, days + 1)
    ]  # fmt: skip


def variants(texts: Sequence[Text], dice: random.Random) -> Iterator[tuple[Text, Text]]:
    """Each text with each edit of it."""
    by_language: defaultdict[str, list[Text]] = defaultdict(list)
    for text in texts:
        by_language[text.language].append(text)
    for text in texts:
        others = [t for t in by_language[text.language] if t is not text] or [
            t for t in texts if t is not text
        ]
        for name, edit in EDITS.items():
            yield text, replace(text, kind=name, paragraphs=edit(text, others, dice))
