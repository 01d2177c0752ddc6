"""What a link is to the page it stands on, and which links a crawl may follow. Plain Python."""

from typing import Literal

#: the first three are followed when asked for; ``other`` (most read, latest, menus, sponsored)
#: never is
LinkKind = Literal["related", "readmore", "inline", "other"]

#: the stronger kinds first
FOLLOWABLE: tuple[LinkKind, ...] = ("related", "readmore", "inline")
#: those that stand in boxes of their own, and vanish with them
IN_BOXES: tuple[LinkKind, ...] = ("related", "readmore")
