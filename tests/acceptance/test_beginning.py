"""How the program begins: Ctrl-C while it loads, standard streams that are closed."""

import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.acceptance.terminal import environment

#: Python runs it before us: the import of a module that is named brings the signal
INTERRUPTING = """
import os, signal, sys

def interrupt(event, arguments):
    if event == "import" and arguments[0] == os.environ["INTERRUPTED_IMPORT"]:
        os.environ["INTERRUPTED_IMPORT"] = ""
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
"""


def run_here(folder: Path, *words: str, settings: dict[str, str]) -> CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "terkait", *words],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "module",
    ["terkait.interrupts", "terkait.cli", "click", "terkait.cli.options", "sqlalchemy"],
)
def test_ctrl_c_while_the_program_loads_ends_it_without_a_word(tmp_path: Path, module: str) -> None:
    # who starts the tests in the background may have the signal ignored
    heeded = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    (tmp_path / "sitecustomize.py").write_text(heeded + INTERRUPTING)
    settings = {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "INTERRUPTED_IMPORT": module}
    run = run_here(tmp_path, "search", "x", settings=settings)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "")


def test_ctrl_c_that_is_ignored_stays_so_while_the_program_loads(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + INTERRUPTING
    )
    settings = {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "INTERRUPTED_IMPORT": "click"}
    run = run_here(tmp_path, "--version", settings=settings)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_output_that_is_closed_leads_nowhere(tmp_path: Path, closed: str) -> None:
    (tmp_path / "page.html").write_text("<h1>Perahu baru</h1>" + "<p>Nelayan pulang pagi.</p>" * 9)
    run = subprocess.run(
        f"{sys.executable} -m terkait extract page.html --jobs 1 {closed}",
        shell=True,
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path.cwd())),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
