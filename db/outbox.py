"""The outbox: letters and short messages written in the transaction of the change they tell of, and who carries them.

A letter is carried by whoever leased it: `leased_by` names one running process (never a station, which may run two),
and a lease that has run out counts as none. Every statement about a letter under way is conditional on the lease, so
a process that was away too long can neither mark nor put off what another has taken over.

Each channel, mail and sms, has its own way out and is claimed by itself: one that is away never holds up the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, case, delete, false, func, insert, or_, select, update

from db.presented import is_kiosk
from db.schema import outbox

Channel = Literal["mail", "sms"]

_WAITING = and_(outbox.c.sent_at.is_(None), outbox.c.gave_up_at.is_(None))
_CARRIED = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.language,
    outbox.c.recipient,
    outbox.c.facts,
    outbox.c.created_at,
    outbox.c.attempts,
    outbox.c.message_id,
    outbox.c.channel,
)


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to put into the outbox. Instants in milliseconds of UTC; `facts` is JSON text.

    `leased_by` and `leased_until` are set when the process that writes the row delivers it at once itself.
    """

    booking: int | None
    kind: str
    language: str
    recipient: str
    facts: str
    message_id: str
    leased_by: str | None = None
    leased_until: int | None = None
    application: int | None = None
    channel: Channel = "mail"

    def __repr__(self) -> str:
        return f"NewLetter({self.kind!r}, …)"


