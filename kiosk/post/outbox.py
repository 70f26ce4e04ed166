"""Carrying the outbox: claim a letter by lease, deliver it, mark it sent or put it off (Q6 to Q8, W3, W4, W7).

Every running station carries. A letter is delivered at least once; its Message-ID lies in the row, so a second copy is
recognised, and a Maildir keeps one. Mail and short messages are two channels, each carried by itself. Nothing here logs
an address, a number, a name or a code: letters are named by their row.
"""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from db import outbox as rows
from db.engine import Database, DatabaseAway
from db.outbox import About, Channel
from kiosk.clock import HOUR, MINUTE, Instant
from kiosk.names import LANGUAGES, Language
from kiosk.post.delivery import Delivery, NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.facts import KINDS, LetterFacts, LetterKind, UnusableFacts
from kiosk.post.letters import Letter, UnusableAddress, compose, is_outdated
from kiosk.post.page import PAGE_KINDS, PageFacts, PageKind, PageLetter, compose_page
from kiosk.post.sms import SMS_KINDS, SmsDelivery, SmsKind, UnusableNumber, as_facts, message_of

LEASE: Final[Instant] = MINUTE
"""How long a letter belongs to who claimed it. A carrier that dies is followed by another after this time."""

GIVE_UP_AFTER: Final[Instant] = 3 * 24 * HOUR
"""How long a letter is tried. What it tells is old by then."""

_log = logging.getLogger(__name__)


def pause_after(attempts: int) -> Instant:
    """How long to wait after so many vain attempts: 1, 2, 4 … minutes, an hour at most."""
    return min(HOUR, MINUTE << min(attempts - 1, 6))


