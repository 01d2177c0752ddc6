"""docs/tutorial.md: every command in it is run, and prints what it says."""

import re
import shlex
from pathlib import Path

import pytest

from tests.acceptance.terminal import on_terminal, terkait
from tests.paths import ROOT

#: the demo is crawled for real, and a busy machine takes its time
pytestmark = pytest.mark.timeout(600)

TEXT = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
HOST = re.compile(r"(127\.0\.0\.[12]):\d+")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def steps() -> list[tuple[str, list[str]]]:
    """(command, the lines that it prints), in order."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(TEXT):
        for line in block.splitlines():
            if line.startswith("$ terkait "):
                found.append((line.removeprefix("$ terkait "), []))
            else:
                found[-1][1].append(line)
    return found


def comparable(line: str) -> str:
    """Without what differs from one time to the next: ports, numbers of articles."""
    line = HOST.sub(r"\1:PORT", line)
    line = re.sub(r"article \d+", "article N", line)
    line = re.sub(r"  \d+$", "  N", line.rstrip())
    return line.rstrip()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The demo's database, and the port that each of its hosts had."""
    folder = tmp_path_factory.mktemp("tutorial")
    made = terkait("demo", cwd=folder)
    assert made.returncode == 0, made.stderr
    listed = terkait("export", settings={"TERKAIT_DATA": str(folder / "terkait-demo")})
    ports = dict(re.findall(r"(127\.0\.0\.[12]):(\d+)", listed.stdout))
    return {"TERKAIT_DATA": str(folder / "terkait-demo"), **ports}


def test_every_command_of_the_tutorial_prints_what_it_says(
    demo: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERKAIT_DATA", demo["TERKAIT_DATA"])
    monkeypatch.chdir(tmp_path)
    assert len(steps()) >= 8
    for command, lines in steps():
        typed = HOST.sub(lambda host: f"{host[1]}:{demo[host[1]]}", command)
        shown = _CONTROL.sub("", on_terminal(*shlex.split(typed)))
        rest = iter([comparable(line) for line in shown.splitlines()])
        for line in lines:
            if line != "...":
                assert comparable(line) in rest, (command, line, shown)
    assert {"articles.csv", "articles.jsonl", "datapackage.json"} <= {
        file.name for file in tmp_path.iterdir()
    }
