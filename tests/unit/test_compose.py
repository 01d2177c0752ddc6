"""What docker-compose.yml and the Dockerfile name exists."""

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from typing import Any

import click
import pytest
import yaml
from celery.app.base import Celery
from celery.bin.base import CLIContext
from celery.bin.celery import celery as celery_group

from db.config import Config, load_config
from terkait.cli import main
from tests.paths import ROOT
from workers.app import app
from workers.runs.schedule import CRAWL_QUEUE

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
RUN_ONCE = {"migrate"}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def substituted(text: str) -> str:
    """``${NAME:-default}`` and ``${NAME:?message}`` as docker compose fills them in."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
    return re.sub(r"\$\{(\w+):\?[^}]*\}", r"value-of-\1", text)


def commands() -> Iterator[list[str]]:
    """The command and the health check of each of our services, as words."""
    for name in OURS:
        yield SERVICES[name]["command"]
        check = SERVICES[name]["healthcheck"].get("test", ["NONE"])
        if check[0] == "CMD":
            yield check[1:]
        elif check[0] == "CMD-SHELL":
            yield shlex.split(check[1].replace("$$HOSTNAME", "host"))
    for line in re.findall(r"^(?:CMD|HEALTHCHECK.* CMD) (\[.*\])$", DOCKERFILE, re.MULTILINE):
        yield yaml.safe_load(line)


def parse(group: click.Group, words: list[str], context: click.Context) -> None:
    """Raises click's UsageError where a command or an option does not exist."""
    command = group.get_command(context, words[0])
    assert command is not None, f"no command {words[0]}"
    parsed = command.make_context(words[0], list(words[1:]), parent=context)
    with parsed:
        if isinstance(command, click.Group):
            # click 8 keeps the name of the subcommand apart, click 9 will not
            name = getattr(parsed, "_protected_args", [])
            parse(command, [*name, *parsed.args], parsed)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_commands_exist(words: list[str]) -> None:
    if words == ["terkait", "--help"]:
        return
    assert words[0] in ("terkait", "celery")
    if words[0] == "terkait":
        parse(main, words[1:], click.Context(main))
        return
    assert words[1:3] == ["-A", "workers.app"]
    obj = CLIContext(app=app, no_color=True, workdir=os.curdir)
    parse(celery_group, words[3:], click.Context(celery_group, obj=obj))


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse(main, ["db", "upgrade", "--no-such-option"], click.Context(main))
    with pytest.raises(AssertionError):
        parse(main, ["no-such-command"], click.Context(main))


@pytest.mark.parametrize("name", OURS)
def test_settings_exist_and_have_good_values(name: str) -> None:
    environment = SERVICES[name]["environment"]
    values = {key: substituted(value) for key, value in environment.items()}
    assert all(key.startswith("TERKAIT_") for key in values)
    settings = {key.removeprefix("TERKAIT_").lower(): value for key, value in values.items()}
    assert settings.keys() <= set(Config.model_fields)
    config = load_config(**settings)
    assert config.database_url.startswith("postgresql+psycopg://terkait:")
    assert config.broker_url == "redis://redis:6379/0"


def test_queues_are_those_of_the_tasks() -> None:
    assert isinstance(app, Celery)
    queues = {
        name: words[words.index("--queues") + 1] if "--queues" in words else None
        for name in OURS
        if "worker" in (words := SERVICES[name]["command"])
    }
    assert queues == {"worker": None, "crawler": CRAWL_QUEUE}
    assert app.conf.task_default_queue != CRAWL_QUEUE


def test_no_password_has_a_default() -> None:
    names = re.findall(r"\$\{?(\w*(?:PASSWORD|SECRET|TOKEN)\w*)([^}]*)", COMPOSE)
    assert names
    assert all(rest.startswith(":?") for _, rest in names)
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_restarts_is_checked_and_limits_its_log(name: str) -> None:
    service = SERVICES[name]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    if name in RUN_ONCE:
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


def test_state_is_kept_in_named_volumes() -> None:
    mounts = {
        name: [volume.split(":")[:2] for volume in service.get("volumes", ())]
        for name, service in SERVICES.items()
    }
    assert ["postgres", "/var/lib/postgresql"] in mounts["postgres"]
    assert ["redis", "/data"] in mounts["redis"]
    assert all(["data", "/data"] in mounts[name] for name in OURS)
    named = {source for pairs in mounts.values() for source, _ in pairs if "." not in source}
    assert named == yaml.safe_load(COMPOSE)["volumes"].keys()


def test_redis_forgets_nothing() -> None:
    words = SERVICES["redis"]["command"]
    options = dict(zip(words[1::2], words[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"


@pytest.mark.parametrize("name", sorted(set(OURS) - RUN_ONCE))
def test_nothing_of_ours_starts_before_the_schema_is_there(name: str) -> None:
    conditions = {key: on["condition"] for key, on in SERVICES[name]["depends_on"].items()}
    assert conditions["migrate"] == "service_completed_successfully"
    assert conditions["redis"] == "service_healthy"
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_no_port_is_open_to_the_world() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {name for line in copied for name in line.split()}
    assert set(packages) < sources
    assert all((ROOT / name).exists() for name in sources)
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {f"!{name}" for name in sources} <= set(allowed)
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["terkait"]


def test_images_are_pinned() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.search(r":\d", image) for image in images)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SERVICES["worker"]["image"] == f"terkait:{version['version']}"
