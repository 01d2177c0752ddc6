"""Looks the locked libraries up among the known holes; says so where that cannot be done.

Ends with 1 where one of them has a hole that is known. Not being able to ask is no failure: a
machine without a way out must be able to run the checks.
"""

import json
import subprocess
import sys

SECONDS = 90
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.txt", "--disable-pip"),
    *("--require-hashes", "--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)


def main() -> int:
    """Ask, and say what came of it."""
    try:
        asked = subprocess.run(
            COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        libraries = json.loads(asked.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return _not_asked(f"no answer within {SECONDS} s")
    except (ValueError, KeyError):
        return _not_asked((asked.stderr.strip().splitlines() or ["no answer"])[-1])
    audited = [library for library in libraries if "vulns" in library]
    holes = [
        f"{library['name']} {library['version']}: {hole['id']}"
        for library in audited
        for hole in library["vulns"]
    ]
    if not audited:
        return _not_asked("none of the libraries could be looked up")
    skipped = len(libraries) - len(audited)
    sys.stdout.write(f"{len(audited)} libraries audited, {skipped} could not be looked up\n")
    sys.stdout.writelines(f"known hole: {hole}\n" for hole in holes)
    return int(bool(holes))


def _not_asked(why: str) -> int:
    sys.stdout.write(f"not audited for known holes, the data cannot be reached: {why}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
