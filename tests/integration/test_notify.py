"""Of a run that did not go well, people are told; of one that went well nobody is."""

import json
import sys
from pathlib import Path

import pytest

from db.config import load_config
from db.models import Run
from tests.rows import NOON
from tests.web import HttpSite
from workers.runs import notify

VERDICTS = [("ok", False), ("nothing due", False), ("dead", True), ("blocked", True)]


def run(verdict: str) -> Run:
    return Run(
        id=7, site="a\nBcc: x@y.test", verdict=verdict, message="http 403", state="finished",
        fetched=1, stored=0, failed=1, finished_at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(("verdict", "is_told"), VERDICTS)
def test_command_gets_the_report_of_a_bad_run(verdict: str, is_told: bool, tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    (tmp_path / "tell.py").write_text(script)
    told = tmp_path / "told"
    command = f"{sys.executable} {tmp_path}/tell.py {told}"
    notify.tell(load_config(notify_command=command), run(verdict))
    assert told.exists() == is_told
    if is_told:
        assert json.loads(told.read_text())["verdict"] == verdict


def test_web_hook_gets_the_report(http_site: HttpSite) -> None:
    notify.tell(load_config(notify_url=http_site.url("/hook")), run("dead"))
    assert [(asked.method, asked.path) for asked in http_site.log] == [("POST", "/hook")]


def test_nobody_to_tell_and_a_way_that_fails_are_no_error(caplog: pytest.LogCaptureFixture) -> None:
    notify.tell(load_config(), run("dead"))
    notify.tell(load_config(notify_command="/no/such/program"), run("dead"))
    assert "nobody could be told" in caplog.text
