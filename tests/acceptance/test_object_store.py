"""A crawl whose archive lies in S3, which goes away in the middle and comes back."""

import json
from pathlib import Path

from terkait.demo.server import DemoSite
from tests.acceptance.processes import wait_until
from tests.acceptance.terminal import start, terkait
from tests.object_server import S3Server

DEPTH = 8
LOST = "archived copy lost"


def test_crawl_into_s3_outlives_its_absence_and_everything_is_read_from_there(
    demo_site: DemoSite, tmp_data: Path
) -> None:
    with S3Server() as s3:
        settings = {
            "TERKAIT_DATA": str(tmp_data), "TERKAIT_ARCHIVE": s3.address("pages"), **s3.KEYS,
        }  # fmt: skip
        crawl = start(
            "crawl", demo_site.seed_url, "--any-site", f"--depth={DEPTH}", "--json",
            settings=settings,
        )  # fmt: skip
        wait_until(lambda: len(demo_site.log) > 5)
        s3.stop()
        logs = [tmp_data / "spider.log", tmp_data / "worker.log"]
        wait_until(lambda: any("archive in" in log.read_text() for log in logs if log.exists()))
        s3.start()  # what was there before is lost
        said, told = crawl.communicate(timeout=100)
        run = json.loads(said)
        assert (run["state"], run["left"]) == ("finished", 0), told
        reach = demo_site.expected.within(DEPTH)
        asked = demo_site.requested()
        assert all(asked.count(url) == 1 for url in reach.articles)
        lost = sum(item["pages"] for item in run["failures"] if item["reason"] == LOST)
        assert run["new_articles"] == len(reach.articles) - lost
        listed = terkait("db", "archive", "list", "--json", settings=settings).stdout.splitlines()
        inside, outside = map(json.loads, listed)
        assert (inside["pages"], outside["pages"]) == (0, run["fetched"])
        raw = terkait("raw", list(reach.articles)[-1], settings=settings)
        assert raw.returncode == 0, raw.stderr
        assert "<html" in raw.stdout
