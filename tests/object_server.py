"""A real server that speaks S3, for tests of the archive outside of the database."""

import socket
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pytest

from tests.servers import Process, Server, free_port


class S3Server(Server):
    """A server that speaks S3 and keeps its objects in memory, so that a stop loses them."""

    BUCKET = "news"
    KEYS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "secret"}

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def address(self, prefix: str, bucket: str = BUCKET) -> str:
        """For TERKAIT_ARCHIVE."""
        return f"s3://{bucket}/{prefix}?endpoint={self.endpoint}"

    def start(self) -> None:
        """Start it, and make the bucket."""
        if find_spec("moto") is None:
            pytest.skip("needs the moto wheel")
        program = "import sys; from moto.server import main; main(sys.argv[1:])"
        words = ["-c", program, "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = Process([sys.executable, *words], folder=self.folder)
        self.process.wait_until(self._answers)
        self.client().create_bucket(Bucket=self.BUCKET)

    def stop(self) -> None:
        """Stop it."""
        self.process.stop()

    def client(self) -> Any:
        """Amazon's own client, to look at what lies there."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def keys(self, prefix: str = "") -> list[str]:
        """The names of the objects in the bucket, up to a thousand."""
        listed = self.client().list_objects_v2(Bucket=self.BUCKET, Prefix=prefix)
        return [item["Key"] for item in listed.get("Contents", [])]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True