class Outbox:
    """This process's share in carrying the outbox.

    Args:
        database: where the outbox lies.
        delivery: the way out.
        sender: the From address, plain or with a name.
        station: this station's name; it goes into the lease, for whoever looks at a stuck letter.
        example: whether letters wear NÜMUNƏ.
        at_once: whether letters are leased to this process as they are written, to be delivered by `deliver_now`.
        sms: the way out of short messages; without one none are written and none carried.
        sms_at_once: as `at_once`, for short messages.
    """

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        *,
        sender: str,
        station: str,
        example: bool = False,
        at_once: bool = False,
        sms: SmsDelivery | None = None,
        sms_at_once: bool = False,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._sender = sender
        self._example = example
        self._sms = sms
        self.channels: tuple[Channel, ...] = ("mail",) if sms is None else ("mail", "sms")
        """What this process carries."""
        at_once_by: dict[Channel, bool] = {"mail": at_once, "sms": sms_at_once}
        self._at_once = tuple(channel for channel in self.channels if at_once_by[channel])
        # A station may run two processes: the lease names the process, so that neither marks the other's letters.
        self._worker = f"{station}/{secrets.token_hex(8)}"

    def letter(
        self,
        kind: LetterKind,
        language: Language,
        recipient: str,
        facts: LetterFacts,
        *,
        booking: int | None,
        now: Instant,
        application: int | None = None,
    ) -> rows.NewLetter:
        """The row to write with `db.outbox.enqueue` in the transaction of the change it tells of.

        Args:
            kind: which of the letters.
            language: the person's language.
            recipient: the person's address.
            facts: what the letter tells.
            booking: the row id of the booking.
            now: the instant of that transaction.
            application: the row id of the application.

        Raises:
            UnusableFacts: a fact that this kind must tell is missing.
        """
        facts.check(kind)
        return self._row("mail", kind, language, recipient, facts.to_json(), now, About(booking, application))

    def page(
        self,
        kind: PageKind,
        language: Language,
        recipient: str,
        facts: PageFacts,
        *,
        now: Instant,
        application: int | None = None,
    ) -> rows.NewLetter:
        """The row of a page, to write as that of a letter."""
        return self._row("mail", kind, language, recipient, facts.to_json(), now, About(application=application))

    def sms(
        self, kind: SmsKind, language: Language, phone: str, text: str, *, now: Instant, application: int | None = None
    ) -> rows.NewLetter | None:
        """The row of a short message, to write as that of a letter; None where none are sent.

        Args:
            kind: what it is about.
            language: the language of `text`.
            phone: the number as the person gave it.
            text: the message as it will be read.
            now: the instant of that transaction.
            application: the row id of the application it is about.

        Raises:
            ValueError: the text is empty or too long to be one.
        """
        if self._sms is None:
            return None
        return self._row("sms", kind, language, phone, as_facts(text), now, About(application=application))

    def _row(
        self, channel: Channel, kind: str, language: Language, recipient: str, facts: str, now: Instant, about: About
    ) -> rows.NewLetter:
        at_once = channel in self._at_once
        return rows.NewLetter(
            booking=about.booking,
            kind=kind,
            language=language,
            recipient=recipient,
            facts=facts,
            message_id=f"<{secrets.token_hex(16)}@asan-kiosk>",
            leased_by=self._worker if at_once else None,
            leased_until=now + LEASE if at_once else None,
            application=about.application,
            channel=channel,
        )

    def deliver_now(self, ids: Sequence[int]) -> int:
        """Deliver the letters this process leased as it wrote them, after the commit; answers how many were sent.

        Raises nothing for a letter that could not be delivered: the change it tells of stands, and it is tried again.
        """
        sent = 0
        if not ids or not self._at_once:
            return sent
        try:
            with self._database.reading() as (connection, now):
                letters = rows.leased(connection, self._worker, now, ids)
            for letter in letters:
                sent += self._carry(letter, now) is None
        except DatabaseAway:
            _log.warning("the database went away while letters were delivered; they will be tried again")
        return sent

    def deliver_left(self, about: About) -> int:
        """Deliver what is still waiting about something, when letters lie there before their act answers.

        Whoever did the act may have died between its commit and its letter; now that the act is told again, its letter
        must lie there too. A live carrier that is overtaken does no harm: a Maildir keeps one of two copies.
        """
        if not self._at_once:
            return 0
        try:
            with self._database.reading() as (connection, _):
                if not rows.is_any_waiting_about(connection, self._at_once, about):
                    return 0
            letters = self._database.write(
                lambda connection, now: [
                    (letter, now)
                    for letter in rows.take_over(connection, self._worker, now, LEASE, self._at_once, about)
                ]
            )
            return sum(self._carry(letter, now) is None for letter, now in letters)
        except DatabaseAway:
            _log.warning("the database went away while letters were delivered; they will be tried again")
            return 0

    def run_due(
        self, limit: int | None = None, *, channel: Channel = "mail", stopping: Callable[[], bool] = lambda: False
    ) -> int:
        """Deliver letters of a channel that are due, one after the other, until none is left or its way out is away.

        Args:
            limit: how many at most; None for all.
            channel: which of `channels`.
            stopping: asked before each letter whether to leave the rest to others.

        Returns:
            How many were sent.

        Raises:
            DatabaseAway: the database does not answer.
        """
        sent = 0
        for _ in itertools.count() if limit is None else range(limit):
            if stopping():
                break
            with self._database.reading() as (connection, now):
                if not rows.is_any_due(connection, now, channel):
                    break
            letter = self._database.write(
                lambda connection, now: rows.claim(connection, self._worker, now, LEASE, channel)
            )
            if letter is None:
                break  # others took what was due
            failure = self._carry(letter, now)
            if isinstance(failure, PostAway):
                break
            sent += failure is None
        return sent

    def state(self, channel: Channel = "mail") -> rows.OutboxState:
        """How a channel stands, for `doctor`."""
        with self._database.reading() as (connection, _):
            return rows.state(connection, channel)

    def _carry(self, row: rows.LeasedLetter, now: Instant) -> NotDelivered | None:
        """Deliver one leased letter and settle its row; answers what went wrong, if anything."""
        failure = self._deliver(row, now)
        worker, write = self._worker, self._database.write
        if failure is None:
            write(lambda connection, at: rows.mark_sent(connection, row.id, worker, at))
            return None
        error = str(failure) or None
        pause = pause_after(row.attempts)
        if isinstance(failure, Undeliverable) or now + pause - row.created_at > GIVE_UP_AFTER:
            _log.warning("letter %s (%s) is given up: %s", row.id, row.kind, error or "it is no longer true")
            write(lambda connection, at: rows.give_up(connection, row.id, worker, at, error))
        else:
            _log.warning("letter %s (%s) is put off after attempt %s: %s", row.id, row.kind, row.attempts, error)
            write(lambda connection, at: rows.put_off(connection, row.id, worker, at + pause, error or ""))
        return failure

    def _deliver(self, row: rows.LeasedLetter, now: Instant) -> NotDelivered | None:
        try:
            if row.channel == "sms":
                self._send(row)
                return None
            letter = _read(row)
            if isinstance(letter, PageLetter):
                message = compose_page(letter, self._sender, example=self._example)
                self._delivery.deliver(message, letter.recipient)
                return None
            if is_outdated(letter, now):
                return _NoLongerTrue()
            self._delivery.deliver(compose(letter, self._sender, example=self._example), letter.recipient)
        except NotDelivered as error:
            return error
        except (UnusableFacts, UnusableAddress, UnusableNumber) as error:
            return Undeliverable(str(error))
        except Exception as error:
            # Whatever it is, it must neither stop the other letters nor be tried without end; its own text may name
            # a person.
            return TryLater(f"unforeseen: {type(error).__name__}")
        return None

    def _send(self, row: rows.LeasedLetter) -> None:
        if self._sms is None or row.kind not in SMS_KINDS:
            raise UnusableFacts("the row is of no known kind")
        self._sms.send(message_of(row.message_id, row.recipient, row.facts, row.created_at, example=self._example))


