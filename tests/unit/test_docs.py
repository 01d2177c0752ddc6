"""The documents name every command and setting, and nothing that is not there."""

import html
import json
import re
import tomllib
from collections.abc import Iterator
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from db.config import Config, Nightly, Site
from db.runs.verdict import Verdict
from db.terms.states import VisitOutcome
from terkait.cli import main
from tests.paths import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
TABLES: dict[str, type] = {"sites": Site, "nightly": Nightly}

#: folders whose paths and modules the documents name
ROOMS = "terkait|workers|crawler|db|migrations|tests|bench|docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def commands(group: click.Group, context: click.Context, prefix: str) -> Iterator[str]:
    """Each command without subcommands, as it is typed."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, context, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def anchors(document: str) -> set[str]:
    """The headings of a document as GitHub turns them into anchors."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_command_is_described() -> None:
    described = text("README.md") + text("docs/commands.md")
    missing = [
        command
        for command in commands(main, click.Context(main), "terkait")
        if not re.search(rf"{re.escape(command)}\b", described)
    ]
    assert missing == []


def test_every_setting_is_described() -> None:
    described = text("docs/settings.md")
    names = set(Config.model_fields) - TABLES.keys()
    wanted = [f"`TERKAIT_{name.upper()}`" for name in names]
    for table, model in TABLES.items():
        wanted += [f"[{table}]", *(f"`{name}`" for name in model.model_fields)]
    assert [word for word in wanted if word not in described] == []


def described_defaults(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """(field, the number or word that its row gives as its default)."""
    for name in model.model_fields:
        shown = f"TERKAIT_{name.upper()}" if model is Config else name
        row = rf"^\|[^|\n]*(?:\|[^|\n]*)?`{shown}` \| `([^`]+)`"
        if match := re.search(row, text("docs/settings.md"), re.MULTILINE):
            yield name, match[1]


@pytest.mark.parametrize(("model", "least"), [(Config, 10), (Nightly, 3), (Site, 6)])
def test_defaults_that_are_described_are_those_of_the_program(
    model: type[BaseModel], least: int
) -> None:
    described = dict(described_defaults(model))
    defaults = {name: model.model_fields[name].default for name in described}
    plain = {name for name, value in defaults.items() if isinstance(value, (bool, float, int))}
    plain.discard("host_concurrency")  # by the delay
    assert len(described) >= least
    assert {name: float(json.loads(described[name])) for name in plain} == {
        name: float(defaults[name]) for name in plain
    }


def options(group: click.Group) -> set[str]:
    context = click.Context(group)
    own = [group.get_command(context, name) for name in group.list_commands(context)]
    names = {option for each in own if each for param in each.params for option in param.opts}
    below = [options(each) for each in own if isinstance(each, click.Group)]
    return names.union(*below, {"--help", "--version"})


@pytest.mark.parametrize(
    "name", ["README.md", "docs/commands.md", "docs/tutorial.md", "docs/troubleshooting.md"]
)
def test_options_that_are_named_exist(name: str) -> None:
    ours = "\n".join(
        line for line in text(name).splitlines() if "pip" not in line and "docker" not in line
    )
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours))
    assert named <= options(main)


def test_what_is_to_be_installed_for_more_is_what_the_project_asks_for() -> None:
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
    wanted = {wish for wishes in extras.values() for wish in wishes}
    sources = [path for top in ("terkait", "db", "docs") for path in (ROOT / top).rglob("*")]
    named = {
        html.unescape(wish)
        for path in sources
        if path.suffix in (".py", ".md", ".html")
        for wish in re.findall(r"pip install '([^']+)'", path.read_text("utf-8"))
    }
    assert named == wanted


@pytest.mark.parametrize("name", NAMES)
def test_settings_that_are_named_exist(name: str) -> None:
    named = set(re.findall(r"\bTERKAIT_([A-Z_]+)\b", text(name)))
    assert {word.lower() for word in named} <= set(Config.model_fields)


