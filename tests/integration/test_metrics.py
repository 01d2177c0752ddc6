"""The figures that a monitor watches."""

from datetime import timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from crawler.engine.notifier import BATCH, Notifier
from db.config import Config
from db.queries.gauges import measure
from terkait.metrics import CONTENT_TYPE, metrics_text
from tests.rows import NOON, add_article, add_host, add_page, add_run
from tests.servers import RedisServer
from tests.web_server import WebServer


def figures(session: Session, **settings: str) -> dict[str, float]:
    """Name with labels -> value, as a monitor reads them."""
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(metrics_text(session, Config(**settings)))
        for sample in family.samples
    }


def test_nothing_crawled_is_no_error(session: Session) -> None:
    told = {name: value for name, value in figures(session).items() if "waiting" not in name}
    assert told == {"terkait_articles[]": 0, "terkait_resting_hosts[]": 0}


def test_what_waits_and_for_how_long_is_told(session: Session) -> None:
    add_page(session, "https://a.test/1", state="fetched", fetched_at=NOON)
    add_page(session, "https://a.test/2", state="due", next_fetch_at=NOON - timedelta(hours=1))
    add_article(session, "https://a.test/3", "Judul", "Isi.")
    host = add_host(session, "a.test")
    host.rest_until, host.failures = NOON + timedelta(hours=1), 3
    session.flush()
    found = measure(session, NOON + timedelta(minutes=1))
    assert found.addresses == {"due": 1, "done": 1, "fetched": 1}
    assert (found.oldest_unread_seconds, found.oldest_due_seconds) == (60, 3_660)
    assert (found.articles, found.last_article_seconds, found.resting_hosts) == (1, 60, 1)
    assert found.last_stored_seconds == 60
    assert [key for key, addresses in found.waiting.items() if addresses] == [
        ("due", 60), ("due", 600), ("due", 3_600),
    ]  # fmt: skip


def test_what_waits_in_the_queue_is_told_and_whether_it_answers(session: Session) -> None:
    with RedisServer() as queue:
        assert figures(session, broker_url=queue.url)["terkait_messages['terkait.read']"] == 0
        notifier = Notifier(queue.url)
        notifier.notify(range(BATCH * 3))
        notifier.close()
        found = figures(session, broker_url=queue.url)
        assert found["terkait_messages['terkait.read']"] == 3
        assert found["terkait_messages['terkait.crawl']"] == 0
        assert found["terkait_broker_up[]"] == 1
        url = queue.url
    found = figures(session, broker_url=url)
    assert found["terkait_broker_up[]"] == 0
    assert not any("messages" in name for name in found)


def test_last_run_of_each_site_has_its_verdict(session: Session) -> None:
    add_run(session, site='a "b"\n', verdict="unreachable")
    add_run(session, site="b", verdict="unreachable")
    add_run(session, site="b", verdict="ok", stored=7)
    add_run(session, site="b", state="running", verdict=None, finished_at=None)
    found = figures(session)
    assert found["terkait_site_verdict['b', 'ok']"] == 1
    assert "terkait_site_verdict['b', 'unreachable']" not in found
    assert found["terkait_site_stored['b']"] == 7
    assert found["terkait_runs['running']"] == 1
    assert any('a "b"' in name for name in found)


def test_web_page_has_the_figures(tmp_path: Path) -> None:
    with WebServer(Config(data=tmp_path)) as server:
        answer = server.get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert "terkait_articles 0.0" in answer.text
