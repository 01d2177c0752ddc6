"""The words of dates in many languages, and the time zones that pages name."""

import json
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.page.dates.date_text import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class DateWords:
    """What ``calendar.json`` holds (written by ``bench/make_calendar.py``); keys in lower case."""

    #: month word -> 1..12
    months: dict[str, int]
    #: month words of few letters -> languages that have them ("cs hr"); others mean more by them
    short_months: dict[str, str]
    #: words for days of the week
    weekdays: frozenset[str]
    #: "text before|text after" a number -> seconds of one unit, as in "|jam lalu"
    ago: dict[str, int]
    #: whole text without a number -> age in seconds
    phrases: dict[str, int]
    #: word for a day -> days back from today
    days: dict[str, int]
    #: word for a part of the day -> its first hour and the one after its last, perhaps past 24;
    #: short words with their language before them ("vi|ch"), since others have them too
    parts: dict[str, tuple[int, int]]


@cache
def words() -> DateWords:
    """The words, loaded once and made plain."""
    data = dict(_data())
    weekdays = frozenset(map(plain, data.pop("weekdays")))
    tables = {name: {plain(word): v for word, v in table.items()} for name, table in data.items()}
    tables["parts"] = {word: (first, last) for word, (first, last) in tables["parts"].items()}
    return DateWords(weekdays=weekdays, **tables)


@cache
def day_names() -> frozenset[str]:
    """Words for days of the week as they are written, in lower case."""
    return frozenset(_data()["weekdays"])


@cache
def _data() -> dict[str, Any]:
    return json.loads(files("crawler.page.dates").joinpath("calendar.json").read_text("utf-8"))  # type: ignore[no-any-return]


#: hours east of UTC; names that several countries use have their commonest meaning in news
_ZONE_HOURS = {
    "utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "bst": 1.0, "west": 1.0, "ist": 5.5,
    "cet": 1.0, "mez": 1.0, "wat": 1.0, "cest": 2.0, "mesz": 2.0, "eet": 2.0, "sast": 2.0,
    "cat": 2.0, "eest": 3.0, "msk": 3.0, "мск": 3.0, "trt": 3.0, "eat": 3.0, "gst": 4.0,
    "pkt": 5.0, "wib": 7.0, "ict": 7.0, "wita": 8.0, "sgt": 8.0, "myt": 8.0, "hkt": 8.0,
    "pht": 8.0, "awst": 8.0, "wit": 9.0, "jst": 9.0, "kst": 9.0, "acst": 9.5, "aest": 10.0,
    "acdt": 10.5, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0, "ndt": -2.5, "brt": -3.0,
    "art": -3.0, "adt": -3.0, "nst": -3.5, "ast": -4.0, "edt": -4.0, "est": -5.0, "cdt": -5.0,
    "cst": -6.0, "mdt": -6.0, "mst": -7.0, "pdt": -7.0, "akdt": -8.0, "pst": -8.0,
    "akst": -9.0, "hst": -10.0,
}  # fmt: skip

#: a name without summer or winter in it follows the place
_ZONE_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
                "pt": "America/Los_Angeles", "uk": "Europe/London"}  # fmt: skip

#: countries with one zone where their language is (nearly) theirs alone
_LANGUAGE_PLACES = {
    "id": "Asia/Jakarta", "jv": "Asia/Jakarta", "su": "Asia/Jakarta", "ms": "Asia/Kuala_Lumpur",
    "de": "Europe/Berlin", "fr": "Europe/Paris", "it": "Europe/Rome", "nl": "Europe/Amsterdam",
    "da": "Europe/Copenhagen", "sv": "Europe/Stockholm", "no": "Europe/Oslo",
    "nb": "Europe/Oslo", "nn": "Europe/Oslo", "fi": "Europe/Helsinki", "is": "Atlantic/Reykjavik",
    "pl": "Europe/Warsaw", "cs": "Europe/Prague", "sk": "Europe/Bratislava",
    "hu": "Europe/Budapest", "ro": "Europe/Bucharest", "bg": "Europe/Sofia",
    "hr": "Europe/Zagreb", "sr": "Europe/Belgrade", "sl": "Europe/Ljubljana",
    "el": "Europe/Athens", "uk": "Europe/Kyiv", "ru": "Europe/Moscow", "be": "Europe/Minsk",
    "lt": "Europe/Vilnius", "lv": "Europe/Riga", "et": "Europe/Tallinn", "tr": "Europe/Istanbul",
    "az": "Asia/Baku", "vi": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok", "fa": "Asia/Tehran",
    "he": "Asia/Jerusalem", "hi": "Asia/Kolkata", "te": "Asia/Kolkata", "mr": "Asia/Kolkata",
    "gu": "Asia/Kolkata", "kn": "Asia/Kolkata", "ml": "Asia/Kolkata", "bn": "Asia/Dhaka",
    "ne": "Asia/Kathmandu", "si": "Asia/Colombo", "my": "Asia/Yangon", "km": "Asia/Phnom_Penh",
    "lo": "Asia/Vientiane", "am": "Africa/Addis_Ababa", "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul", "zh": "Asia/Shanghai", "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan",
    "zu": "Africa/Johannesburg", "af": "Africa/Johannesburg", "fil": "Asia/Manila",
}  # fmt: skip


@cache
def named_zone(name: str) -> tzinfo | None:
    """The zone that a page calls ``name`` ("WIB", "PDT", "ET", any case), or None."""
    key = name.casefold().replace(".", "")
    if key in _ZONE_PLACES:
        return place_zone(_ZONE_PLACES[key])
    hours = _ZONE_HOURS.get(key)
    return None if hours is None else timezone(timedelta(hours=hours))


@cache
def place_zone(name: str) -> tzinfo | None:
    """The zone of a place such as "Asia/Jakarta", or None where it is not known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def language_zone(language: str | None) -> tzinfo | None:
    """The zone of the one country that mostly writes ``language`` (ISO 639-1), or None."""
    place = _LANGUAGE_PLACES.get((language or "").partition("-")[0].lower())
    return place_zone(place) if place else None
