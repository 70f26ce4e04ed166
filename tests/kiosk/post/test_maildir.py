"""The example set-up's mailbox."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.post.delivery import PostAway
from kiosk.post.facts import LetterFacts, LetterKind
from kiosk.post.letters import Letter, compose
from kiosk.post.maildir import Maildir
from tests.kiosk.post.conftest import SENDER, at


def deliver(
    maildir: Maildir, facts: LetterFacts, number: int, kind: LetterKind = "code", to: str = "a@example.az"
) -> None:
    """Deliver one letter; letters of another number are other letters of the same second."""
    letter = Letter(kind, "az", to, facts, f"<{number}@asan-kiosk>", at("2026-11-20 09:00"))
    maildir.deliver(compose(letter, SENDER), to)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_delivered_letter_lies_in_new(tmp_path: Path, facts: LetterFacts) -> None:
    """The layout is that of every Maildir: the letter in `new`, nothing left in `tmp`."""
    folder = tmp_path / "state" / "mail"
    deliver(Maildir(folder), facts, 1)
    assert {path.name for path in folder.iterdir()} == {"tmp", "new", "cur"}
    assert [path.parent.name for path in files(folder)] == ["new"]
    assert b"\n483920\n" in files(folder)[0].read_bytes()


def test_only_its_owner_reads_it(tmp_path: Path, facts: LetterFacts) -> None:
    """K6: folders 0700, letters 0600, whatever the umask allows."""
    folder = tmp_path / "mail"
    before = os.umask(0)
    try:
        deliver(Maildir(folder), facts, 1)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (folder, *(folder.iterdir()))} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in files(folder)} == {0o600}


def test_a_letter_delivered_twice_lies_there_once(tmp_path: Path, facts: LetterFacts) -> None:
    """At least once becomes once: also after a mail reader has taken it in."""
    folder = tmp_path / "mail"
    deliver(Maildir(folder), facts, 1)
    deliver(Maildir(folder), facts, 1)
    (only,) = files(folder)
    only.rename(folder / "cur" / f"{only.name}:2,S")
    deliver(Maildir(folder), facts, 1)
    assert len(files(folder)) == 1
    deliver(Maildir(folder), facts, 2)
    assert len(files(folder)) == 2


def test_a_half_written_letter_of_a_killed_process_is_written_anew(tmp_path: Path, facts: LetterFacts) -> None:
    """What lies in `tmp` counts for nothing."""
    folder = tmp_path / "mail"
    deliver(Maildir(folder), facts, 1)
    (whole,) = files(folder)
    content = whole.read_bytes()
    (folder / "tmp" / f"{whole.name}.{os.getpid()}.{threading.get_native_id()}").write_bytes(content[:100])
    whole.unlink()
    deliver(Maildir(folder), facts, 1)
    assert [path.read_bytes() for path in files(folder)] == [content]


def test_many_that_deliver_the_same_letter_leave_one(tmp_path: Path, facts: LetterFacts) -> None:
    """Two carriers of one letter, in threads of one process: one letter lies there, whole, and none of them fails."""
    folder = tmp_path / "mail"
    gate = threading.Barrier(8)

    def carry(_: int) -> None:
        gate.wait()
        deliver(Maildir(folder), facts, 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(carry, range(8)))
    (only,) = files(folder)
    assert only.parent.name == "new"
    assert b"\n483920\n" in only.read_bytes()


def test_old_letters_are_purged(tmp_path: Path, facts: LetterFacts) -> None:
    """K6: by the date they were written at, whether read, unread or half written; another program's file stays."""
    folder, maildir = tmp_path / "mail", Maildir(tmp_path / "mail")
    for number in (1, 2):
        deliver(maildir, facts, number)
    first, _ = files(folder)
    first.rename(folder / "cur" / f"{first.name}:2,S")
    (folder / "cur" / "1.M2P3.elsewhere:2,S").write_text("Subject: from elsewhere")
    half = folder / "tmp" / f"{first.name}.4711.4712"
    half.write_text("the power went here")
    assert maildir.purge(at("2026-11-20 09:00")) == 0
    assert maildir.purge(at("2026-11-20 09:01")) == 3
    assert [path.name for path in files(folder)] == ["1.M2P3.elsewhere:2,S"]


def test_the_last_letter(tmp_path: Path, facts: LetterFacts) -> None:
    """F2 of the example set-up: the newest letter, of all or of one person, also of two within a second."""
    maildir = Maildir(tmp_path / "mail")
    assert maildir.last_letter() is None
    deliver(maildir, facts, 1)
    deliver(maildir, replace(facts, confirmation_code="111111"), 2)
    deliver(maildir, replace(facts, confirmation_code="222222"), 3, to="b@example.az")
    for number, path in enumerate(sorted(files(tmp_path / "mail"), key=lambda path: path.stat().st_mtime_ns)):
        os.utime(path, ns=(number, number))  # this disk's clock may be too coarse to tell the three apart
    newest, of_a = maildir.last_letter(), maildir.last_letter("A@example.az")
    assert newest is not None
    assert of_a is not None
    assert (newest.to, "222222" in newest.text) == ("b@example.az", True)
    assert "111111" in of_a.text.splitlines()
    assert of_a.subject == "ASAN xidmət: təsdiqedici şifrəniz"
    assert maildir.last_letter("c@example.az") is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, facts: LetterFacts) -> None:
    """The letter stays in the outbox; the reason names no person."""
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(PostAway, match=r"^the Maildir cannot be written: [A-Za-z]+$"):
        deliver(Maildir(tmp_path / "mail"), facts, 1)
