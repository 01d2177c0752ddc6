"""Reads the values of settings into dataclasses, and says in words what is wrong with them.

Plain Python, so that no command waits for a library to learn its settings.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from db.terms.errors import SettingFaults, WrongValue

_TRUE = frozenset(("1", "true", "yes", "on", "y", "t"))
_FALSE = frozenset(("0", "false", "no", "off", "n", "f"))
_LIMITS = "limits"

Place = tuple[str | int, ...]
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a value may be, beyond its type."""

    least: float | None = None
    most: float | None = None
    #: more than that
    above: float | None = None
    #: of the whole text
    form: str | None = None
    #: raises ValueError with what is to be written instead
    check: Callable[[Any], object] | None = None
    #: a text is taken apart at commas and spaces
    is_split: bool = False


def setting(default: Any = MISSING, *, factory: Any = MISSING, **limits: Any) -> Any:
    """A field of a dataclass with limits."""
    metadata = {_LIMITS: Limits(**limits)}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that cannot be used."""

    place: Place
    said: str
    #: no setting has that name
    is_unknown: bool = False


def names_of(kind: type) -> tuple[str, ...]:
    """The names of the settings in a dataclass."""
    return tuple(entry.name for entry in fields(kind))


def build(kind: type[_Kind], values: Mapping[str, Any], place: Place = ()) -> _Kind:
    """The dataclass with these values. Raises SettingFaults with all that is wrong."""
    faults: list[Fault] = []
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    faults += [Fault((*place, name), "", is_unknown=True) for name in values if name not in known]
    read: dict[str, Any] = {}
    for name, entry in known.items():
        if name not in values:
            if entry.default is MISSING and entry.default_factory is MISSING:
                faults.append(Fault((*place, name), "is missing"))
            continue
        try:
            read[name] = _value(_types(kind)[name], values[name], _limits(entry), (*place, name))
        except SettingFaults as error:
            faults += error.faults
        except WrongValue as error:
            given = values[name]
            shown = f"{given!r} " if isinstance(given, str | int | float) else ""
            faults.append(Fault((*place, name), f"{shown}{error}"))
        except ValueError as error:
            faults.append(Fault((*place, name), str(error)))
    if faults:
        raise SettingFaults(faults)
    try:
        return kind(**read)
    except ValueError as error:
        raise SettingFaults([Fault(place, str(error))]) from error


def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _limits(entry: "Field[Any]") -> Limits:
    limits: Limits = entry.metadata.get(_LIMITS, Limits())
    return limits


def _value(kind: Any, given: Any, limits: Limits, place: Place) -> Any:
    if get_origin(kind) is tuple:
        value: Any = _values(get_args(kind)[0], given, limits, place)
    elif is_dataclass(kind):
        value = _table(kind, given, place)
    else:
        value = _single(kind, given)
    _within(value, limits)
    if limits.check is not None:
        limits.check(value)
    return value


def _values(kind: Any, given: Any, limits: Limits, place: Place) -> tuple[Any, ...]:
    if limits.is_split and isinstance(given, str):
        given = given.replace(",", " ").split()
    if not isinstance(given, list | tuple):
        raise WrongValue("must be a list")
    values: list[Any] = []
    faults: list[Fault] = []
    for number, entry in enumerate(given):
        try:
            values.append(_value(kind, entry, Limits(), (*place, number)))
        except SettingFaults as error:
            faults += error.faults
        except WrongValue as error:
            shown = f"{entry!r} " if isinstance(entry, str | int | float) else ""
            faults.append(Fault((*place, number), f"{shown}{error}"))
    if faults:
        raise SettingFaults(faults)
    return tuple(values)


def _table(kind: Any, given: Any, place: Place) -> Any:
    if isinstance(given, kind):
        return given
    if not isinstance(given, Mapping):
        raise WrongValue("must be a table")
    return build(kind, given, place)


def _single(kind: Any, given: Any) -> Any:
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if given not in choices:
            *others, last = (repr(choice) for choice in choices)
            raise WrongValue(f"must be {', '.join(others)} or {last}")
        return given
    return _READERS[kind](given)


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise WrongValue("must be text in quotes")
    return given


def _path(given: Any) -> Path:
    if not isinstance(given, str | Path):
        raise WrongValue("must be a path")
    return Path(given)


def _yes_or_no(given: Any) -> bool:
    word = str(given).strip().lower()
    if word not in _TRUE | _FALSE:
        raise WrongValue("must be true or false")
    return word in _TRUE


def _whole_number(given: Any) -> int:
    number = _number(given, "must be a whole number")
    if number != int(number):
        raise WrongValue("must be a whole number")
    return int(number)


def _number(given: Any, said: str = "must be a number") -> float:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise WrongValue(said)
    try:
        number = float(given)
    except (ValueError, OverflowError):
        raise WrongValue(said) from None
    if not abs(number) < float("inf"):
        raise WrongValue(said)
    return number


_READERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    Path: _path,
    bool: _yes_or_no,
    int: _whole_number,
    float: _number,
}


def _within(value: Any, limits: Limits) -> None:
    if limits.least is not None and value < limits.least:
        raise WrongValue(f"must be {limits.least:g} or more")
    if limits.above is not None and value <= limits.above:
        raise WrongValue(f"must be more than {limits.above:g}")
    if limits.most is not None and value > limits.most:
        raise WrongValue(f"must be {limits.most:g} or less")
    if limits.form is not None and not re.fullmatch(limits.form, value):
        raise WrongValue(
            "is not written as it must be; docs/settings.md says how"
            if value
            else "must not be empty"
        )
