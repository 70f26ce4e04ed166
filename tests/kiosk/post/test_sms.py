"""Short messages: numbers, parts, the trial's folder, and a channel of the outbox beside mail (W3, W4, W7)."""

from __future__ import annotations

import stat
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from db import outbox as rows
from db.engine import Database
from db.outbox import About
from kiosk.clock import MINUTE, Clock
from kiosk.post.delivery import NotDelivered, PostAway, Undeliverable
from kiosk.post.facts import LetterFacts
from kiosk.post.outbox import Outbox, OutboxSender
from kiosk.post.sms import ShortMessage, UnusableNumber, as_facts, international, message_of
from kiosk.post.sms_folder import SmsFolder
from kiosk.post.sms_parts import split
from tests.kiosk.post.conftest import SENDER, Remembering, written

PHONE = "050 123 45 67"
TEXT = "Müraciətiniz qeydiyyata alındı. Müraciət nömrəniz: 2026-000017"
MESSAGE = ShortMessage("ab" * 16, "+994501234567", TEXT, 1_800_000_000_000)


@dataclass
class Phone:
    """A way out that keeps what it is given, or fails as told."""

    sent: list[ShortMessage] = field(default_factory=list)
    failures: list[NotDelivered] = field(default_factory=list)

    def send(self, message: ShortMessage) -> None:
        """Keep the message, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)


def carrier(database: Database, delivery: Remembering, phone: Phone | None, *, at_once: bool = False) -> Outbox:
    return Outbox(database, delivery, sender=SENDER, station="K-01", sms=phone, sms_at_once=at_once)


def texted(outbox: Outbox, database: Database, application: int = 7, phone: str = PHONE) -> int:
    """Write a message as an act does."""

    def write(connection: object, now: int) -> int:
        row = outbox.sms("application", "az", phone, TEXT, now=now, application=application)
        assert row is not None
        return rows.enqueue(connection, row, now)  # type: ignore[arg-type]

    return database.write(write)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("050 123 45 67", "+994501234567"),
        ("+994 (50) 123-45-67", "+994501234567"),
        ("00994501234567", "+994501234567"),
        ("994501234567", "+994501234567"),
        ("501234567", "+994501234567"),
        ("+7 912 345-67-89", "+79123456789"),
    ],
)
def test_numbers_are_international(typed: str, number: str) -> None:
    """However a citizen types a number, the gateway gets E.164; one without a country is Azerbaijani."""
    assert international(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "12", "+0501234567", "1234567890123456", "telefon", "٠٥٠١٢٣٤٥٦٧", "u0501234567@example.az"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    """Nothing is sent to what is none, and the error does not repeat it (K6)."""
    with pytest.raises(UnusableNumber) as refused:
        international(typed)
    assert not typed or typed not in str(refused.value)


def test_a_text_of_the_gsm_alphabet_goes_in_seven_bits() -> None:
    """3GPP TS 23.038: 160 signs alone, 153 in each of several parts; an escaped sign counts two and is not torn."""
    assert split("a" * 160, 5).parts == (b"a" * 160,)
    assert split("a" * 158 + "€", 5).parts == (b"a" * 158 + b"\x1be",)
    long = split("a" * 152 + "€" * 5, 5)
    assert (long.coding, long.joined) == (0, True)
    assert [part[:6] for part in long.parts] == [bytes([5, 0, 3, 5, 2, 1]), bytes([5, 0, 3, 5, 2, 2])]
    assert (long.parts[0][6:], long.parts[1][6:]) == (b"a" * 152, b"\x1be" * 5)


def test_azerbaijani_and_russian_go_in_ucs2() -> None:
    """70 signs alone, 67 in each of several parts; a surrogate pair is not torn apart."""
    assert split("ə" * 70, 5) == split("ə" * 70, 200)
    assert (split("ə" * 70, 5).coding, len(split("ə" * 70, 5).parts)) == (8, 1)
    long = split("я" * 66 + "😀" + "я" * 9, 5)
    assert [part[6:].decode("utf-16-be") for part in long.parts] == ["я" * 66, "😀" + "я" * 9]


def test_a_message_needs_a_text_and_ends_somewhere() -> None:
    """A caller's mistake is found where it is made."""
    with pytest.raises(ValueError, match="1 to 600 signs"):
        as_facts("  \n ")
    with pytest.raises(ValueError, match="1 to 600 signs"):
        as_facts("a" * 601)


def test_a_message_of_example_data_says_so() -> None:
    """Everything made of example data wears NÜMUNƏ; the id is the row's, at every sending the same."""
    message = message_of("<a@asan-kiosk>", PHONE, as_facts(TEXT), 5, example=True)
    assert message.text == f"NÜMUNƏ. {TEXT}"
    assert message == message_of("<a@asan-kiosk>", PHONE, as_facts(TEXT), 5, example=True)
    assert PHONE not in repr(message)


def test_the_folder_keeps_one_of_two_copies_and_shows_them_to_its_owner_only(tmp_path: Path) -> None:
    """A message that is carried twice lies there once; the folder and the file are this user's alone (K6)."""
    folder = SmsFolder(tmp_path / "sms")
    assert folder.messages() == ()
    for _ in range(2):
        folder.send(MESSAGE)
    folder.send(replace(MESSAGE, id="cd" * 16, number="+994551234567", written=MESSAGE.written + 1))
    assert [message.to for message in folder.messages()] == ["+994501234567", "+994551234567"]
    (read,) = folder.messages("+994501234567")
    assert (read.text, read.written) == (TEXT, MESSAGE.written)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "sms").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "sms").stat().st_mode) == 0o700
    assert folder.purge(MESSAGE.written + 1) == 1
    assert [message.to for message in folder.messages()] == ["+994551234567"]


