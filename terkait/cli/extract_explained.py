"""``terkait extract --explain``: one page for whoever tunes a profile."""

from itertools import groupby

from terkait.cli.output import print_fields, print_json, print_line
from workers.parsing.explaining import Field, ReadingExplanation, Weight

SHOWN_CHARS = 90  # of a text
DOUBTFUL = 0.05  # a text that is left and weighs less is only counted

_CHOSEN, _TAKEN, _LEFT, _QUIET = "bold green", "green", "yellow", "dim"


def print_explained(explained: ReadingExplanation) -> None:
    """The page, readable: fields with their candidates, then the texts."""
    article = explained.article
    print_fields(
        {
            "page": article.url,
            "profile": explained.profile,
            "doubt": article.evidence.get("profile"),
            "form": article.page_type,
            "not an article": article.not_article,
        }
    )
    for field in explained.fields:
        _print_field(field)
    print_line()
    print_line("texts: + taken, - left, with their score", style="bold")
    for is_quiet, texts in groupby(explained.texts, key=_is_quiet):
        if is_quiet:
            print_line(f"  … {sum(1 for _ in texts)} left", style=_QUIET)
        else:
            for text in texts:
                _print_text(text)


def print_explained_json(explained: ReadingExplanation) -> None:
    """The same as one JSON value."""
    article = explained.article
    print_json(
        {
            "url": article.url,
            "profile": explained.profile,
            "doubt": article.evidence.get("profile"),
            "page_type": article.page_type,
            "not_article": article.not_article,
            "fields": {field.name: field.candidates for field in explained.fields},
            "texts": explained.texts,
        }
    )


def _print_field(field: Field) -> None:
    print_line()
    if not field.candidates:
        print_line(f"{field.name}: nothing found", style=_QUIET)
        return
    print_line(field.name, style="bold")
    for place, candidate in enumerate(field.candidates):
        origin = f"{candidate.where}: {candidate.why}" if candidate.why else candidate.where
        mark, style = ("*", _CHOSEN) if place == 0 else (" ", "")
        print_line(f"  {mark} {candidate.value}  [{origin}]", style=style)


def _print_text(text: Weight) -> None:
    shown = text.text if len(text.text) <= SHOWN_CHARS else text.text[: SHOWN_CHARS - 1] + "…"
    mark, style = ("+", _TAKEN) if text.is_taken else ("-", _LEFT)
    score = "    " if text.score is None else f"{text.score:.2f}"
    why = f"  [{text.why}]" if text.why else ""
    print_line(f"{mark} {score} {text.tag:<5} {shown}{why}", style=style)


def _is_quiet(text: Weight) -> bool:
    return not text.is_taken and (text.score is None or text.score < DOUBTFUL)
