"""`asan-kiosk card`: what is looked at before a PIN is asked for (I9)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from hardware.cards.card import PinState, Tries
from kiosk.card_commands import _check_tries
from kiosk.command import Failed
from kiosk.identity.card_facts import CardFacts


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    (tmp_path / "kiosk.toml").write_text('[cards]\nreader = "simulated"\n', encoding="utf-8")
    file = tmp_path / "letter.txt"
    file.write_text("salam\n", encoding="utf-8")
    return file


def _sign(letter: Path, output: Path) -> subprocess.CompletedProcess[str]:
    settings = str(letter.with_name("kiosk.toml"))
    arguments = ["card", "sign", str(letter), "--output", str(output), "--wait", "0", "--config", settings]
    environment = {**os.environ, "XDG_STATE_HOME": str(letter.with_name("state"))}
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, env=environment, input="", capture_output=True, text=True, timeout=60, check=False)


def test_a_place_that_cannot_be_written_is_told_before_anybody_signs(letter: Path) -> None:
    """A signature that is made and lost still binds; so does one that is written over what it signs."""
    for output in (letter.parent / "nowhere" / "letter.p7s", letter):
        done = _sign(letter, output)
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
    assert letter.read_text(encoding="utf-8") == "salam\n"


def test_a_good_place_is_not_touched_without_a_card(letter: Path) -> None:
    """The reader is asked, and nothing is written."""
    output = letter.parent / "letter.p7s"
    done = _sign(letter, output)
    assert (done.returncode, "no card that can sign" in done.stderr) == (1, True)
    assert not output.exists()


def _with_tries(left: int) -> CardFacts:
    return CardFacts(1, "Reader", b"", "pkcs15", pins=(PinState("pin2", 5, 12, Tries(left, 3)),))


class _Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("left", "asked"), [(3, 0), (2, 0), (1, 1)])
def test_the_last_try_needs_a_yes(monkeypatch: pytest.MonkeyPatch, left: int, asked: int) -> None:
    """I9: at a terminal; who says no has spent nothing."""
    questions: list[str] = []

    def no(question: str, **_told: object) -> bool:
        questions.append(question)
        return False

    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(click, "confirm", no)
    if asked:
        with pytest.raises(Failed, match="no try was used"):
            _check_tries(_with_tries(left))
    else:
        _check_tries(_with_tries(left))
    assert len(questions) == asked


def test_a_program_is_warned_of_the_last_try(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It gives the PIN on stdin and cannot be asked."""
    monkeypatch.setattr(sys, "stdin", None)
    _check_tries(_with_tries(1))
    assert "the last try" in capsys.readouterr().err


def test_a_blocked_pin_is_not_asked_for() -> None:
    with pytest.raises(Failed, match="PUK"):
        _check_tries(_with_tries(0))
