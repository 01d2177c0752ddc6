"""The figures that a monitor watches, in the text form of Prometheus."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crawler.engine.notifier import READ_QUEUE
from db.config import Config
from db.queries.gauges import Metrics, measure
from db.sql.session import Session
from db.sql.types import utc_now
from db.terms.errors import TerkaitError
from terkait.broker import count_messages
from workers.runs.schedule import CRAWL_QUEUE

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_text(session: Session, config: Config) -> str:
    """All figures now."""
    registry = CollectorRegistry()
    registry.register(_Counted(measure(session, utc_now()), _queues(config)))
    return generate_latest(registry).decode()


def _queues(config: Config) -> dict[str, int] | None:
    """Messages that wait in each queue; None where the broker does not answer.

    A private queue is its command's own business: {}.
    """
    if not config.broker_url:
        return {}
    try:
        return count_messages(config.broker_url, (READ_QUEUE, CRAWL_QUEUE))
    except TerkaitError:
        return None


class _Counted(Collector):
    def __init__(self, metrics: Metrics, queues: dict[str, int] | None) -> None:
        self._metrics = metrics
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        """The families, in the order of the text."""
        counted = self._metrics
        yield _by("addresses", "Addresses by state.", "state", counted.addresses)
        yield _by("runs", "Runs by state.", "state", counted.runs)
        for name, text, value in (
            ("articles", "Articles.", counted.articles),
            ("resting_hosts", "Hosts that failed and rest.", counted.resting_hosts),
            ("unread_age_seconds", "Longest wait to be read.", counted.oldest_unread_seconds),
            ("due_age_seconds", "Longest wait to be fetched.", counted.oldest_due_seconds),
            ("last_article_age_seconds", "Since the last article.", counted.last_article_seconds),
            ("stored_age_seconds", "Since the last new version.", counted.last_stored_seconds),
            ("run_silence_seconds", "Longest silence of a run.", counted.silent_run_seconds),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"terkait_{name}", text, value=value)
        yield self._waiting()
        yield from self._messages()
        yield from self._sites()

    def _waiting(self) -> Metric:
        family = GaugeMetricFamily(
            "terkait_waiting",
            "Addresses that have waited longer, to be fetched or read.",
            labels=["state", "seconds"],
        )
        for (state, seconds), count in self._metrics.waiting.items():
            family.add_metric([state, str(seconds)], count)
        return family

    def _messages(self) -> Iterator[Metric]:
        if self._queues == {}:
            return
        is_up = self._queues is not None
        yield GaugeMetricFamily("terkait_broker_up", "1: the broker answers.", value=is_up)
        yield _by("messages", "Messages that wait.", "queue", self._queues or {})

    def _sites(self) -> Iterator[Metric]:
        verdicts = GaugeMetricFamily(
            "terkait_site_verdict", "1 for the verdict of the last run.", labels=["site", "verdict"]
        )
        ended = GaugeMetricFamily(
            "terkait_site_finished_timestamp_seconds", "End of the last run.", labels=["site"]
        )
        stored = GaugeMetricFamily(
            "terkait_site_stored", "Articles of the last run.", labels=["site"]
        )
        failed = GaugeMetricFamily("terkait_site_failed", "Its failed pages.", labels=["site"])
        for run in self._metrics.sites:
            verdicts.add_metric([run.site, run.verdict], 1)
            ended.add_metric([run.site], run.finished_at.timestamp())
            stored.add_metric([run.site], run.stored)
            failed.add_metric([run.site], run.failed)
        yield from (verdicts, ended, stored, failed)


def _by(name: str, text: str, label: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"terkait_{name}", text, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family
