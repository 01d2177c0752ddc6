"""Scrapy's downloading with bounds of ours: on headers, and on what is unpacked.

Scrapy bounds the body alone, takes what there is of a packed body that broke off for all of it,
and cannot tell a body that is too large from others that it ignores.
"""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Headers, Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web._newclient import Request as TwistedRequest
from twisted.web.client import URI, Agent
from twisted.web.iweb import IResponse

from crawler.engine.downloader.unpack import unpack
from crawler.errors import BrokenOff, HeadersTooLong, TooLarge

#: bytes before the body: browsers take 256 KiB, servers send 1 or 2
MAX_HEADER_BYTES = 256 * 1024
#: of so many hosts the way is kept; then it is begun anew
_MAX_ENDPOINTS = 1_000


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection whose answers may have so many bytes before their body."""

    _header_bytes = 0

    def request(self, request: TwistedRequest) -> Deferred[IResponse]:
        self._header_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._header_bytes += len(data)
            # a chunk may hold the beginning of the body as well, so that the bound is a soft one
            if self._header_bytes > MAX_HEADER_BYTES and b"\r\n\r\n" not in data:
                self._giveUp(Failure(HeadersTooLong()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _LastingAgent(_BindAddressAgent):
    """Works out once what leads to a host: its spelling, and with HTTPS keys and certificates.

    Most requests have no use for it, as their connection is there already.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._endpoints: dict[tuple[bytes, bytes, int], Any] = {}

    def _getEndpoint(self, uri: URI) -> Any:
        key = uri.scheme, uri.host, uri.port
        if (endpoint := self._endpoints.get(key)) is None:
            if len(self._endpoints) >= _MAX_ENDPOINTS:
                self._endpoints.clear()
            endpoint = self._endpoints[key] = super()._getEndpoint(uri)  # type: ignore[no-untyped-call]
        return endpoint


class _BoundedAgent(_ScrapyAgent):
    """Makes one request; where no proxy is between, by an agent that lasts."""

    def __init__(self, lasting: dict[float, _LastingAgent], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lasting = lasting
        self._headers: Headers | None = None

    def _headers_from_twisted_response(self, response: IResponse) -> Headers:  # type: ignore[override]
        """The headers, made once; Scrapy makes them twice of each answer."""
        if self._headers is None:
            self._headers = super()._headers_from_twisted_response(response)
        return self._headers

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy"):
            return super()._get_agent(request, timeout)
        if (agent := self._lasting.get(timeout)) is None:
            from twisted.internet import reactor

            agent = self._lasting[timeout] = _LastingAgent(
                reactor=reactor,
                contextFactory=self._contextFactory,
                connectTimeout=timeout,
                pool=self._pool,
            )
        return agent


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's download handler over connections that bound the headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        #: by the seconds that a connection may take
        self._lasting: dict[float, _LastingAgent] = {}

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises what Scrapy's own handler does."""
        agent = _BoundedAgent(
            self._lasting,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class StrictUnpacking(HttpCompressionMiddleware):
    """Unpacks bodies; one that broke off is a failed transfer, never a shorter page.

    A length that the server announced and did not keep is forgiven where the packed stream is
    complete: the stream itself says where it ends.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Unpack; raise what the download itself would have raised."""
        packing = response.headers.getlist("Content-Encoding")
        is_packed = bool(packing) and bool(response.body)
        if "dataloss" in response.flags and not is_packed:
            raise ResponseDataLossError
        unpacked: Request | Response = super().process_response(request, response)
        if packing and isinstance(unpacked, Response):
            # Scrapy takes away what does not hold of the body any more; the archive keeps it
            unpacked.headers.setlist("X-Archive-Orig-Content-Encoding", packing)
        return unpacked

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        try:
            return unpack(body, encoding.decode("latin-1"), max_size)
        except TooLarge as error:
            raise DownloadCancelledError(str(error)) from error
        except BrokenOff as error:
            raise ResponseDataLossError(str(error)) from error
