"""The look for known holes fails on a hole, and says where nobody could be asked."""

import importlib.util
import json
import sys
from types import ModuleType

import pytest

from tests.paths import ROOT

HOLE = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
WELL = {"name": "b", "version": "2", "vulns": []}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("libraries", "code", "message"),
    [
        ([HOLE, WELL], 1, "known hole: a 1: PYSEC-1"),
        ([WELL, SKIPPED], 0, "1 libraries audited, 1 could not be looked up"),
        ([SKIPPED], 0, "cannot be reached"),
        (None, 0, "cannot be reached"),
    ],
    ids=["hole", "well", "none found", "no answer"],
)
def test_hole_fails_and_silence_is_said(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    libraries: list[object] | None,
    code: int,
    message: str,
) -> None:
    answer = "" if libraries is None else json.dumps({"dependencies": libraries})
    command = [sys.executable, "-c", "import sys; sys.stdout.write(sys.argv[1])", answer]
    monkeypatch.setattr(audit, "COMMAND", command)
    assert audit.main() == code
    assert message in capsys.readouterr().out
