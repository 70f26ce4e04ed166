"""`asan-kiosk card`: what is looked at before a PIN is asked for (I9)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


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
