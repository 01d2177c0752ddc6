"""Scrapy's settings. What a user may change comes from ``db.config``; the rest is decided here."""

from urllib.parse import urlsplit
from urllib.request import getproxies

from db.config import load_config

_config = load_config()

BOT_NAME = "terkait"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = _config.agent
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
    "Accept-Language": "id,en;q=0.8,*;q=0.5",
}

# Pace, robots.txt, retries, redirects and what was seen are the frontier's business
# (crawler.engine.scheduler): Scrapy leaks past a slow robots.txt, knows no Crawl-delay and no
# Retry-After, and forgets on a crash.
ROBOTSTXT_OBEY = False
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = _config.concurrency
CONCURRENT_REQUESTS_PER_DOMAIN = max(_config.per_host, 1)
RETRY_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
COOKIES_ENABLED = False
AUTOTHROTTLE_ENABLED = False

# Hostile servers
TWISTED_DNS_RESOLVER = "crawler.engine.downloader.resolver.GuardedResolver"
DNS_TIMEOUT = 10
DOWNLOAD_TIMEOUT = _config.timeout_seconds
DOWNLOAD_MAXSIZE = _config.max_page_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.engine.downloader.handler.BoundedDownloadHandler",
    "https": "crawler.engine.downloader.handler.BoundedDownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
# what adds nothing to what a frontier's page asks for or brings, and costs a step each
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.engine.downloader.handler.StrictUnpacking": 590,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Scrapy makes so many tasks for the items of each answer, and no answer has any here
CONCURRENT_ITEMS = 1
#: judged in StrictUnpacking: a packed body says itself whether it is whole
DOWNLOAD_FAIL_ON_DATALOSS = False
URLLENGTH_LIMIT = 2_000
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOGSTATS_INTERVAL = 0
#: what Scrapy's own load for nothing (servers to look in, exports, other clients) takes a third of
#: a second at each start
EXTENSIONS_BASE: dict[str, int] = {}

#: names that the resolver lets lead to private addresses: those allowed, and the proxies
TERKAIT_ALLOWED_HOSTS = [
    *_config.allow_private,
    *(host for proxy in getproxies().values() if (host := urlsplit(proxy).hostname)),
]
