"""``python -m terkait``: the command line."""

from terkait.cli import main

main(prog_name="terkait")
