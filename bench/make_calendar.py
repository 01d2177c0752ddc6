"""Writes crawler/page/dates/calendar.json: words of dates, times and ages in many languages.

    python bench/make_calendar.py

The words are facts taken from the Unicode CLDR through Babel (in the ``bench`` group), so
that the program itself needs no calendar library.  What CLDR lacks, such as words for
yesterday or the short forms that newspapers use, is written by hand below.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

LANGUAGES = """
    en id ms jv su de fr es it pt nl da sv nb nn fi is pl cs sk hu ro bg sr sl bs mk sq el ru
    uk be lt lv et tr az vi th ar fa he hi bn ur ta ja zh ko zu sw af ca gl eu fil ga cy ka hy
    kk uz ky mn te mr gu kn ml pa ne si my km lo am hr
"""  # Croatian last: its "listopad" is October, but November in Czech and Polish

CONNECTORS = re.compile(r"^(?:de |d[’'])")  # Catalan: "de maig"

EXTRA_MONTHS = {
    "agt": 8, "ags": 8, "agus": 8, "pebruari": 2, "nopember": 11, "nop": 11, "des": 12,
    "sept": 9, "juni": 6, "juli": 7, "mrz": 3, "maart": 3, "jänner": 1, "feber": 2, "jän": 1,
    "januar": 1, "febr": 2, "apr": 4, "desember": 12, "oktober": 10,
    "setiembre": 9, "enro": 1, "сентября": 9, "сент": 9, "нояб": 11, "aout": 8, "fevrier": 2,
    "decembre": 12, "mei": 5, "mac": 3, "ogos": 8, "eylul": 9, "kasim": 11, "aralik": 12,
    "subat": 2, "agustos": 8, "mayis": 5, "gegužes": 5,
    # spellings that papers use beside those of CLDR
    "फरवरी": 2, "सितम्बर": 9, "अक्तूबर": 10, "नवम्बर": 11, "दिसम्बर": 12,
    "জানুয়ারী": 1, "ফেব্রুয়ারী": 2, "जानेवारी": 1,
    # Arabic of the Levant and of the Maghreb
    "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "أيلول": 9,
    "كانون الثاني": 1, "تشرين الأول": 10, "تشرين الثاني": 11, "كانون الأول": 12,
    "جانفي": 1, "فيفري": 2, "أفريل": 4, "جوان": 6, "جويلية": 7, "أوت": 8, "شتنبر": 9, "دجنبر": 12,
    "ماي": 5, "يوليوز": 7, "غشت": 8, "نونبر": 11,
    # Bengali of West Bengal
    "অগস্ট": 8, "অগাস্ট": 8,
}  # fmt: skip

#: before a month, written together with it: "10 באוגוסט"
MONTH_PREFIXES = {"he": "ב"}

#: letters of a month's name that is seldom anything else
PLAIN_MONTH = 5
#: shorter ones that papers use beside those of CLDR
EXTRA_SHORT_MONTHS = {
    "id": "agt ags agus nop des mei juni juli sept febr",
    "ms": "mac ogos sept",
    "de": "mrz sept",
    "nl": "mei sept febr mrt",
    "en": "sept",
    "es": "enro sept set",
    "fr": "aout sept",
    "nb": "des sept",
    "nn": "des sept",
    "no": "des sept",
    "it": "sett",
    "tr": "ekim",
}

#: what pages call a language beside its own code
OTHER_CODES = {"nb": "no", "fil": "tl"}

#: for a part of the day -> its first hour and the one after its last, beside what CLDR has
EXTRA_PARTS = {
    "id": {"petang": (14, 19), "dini hari": (0, 5), "subuh": (3, 6)},
    "ms": {"tgh": (12, 14), "mlm": (19, 24), "tengahari": (12, 14), "subuh": (3, 7)},
    "ar": {"صباحا": (0, 12), "مساء": (12, 24), "ظهرا": (12, 15), "عصرا": (14, 18),
           "ليلا": (18, 28), "فجرا": (0, 7)},
    "vi": {"sáng": (0, 12), "trưa": (11, 14), "chiều": (12, 18), "tối": (18, 24)},
    "fa": {"صبح": (0, 12), "ظهر": (11, 15), "عصر": (14, 19), "شب": (18, 28)},
    "ur": {"صبح": (0, 12), "شام": (15, 21), "رات": (18, 28)},
    "zh": {"凌晨": (0, 6), "傍晚": (17, 20), "早上": (5, 10)},
    "ja": {"深夜": (22, 29), "未明": (0, 4)}, "ko": {"새벽": (0, 7)},
}  # fmt: skip
MIN_PART = 3  # letters of a word for a part of the day that no other language has
ANY_LANGUAGE = re.compile("[぀-ヿ一-鿿가-힯]")  # two letters are enough there
HOUR = 3_600
HALVES = {"am": (0, 12), "pm": (12, 24)}

EXTRA_WEEKDAYS = ("ahad", "jum'at", "jumat", "minggu", "rebo", "senen")

UNITS = {"year": 31_557_600, "month": 2_629_800, "week": 604_800, "day": 86_400,
         "hour": 3_600, "minute": 60, "second": 1}  # fmt: skip

#: {0} stands for the number; written as people write them, beside what CLDR has
EXTRA_AGO = {
    "hour": ("{0} jam lalu", "{0} jam yl", "{0} h ago", "{0} hrs ago", "{0} hr ago", "{0}h ago",
             "vor {0} std", "{0} horas atrás", "{0}時間前", "{0}小时前", "{0} saat önce",
             "{0} t siden", "{0} ч назад"),
    "minute": ("{0} menit lalu", "{0} min ago", "{0} mins ago", "{0}m ago", "{0} mnt lalu",
               "{0} minutos atrás", "{0}分前", "{0}分钟前", "{0} dk önce"),
    "second": ("{0} detik lalu", "{0} secs ago", "{0}s ago", "{0}秒前"),
    "day": ("{0} hari lalu", "{0}d ago", "{0} d ago", "{0} dias atrás", "{0}日前", "{0}天前"),
    "week": ("{0} minggu lalu", "{0} pekan lalu", "{0} pekan yang lalu", "{0}w ago", "{0} wk ago"),
    "month": ("{0} bulan lalu", "{0} bln lalu", "{0} mo ago"),
    "year": ("{0} tahun lalu", "{0} thn lalu", "{0} yr ago", "{0} yrs ago"),
}  # fmt: skip

#: CLDR's narrow forms ("3 h") are durations as often as ages; an age has more than a unit
AGO_MARK = re.compile(r"\S+\s+\S+|[前전]$")

#: whole texts without a number -> age in seconds
PHRASES = {
    0: ("baru saja", "barusan", "just now", "gerade eben", "soeben", "à l'instant", "ahora mismo",
        "agora mesmo", "poco fa", "zojuist", "только что", "щойно", "az önce", "şimdi", "たった今",
        "방금", "刚刚", "剛剛", "vừa xong", "baru sahaja", "juuri nyt", "just nu", "akkurat nå",
        "lige nu", "przed chwilą", "právě teď", "moments ago", "a moment ago", "sesaat lalu"),
    60: ("semenit lalu", "semenit yang lalu", "a minute ago", "one minute ago", "vor einer minute",
         "il y a une minute", "hace un minuto", "un minuto fa", "минуту назад"),
    3600: ("sejam lalu", "sejam yang lalu", "satu jam lalu", "satu jam yang lalu", "an hour ago",
           "one hour ago", "vor einer stunde", "il y a une heure", "hace una hora", "un'ora fa",
           "há uma hora", "een uur geleden", "час назад", "godzinę temu", "bir saat önce"),
    86400: ("sehari lalu", "sehari yang lalu", "a day ago", "one day ago", "vor einem tag",
            "il y a un jour", "hace un día", "un giorno fa", "день назад"),
    604800: ("seminggu lalu", "seminggu yang lalu", "sepekan lalu", "sepekan yang lalu",
             "a week ago", "one week ago", "last week", "vor einer woche", "il y a une semaine",
             "hace una semana", "una settimana fa", "неделю назад"),
    2629800: ("sebulan lalu", "sebulan yang lalu", "a month ago", "vor einem monat"),
    31557600: ("setahun lalu", "setahun yang lalu", "a year ago", "vor einem jahr"),
}  # fmt: skip

#: words for a day -> days back
DAYS = {
    0: ("hari ini", "today", "heute", "aujourd'hui", "hoy", "oggi", "hoje", "vandaag", "i dag",
        "idag", "tänään", "dzisiaj", "dziś", "dnes", "astăzi", "сегодня", "сьогодні",
        "bugün", "hôm nay", "今日", "今天", "오늘", "σήμερα", "اليوم", "วันนี้", "danas"),
    1: ("kemarin", "yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "gisteren", "i går",
        "igår", "eilen", "wczoraj", "včera", "tegnap", "вчера", "вчора", "учора", "dün", "hôm qua",
        "昨日", "昨天", "어제", "semalam", "χθες", "أمس", "เมื่อวาน", "jučer", "juče", "vakar",
        "eile"),
    2: ("kemarin lusa", "kemarin dulu", "vorgestern", "avant-hier", "anteayer", "l'altro ieri",
        "anteontem", "eergisteren", "позавчера", "przedwczoraj", "一昨日", "前天", "그저께"),
}  # fmt: skip


def folded(word: str) -> str:
    """Lower case, white space single, without dots and white space at the ends."""
    return " ".join(word.lower().split()).strip(" .\u200f\u200e")


def locales() -> Iterator[Locale]:
    for language in LANGUAGES.split():
        yield Locale(language)


def month_words() -> dict[str, int]:
    """Month words that hold a letter (numbered months are read as numbers)."""
    words = {folded(word): number for word, number in EXTRA_MONTHS.items()}
    for locale in locales():
        for context in locale.months.values():
            for width in ("wide", "abbreviated"):
                for number, word in context[width].items():
                    word = CONNECTORS.sub("", folded(word))
                    if len(word) > 1 and not any(c.isdigit() for c in word):
                        words.setdefault(word, number)
                        if prefix := MONTH_PREFIXES.get(locale.language):
                            words.setdefault(prefix + word, number)
    return words


def short_months() -> dict[str, str]:
    """Month words of few plain letters, which are other words elsewhere -> their languages."""
    languages: dict[str, set[str]] = {}
    for language, words in EXTRA_SHORT_MONTHS.items():
        for word in words.split():
            languages.setdefault(word, set()).add(language)
    for locale in locales():
        for context in locale.months.values():
            for width in ("wide", "abbreviated"):
                for word in map(folded, context[width].values()):
                    names = languages.setdefault(CONNECTORS.sub("", word), set())
                    names |= {locale.language, OTHER_CODES.get(locale.language, locale.language)}
    return {
        word: " ".join(sorted(names))
        for word, names in languages.items()
        if word.isascii() and word.isalpha() and 1 < len(word) < PLAIN_MONTH
    }


def weekday_words() -> list[str]:
    words = set(EXTRA_WEEKDAYS)
    for locale in locales():
        for context in locale.days.values():
            for width in ("wide", "abbreviated"):
                words.update(folded(word) for word in context[width].values())
    return sorted(word for word in words if len(word) > 1)


def ago_frames() -> dict[str, int]:
    """ "text before|text after" a number -> seconds of one unit."""
    frames: dict[str, int] = {}
    for unit, seconds in UNITS.items():
        patterns = [*EXTRA_AGO[unit]]
        for locale in locales():
            fields = locale._data["date_fields"]
            for name in (unit, f"{unit}-short", f"{unit}-narrow"):
                patterns += (fields[name].get("past") or {}).values() if name in fields else ()
        for pattern in patterns:
            before, found, after = pattern.partition("{0}")
            if found and (len(folded(before)) > 1 or AGO_MARK.search(after)):
                frames.setdefault(f"{folded(before)}|{folded(after)}", seconds)
    return frames


def day_parts() -> dict[str, tuple[int, int]]:
    """Words for parts of the day; short ones behind their language: "vi|ch"."""
    parts: dict[str, tuple[int, int]] = {}
    for locale in locales():
        for name, hours in (_parts_of(locale) | EXTRA_PARTS.get(locale.language, {})).items():
            size = sum(c.isalpha() for c in name)
            if size > (1 if name.isascii() else 0) and not any(c.isdigit() for c in name):
                is_plain = size >= MIN_PART or (size > 1 and ANY_LANGUAGE.search(name))
                parts.setdefault(name if is_plain else f"{locale.language}|{name}", hours)
    return parts


def _parts_of(locale: Locale) -> dict[str, tuple[int, int]]:
    """The words of one language; what has several parts of the day begins with the first."""
    rules = dict(_ruled(locale))
    parts: dict[str, tuple[int, int]] = {}
    halves: dict[str, tuple[int, int]] = {}
    for context in locale.day_periods.values():
        for names in context.values():
            for period, name in names.items():
                name = folded(name.replace("\u202f", " ").replace("\u064b", ""))
                if period in HALVES:
                    halves[name] = HALVES[period]
                elif period in rules:
                    first, last = rules[period]
                    own = parts.get(name, (first, last))
                    parts[name] = (min(first, own[0]), max(last, own[1]))
    return parts | halves


def _ruled(locale: Locale) -> Iterator[tuple[str, tuple[int, int]]]:
    for period, (rule, *_) in (locale.day_period_rules.get(None) or {}).items():
        first = rule.get("at", rule.get("from", 0)) // HOUR
        last = first + 1 if "at" in rule else rule["before"] // HOUR
        is_night = period == "midnight" or last <= first
        yield period, (first + 24 * (period == "midnight"), last + 24 * is_night)


def main() -> None:
    data = {
        "months": month_words(),
        "short_months": short_months(),
        "weekdays": weekday_words(),
        "ago": ago_frames(),
        "phrases": {folded(p): seconds for seconds, ps in PHRASES.items() for p in ps},
        "parts": day_parts(),
        "days": {folded(p): days for days, ps in DAYS.items() for p in ps},
    }
    out = Path(__file__).parent.parent / "crawler" / "page" / "dates" / "calendar.json"
    out.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
