"""Carrying the outbox: nothing lost, nothing carried by two at once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from db import outbox as rows
from db.engine import Database
from db.outbox import About, Channel
from db.schema import outbox as table
from kiosk.clock import HOUR, MINUTE, Clock
from kiosk.post.delivery import Delivery, NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.facts import LetterFacts, UnusableFacts
from kiosk.post.maildir import Maildir
from kiosk.post.outbox import GIVE_UP_AFTER, LEASE, Outbox, OutboxSender, pause_after
from tests.kiosk.post.conftest import SENDER, Remembering, written

_PATIENCE = 60.0


def carrier(database: Database, delivery: Delivery, *, at_once: bool = False) -> Outbox:
    return Outbox(database, delivery, sender=SENDER, station="K-01", at_once=at_once)


def row_of(database: Database, letter: int) -> dict[str, Any]:
    with database.reading() as (connection, _):
        return dict(connection.execute(select(table).where(table.c.id == letter)).mappings().one())


def ids_of(messages: Sequence[EmailMessage]) -> Counter[str]:
    return Counter(str(message["Message-ID"]) for message in messages)


def test_what_is_due_is_delivered_once(database: Database, facts: LetterFacts) -> None:
    """Q6: every letter leaves, and a later look finds nothing."""
    delivery = Remembering()
    outbox = carrier(database, delivery)
    letters = [written(outbox, database, facts) for _ in range(3)]
    assert outbox.run_due() == 3
    assert outbox.run_due() == 0
    assert ids_of(delivery.delivered) == Counter(row_of(database, letter)["message_id"] for letter in letters)


def test_a_rolled_back_change_sends_nothing(database: Database, facts: LetterFacts) -> None:
    """The letter is written in the change's own transaction: with the one falls the other."""
    delivery = Remembering()
    outbox = carrier(database, delivery)

    def fails(connection: Any, now: int) -> None:
        rows.enqueue(connection, outbox.letter("confirmed", "az", "a@b.az", facts, booking=1, now=now), now)
        raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        database.write(fails)
    assert outbox.run_due() == 0


def test_what_was_sent_is_wiped(database: Database, facts: LetterFacts) -> None:
    """K6: address, name and code have done their work when the letter has left."""
    outbox = carrier(database, Remembering())
    letter = written(outbox, database, facts)
    outbox.run_due()
    row = row_of(database, letter)
    assert (row["recipient"], row["facts"], row["leased_by"]) == ("", "{}", None)
    assert row["sent_at"] is not None


def test_a_letter_without_its_facts_is_not_written(database: Database, facts: LetterFacts) -> None:
    """A missing fact is found where the change is made, not when the letter should leave."""
    outbox = carrier(database, Remembering())
    with pytest.raises(UnusableFacts):
        outbox.letter("code", "az", "a@b.az", LetterFacts.from_json(_without_code(facts)), booking=1, now=0)


def _without_code(facts: LetterFacts) -> str:
    return facts.to_json().replace('"483920"', "null")


