"""``p2p demo``: the customer's story on both kinds of ad, and a quarrel, over real HTTP, websocket and SMTP."""

import io
import signal
import subprocess
from pathlib import Path

import pytest

from entrypoints.cli.demo.stage import Stage
from tests.integration.running import Cli
from tests.integration.serving import Serving, children_of
from tests.integration.waiting import until

DOCUMENTED = (
    "Ad created successfully",
    "Offer created successfully",
    "Offer successfully marked as paid",
    "Offer cancelled successfully",
    "Funds have been released successfully",
    "You have been restricted from trading usdt, please contact support",
    "Insufficient p2p balance, please move some funds to your p2p wallet",
    '(ad) Invalid pk "0" - object does not exist.',
    "Offer has already been marked as paid",
    "You are not authorized to indicate payment on this offer",
    "This offer is already cancelled",
    "You are not authorized to cancel this offer",
    "Offer not found",
    "You are not authorized to release funds on this trade",
    "Offer is already cancelled",
)
BEYOND = (
    "Offer not found",
    "Send a JPEG, PNG or WebP picture, or a PDF",
    "Dispute opened successfully",
    "This offer is already disputed",
    "This is for staff only",
    "Dispute taken successfully",
    "A second member of staff must approve this",
    "Somebody else must approve this",
    "Dispute resolved successfully",
    "You are not authorized to rate this offer",
    "Feedback given successfully",
    "You have already rated this offer",
)
"""What the third act is about, in the words of docs/contract/trading.md."""
FRAMES = (
    "ad_interest",
    "auto_reply",
    "payment_indication",
    "offer_cancel",
    "funds_released",
    "chat_message",
    "offer_disputed",
    "dispute_resolved",
    "feedback_given",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For all that the play makes."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def played(folder: Path) -> "subprocess.CompletedProcess[str]":
    """The play, once for all these tests. Settings of whoever plays it are not for the desk that it starts."""
    cli = Cli(folder, DATABASE_URL="nonsense:", HTTP_LISTEN="nowhere")
    environment = {**cli.environment(), "TMPDIR": str(folder)}
    return subprocess.run(
        cli.command("demo"), env=environment, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_whole_story_holds_and_leaves_nothing(folder: Path, played: "subprocess.CompletedProcess[str]") -> None:
    assert (played.returncode, played.stderr) == (0, ""), played.stdout
    summary = played.stdout.strip().splitlines()[-1]
    held, total = summary.partition(" promises held in ")[0].split(" of ")
    assert held == total
    assert "✗" not in played.stdout
    assert "\x1b" not in played.stdout
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("message", [*DOCUMENTED, *BEYOND])
def test_every_documented_message_is_checked(played: "subprocess.CompletedProcess[str]", message: str) -> None:
    assert [line for line in played.stdout.splitlines() if line.lstrip().startswith("✓") and repr(message) in line]


@pytest.mark.parametrize("frame", FRAMES)
def test_every_documented_frame_is_checked(played: "subprocess.CompletedProcess[str]", frame: str) -> None:
    assert f"is told {frame}, with exactly its keys" in played.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_takes_its_desk_along(tmp_path: Path, number: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with Serving(Cli(tmp_path), "demo", variables={"TMPDIR": str(temporary)}) as playing:
        playing.wait_for("Jude joins the desk")
        desks = children_of(playing.process.pid)
        assert len(desks) == 1
        assert playing.stop(number) != 0
        until(lambda: not any(Path(f"/proc/{desk}").exists() for desk in desks))
        assert [desk for desk in desks if Path(f"/proc/{desk}").exists()] == []
    assert list(temporary.iterdir()) == []


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_promise_that_does_not_hold_is_counted_and_named() -> None:
    stream = io.StringIO()
    stage = Stage(stream)
    stage.scene("Jude releases")
    stage.check("Amara has the coins", True)
    stage.check("Jude has the money", False, {"seen": "nothing"})
    stage.summary()
    assert stage.failures == ["1. Jude releases: Jude has the money"]
    text = stream.getvalue()
    assert "✗ Jude has the money" in text
    assert "seen: {'seen': 'nothing'}" in text
    assert "✗ 1. Jude releases: Jude has the money" in text
    assert "1 of 2 promises held in 1 scenes." in text


@pytest.mark.parametrize(("stream", "has_colours"), [(Terminal(), True), (io.StringIO(), False)])
def test_colours_are_for_terminals(stream: io.StringIO, has_colours: bool) -> None:
    Stage(stream).scene("Jude releases")
    assert ("\x1b[" in stream.getvalue()) is has_colours


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    Stage(stream).scene("Jude releases")
    assert "\x1b[" not in stream.getvalue()