def test_a_message_that_was_left_half_written_is_purged_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K6: power that goes in the middle of writing leaves a number on the disk for no longer than the others."""
    folder = SmsFolder(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", _fails)
        with pytest.raises(PostAway):
            folder.send(MESSAGE)
    (tmp_path / "1.notes.txt").write_text("another program's")
    assert len(list(tmp_path.iterdir())) == 2
    assert folder.purge(MESSAGE.written) == 0
    folder.purge(MESSAGE.written + 1)
    assert [path.name for path in tmp_path.iterdir()] == ["1.notes.txt"]


def _fails(*_: object) -> None:
    raise OSError


def test_a_folder_that_cannot_be_written_is_a_post_that_is_away(tmp_path: Path) -> None:
    """The message waits in the outbox; the text of the error names no number."""
    (tmp_path / "sms").write_text("a file is in the way")
    with pytest.raises(PostAway, match="FileExistsError"):
        SmsFolder(tmp_path / "sms").send(MESSAGE)


def test_each_channel_is_carried_by_itself(database: Database, facts: LetterFacts) -> None:
    """W3: a gateway that is away holds up no mail, and a mail server that is away no message."""
    mail = Remembering(failures=[PostAway("the mail server does not answer")])
    phone = Phone(failures=[PostAway("the SMS server does not answer")])
    outbox = carrier(database, mail, phone)
    texted(outbox, database)
    written(outbox, database, facts)
    texted(outbox, database)
    written(outbox, database, facts)
    assert (outbox.run_due(channel="sms"), outbox.run_due()) == (0, 0)
    assert (outbox.run_due(channel="sms"), outbox.run_due()) == (1, 1)
    assert (len(phone.sent), len(mail.delivered)) == (1, 1)
    assert (outbox.state("sms").last_error, outbox.state().last_error) == (
        "the SMS server does not answer",
        "the mail server does not answer",
    )
    assert (outbox.state("sms").waiting, outbox.state().waiting) == (1, 1)


def test_what_was_texted_is_wiped(database: Database) -> None:
    """K6: number and text have done their work when the message has left."""
    phone = Phone()
    outbox = carrier(database, Remembering(), phone)
    texted(outbox, database)
    assert outbox.run_due(channel="sms") == 1
    assert (phone.sent[0].number, phone.sent[0].text) == ("+994501234567", TEXT)
    with database.reading() as (connection, _):
        row = connection.exec_driver_sql("SELECT recipient, facts, application FROM outbox").one()
    assert tuple(row) == ("", "{}", 7)


def test_a_number_that_is_none_is_given_up(database: Database) -> None:
    """It is not tried again, and `doctor` sees why without the number."""
    outbox = carrier(database, Remembering(), Phone())
    texted(outbox, database, phone="12")
    assert outbox.run_due(channel="sms") == 0
    state = outbox.state("sms")
    assert (state.waiting, state.gave_up, state.last_error) == (0, 1, "the phone number is not one")


def test_a_refused_message_is_given_up_and_others_leave(database: Database, clock: Clock) -> None:
    """One bad number stops nobody else's message."""
    phone = Phone(failures=[Undeliverable("message refused: SMPP status 0x0b")])
    outbox = carrier(database, Remembering(), phone)
    texted(outbox, database)
    texted(outbox, database)
    assert outbox.run_due(channel="sms") == 1
    clock.set(clock.now() + 100 * MINUTE)
    assert outbox.run_due(channel="sms") == 0


def test_without_a_way_out_no_message_is_written(database: Database) -> None:
    """[sms] transport "none": nothing lies in the outbox that nobody will carry."""
    outbox = carrier(database, Remembering(), None)
    assert outbox.sms("application", "az", PHONE, TEXT, now=0, application=7) is None
    assert outbox.channels == ("mail",)


def test_an_application_told_again_finds_its_message_delivered(database: Database) -> None:
    """Whoever did the act may have died before its message left; told again, it lies there, and only once."""
    dead, phone = carrier(database, Remembering(), Phone(), at_once=True), Phone()
    texted(dead, database)
    heir = carrier(database, Remembering(), phone, at_once=True)
    assert heir.deliver_left(About(booking=7)) == 0
    assert heir.deliver_left(About(application=7)) == 1
    assert heir.deliver_left(About(application=7)) == 0
    assert heir.deliver_left(About()) == 0
    assert len(phone.sent) == 1


def test_the_sender_carries_both_channels(database: Database, facts: LetterFacts) -> None:
    """One thread a channel: a gateway that hangs keeps no letter waiting."""
    reached, left = threading.Event(), threading.Event()

    class Hanging(Phone):
        def send(self, message: ShortMessage) -> None:
            reached.set()
            assert left.wait(30)
            super().send(message)

    class Noting(Remembering):
        def deliver(self, message: object, recipient: str) -> None:
            assert reached.wait(30)
            left.set()

    phone = Hanging()
    outbox = carrier(database, Noting(), phone)
    texted(outbox, database)
    written(outbox, database, facts)
    sender = OutboxSender(outbox, interval_seconds=3600)
    sender.start()
    assert left.wait(30)
    sender.stop(timeout_seconds=30)
    assert len(phone.sent) == 1
