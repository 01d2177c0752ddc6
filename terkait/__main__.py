"""``python -m terkait``: the command line."""

import sys

# Python put the working folder first; what lies there is not ours, unless we were found there
if not sys.flags.safe_path and __file__ != f"{sys.path[0]}/terkait/__main__.py":
    del sys.path[0]

from terkait.cli import main

main(prog_name="terkait")
