"""Settings: where they come from, and what is refused."""

import re
from pathlib import Path
from typing import Any

import pytest

from db.config import Config, load_config
from db.terms.errors import BadSettings


def test_environment_beats_the_file(tmp_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("terkait.toml").write_text("delay_seconds = 2.5\nconcurrency = 7\n")
    monkeypatch.setenv("TERKAIT_DELAY_SECONDS", "0")
    config = load_config()
    assert (config.delay_seconds, config.concurrency) == (0.0, 7)


def test_empty_variables_count_as_not_set_but_for_texts(
    tmp_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("terkait.toml").write_text('workers = 3\ncontact = "me@a.test"\nallow_private = ["a"]\n')
    for name in ("DATA", "WORKERS", "DELAY_SECONDS", "CONTACT", "ALLOW_PRIVATE"):
        monkeypatch.setenv(f"TERKAIT_{name}", "")
    config = load_config()
    assert (config.data, config.workers, config.delay_seconds) == (Path("terkait-data"), 3, 1.0)
    assert (config.contact, config.allow_private) == ("", ())


def test_own_servers_without_delay_are_asked_in_parallel() -> None:
    assert load_config(delay_seconds=1.0).per_host == 1
    assert load_config(delay_seconds=0.0).per_host == 16
    assert load_config(delay_seconds=0.0, host_concurrency=3).per_host == 3


#: what a child reads from ``terkait.toml`` itself
FROM_THE_FILE = {"sites", "nightly"}
#: each unlike its default
SETTINGS: dict[str, Any] = {
    "data": Path("/tmp/other"),
    "database_url": "postgresql+psycopg://me@db.test/terkait",
    "archive": "s3://news/pages?endpoint=http://minio.test:9000",
    "broker_url": "redis://queue.test/3",
    "workers": 0,
    "delay_seconds": 0.25,
    "host_concurrency": 3,
    "by_address": True,
    "concurrency": 7,
    "allow_private": ("127.0.0.1", "10.0.0.0/8"),
    "user_agent": "Own/1 (+https://me.example, a = 'b')",
    "contact": "me@me.example",
    "max_page_bytes": 2048,
    "timeout_seconds": 1.5,
    "min_free_bytes": 0,
    "timezone": "Asia/Makassar",
    "log_format": "json",
    "web_key": "a long key, with = and '",
    "web_port": 9_123,
    "web_seconds": 3.5,
    "notify_url": "https://hooks.test/x",
    "notify_mail": "desk@news.test",
    "notify_command": "tell people",
    "notify_hours": 5,
    "watch_secret": "s3cret =",
    "mail_server": "smtps://me:pass%20word@mail.test",
    "mail_from": "me@me.example",
}


@pytest.mark.parametrize("name", sorted(set(Config.model_fields) - FROM_THE_FILE))
def test_children_get_each_setting_in_use(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(load_config(), name) != SETTINGS[name]
    for variable, value in load_config(**{name: SETTINGS[name]}).environment().items():
        monkeypatch.setenv(variable, value)
    assert getattr(load_config(), name) == SETTINGS[name]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("delay = 3", "delay"),
        ("delay_seconds = -1", "delay_seconds"),
        ('database_url = "mysql://x"', "postgresql"),
        ("[[sites]]\nname = 'x'", "seeds"),
        ("[[sites]]\nname = 'x'\nseeds = ['http://a.test/']\n" * 2, "two sites are called x"),
        ("this is no toml", "terkait.toml"),
        ('[nightly]\nat = "25:00"', "at"),
    ],
)
def test_wrong_settings_are_named(tmp_data: Path, text: str, word: str) -> None:
    Path("terkait.toml").write_text(text)
    with pytest.raises(BadSettings, match=word):
        load_config()


def test_contact_stands_in_the_user_agent() -> None:
    assert "(+https://me.example)" in load_config(contact="https://me.example").agent
    assert load_config(user_agent="Own/1").agent == "Own/1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delay = 3", "terkait.toml: delay is no setting: did you mean delay_seconds?"),
        ("delay_seconds = -1", "delay_seconds: -1 must be 0 or more"),
        ("workers = 1.5", "workers: 1.5 must be a whole number"),
        ("by_address = 'perhaps'", "by_address: 'perhaps' must be true or false"),
        ('database_url = "mysql://x"', "terkait.toml: database_url: write sqlite:///"),
        ("[[sites]]\nname = 'x'", "sites 1: a site needs seeds"),
        ("[[sites]]\nname = 'x'\nseed = ['a']", "sites 1: seed is no setting: did you mean seeds?"),
        ("[[sites]]\nseeds = ['a']", "sites 1: name: is missing"),
        ("[[sites]]\nname = 'x'\nseeds = 'a'", "sites 1: seeds: 'a' must be a list"),
        ("sites = 3", "sites: 3 must be a list"),
        ("nightly = 3", "nightly: 3 must be a table"),
        ("zzz = 3", "zzz is no setting; docs/settings.md lists them"),
    ],
)
def test_a_fault_is_said_in_words_of_ours(tmp_data: Path, text: str, said: str) -> None:
    Path("terkait.toml").write_text(text)
    with pytest.raises(BadSettings) as refused:
        load_config()
    assert said in str(refused.value)
    foreign = r"(?i)pydantic|input should|extra inputs|value error|validation|tuple|field required"
    assert not re.search(foreign, str(refused.value))


def test_an_unknown_variable_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERKAIT_DELAY", "3")
    with pytest.raises(BadSettings, match="did you mean TERKAIT_DELAY_SECONDS"):
        load_config()


@pytest.mark.parametrize(
    "name", ["TERKAIT_SERVICE_HOST", "TERKAIT_PORT", "TERKAIT_PORT_8080_TCP_ADDR"]
)
def test_what_kubernetes_says_of_a_service_is_no_setting_and_no_fault(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = load_config()
    monkeypatch.setenv(name, "tcp://10.0.0.1:8080")
    assert load_config() == before


def test_a_fault_names_the_variable_that_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERKAIT_WORKERS", "many")
    with pytest.raises(BadSettings, match=r"^TERKAIT_WORKERS: 'many' must be a whole number$"):
        load_config()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_the_names_that_others_give_it(scheme: str) -> None:
    address = load_config(database_url=f"{scheme}://u:p%40@db.example:5432/news").database
    assert address == "postgresql+psycopg://u:p%40@db.example:5432/news"


@pytest.mark.parametrize("password", ["p@ss", "p:ss", "p/ss", "p#ss", "p?ss", "p:@/ss"])
def test_password_that_cuts_the_address_is_refused_with_what_to_write(password: str) -> None:
    with pytest.raises(BadSettings, match="in the password %40 for @") as refused:
        load_config(database_url=f"postgresql+psycopg://u:{password}@db.example:5432/news")
    assert password not in str(refused.value)
