"""What is said while a run goes on."""

import pytest

from terkait.progress import ProgressDisplay


def test_a_reason_from_the_web_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ProgressDisplay("run 1") as display:
        display.say("  no feed: \x1b[2Jbad\x9b1m [bold]list")
    assert capsys.readouterr().err == "  no feed: bad [bold]list\n"
