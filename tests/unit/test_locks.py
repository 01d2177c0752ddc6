"""The locked requirements are those of pyproject.toml, pinned and hashed."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"]
LOCKS = {
    "requirements.txt": RUNTIME,
    "requirements-dev.txt": RUNTIME + PROJECT["dependency-groups"]["dev"],
}


def entries(lock: str) -> list[str]:
    """One line a requirement, with its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def pins(lock: str) -> dict[str, set[str]]:
    """Name -> versions; several where they differ by Python version or system."""
    found: dict[str, set[str]] = {}
    for entry in entries(lock):
        name, version = re.split(r"==|[\s;]+", entry)[:2]
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_every_dependency_is_pinned_to_a_version_that_will_do(lock: str) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, LOCKS[lock]):
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not locked: make lock"
        assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_every_pin_has_a_hash(lock: str) -> None:
    assert all(re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:", entry) for entry in entries(lock))


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_no_address_or_folder_of_a_machine_is_inside(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-(?!-hash)|(?:^|\s)/\w", text, re.MULTILINE)


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tested.get(name) for name in shipped} == shipped
