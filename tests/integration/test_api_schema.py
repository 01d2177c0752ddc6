"""The API under made-up requests, by schemathesis where that program is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from db.config import load_config
from tests.integration.test_web import fill
from tests.web_server import WebServer

PROGRAM = shutil.which("schemathesis")


@pytest.mark.timeout(600)
@pytest.mark.skipif(PROGRAM is None, reason="the program schemathesis is not installed")
def test_no_request_makes_the_api_fail(tmp_path: Path) -> None:
    assert PROGRAM is not None
    data = tmp_path / "data"
    fill(data)
    with WebServer(load_config(data=data)) as server:
        address = f"{server.url}/api/openapi.json"
        command = [PROGRAM, "run", address, "--checks", "not_a_server_error",
                   "--exclude-path-regex", "events", "--max-examples", "5"]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=550
        )
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert done.returncode == 0, done.stdout[-3_000:]
    assert tested is not None
    assert int(tested[1]) > 20
