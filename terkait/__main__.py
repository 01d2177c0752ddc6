"""``terkait`` and ``python -m terkait``: the command line, which Ctrl-C ends while it loads too."""

import os
import sys


def main() -> None:
    """Load the command line and run it."""
    _open_what_is_closed()
    try:
        from terkait.interrupts import ended_at_once

        with ended_at_once():
            from terkait.cli import main as command
    except KeyboardInterrupt:
        sys.exit(130)  # as EXIT_INTERRUPTED, which is not loaded yet
    command(prog_name="terkait")


def _open_what_is_closed() -> None:
    """Let standard streams that were closed lead nowhere: a file of ours would get their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # takes the lowest number that is free
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


if __name__ == "__main__":
    # Python put the working folder first; what lies there is not ours, unless we were found there
    if not sys.flags.safe_path and __file__ != f"{sys.path[0]}/terkait/__main__.py":
        del sys.path[0]
    main()
