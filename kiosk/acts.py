"""How anything is changed: one transaction, one audit row, one stored answer.

An act with a key that was answered before gets the stored answer, before any rule is looked at and whatever the time
is by then. A refusal is an answer too, except a passing one ("too soon"). Success is told only after the commit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from db import answers, audit
from db import outbox as outbox_rows
from db.engine import Database, DatabaseAway, NotPermitted
from db.outbox import About
from db.tickets import BookingHasTicket
from kiosk.errors import KeyReused, NotAllowed, Refusal, Unavailable
from kiosk.names import Language
from kiosk.post.facts import LetterFacts, LetterKind
from kiosk.post.outbox import Outbox
from kiosk.post.page import PageFacts, PageKind
from kiosk.post.sms import SmsKind
from kiosk.stored import refusal_as_json, refusal_from_json

_Result = TypeVar("_Result")
_KEY_SIGNS: Final = 200


@dataclass(slots=True)
class Unit:
    """One act while it runs: its transaction, its instant, and what its audit row will say."""

    connection: Any
    now: int
    station: str
    staff: int | None = None
    outcome: str = "done"
    booking: int | None = None
    detail: str | None = None
    letters: list[int] = field(default_factory=list)
    """Outbox rows written by this act."""
    repeated: bool = False
    """Whether this was done before and is only told again."""
    outbox: Outbox | None = None
    application: int | None = None
    """The water application (row id) that this act is about."""
    ticket: int | None = None
    """The ticket (row id) that this act is about."""

    def post(
        self, kind: LetterKind, language: Language, recipient: str, facts: LetterFacts, booking: int | None = None
    ) -> None:
        """Write a letter into the outbox, in this act's transaction; it belongs to `booking` or to the act's own.

        Who gave no e-mail address (C8) gets none.
        """
        if self.outbox is None or not recipient:
            return
        about = self.booking if booking is None else booking
        letter = self.outbox.letter(kind, language, recipient, facts, booking=about, now=self.now)
        self._enqueue(letter)

    def post_page(
        self, kind: PageKind, language: Language, recipient: str, facts: PageFacts, application: int | None = None
    ) -> None:
        """Write a page into the outbox, in this act's transaction; it belongs to `application` or to the act's own."""
        if self.outbox is not None:
            about = self.application if application is None else application
            self._enqueue(self.outbox.page(kind, language, recipient, facts, now=self.now, application=about))

    def post_sms(
        self, kind: SmsKind, language: Language, phone: str, text: str, application: int | None = None
    ) -> None:
        """Write a short message into the outbox, in this act's transaction, where the settings let any leave.

        Args:
            kind: what it is about.
            language: the language of `text`.
            phone: the number as the person gave it.
            text: the message as it will be read.
            application: the application (row id) it is about; None: the act's own.

        Raises:
            ValueError: the text is empty or too long to be one.
        """
        if self.outbox is not None:
            about = self.application if application is None else application
            message = self.outbox.sms(kind, language, phone, text, now=self.now, application=about)
            if message is not None:
                self._enqueue(message)

    def _enqueue(self, letter: outbox_rows.NewLetter) -> None:
        self.letters.append(outbox_rows.enqueue(self.connection, letter, self.now))


class Form(Protocol[_Result]):
    """How an act's result is stored under its key, and read back."""

    def store(self, result: _Result) -> dict[str, Any]:
        """Plain values, no personal data."""

    def read(self, unit: Unit, stored: dict[str, Any]) -> _Result:
        """The same result again."""


@dataclass(frozen=True, slots=True)
class _Done(Generic[_Result]):
    result: _Result | Refusal
    letters: tuple[int, ...] = ()
    told_again: About | None = None
    """What an act was about that was done before; who did it may have died before its letters went out."""


