"""S3, and whatever speaks it (MinIO, Ceph, R2), as a store of objects.

``obstore`` brings the client; it is loaded when the first object is put or asked for.
"""

import os
from collections.abc import Callable, Collection, Iterator
from configparser import Error as UnreadableFile
from configparser import RawConfigParser
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from db.terms.errors import ArchiveUnreachable, ObjectMissing

if TYPE_CHECKING:
    from obstore.store import S3Store

T = TypeVar("T")

#: the store is asked twice, and whoever asked us asks again (``db.sql.retry``)
_RETRY = {"max_retries": 1, "retry_timeout": timedelta(seconds=20)}
_CLIENT = {
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=30),
    # idle ones of a process: as many as it uses at a time
    "pool_max_idle_per_host": "16",
}
#: keys that are removed or handed out at a time
_PAGE = 1_000
#: what the first words of a service mean -> what to do about it
_CURES = {
    "169.254.169.254": "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "NoSuchBucket": "there is no such bucket: make it, or set TERKAIT_ARCHIVE to another",
    "InvalidAccessKeyId": "the key is not known: see AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the key does not fit: see AWS_SECRET_ACCESS_KEY",
    "AccessDenied": "the key may not do this: it needs to get, put, delete and list objects",
    "403 Forbidden": "the key may not do this: it needs to get, put, delete and list objects",
    "ExpiredToken": "the credentials have expired: see AWS_SESSION_TOKEN",
    "PermanentRedirect": "the bucket is in another region: write s3://bucket?region=NAME",
    "AuthorizationHeaderMalformed": "the region is wrong: write s3://bucket?region=NAME",
    "error sending request": "the service does not answer: is its address right, and is it up?",
}
_INSTALL = "an archive in S3 needs a library: pip install 'obstore>=0.12,<0.13'"

#: the client's threads do not survive a fork: whoever was forked after its first use cannot use it
_use = {"is_begun": False, "is_lost": False}


def _forked() -> None:
    _use["is_lost"] = _use["is_begun"]


os.register_at_fork(after_in_child=_forked)


class S3Bucket:
    """Objects below a prefix of a bucket."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str = "", region: str = "") -> None:
        self._bucket, self._prefix = bucket, prefix
        self._endpoint, self._region = endpoint, region
        self.shown = f"s3://{bucket}/{prefix}".rstrip("/") + (f" at {endpoint}" if endpoint else "")
        self._lock = Lock()
        self._client: S3Store | None = None

    def _open(self) -> "S3Store":
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def _make_client(self) -> "S3Store":
        try:
            from obstore.store import S3Store
        except ImportError as error:
            raise ArchiveUnreachable(f"archive in {self.shown}: {_INSTALL}") from error
        endpoint = self._endpoint or _endpoint_of_environment()
        where: dict[str, Any] = {"prefix": self._prefix or None} | _credentials()
        if endpoint:
            where["endpoint"] = endpoint
        if self._region:
            where["region"] = self._region
        client = _CLIENT | {"allow_http": endpoint.startswith("http://")}
        _use["is_begun"] = True
        return S3Store(self._bucket, client_options=client, retry_config=_RETRY, **where)  # type: ignore[arg-type]

    def put(self, key: str, body: bytes) -> None:
        """Keep the object, in one request."""
        self._ask(lambda s3: _library().put(s3, key, body, use_multipart=False))

    def get(self, key: str) -> bytes:
        """The object. Raises ObjectMissing."""
        body: bytes = self._ask(lambda s3: _library().get(s3, key).bytes().to_bytes())
        return body

    def delete(self, keys: Collection[str]) -> None:
        """Remove these objects, as many in one request as S3 takes."""
        wanted = list(keys)
        for start in range(0, len(wanted), _PAGE):
            self._ask(lambda s3, at=start: _library().delete(s3, wanted[at : at + _PAGE]))  # type: ignore[misc]

    def keys(self, prefix: str) -> Iterator[list[str]]:
        """The keys below a prefix."""
        pages = self._ask(lambda s3: _library().list(s3, prefix, chunk_size=_PAGE))
        while batch := self._ask(lambda _: next(pages, None)):
            yield [item["path"] for item in batch]

    def check(self) -> None:
        """Ask for the first names."""
        self._ask(lambda s3: next(_library().list(s3, chunk_size=1), None))

    def _ask(self, question: Callable[["S3Store"], T]) -> T:
        if _use["is_lost"]:
            raise RuntimeError("the client of S3 was used before this process was forked")
        client = self._open()
        from obstore.exceptions import BaseError

        try:
            return question(client)
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise self._away(error) from error
            raise ObjectMissing(f"{self.shown}: {str(error).partition(': ')[0]}") from error
        except (BaseError, OSError, ValueError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> ArchiveUnreachable:
        message = str(error)
        cure = next((cure for word, cure in _CURES.items() if word in message), None)
        return ArchiveUnreachable(f"archive in {self.shown}: {cure or _first_line(message)}")


def _library() -> Any:
    import obstore

    return obstore


def _first_line(message: str) -> str:
    return (message.strip().splitlines() or ["no answer"])[0][:300]


def _endpoint_of_environment() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _credentials() -> dict[str, str]:
    """Those of the usual file, where the environment has none: the library reads that alone."""
    if os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return {}
    file = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials"
    parser = RawConfigParser()
    profile = os.environ.get("AWS_PROFILE") or "default"
    try:
        parser.read(file)
        section = dict(parser[profile])
    except (UnreadableFile, OSError, KeyError, UnicodeDecodeError):
        return {}
    names = {
        "access_key_id": "aws_access_key_id",
        "secret_access_key": "aws_secret_access_key",
        "session_token": "aws_session_token",
    }
    return {option: section[name] for option, name in names.items() if section.get(name)}
