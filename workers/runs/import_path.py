"""Keeps the working folder off the path on which Python looks for modules, in every child.

Python puts the working folder first there for ``python -m`` and for multiprocessing's helpers: a
folder that happens to hold ``workers/`` or ``select.py`` would have its code run in place of
ours.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

#: the folder that holds our packages
ROOT = str(Path(__file__).parents[2])


def child_environment(base: Mapping[str, str]) -> dict[str, str]:
    """``base``, changed so that a child finds our packages, and nothing in its working folder."""
    environment = {**base, "PYTHONSAFEPATH": "1"}
    entries = base.get("PYTHONPATH", "").split(os.pathsep)
    # a checkout that is not installed was found by the first entry alone, the working folder
    if ROOT not in sys.path[1:] and ROOT not in entries:
        environment["PYTHONPATH"] = os.pathsep.join([ROOT, *filter(None, entries)])
    return environment


def keep_children_apart() -> None:
    """Let no child of this process, whoever starts it, look for modules in its working folder."""
    os.environ.update(child_environment(os.environ))