class Acts:
    """Runs acts for one station.

    Args:
        database: where they are done.
        station: its name, for the audit.
        outbox: writes letters, and delivers at once those it leased.
    """

    def __init__(
        self, database: Database, station: str, outbox: Outbox, wake: Callable[[], None] = lambda: None
    ) -> None:
        self.database = database
        self.station = station
        self._outbox = outbox
        self.wake = wake
        """Called after a commit that wrote letters, so that the sender looks at once."""

    @contextmanager
    def reading(self) -> Iterator[tuple[Any, int]]:
        """One read-only look at the database: `(connection, now)`.

        Raises:
            Unavailable: the database is away.
            NotAllowed: this station's login may not look there.
        """
        try:
            with self.database.reading() as looked:
                yield looked
        except DatabaseAway:
            raise Unavailable from None
        except NotPermitted:
            raise NotAllowed("database") from None

    def perform(
        self,
        name: str,
        key: str | None,
        request: Mapping[str, Any],
        do: Callable[[Unit], _Result],
        form: Form[_Result] | None = None,
        *,
        station: str | None = None,
        staff: int | None = None,
    ) -> _Result:
        """Do an act once for its key.

        Args:
            name: the act, as the audit calls it.
            key: names this very act; the same key again gets the same answer. None: the act is safe to repeat.
            request: all that is asked, to tell another request under the same key.
            do: the rules; it raises a `Refusal`, or answers. What it wrote before a refusal is kept.
            form: how the answer is stored; needed with a key.
            station: who asks, when it is not this station.
            staff: the staff member who acts.

        Raises:
            Refusal: as `do` decides; `KeyReused`; `Unavailable` when the database is away or busy; `NotAllowed` when
                this station's login may not do it, whoever asks.
        """
        digest = _digest(name, request)

        def act(connection: Any, now: int) -> _Done[_Result]:
            unit = Unit(connection, now, station or self.station, staff, outbox=self._outbox)
            if key is not None and form is not None and (stored := answers.find(connection, key)) is not None:
                if stored[0] != digest:
                    _audit(unit, name, KeyReused.error)
                    return _Done(KeyReused())
                return _replay(unit, json.loads(stored[1]), form)
            try:
                result = do(unit)
            except Refusal as refusal:
                if key is not None and not refusal.stored and answers.find(connection, key) is not None:
                    raise answers.KeyBusy from None  # a rival did this very act while this one waited for its rows
                _audit(unit, name, refusal.error)
                if key is not None and refusal.stored:
                    answers.keep(connection, key, digest, refusal_as_json(refusal), now)
                return _Done(refusal, tuple(unit.letters))
            _audit(unit, name, unit.outcome)
            if key is not None and form is not None:
                text = json.dumps(form.store(result), ensure_ascii=False, separators=(",", ":"))
                answers.keep(connection, key, digest, text, now)
            return _Done(result, tuple(unit.letters), _about(unit) if unit.repeated else None)

        while True:
            try:
                done = self.database.write(act)
                break
            except (answers.KeyBusy, BookingHasTicket):
                continue  # a rival was first, with this key or for this booking: what it did is found now
            except DatabaseAway:
                raise Unavailable from None
            except NotPermitted:
                raise NotAllowed("database") from None
        if done.told_again is not None:
            self._outbox.deliver_left(done.told_again)
        if done.letters:
            self._outbox.deliver_now(done.letters)
            self.wake()
        if isinstance(done.result, Refusal):
            raise done.result
        return done.result


def _replay(unit: Unit, stored: dict[str, Any], form: Form[_Result]) -> _Done[_Result]:
    if "error" in stored:
        return _Done(refusal_from_json(stored))
    return _Done(form.read(unit, stored), told_again=_about(unit))


def _about(unit: Unit) -> About:
    return About(unit.booking, unit.application)


def _audit(unit: Unit, name: str, outcome: str) -> None:
    audit.write(
        unit.connection,
        unit.now,
        unit.station,
        name,
        outcome,
        booking=unit.booking,
        staff=unit.staff,
        detail=unit.detail,
        application=unit.application,
        ticket=unit.ticket,
    )


def _digest(name: str, request: Mapping[str, Any]) -> str:
    text = json.dumps([name, request], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def usable_key(key: object) -> bool:
    """Whether something can be an idempotency key: a text of 1 to 200 printable signs."""
    return isinstance(key, str) and 0 < len(key) <= _KEY_SIGNS and key.isprintable()
