"""The codes of ISO 639-1, and those that pages write in their place."""

_LIST = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr
    ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw
    ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
    ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr
    ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi
    yo za zh zu
"""
_CODES = frozenset(_LIST.split())
#: older codes, the two of Norwegian, and codes of three letters (ISO 639-2)
_SAME = {
    "nb": "no", "nn": "no", "in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro",
    "fil": "tl", "tgl": "tl", "ind": "id", "msa": "ms", "zsm": "ms", "may": "ms", "jav": "jv",
    "sun": "su", "eng": "en", "ara": "ar", "zho": "zh", "chi": "zh", "cmn": "zh", "jpn": "ja",
    "kor": "ko", "tha": "th", "vie": "vi", "hin": "hi", "ben": "bn", "tam": "ta", "urd": "ur",
    "fas": "fa", "per": "fa", "tur": "tr", "rus": "ru", "ukr": "uk", "spa": "es", "por": "pt",
    "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "ita": "it", "nld": "nl", "dut": "nl",
    "pol": "pl", "swa": "sw", "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "ell": "el",
    "gre": "el", "heb": "he", "hun": "hu", "ces": "cs", "cze": "cs", "ron": "ro", "rum": "ro",
}  # fmt: skip


def iso_639_1(tag: str) -> str | None:
    """The code of a language tag such as ``id-ID`` or ``fil``; None where ISO 639-1 has none."""
    code = tag.strip().lower().replace("_", "-").partition("-")[0]
    code = _SAME.get(code, code)
    return code if code in _CODES else None
