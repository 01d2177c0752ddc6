"""Guards that nothing else would miss: each of these goes red when its guard is taken out."""

import datetime
import ipaddress
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from db.sql import schema
from db.sql.session import Database
from tests.acceptance.processes import wait_until
from tests.integration.test_spider import Spider

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<h1>Judul</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def tls_url(tmp_path: Path) -> Iterator[str]:
    """A site with a certificate of its own making."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    server = HTTPServer(("127.0.0.1", 0), _Page)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/berita/1/judul"
    server.shutdown()
    thread.join()
    server.server_close()


def test_certificate_that_nobody_vouches_for_is_refused(tls_url: str, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/terkait.db")
    schema.upgrade(database)
    database.close()
    spider = Spider(tmp_path)
    spider.crawl(tls_url)
    assert spider.states()[tls_url] == ("failed", "bad certificate")


_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def test_one_program_migrates_and_the_others_wait(postgres_url: str) -> None:
    first, second = Database(postgres_url), Database(postgres_url)
    upgrading = threading.Thread(target=schema.upgrade, args=(second,))
    with schema.migrating_connection(first.engine):
        upgrading.start()
        wait_until(lambda: waiting(first) == 1, seconds=20)
    upgrading.join(30.0)
    assert schema.current_revision(first) == schema.newest_revision()
    first.close()
    second.close()


def waiting(database: Database) -> int:
    with database.read() as session:
        return session.scalar(_WAITING) or 0


def test_table_that_is_rebuilt_keeps_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    with schema.migrating_connection(database.engine) as connection:
        for statement in (
            "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
            "CREATE TABLE children (id INTEGER REFERENCES parents ON DELETE CASCADE)",
            "INSERT INTO parents VALUES (1)",
            "INSERT INTO children VALUES (1)",
        ):
            connection.execute(text(statement))
    with schema.migrating_connection(database.engine) as connection:
        for statement in (
            "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO new SELECT id, 'x' FROM parents",
            "DROP TABLE parents",
            "ALTER TABLE new RENAME TO parents",
        ):
            connection.execute(text(statement))
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM children")) == 1
    database.close()


#: writes until the file may not grow; the kernel says so as it does of a full disk
_FILL = """
import resource, signal, sys
from sqlalchemy import text
from db.terms.errors import DiskFull
from db.sql.session import Database
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
database = Database(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    for _ in range(100):
        with database.write() as session:
            session.execute(text("INSERT INTO notes VALUES (zeroblob(100000))"))
except DiskFull:
    sys.exit(4)
"""


def test_file_that_cannot_grow_is_a_full_disk_and_stays_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/test.db"
    database = Database(url)
    with database.write() as session:
        session.execute(text("CREATE TABLE notes (body BLOB)"))
    database.close()
    done = subprocess.run([sys.executable, "-c", _FILL, url], check=False)
    assert done.returncode == 4
    database = Database(url)
    with database.read() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert (session.scalar(text("SELECT count(*) FROM notes")) or 0) > 0
    database.close()
