"""Changed passages as lines: what stood there, what stands there now, and after which words."""

from db.queries.revisions import Change
from terkait.cli.output import print_line

#: words shown of a long passage, at its beginning and its end
MAX_WORDS = 40


def print_change(change: Change) -> None:
    """A passage that was changed, added or deleted, with what stands before it."""
    where = f'after "{change.context}"' if change.context else "at the beginning"
    print_line(f"{change.kind} {where}:", style="dim")
    print_before_and_after(change.before, change.after)


def print_before_and_after(before: str, after: str) -> None:
    """The old words in red, the new ones in green."""
    if before:
        print_line(f"- {_shortened(before)}", style="red")
    if after:
        print_line(f"+ {_shortened(after)}", style="green")


def _shortened(text: str) -> str:
    words = text.split()
    if len(words) <= MAX_WORDS:
        return text
    half = MAX_WORDS // 2
    left_out = f"... ({len(words) - 2 * half} words) ..."
    return " ".join([*words[:half], left_out, *words[-half:]])
