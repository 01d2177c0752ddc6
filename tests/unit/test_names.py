"""Names that are given as text, and so seen by no import rule, lead somewhere."""

from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler.engine import notifier


def test_settings_of_the_spider_name_what_exists() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    for name in ("TWISTED_DNS_RESOLVER", "DUPEFILTER_CLASS", "SCHEDULER"):
        assert load_object(settings[name])
    assert settings.getlist("SPIDER_MODULES") == ["crawler.spiders"]


def test_no_setting_of_ours_is_unknown_to_scrapy() -> None:
    from scrapy.settings import default_settings

    import crawler.settings as ours

    names = {name for name in vars(ours) if name.isupper() and not name.startswith("TERKAIT_")}
    assert not names - set(dir(default_settings)) - {"SPIDER_MODULES", "NEWSPIDER_MODULE"}


def test_task_that_the_bell_rings_for_exists() -> None:
    from workers.app import app

    app.loader.import_default_modules()
    assert notifier.READ_PAGES in app.tasks


def test_messages_carry_json_and_wait_for_their_end() -> None:
    from workers.app import app

    assert app.conf.task_serializer == "json"
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
