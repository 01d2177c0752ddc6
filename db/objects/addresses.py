"""The setting that names where the archive lies, and the store of such an address. Plain Python."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from db.objects.folder import FolderStore
from db.objects.s3 import S3Bucket
from db.objects.store import ObjectStore

_WRITE = "write database, /path/to/folder, or s3://bucket/prefix?endpoint=https://host&region=NAME"
_OPTIONS = ("endpoint", "region")


def canonical(setting: str) -> str:
    """The address of the place that a setting names; "" for the database. Raises ValueError."""
    value = setting.strip()
    if value in ("", "database"):
        return ""
    if value.startswith("s3://"):
        return _canonical_s3(value)
    parts = urlsplit(value)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.strip("/"):
        return _file(Path(unquote(parts.path)))
    if "://" in value:
        raise ValueError(_WRITE)
    return _file(Path(value).expanduser())


def _file(path: Path) -> str:
    return f"file://{quote(str(path.absolute()))}"


def _canonical_s3(value: str) -> str:
    parts = urlsplit(value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown or not parts.netloc or ":" in parts.netloc or parts.fragment:
        raise ValueError(_WRITE)
    endpoint = urlsplit(options.get("endpoint") or "https://none")
    if "@" in parts.netloc or "@" in endpoint.netloc:
        raise ValueError("no keys in an address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if endpoint.scheme not in ("http", "https") or not endpoint.netloc:
        raise ValueError("endpoint: write https://host or http://host:port")
    query = urlencode({name: options[name] for name in _OPTIONS if options.get(name)}, safe=":/")
    prefix = parts.path.strip("/")
    address = f"s3://{parts.netloc}/{prefix}".rstrip("/")
    return f"{address}?{query}" if query else address


def open_store(address: str) -> ObjectStore:
    """The store of a canonical address; nothing is asked yet."""
    parts = urlsplit(address)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    options = dict(parse_qsl(parts.query))
    return S3Bucket(
        parts.netloc,
        unquote(parts.path.strip("/")),
        endpoint=options.get("endpoint", ""),
        region=options.get("region", ""),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A place outside of the database that it knows of."""

    id: int
    address: str
    #: what the names of our objects begin with there
    token: str
    #: another database names the same objects
    is_shared: bool

    def path(self, key: str) -> str:
        """The name of an object in the store."""
        return f"{self.token}/{key}"


class ObjectStores:
    """The stores of one process, each opened once; and which of them the settings name."""

    def __init__(self, current: str = "") -> None:
        #: canonical; "": new bodies go into the database
        self.current = current
        #: by their ids, as far as the database was asked
        self.places: dict[int, Place] = {}
        self._stores: dict[str, ObjectStore] = {}
        self._lock = Lock()

    def of(self, address: str) -> ObjectStore:
        """The store of an address."""
        with self._lock:
            if address not in self._stores:
                self._stores[address] = open_store(address)
            return self._stores[address]

    def check(self) -> None:
        """Ask the current one whether it is there. Raises ArchiveUnreachable."""
        if self.current:
            self.of(self.current).check()
