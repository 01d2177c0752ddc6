"""``terkait`` and ``python -m terkait``: the command line, which Ctrl-C ends while it loads too."""

import sys


def main() -> None:
    """Load the command line and run it."""
    try:
        from terkait.interrupts import ended_at_once

        with ended_at_once():
            from terkait.cli import main as command
    except KeyboardInterrupt:
        sys.exit(130)  # as EXIT_INTERRUPTED, which is not loaded yet
    command(prog_name="terkait")


if __name__ == "__main__":
    # Python put the working folder first; what lies there is not ours, unless we were found there
    if not sys.flags.safe_path and __file__ != f"{sys.path[0]}/terkait/__main__.py":
        del sys.path[0]
    main()
