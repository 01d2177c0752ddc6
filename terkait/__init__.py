"""The face: command line, web page, and what other Python programs use (docs/python.md).

``read_page``, ``find_related`` and ``open`` are loaded when they are asked for, so that the
command line starts without them; this module imports nothing, so that Ctrl-C finds nothing here.
"""

#: as ``typing`` has it, whose import takes 10 ms
TYPE_CHECKING = False

if TYPE_CHECKING:
    from terkait.library import Collection, find_related, read_page
    from terkait.library import open_collection as open

__all__ = ["Collection", "find_related", "open", "read_page"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'terkait' has no attribute {name!r}")
    from terkait import library

    return getattr(library, "open_collection" if name == "open" else name)
