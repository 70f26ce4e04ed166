"""The end of the log, followed and filtered (M4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.care.log_tail import LEVELS, MOST_LINES, LogTail, chosen

FIRST = "2026-11-20 14:00:02,118 INFO kiosk.station began\n"
CRASH = (
    "2026-11-20 14:00:04,118 CRITICAL screens.lockdown crashed with ValueError\n"
    '  File "screens/app.py", line 1, in draw\n'
    "\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.log"
    path.write_text(FIRST, encoding="utf-8")
    return path


def append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as log:
        log.write(text)


def test_what_was_written_since_comes_after_what_was_there(file: Path) -> None:
    """M4: nothing is told twice."""
    tail = LogTail(file)
    assert [line.words for line in tail.read()] == ["began"]
    append(file, "2026-11-20 14:00:03,000 WARNING kiosk.care second\n")
    assert [line.words for line in tail.read()] == ["began", "second"]
    assert [line.words for line in tail.read()] == ["began", "second"]


def test_a_line_that_is_still_being_written_waits(file: Path) -> None:
    """M4: half a line is not told as a whole one."""
    tail = LogTail(file)
    append(file, "2026-11-20 14:00:03,000 INFO kiosk.care ha")
    assert len(tail.read()) == 1
    append(file, "lf\n")
    assert tail.read()[-1].words == "half"


def test_where_a_crash_happened_belongs_to_it(file: Path) -> None:
    """M4: the lines below it are its own, and a crash counts as a fault."""
    append(file, CRASH)
    crash = LogTail(file).read()[-1]
    assert crash.level == "error"
    assert 'File "screens/app.py"' in crash.words


def test_a_log_that_was_rotated_away_is_followed_anew(file: Path) -> None:
    """M4: by another file of the name, and by one that was cut to nothing."""
    tail = LogTail(file)
    tail.read()
    file.rename(file.with_suffix(".1"))
    file.write_text("2026-11-20 15:00:00,000 INFO kiosk.station again\n", encoding="utf-8")
    assert [line.words for line in tail.read()] == ["began", "again"]
    file.write_text("", encoding="utf-8")
    tail.read()
    append(file, FIRST)
    assert len(tail.read()) == 3


def test_no_log_is_no_fault(tmp_path: Path) -> None:
    """M4: it may come later."""
    tail = LogTail(tmp_path / "kiosk.log")
    assert tail.read() == ()
    append(tmp_path / "kiosk.log", FIRST)
    assert len(tail.read()) == 1


def test_bytes_that_are_no_text_end_nothing(file: Path) -> None:
    """M4: whatever a library wrote."""
    with file.open("ab") as log:
        log.write(b"2026-11-20 14:00:03,000 INFO x \xff\xfe\n")
    assert len(LogTail(file).read()) == 2


def test_only_the_end_is_kept(file: Path) -> None:
    """M4: a machine that runs for months has a long log."""
    append(file, "".join(f"2026-11-20 14:00:03,000 INFO kiosk number {n}\n" for n in range(MOST_LINES + 50)))
    lines = LogTail(file).read()
    assert len(lines) == MOST_LINES
    assert lines[-1].words == f"number {MOST_LINES + 49}"


@pytest.mark.parametrize(("least", "kept"), zip(LEVELS, (4, 3, 2, 1), strict=True))
def test_a_level_keeps_what_is_as_grave_or_graver(file: Path, least: str, kept: int) -> None:
    """M4."""
    append(file, "2026-11-20 14:00:03,000 DEBUG a b\n2026-11-20 14:00:03,000 WARNING a b\n" + CRASH)
    assert len(chosen(LogTail(file).read(), next(level for level in LEVELS if level == least), "")) == kept


@pytest.mark.parametrize(("text", "kept"), [("STATION", 1), ("began", 1), ("pcsc", 0), ("", 1)])
def test_words_are_looked_for_in_any_case(file: Path, text: str, kept: int) -> None:
    """M4: also in the name of the part that wrote it."""
    assert len(chosen(LogTail(file).read(), "debug", text)) == kept
