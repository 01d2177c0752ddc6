"""Shows a run on its way: one moving line on a terminal, now and then a line elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from db.runs.lifecycle import Progress
from terkait.cli.output import plain_part

#: seconds between two lines where nothing can move
_LINE_SECONDS = 10.0
#: pages per second are measured over so many seconds
_WINDOW_SECONDS = 5.0


def progress_line(progress: Progress, pages_per_second: float, seconds: float) -> str:
    """The counts in words."""
    minutes, rest = divmod(int(seconds), 60)
    parts = [
        f"due {progress.due}",
        f"fetching {progress.leased}",
        f"fetched {progress.fetched}",
        f"read {progress.read}",
        f"stored {progress.stored}",
        f"failed {progress.failed}",
        f"{pages_per_second:.1f} pages/s",
        f"{minutes}:{rest:02}",
    ]
    if progress.unread:
        parts.insert(4, f"waiting {progress.unread}")
    return " · ".join(parts)


class ProgressDisplay:
    """A context manager; ``show`` is called with each new count."""

    def __init__(self, title: str, *, is_quiet: bool = False) -> None:
        self._console = Console(stderr=True)
        self._title = title
        self._is_quiet = is_quiet
        self._live: Live | None = None
        self._began = time.monotonic()
        self._shown_at = self._began
        self._last = ""
        self._samples: list[tuple[float, int]] = []

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._is_quiet:
            self._live = Live(console=self._console, transient=True, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, progress: Progress, hosts: list[str]) -> None:
        """Show the counts and the hosts that are being asked."""
        now = time.monotonic()
        self._samples = [s for s in self._samples if now - s[0] <= _WINDOW_SECONDS]
        self._samples.append((now, progress.fetched))
        then, before = self._samples[0]
        speed = (progress.fetched - before) / (now - then) if now > then else 0.0
        line = progress_line(progress, speed, now - self._began)
        where = ", ".join(hosts[:3]) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")
        line += f" · {where}" if where else ""
        if self._live is not None:
            self._live.update(Text(f"{self._title}: {line}", overflow="ellipsis", no_wrap=True))
        elif not self._is_quiet and now - self._shown_at >= _LINE_SECONDS and line != self._last:
            self._shown_at, self._last = now, line
            self._console.print(f"{self._title}: {line}", soft_wrap=True, markup=False)

    def say(self, message: str) -> None:
        """A line that stays."""
        if not self._is_quiet:
            self._console.print(plain_part(message), soft_wrap=True, markup=False, highlight=False)
