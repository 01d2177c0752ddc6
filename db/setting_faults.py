"""What is wrong with settings, in words for whoever wrote them."""

import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_PREFIX = "TERKAIT_"
#: what Kubernetes sets in every container beside a service called "terkait"
_OF_KUBERNETES = re.compile(
    r"TERKAIT_(?:SERVICE_(?:HOST|PORT)(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)"
)
_Words = Callable[[Mapping[str, Any]], str]
#: kind of fault -> what is said of it
_SAID: dict[str, _Words] = {
    "missing": lambda _: "is missing",
    "greater_than_equal": lambda limits: f"must be {limits['ge']:g} or more",
    "greater_than": lambda limits: f"must be more than {limits['gt']:g}",
    "less_than_equal": lambda limits: f"must be {limits['le']:g} or less",
    "int_parsing": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "float_parsing": lambda _: "must be a number",
    "float_type": lambda _: "must be a number",
    "bool_parsing": lambda _: "must be true or false",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be text in quotes",
    "string_too_short": lambda _: "must not be empty",
    "string_pattern_mismatch": lambda _: "is not written as it must be; docs/settings.md says how",
    "literal_error": lambda limits: f"must be {limits['expected']}",
    "tuple_type": lambda _: "must be a list",
    "list_type": lambda _: "must be a list",
    "path_type": lambda _: "must be a path",
    "value_error": lambda limits: str(limits["error"]),
    "model_type": lambda _: "must be a table",
    "model_attributes_type": lambda _: "must be a table",
}


def in_words(error: ValidationError, names: Mapping[str, tuple[str, ...]], file: str) -> str:
    """All faults on one line.

    ``names``: "" -> the settings, and the name of a table -> its keys; ``file``: where settings
    that are not in the environment stand.
    """
    return "; ".join(dict.fromkeys(_fault(fault, names, file) for fault in error.errors()))


def _fault(fault: ErrorDetails, names: Mapping[str, tuple[str, ...]], file: str) -> str:
    place = [part for part in fault["loc"] if isinstance(part, str | int)]
    name = str(place[0]) if place else ""
    variable = f"{_PREFIX}{name.upper()}"
    where = variable if variable in os.environ else f"{file}: {_path(place)}"
    if fault["type"] == "extra_forbidden":
        table = name if len(place) > 1 else ""
        return f"{where} is no setting{_nearest(str(place[-1]), names.get(table, ()))}"
    words = _SAID.get(fault["type"])
    problem = words(fault.get("ctx", {})) if words else "cannot be used"
    given = fault.get("input")
    quoted = f" {given!r}" if isinstance(given, str | int | float) and problem[:2] == "mu" else ""
    return f"{where}:{quoted} {problem}".strip()


def _path(place: list[str | int]) -> str:
    """``sites 2: depth`` for the depth of the second site."""
    words = ""
    for part in place:
        if isinstance(part, int):
            words += f" {part + 1}"
        else:
            words += f": {part}" if words else part
    return words or "settings"


def unknown_variables(environment: Mapping[str, str], settings: tuple[str, ...]) -> Iterator[str]:
    """What is said of each TERKAIT_ variable that is no setting."""
    for variable in sorted(environment):
        name = variable.removeprefix(_PREFIX).lower()
        if not variable.startswith(_PREFIX) or _OF_KUBERNETES.fullmatch(variable):
            continue
        if name not in settings:
            near = _nearest(name, settings, shown=lambda setting: f"{_PREFIX}{setting.upper()}")
            yield f"{variable} is no setting{near}"


def _nearest(name: str, names: tuple[str, ...], shown: Callable[[str], str] = str) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    near = near or [other for other in names if name and (name in other or other in name)][:1]
    return f": did you mean {shown(near[0])}?" if near else "; docs/settings.md lists them"