@dataclass(frozen=True, slots=True)
class LeasedLetter:
    """A letter this process may deliver now. `attempts` counts this one too."""

    id: int
    kind: str
    language: str
    recipient: str
    facts: str
    created_at: int
    attempts: int
    message_id: str
    channel: str

    def __repr__(self) -> str:
        return f"LeasedLetter({self.id}, {self.kind!r}, …)"


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What `doctor` says of the outbox. No personal data."""

    waiting: int
    failing: int
    """Of those waiting, how many were tried at least once without success."""
    gave_up: int
    oldest_at: int | None
    """When the oldest waiting letter was written, in milliseconds of UTC."""
    last_error: str | None
    """Why the letter that was tried or given up last could not be delivered."""


@dataclass(frozen=True, slots=True)
class About:
    """What letters are about: a booking or an application, by row id."""

    booking: int | None = None
    application: int | None = None

    def rows(self) -> ColumnElement[bool]:
        """The outbox rows about it; none about nothing."""
        named = ((outbox.c.booking, self.booking), (outbox.c.application, self.application))
        return or_(false(), *(column == value for column, value in named if value is not None))


def enqueue(connection: Connection, letter: NewLetter, now: int) -> int:
    """Write a letter, due at once, in the caller's transaction. Answers the row's id."""
    row = connection.execute(
        insert(outbox)
        .values(
            booking=letter.booking,
            kind=letter.kind,
            language=letter.language,
            recipient=letter.recipient,
            recipient_digest=_digest(letter.recipient),
            facts=letter.facts,
            message_id=letter.message_id,
            created_at=now,
            due_at=now,
            leased_by=letter.leased_by,
            leased_until=letter.leased_until,
            attempts=0 if letter.leased_by is None else 1,
            application=letter.application,
            channel=letter.channel,
        )
        .returning(outbox.c.id)
    ).one()
    return int(row.id)


def is_any_due(connection: Connection, now: int, channel: Channel = "mail") -> bool:
    """Whether there is a letter to claim; reads only, so that an idle station writes nothing."""
    return connection.execute(select(outbox.c.id).where(_claimable(now, channel)).limit(1)).first() is not None


def claim(connection: Connection, worker: str, now: int, lease: int, channel: Channel = "mail") -> LeasedLetter | None:
    """Lease the letter of a channel that is due longest for `lease` milliseconds, or None when none is due.

    The outer condition is checked again on the row itself: of two that chose the same one, one gets it.
    """
    chosen = (
        select(outbox.c.id)
        .where(_claimable(now, channel))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer at a time anyway
    )
    claimed = connection.execute(
        update(outbox)
        .where(outbox.c.id == chosen.scalar_subquery(), _claimable(now, channel))
        .values(leased_by=worker, leased_until=now + lease, attempts=outbox.c.attempts + 1)
        .returning(*_CARRIED)
    )
    row = claimed.mappings().first()
    return None if row is None else LeasedLetter(**row)


def is_any_waiting_about(connection: Connection, channels: Sequence[Channel], about: About) -> bool:
    """Whether a letter of these channels about something waits, whoever has leased it; reads only."""
    waiting = select(outbox.c.id).where(about.rows(), outbox.c.channel.in_(channels), _WAITING)
    return connection.execute(waiting).first() is not None


def take_over(
    connection: Connection, worker: str, now: int, lease: int, channels: Sequence[Channel], about: About
) -> tuple[LeasedLetter, ...]:
    """Lease every waiting letter about something, those that another leased among them, in the order of writing."""
    taken = connection.execute(
        update(outbox)
        .where(about.rows(), outbox.c.channel.in_(channels), _WAITING)
        .values(leased_by=worker, leased_until=now + lease, attempts=outbox.c.attempts + 1)
        .returning(*_CARRIED)
    )
    return tuple(sorted((LeasedLetter(**row) for row in taken.mappings()), key=lambda letter: letter.id))


def leased(connection: Connection, worker: str, now: int, ids: Sequence[int]) -> tuple[LeasedLetter, ...]:
    """Those of `ids` that were leased by `worker` at insert and still are, in their order."""
    found = connection.execute(
        select(*_CARRIED)
        .where(outbox.c.id.in_(ids), _held_by(worker), outbox.c.leased_until > now)
        .order_by(outbox.c.id)
    )
    return tuple(LeasedLetter(**row) for row in found.mappings())


def mark_sent(connection: Connection, letter: int, worker: str, now: int) -> bool:
    """The letter was handed over. Its address and facts are wiped: they have done their work (K6).

    Answers whether it was still this worker's to mark.
    """
    return _settle(connection, letter, worker, sent_at=now, recipient="", facts="{}", last_error=None)


def put_off(connection: Connection, letter: int, worker: str, due_at: int, error: str) -> bool:
    """The letter could not be delivered now and is due again at `due_at`; `error` holds no personal data."""
    return _settle(connection, letter, worker, due_at=due_at, last_error=error)


def give_up(connection: Connection, letter: int, worker: str, now: int, error: str | None) -> bool:
    """The letter will not be tried again. Address and facts are wiped; `error` holds no personal data.

    Without an error it was simply no longer true, which is nobody's fault.
    """
    return _settle(connection, letter, worker, gave_up_at=now, recipient="", facts="{}", last_error=error)


def withdraw(connection: Connection, booking: int, kind: str, now: int) -> int:
    """End the waiting letters of one kind of a booking, in the transaction that made them untrue (a corrected address).

    One that is being delivered at this moment cannot be called back. Answers how many ended.
    """
    statement = (
        update(outbox)
        .where(outbox.c.booking == booking, outbox.c.kind == kind, _claimable_ever(now))
        .values(gave_up_at=now, recipient="", facts="{}", last_error=None, leased_by=None, leased_until=None)
    )
    return connection.execute(statement).rowcount


def count(connection: Connection, booking: int, kind: str) -> int:
    """How many letters of a kind were written for a booking (row id), whatever became of them."""
    written = select(func.count()).select_from(outbox).where(outbox.c.booking == booking, outbox.c.kind == kind)
    return int(connection.execute(written).scalar_one())


def sent_to(connection: Connection, recipient: str, kind: str, since: int) -> tuple[int, ...]:
    """When letters of a kind were written to an address after an instant, sent ones too, the oldest first."""
    if is_kiosk(connection):
        letters = select(func.asan.letters_to(_digest(recipient), kind, since))
        return tuple(connection.execute(letters).scalars())
    of_them = (outbox.c.recipient_digest == _digest(recipient), outbox.c.kind == kind, outbox.c.created_at > since)
    return tuple(
        connection.execute(select(outbox.c.created_at).where(*of_them).order_by(outbox.c.created_at)).scalars()
    )


def state(connection: Connection, channel: Channel = "mail") -> OutboxState:
    """How a channel of the outbox stands. A withdrawn or outdated letter has no error and counts nowhere."""
    tried = outbox.c.last_error.is_not(None)
    waiting, failing, gave_up, oldest = connection.execute(
        select(
            func.count(case((_WAITING, 1))),
            func.count(case((and_(_WAITING, tried), 1))),
            func.count(case((and_(outbox.c.gave_up_at.is_not(None), tried), 1))),
            func.min(case((_WAITING, outbox.c.created_at))),
        ).where(outbox.c.sent_at.is_(None), outbox.c.channel == channel)
    ).one()
    last_error = connection.execute(
        select(outbox.c.last_error)
        .where(outbox.c.sent_at.is_(None), outbox.c.channel == channel, tried)
        .order_by(func.coalesce(outbox.c.gave_up_at, outbox.c.due_at).desc(), outbox.c.id.desc())
        .limit(1)
    ).scalar()
    return OutboxState(waiting, failing, gave_up, oldest, last_error)


def purge(connection: Connection, before: int) -> int:
    """Delete the letters written before an instant (ms UTC), those too that nobody carried; how many there were."""
    return connection.execute(delete(outbox).where(outbox.c.created_at < before)).rowcount


def _digest(recipient: str) -> str:
    """What is left of an address to count by, until the row is purged."""
    return sha256(recipient.encode(errors="surrogatepass")).hexdigest()


def _claimable_ever(now: int) -> ColumnElement[bool]:
    return and_(_WAITING, or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now))


def _claimable(now: int, channel: Channel) -> ColumnElement[bool]:
    return and_(_claimable_ever(now), outbox.c.due_at <= now, outbox.c.channel == channel)


def _held_by(worker: str) -> ColumnElement[bool]:
    return and_(_WAITING, outbox.c.leased_by == worker)


def _settle(connection: Connection, letter: int, worker: str, **values: object) -> bool:
    statement = (
        update(outbox)
        .where(outbox.c.id == letter, _held_by(worker))
        .values(leased_by=None, leased_until=None, **values)
    )
    return connection.execute(statement).rowcount == 1