class _NoLongerTrue(Undeliverable):
    """A letter whose hour has passed; nobody's fault, so it has no words and counts nowhere as an error."""


def _read(row: rows.LeasedLetter) -> Letter | PageLetter:
    """The letter or page of a row.

    Raises:
        UnusableFacts: the row does not hold one.
    """
    if row.kind in PAGE_KINDS and row.language in LANGUAGES:
        page = PageFacts.from_json(row.facts)
        return PageLetter(row.language, row.recipient, page, row.message_id, row.created_at)
    if row.kind not in KINDS or row.language not in LANGUAGES:
        raise UnusableFacts("the row is of no known kind or language")
    return Letter(
        kind=row.kind,
        language=row.language,
        recipient=row.recipient,
        facts=LetterFacts.from_json(row.facts),
        message_id=row.message_id,
        written=row.created_at,
    )


class OutboxSender:
    """Daemon threads that carry the outbox while a station runs: one a channel, so that neither waits for the other.

    Args:
        outbox: what to carry.
        interval_seconds: how often to look without being woken.
    """

    def __init__(self, outbox: Outbox, interval_seconds: float = 5.0) -> None:
        self._outbox = outbox
        self._interval = interval_seconds
        self._stopping = False
        self._wakes: dict[Channel, threading.Event] = {channel: threading.Event() for channel in outbox.channels}
        self._threads = [
            threading.Thread(target=self._run, args=(channel, wake), name=f"outbox-{channel}", daemon=True)
            for channel, wake in self._wakes.items()
        ]

    def start(self) -> None:
        """Begin carrying; once in a lifetime."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look now: a letter was just written."""
        for wake in self._wakes.values():
            wake.set()

    def stop(self, timeout_seconds: float = 2.0) -> None:
        """End after the letters under way, and wait for that as long as told. What is leased is carried by others."""
        self._stopping = True
        self.wake()
        until = time.monotonic() + timeout_seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _run(self, channel: Channel, wake: threading.Event) -> None:
        while not self._stopping:
            # Cleared before looking, so that a letter written while looking is not slept over.
            wake.clear()
            try:
                self._outbox.run_due(channel=channel, stopping=lambda: self._stopping)
            except DatabaseAway:
                _log.warning("the outbox waits: the database is away")
            except Exception as error:  # the thread must live on, and a trace may hold a person's data
                _log.error("the outbox stumbled over %s", type(error).__name__)
            if not self._stopping:
                wake.wait(self._interval)
