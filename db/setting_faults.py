"""What is wrong with settings, in words for whoever wrote them."""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from db.setting_values import Fault, Place

_PREFIX = "TERKAIT_"
#: what Kubernetes sets in every container beside a service called "terkait"
_OF_KUBERNETES = re.compile(
    r"TERKAIT_(?:SERVICE_(?:HOST|PORT)(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)"
)


def in_words(faults: Iterable[Fault], names: Mapping[str, tuple[str, ...]], file: str) -> str:
    """All faults on one line.

    ``names``: "" -> the settings, and the name of a table -> its keys; ``file``: where settings
    that are not in the environment stand.
    """
    return "; ".join(dict.fromkeys(_fault(fault, names, file) for fault in faults))


def _fault(fault: Fault, names: Mapping[str, tuple[str, ...]], file: str) -> str:
    place = fault.place
    name = str(place[0]) if place else ""
    variable = f"{_PREFIX}{name.upper()}"
    where = variable if variable in os.environ else f"{file}: {_path(place)}"
    if fault.is_unknown:
        table = name if len(place) > 1 else ""
        return f"{where} is no setting{_nearest(str(place[-1]), names.get(table, ()))}"
    return f"{where}: {fault.said}"


def _path(place: Place) -> str:
    """``sites 2: depth`` for the depth of the second site."""
    words = ""
    for part in place:
        if isinstance(part, int):
            words += f" {part + 1}"
        else:
            words += f": {part}" if words else part
    return words or "settings"


def unknown_variables(environment: Mapping[str, str], known: tuple[str, ...]) -> Iterator[str]:
    """What is said of each TERKAIT_ variable that is no setting."""
    for variable in sorted(environment):
        name = variable.removeprefix(_PREFIX).lower()
        if not variable.startswith(_PREFIX) or _OF_KUBERNETES.fullmatch(variable):
            continue
        if name not in known:
            near = _nearest(name, known, shown=lambda one: f"{_PREFIX}{one.upper()}")
            yield f"{variable} is no setting{near}"


def _nearest(name: str, known: tuple[str, ...], shown: Callable[[str], str] = str) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    near = near or [one for one in known if name and (name in one or one in name)][:1]
    return f": did you mean {shown(near[0])}?" if near else "; docs/settings.md lists them"
