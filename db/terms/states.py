"""The states of an address, the reasons for them, and both in words. Plain Python.

``db.frontier.page_state`` is the one module that changes a page's state.
"""

from dataclasses import dataclass
from enum import StrEnum

_DETAIL = "{}"


class State(StrEnum):
    """Where an address stands on its way; docs/architecture.md says who leaves each."""

    sentence: str

    def __new__(cls, stored: str, sentence: str) -> "State":
        member = str.__new__(cls, stored)
        member._value_ = stored
        member.sentence = sentence
        return member

    DUE = "due", "waits to be fetched"
    LEASED = "leased", "is being fetched"
    FETCHED = "fetched", "was fetched and waits to be read"
    DONE = "done", "was fetched and read"
    FAILED = "failed", "was given up"
    SKIPPED = "skipped", "was seen and not fetched"


class Reason(StrEnum):
    """Why an address is in its state.

    The value is what column ``reason`` holds, ``{}`` standing for the detail; the sentence is
    what ``terkait explain`` prints, the stored text where there is no better one.
    """

    sentence: str

    def __new__(cls, stored: str, sentence: str = "") -> "Reason":
        member = str.__new__(cls, stored)
        member._value_ = stored
        member.sentence = sentence or stored
        return member

    # not wanted
    OTHER_BOX = (
        "other box",
        "links to it stand only in boxes on other subjects (most read, latest ...)",
    )
    NO_ARTICLE_ADDRESS = (
        "no article's address",
        "it stands among related articles and is none, as its address says (a tag, a file ...)",
    )
    KIND_NOT_FOLLOWED = (
        "kind not followed",
        "the crawl did not follow links of its kind; see crawl --follow",
    )
    OFFSITE = "offsite", "it is on a site outside the crawl; see crawl --any-site"
    DEPTH = (
        "depth",
        "it is more links away from the start than the crawl followed; see crawl --depth",
    )
    BUDGET = (
        "budget",
        "the crawl had reached its limit of pages; see crawl --max-pages",
    )
    SITE_BUDGET = (
        "site budget",
        "the crawl had reached its limit of pages for this site; see crawl --max-per-site",
    )
    HOST_BUDGET = (
        "host budget",
        "the crawl had reached its limit of pages for this host; see crawl --max-per-host",
    )
    FOUND_BY_REPARSE = (
        "found by reparse",
        "a link to it was found when an archived page was read again; no crawl has followed it yet",
    )
    # not allowed
    ROBOTS = "robots", "the site's robots.txt forbids it"
    PRIVATE_ADDRESS = (
        "private address {}",
        "it is on the private address {}; see TERKAIT_ALLOW_PRIVATE",
    )
    REDIRECT_TO_PRIVATE = (
        "redirect to private address {}",
        "it redirects to the private address {}; see TERKAIT_ALLOW_PRIVATE",
    )
    # read, and no article of its own
    REDIRECT = "redirect", "it redirects to another address"
    OTHER_ADDRESS = "another address of an article", "it is another address of an article"
    FURTHER_PAGE = "a further page of an article", "it is a further page of an article"
    NOT_ONE_ARTICLE = (
        "named by several articles",
        "pages of several articles name it as theirs, so that it stands for none of them",
    )
    NOT_AN_ARTICLE = "not an article: {}", "it is not an article: {}"
    LIST = "list", "the addresses that it lists were read"
    LIST_IN_PARTS = (
        "list: {} wait",
        "the addresses that it lists were read; {} of them wait for the next runs",
    )
    LISTED_LATER = "listed", "a list names it, of whose many addresses each run takes some"
    UNREADABLE = (
        "unreadable: {}",
        "it came without the text of its article ({}); the text that was read before stays",
    )
    # an answer that is no page
    HTTP = "http {}", "the server answered with HTTP status {}"
    BLOCK_PAGE = "block page: {}", "{} sent a page that blocks crawlers in its place"
    NOT_A_WEB_PAGE = "not a web page: {}", "it is not a web page: its content type is {}"
    EMPTY_PAGE = "empty page", "the response was empty"
    NO_LIST = "no {}", "it should list new articles and is no {}"
    EMPTY_LIST = "the {} is empty", "it should list new articles, but the {} is empty"
    LIST_OF_OTHER_SITES = (
        "lists only pages of {}",
        "all that it lists lies on {}: add an address there to the seeds of the site in "
        "terkait.toml to crawl that too",
    )
    BAD_REDIRECT = "redirect: {}", "it redirects to an address that cannot be used: {}"
    REDIRECT_TO_ITSELF = "redirects to itself", "it redirects to itself"
    REDIRECT_OFFSITE = (
        "redirect to another site: {}",
        "it redirects to {}, a site outside the crawl; see crawl --any-site",
    )
    REDIRECT_LOOP = "redirect loop", "it redirects back to itself over other addresses"
    TOO_MANY_REDIRECTS = (
        "too many redirects",
        "it redirects from address to address without end",
    )
    # no answer
    TIMEOUT = "timeout", "the server did not answer in time; see TERKAIT_TIMEOUT_SECONDS"
    CONNECTION_REFUSED = "connection refused", "the server refused the connection"
    UNKNOWN_HOST = "unknown host", "the host has no address (DNS)"
    TRUNCATED = "truncated", "the response ended before it was complete"
    TOO_LARGE = "too large", "it is larger than TERKAIT_MAX_PAGE_BYTES"
    HEADERS_TOO_LONG = "headers too long", "the server sends headers without end"
    TLS = "bad certificate", "its certificate or its encryption cannot be trusted"
    NOT_HTTP = "not http", "the response is not HTTP"
    CONNECTION_CLOSED = "connection closed", "the server closed the connection without an answer"
    NO_CONNECTION = "no connection", "its host cannot be reached"
    NO_ANSWER = "no answer: {}", "no answer came: {}"
    # not asked for
    NO_ROBOTS_TXT = (
        "robots.txt: {}",
        "its robots.txt could not be fetched ({}), and without it no page is fetched",
    )
    HOST_RESTS = (
        "host rests: {}",
        "its host failed again and again and is not asked for a while; the last failure: {}",
    )
    HOST_IS_BUSY = "the host is busy ({})", "its host is busy and asks to wait ({})"
    # could not be looked into: given up for long
    SPIDER_DIED = (
        "its spider died on it",
        "the program died each time it looked into it; to try again, crawl this address",
    )
    SPIDER_FAILED = (
        "spider error: {}",
        "the program failed on it ({}; spider.log says more); to try again, crawl this address",
    )
    TAKES_TOO_LONG = (
        "no end within {} s",
        "looking into it took longer than {} seconds; to try again, crawl this address",
    )
    # could not be read
    READER_DIED = (
        "its reader died on it",
        "the program died each time it read the page; worker.log says more",
    )
    COPY_LOST = (
        "archived copy lost",
        "its archived copy is no more where it was put, or damaged; worker.log says more",
    )
    #: what an older release wrote, or a message of another program
    OTHER = _DETAIL

    @property
    def opening(self) -> str:
        """What the stored text begins with, whatever the detail."""
        return self.value.partition(_DETAIL)[0]