def test_pauses_double_up_to_an_hour() -> None:
    """1, 2, 4 … minutes, an hour at most."""
    assert [pause_after(attempts) // MINUTE for attempts in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_letter_that_is_refused_for_now_is_tried_again(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """Not a millisecond before its pause is over, and the others do not wait for it."""
    delivery = Remembering(failures=[TryLater("recipient refused: SMTP 450")])
    outbox = carrier(database, delivery)
    first, second = written(outbox, database, facts), written(outbox, database, facts)
    start = clock.now()
    assert outbox.run_due() == 1
    assert row_of(database, second)["sent_at"] is not None
    assert row_of(database, first)["last_error"] == "recipient refused: SMTP 450"
    clock.set(start + MINUTE - 1)
    assert outbox.run_due() == 0
    clock.set(start + MINUTE)
    assert outbox.run_due() == 1
    assert row_of(database, first)["last_error"] is None


def test_a_letter_that_is_refused_for_good_is_given_up(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """It is not tried again, `doctor` sees it with its reason, and nothing personal stays."""
    outbox = carrier(database, Remembering(failures=[Undeliverable("recipient refused: SMTP 550")]))
    letter = written(outbox, database, facts)
    assert outbox.run_due() == 0
    clock.set(clock.now() + GIVE_UP_AFTER)
    assert outbox.run_due() == 0
    row = row_of(database, letter)
    assert (row["recipient"], row["facts"]) == ("", "{}")
    state = outbox.state()
    assert (state.waiting, state.gave_up, state.last_error) == (0, 1, "recipient refused: SMTP 550")


def test_when_the_post_is_away_nothing_else_is_tried(database: Database, facts: LetterFacts) -> None:
    """A server that is down is asked once a look, not once a letter."""
    away = [PostAway("the mail server refuses the connection") for _ in range(3)]
    outbox = carrier(database, Remembering(failures=list(away)))
    for _ in range(3):
        written(outbox, database, facts)
    assert outbox.run_due() == 0
    state = outbox.state()
    assert (state.waiting, state.failing) == (3, 1)


def test_it_is_given_up_after_days(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """The post stays away: the letter is tried at every pause, and given up when three days are over."""
    failures: list[NotDelivered] = [PostAway("the mail server does not answer") for _ in range(200)]
    delivery = Remembering(failures=failures)
    outbox = carrier(database, delivery)
    letter = written(outbox, database, facts)
    start = clock.now()
    while row_of(database, letter)["gave_up_at"] is None:
        clock.set(row_of(database, letter)["due_at"])
        outbox.run_due()
    tried = 200 - len(failures)
    assert GIVE_UP_AFTER - HOUR <= clock.now() - start <= GIVE_UP_AFTER
    assert 70 <= tried <= 80
    assert outbox.state().gave_up == 1


def test_a_code_whose_hour_is_gone_is_not_sent(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """Q8: a code that came too late would only mislead; it is nobody's error either."""
    delivery = Remembering()
    outbox = carrier(database, delivery)
    written(outbox, database, facts, kind="code")
    assert facts.held_until is not None
    clock.set(facts.held_until)
    assert outbox.run_due() == 0
    assert not delivery.delivered
    assert (outbox.state().waiting, outbox.state().gave_up) == (0, 0)


def test_a_damaged_row_stops_no_other(database: Database, facts: LetterFacts) -> None:
    """What cannot be read is given up; the next letter leaves."""
    delivery = Remembering()
    outbox = carrier(database, delivery)
    damaged, unknown, whole = (written(outbox, database, facts) for _ in range(3))
    database.write(
        lambda connection, _: connection.execute(update(table).where(table.c.id == damaged).values(facts="{"))
    )
    database.write(
        lambda connection, _: connection.execute(update(table).where(table.c.id == unknown).values(kind="x"))
    )
    assert outbox.run_due() == 1
    assert row_of(database, whole)["sent_at"] is not None
    assert outbox.state().gave_up == 2


def test_withdrawn_letters_do_not_leave(database: Database, facts: LetterFacts) -> None:
    """Q10: the code to a mistyped address is called back in the transaction that corrects it; other letters stay."""
    delivery = Remembering()
    outbox = carrier(database, delivery)
    written(outbox, database, facts, kind="code", recipient="wrong@example.az")
    written(outbox, database, facts, kind="code", booking=2)
    assert database.write(lambda connection, now: rows.withdraw(connection, 1, "code", now)) == 1
    assert outbox.run_due() == 1
    assert [message["To"] for message in delivery.delivered] == ["aygun@example.az"]


def test_a_lease_lasts_to_its_end_and_no_longer(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """A letter under way is nobody else's; a carrier that died is followed after a minute."""
    outbox = carrier(database, Remembering())
    letter = written(outbox, database, facts)
    start = clock.now()

    def claim(worker: str) -> rows.LeasedLetter | None:
        return database.write(lambda connection, now: rows.claim(connection, worker, now, LEASE))

    assert claim("dead") is not None
    clock.set(start + LEASE - 1)
    assert claim("heir") is None
    clock.set(start + LEASE)
    taken = claim("heir")
    assert taken is not None
    assert taken.attempts == 2
    # The one thought dead wakes up: it can settle nothing any more.
    assert not database.write(lambda connection, now: rows.mark_sent(connection, letter, "dead", now))
    assert not database.write(lambda connection, now: rows.put_off(connection, letter, "dead", now, "late"))
    assert not database.write(lambda connection, now: rows.give_up(connection, letter, "dead", now, "late"))
    assert database.write(lambda connection, now: rows.mark_sent(connection, letter, "heir", now))


def test_many_carriers_carry_each_letter_once(open_database: Callable[[], Database], facts: LetterFacts) -> None:
    """Several stations at once on one database: none is carried twice, none is left."""
    first = open_database()
    deliveries = [Remembering() for _ in range(6)]
    carriers = [carrier(open_database(), delivery) for delivery in deliveries]
    letters = [written(carriers[0], first, facts) for _ in range(60)]
    gate = threading.Barrier(len(carriers))

    def carry(outbox: Outbox) -> int:
        gate.wait()
        return sum(outbox.run_due() for _ in range(3))

    with ThreadPoolExecutor(len(carriers)) as pool:
        sent = sum(pool.map(carry, carriers))
    carried = ids_of([message for delivery in deliveries for message in delivery.delivered])
    assert sent == len(letters)
    assert set(carried.values()) == {1}
    assert len(carried) == len(letters)


def test_a_letter_leased_as_it_is_written_is_delivered_by_its_writer(
    database: Database, facts: LetterFacts, tmp_path: Path, clock: Clock
) -> None:
    """`batch` with a Maildir: the letter lies there before the answer, and a station that runs beside takes it not."""
    maildir = Maildir(tmp_path / "mail")
    beside = carrier(database, Remembering())
    batch = carrier(database, maildir, at_once=True)
    letter = written(batch, database, facts, kind="code")
    assert beside.run_due() == 0
    assert batch.deliver_now([letter]) == 1
    last = maildir.last_letter()
    assert last is not None
    assert "483920" in last.text.splitlines()
    assert batch.deliver_now([letter]) == 0
    # One whose writer died before it could deliver is not lost.
    orphan = written(batch, database, facts)
    clock.set(clock.now() + LEASE)
    assert batch.deliver_now([orphan]) == 0
    assert beside.run_due() == 1


def test_an_act_told_again_finds_its_letter_delivered(database: Database, facts: LetterFacts, tmp_path: Path) -> None:
    """`batch` died between commit and letter: who repeats the act with its key gets answer and letter, at once."""
    dead = carrier(database, Remembering(), at_once=True)
    left = written(dead, database, facts, kind="code")
    written(dead, database, facts, kind="code", booking=2)
    maildir = Maildir(tmp_path / "mail")
    heir = carrier(database, maildir, at_once=True)
    assert heir.deliver_left(About(1)) == 1
    assert heir.deliver_left(About(1)) == 0
    assert dead.deliver_now([left]) == 0
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 1
    # With a server that would make two letters of it, the lease is waited for.
    assert carrier(database, Remembering()).deliver_left(About(2)) == 0


def test_old_letters_are_purged(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """K6: after their time letters go, whether they left, were given up or wait where nobody carries them."""
    outbox = carrier(database, Remembering(failures=[Undeliverable("SMTP 550"), TryLater("SMTP 450")]))
    for _ in range(3):
        written(outbox, database, facts)
    assert outbox.run_due() == 1
    start = clock.now()
    assert database.write(lambda connection, _: rows.purge(connection, start)) == 0
    assert database.write(lambda connection, _: rows.purge(connection, start + 1)) == 3
    assert outbox.state().waiting == 0


def test_a_letter_that_could_not_leave_at_once_waits(database: Database, facts: LetterFacts, clock: Clock) -> None:
    """The change it tells of stands: nothing is raised, and it is tried again after its pause."""
    delivery = Remembering(failures=[PostAway("the Maildir cannot be written: PermissionError")])
    batch = carrier(database, delivery, at_once=True)
    letter = written(batch, database, facts)
    assert batch.deliver_now([letter]) == 0
    clock.set(clock.now() + MINUTE)
    assert batch.run_due() == 1


def test_logs_name_no_person(database: Database, facts: LetterFacts, caplog: pytest.LogCaptureFixture) -> None:
    """K6: letters are named by their row; no address, name, code or reference stands in a log."""
    outbox = carrier(
        database, Remembering(failures=[TryLater("SMTP 450"), Undeliverable("SMTP 550"), PostAway("SMTP 421")])
    )
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            written(outbox, database, facts, kind="code")
        outbox.run_due()
    assert len([record for record in caplog.records if record.name == "kiosk.post.outbox"]) == 3
    for secret in ("aygun@example.az", "Aygün", "483920", "K7MP"):
        assert secret not in caplog.text


@dataclass
class Announcing:
    """A way out that says when a letter is under way and waits until it may go on."""

    under_way: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    go_on: threading.Event = field(default_factory=threading.Event)
    delivered: int = 0
    stumble: Exception | None = None

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        self.under_way.release()
        assert self.go_on.wait(_PATIENCE)
        if self.stumble is not None:
            stumble, self.stumble = self.stumble, None
            raise stumble
        self.delivered += 1


def test_the_sender_carries_what_it_is_woken_for(database: Database, facts: LetterFacts) -> None:
    """A running station sends at once, not at its next look; `stop` ends after the letter under way."""
    delivery = Announcing()
    outbox = carrier(database, delivery)
    sender = OutboxSender(outbox, interval_seconds=3600)
    sender.start()
    letters = [written(outbox, database, facts) for _ in range(2)]
    sender.wake()
    assert delivery.under_way.acquire(timeout=_PATIENCE)
    sender.stop(timeout_seconds=0)
    delivery.go_on.set()
    sender.stop(timeout_seconds=_PATIENCE)
    assert delivery.delivered == 1
    assert [row_of(database, letter)["sent_at"] is not None for letter in letters] == [True, False]
    assert row_of(database, letters[1])["leased_by"] is None


def test_what_nobody_foresaw_stops_no_other_letter(database: Database, facts: LetterFacts) -> None:
    """A letter that makes the carrier stumble is put off like any other; its error's own text is not kept (K6)."""
    delivery = Announcing(stumble=RuntimeError("aygun@example.az"))
    delivery.go_on.set()
    outbox = carrier(database, delivery)
    stumbling = written(outbox, database, facts)
    written(outbox, database, facts)
    assert outbox.run_due() == 1
    assert row_of(database, stumbling)["last_error"] == "unforeseen: RuntimeError"


class StumblingOnce(Outbox):
    """An outbox whose first look fails."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Remembering(), sender=SENDER, station="K-01")
        self.looks = threading.Semaphore(0)
        self.fails = True

    def run_due(
        self, limit: int | None = None, *, channel: Channel = "mail", stopping: Callable[[], bool] = lambda: False
    ) -> int:
        self.looks.release()
        if self.fails:
            self.fails = False
            raise RuntimeError("aygun@example.az")
        return 0


def test_the_sender_lives_on(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """One failed look does not end the thread, and no trace is shown, which might hold a person's data (K6)."""
    outbox = StumblingOnce(database)
    sender = OutboxSender(outbox, interval_seconds=3600)
    sender.start()
    assert outbox.looks.acquire(timeout=_PATIENCE)
    sender.wake()
    assert outbox.looks.acquire(timeout=_PATIENCE)
    sender.stop(timeout_seconds=_PATIENCE)
    assert "RuntimeError" in caplog.text
    assert "aygun" not in caplog.text


def test_stopping_a_sender_that_never_started_is_nothing(database: Database) -> None:
    """A station that failed to start ends what it has without asking how far it came."""
    OutboxSender(carrier(database, Remembering())).stop()
