"""The addresses of databases as people write them."""

import re
from urllib.parse import urlsplit

_POSTGRESQL = "postgresql+psycopg://"
#: how other programs call the same
_ALSO_POSTGRESQL = re.compile(r"postgres(?:ql)?://")


def database_address(text: str) -> str:
    """The address as it is used. Raises ValueError that says how it is written."""
    address = _ALSO_POSTGRESQL.sub(_POSTGRESQL, text, count=1)
    if not address.startswith(("sqlite:///", _POSTGRESQL)):
        raise ValueError(f"write sqlite:///path/to/file.db or {_POSTGRESQL}...")
    if address.startswith(_POSTGRESQL) and not _can_be_cut(address):
        raise ValueError(
            f"write {_POSTGRESQL}user:password@host:5432/name, and in the password "
            "%40 for @, %3A for :, %2F for /, %23 for #, %3F for ?, %25 for %"
        )
    return address


def _can_be_cut(address: str) -> bool:
    """Whether it is certain where user, password, host and port end."""
    try:
        parts = urlsplit(address)
        user, _, _ = parts.netloc.rpartition("@")
        return parts.port != 0 and "@" not in user and user.count(":") < 2
    except ValueError:
        return False
