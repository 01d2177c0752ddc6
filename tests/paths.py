"""Where tests find files, however deep they stand themselves."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
#: pages of our own making
PAGES = ROOT / "tests" / "pages"
#: pages for tests that lie beside the project; what needs them is skipped where they are missing
SHARED = ROOT.parent / "shared"
