"""Terkait works in any folder, whatever modules lie there: none of them is run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from terkait.demo.server import DemoSite
from tests.acceptance.terminal import environment

COMMAND = Path(sys.executable).with_name("terkait")

#: what a working folder may hold of the same names as ours, Celery's and the standard library's
PACKAGES = ("crawler", "db", "workers", "migrations", "celeryconfig", "redis")
MODULES = ("select", "random", "json", "logging", "sitecustomize", "settings")
PAGE = "<article><h1>Perahu baru</h1>" + "<p>Nelayan menerima perahu baru pagi ini.</p>" * 5


@pytest.fixture
def crowded(tmp_path: Path, demo_site: DemoSite) -> Path:
    """A folder full of foreign modules that say when they are run, and a ``terkait.toml``."""
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        write_foreign(tmp_path / name / "__init__.py")
        write_foreign(tmp_path / name / "__main__.py")
    for name in MODULES:
        write_foreign(tmp_path / f"{name}.py")
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = settings\n")
    (tmp_path / "terkait.toml").write_text(
        f'data = "kept"\n\n[[sites]]\nname = "demo"\nseeds = ["{demo_site.seed_url}"]\ndepth = 1\n'
    )
    return tmp_path


def terkait(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the installed command in ``folder``."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def write_foreign(file: Path) -> None:
    file.write_text(
        f"open({str(file.parents[0] / 'was-run')!r}, 'a').write(__name__)\n"
        "raise SystemExit('foreign code was run')\n"
    )


def foreign_code_run(folder: Path) -> list[Path]:
    return list(folder.rglob("was-run"))


def test_crawl_reads_the_settings_of_the_folder_and_runs_none_of_its_modules(
    crowded: Path, demo_site: DemoSite
) -> None:
    run = terkait(crowded, "crawl", demo_site.seed_url, "--depth=1", "--json")
    assert (run.returncode, foreign_code_run(crowded)) == (0, []), run.stderr
    assert json.loads(run.stdout)["stored"] == len(demo_site.expected.within(1).articles)
    assert (crowded / "kept" / "terkait.db").exists()


def test_nightly_runs_none_of_the_modules_of_its_folder(crowded: Path) -> None:
    night = terkait(crowded, "nightly")
    assert (night.returncode, foreign_code_run(crowded)) == (0, []), night.stderr


def test_demo_runs_none_of_the_modules_of_its_folder(crowded: Path) -> None:
    shown = terkait(crowded, "demo")
    assert (shown.returncode, foreign_code_run(crowded)) == (0, []), shown.stderr
    assert "jembatan" in shown.stdout.lower()


def test_extract_runs_none_of_the_modules_of_its_folder(crowded: Path) -> None:
    (crowded / "page.html").write_text(PAGE)
    read = terkait(crowded, "extract", "page.html", "--jobs=2")
    assert (read.returncode, foreign_code_run(crowded)) == (0, []), read.stderr
    assert json.loads(read.stdout)["title"] == "Perahu baru"


def test_program_started_as_a_module_runs_none_of_the_packages_of_its_folder(
    crowded: Path, demo_site: DemoSite
) -> None:
    for name in MODULES:  # Python itself runs those before it runs us
        (crowded / f"{name}.py").unlink()
    run = subprocess.run(
        [sys.executable, "-m", "terkait", "crawl", demo_site.seed_url, "--depth=0"],
        cwd=crowded,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, foreign_code_run(crowded)) == (0, []), run.stderr
