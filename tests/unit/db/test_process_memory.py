"""What a process does with memory that is free."""

import platform
import subprocess
import sys

import pytest

#: faults of each of three rounds, in which 16 MB are taken in pieces, used and freed
ROUNDS = """
import resource
from db.process_memory import keep_memory
{tuning}
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(2):
    began = faults()
    for _ in range(3):
        pieces = [b"x" * 100_000 for _ in range(160)]
        del pieces
print((faults() - began) // 3)
"""


def faults(tuning: str) -> int:
    command = [sys.executable, "-c", ROUNDS.format(tuning=tuning)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_memory_of_a_page_is_kept_for_the_next() -> None:
    assert faults("keep_memory()") < 10 < faults("")