@pytest.mark.parametrize("name", NAMES)
def test_commands_that_are_named_exist(name: str) -> None:
    code = "\n".join([*FENCE.findall(text(name)), *re.findall(r"`[^`\n]+`", text(name))])
    named = set(re.findall(r"(?:^|[`/ ])terkait ([a-z]+)\b(?!\.)", code, re.MULTILINE))
    assert named <= set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("name", NAMES)
def test_links_within_the_project_lead_somewhere(name: str) -> None:
    targets = ["".join(found) for found in LINK.findall(FENCE.sub("", text(name)))]
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    for target in local:
        path, _, anchor = target.partition("#")
        document = (ROOT / name).parent / path if path else ROOT / name
        assert document.exists(), f"{name} links to {target}"
        assert not anchor or anchor in anchors(document.read_text(encoding="utf-8")), target


def is_there(path: str) -> bool:
    return any(ROOT.glob(path.rstrip("/"))) and (not path.endswith("/") or (ROOT / path).is_dir())


def is_defined(dotted: str) -> bool:
    """Whether it is a package, a module, or a name in one."""
    folder, parts = ROOT, dotted.split(".")
    for number, part in enumerate(parts):
        if (module := folder / f"{part}.py").is_file():
            names = re.findall(r"\w+", module.read_text("utf-8"))
            return all(name in names for name in parts[number + 1 :])
        if not (folder / part).is_dir():
            return part in (folder / "__init__.py").read_text("utf-8")
        folder /= part
    return True


@pytest.mark.parametrize("name", NAMES)
def test_paths_and_modules_that_are_named_exist(name: str) -> None:
    quoted = re.findall(r"`([^`\s]+)`", FENCE.sub("", text(name)))
    paths = [word for word in quoted if re.match(rf"(?:{ROOMS})/", word)]
    modules = [word for word in quoted if re.fullmatch(rf"(?:{ROOMS})(?:\.\w+)+", word)]
    modules = [word for word in modules if not word.endswith((".toml", ".db", ".crawl"))]
    assert [path for path in paths if not is_there(path)] == []
    assert [module for module in modules if not is_defined(module)] == []


def test_the_architecture_names_every_room() -> None:
    named = set(re.findall(rf"`((?:{ROOMS})/[a-z_/]*)`", text("docs/architecture.md")))
    rooms = {
        f"{path.parent.relative_to(ROOT)}/"
        for top in ("terkait", "workers", "crawler", "db")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert rooms <= named


def test_the_glossary_is_found_and_in_order_and_says_each_word_once() -> None:
    assert "(docs/glossary.md)" in text("README.md")
    words = re.findall(r"^\| ([a-z][^|]*?) \|", text("docs/glossary.md"), re.MULTILINE)[1:]
    assert 28 <= len(words) <= 40
    assert words == sorted({*words})


def test_the_readme_marks_its_test_command() -> None:
    block = text("README.md").split("<!-- test command -->\n", 1)[1].split("```")[1]
    assert "pytest" in block


def test_every_test_that_proves_a_promise_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", text("docs/reliability.md")))
    sources = "".join(path.read_text() for path in ROOT.glob("tests/**/test_*.py"))
    assert named
    assert not {name for name in named if f"def {name}(" not in sources}


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_operator_is_told_what_each_verdict_means(verdict: str) -> None:
    rows = [row for row in text("docs/nights.md").splitlines() if row.startswith("| `")]
    assert any(f"`{verdict}" in row.split(" | ")[0] for row in rows)


@pytest.mark.parametrize("outcome", [one for one in VisitOutcome if one != "fetched"])
def test_operator_is_told_what_each_outcome_of_a_visit_means(outcome: str) -> None:
    section = text("docs/nights.md").partition("## What a visit came to")[2]
    assert f"`{outcome}`" in section


@pytest.mark.parametrize(
    "cause",
    ["unreadable:", "no related links on", "layout changed", "feed unreachable:", "not read:",
     "lists only pages of"],
)  # fmt: skip
def test_operator_is_told_what_each_cause_means(cause: str) -> None:
    assert cause in text("docs/nights.md")