#: HTTP status -> the sentence for it
_STATUS_SENTENCES = {
    "404": "the server has no such page (http 404)",
    "410": "the server says that the page is gone (http 410)",
    "403": "the server refuses it (http 403)",
    "401": "the server asks for a login (http 401)",
    "429": "the server wants fewer requests (http 429)",
}
#: those without a detail by their text
_PLAIN = {str(reason): reason for reason in Reason if _DETAIL not in reason}
#: the others, the most special first, each as (what comes before its detail, what after, itself)
_DETAILED: list[tuple[str, str, Reason]] = sorted(
    (
        (reason.opening, reason.value.partition(_DETAIL)[2], reason)
        for reason in Reason
        if _DETAIL in reason
    ),
    key=lambda parts: -len(parts[0]) - len(parts[1]),
)


#: what is no fault of the site
_OWN_FAULTS = (
    Reason.SPIDER_DIED,
    Reason.SPIDER_FAILED,
    Reason.TAKES_TOO_LONG,
    Reason.READER_DIED,
    Reason.COPY_LOST,
)


class VisitOutcome(StrEnum):
    """What one visit of a run to a page came to, as table ``visits`` keeps it."""

    sentence: str

    def __new__(cls, stored: str, sentence: str) -> "VisitOutcome":
        member = str.__new__(cls, stored)
        member._value_ = stored
        member.sentence = sentence
        return member

    FETCHED = "fetched", "it came and waits to be read"
    NEW = "new", "its article was new"
    CHANGED = "changed", "its article had changed"
    UNCHANGED = "unchanged", "it was as before"
    UNREADABLE = "unreadable", "it came without the text of its article"
    NO_ARTICLE = "no article", "it held no article"
    PART = "further page", "it was a further page of an article"
    LISTED = "listed", "its list was read"
    REDIRECTED = "redirected", "it led elsewhere"
    MISSING = "missing", "it was not there"
    FAILED = "failed", "it did not come"
    REFUSED = "refused", "it may not be asked for"
    NOT_ASKED = "not asked", "its host was not asked"


#: outcomes of visits that found an article's text
READ_OUTCOMES = (VisitOutcome.NEW, VisitOutcome.CHANGED, VisitOutcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Why:
    """A reason with its detail: who blocks a page, which HTTP status came ..."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        """As column ``reason`` holds it."""
        return self.reason.value.replace(_DETAIL, self.detail)

    @classmethod
    def parse(cls, stored: str) -> "Why":
        """What a stored text means."""
        plain = _PLAIN.get(stored)
        if plain is not None:
            return cls(plain)
        for before, after, reason in _DETAILED:
            if stored.startswith(before) and stored.endswith(after):
                return cls(reason, stored[len(before) : len(stored) - len(after)])
        raise AssertionError("Reason.OTHER takes every text")

    @classmethod
    def http(cls, status: int) -> "Why":
        """An HTTP status that brought no page."""
        return cls(Reason.HTTP, str(status))

    @property
    def is_refusal(self) -> bool:
        """True where the site does not want to be asked."""
        return self.reason is Reason.BLOCK_PAGE or (
            self.reason is Reason.HTTP and self.detail in ("401", "403", "429", "451")
        )

    @property
    def is_own_fault(self) -> bool:
        """True where the page came, and the program could not look into it or read it."""
        return self.reason in _OWN_FAULTS

    @property
    def sentence(self) -> str:
        """For people."""
        if self.reason is Reason.HTTP and self.detail in _STATUS_SENTENCES:
            return _STATUS_SENTENCES[self.detail]
        return self.reason.sentence.replace(_DETAIL, self.detail)


def unread_in_words(count: int) -> str:
    """How many pages were fetched and wait: "1 page waits to be read"."""
    return f"{count} page{' waits' if count == 1 else 's wait'} to be read"


def sentence_of(state: str, reason: str | None) -> str:
    """What a stored state and reason say, for people."""
    meaning = next((member.sentence for member in State if member == state), state)
    if not reason:
        return meaning
    why = Why.parse(reason)
    if why.reason is Reason.UNREADABLE and state == State.FAILED:
        meaning = "was fetched"
    return f"{meaning}: {why.sentence}"
