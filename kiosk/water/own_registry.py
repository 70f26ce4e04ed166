"""The registry in our own database: nothing has to be asked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from db import changes, invoices
from db import subscribers as rows
from db.subscribers import SubscriberRow
from kiosk.acts import Acts, Unit
from kiosk.clock import Instant
from kiosk.errors import BadRequest, UnknownSubscriber
from kiosk.settings import Settings
from kiosk.water.facts import Category, Meter, ServiceState, Subscriber, SubscriberLine
from kiosk.water.registry import Asked, Figures, NewSubscriber, code_bounds, read_code
from kiosk.water.subscriber_words import beginnings, bits, entries, typed_words, words_of


class OwnRegistry:
    """Subscribers, invoices and payments of our own tables; a `Registry`.

    Args:
        acts: its database.
        settings: the format of a subscriber code.
    """

    def __init__(self, acts: Acts, settings: Settings) -> None:
        self._acts = acts
        self._settings = settings

    def ask(self, code: str) -> Asked:
        """Nothing is asked: everything is in our own tables."""
        return Asked(code)

    def subscriber(self, connection: Any, asked: Asked) -> Subscriber | None:
        """The subscriber, or None when there is no such code."""
        row = rows.by_code(connection, asked.code)
        return None if row is None else _subscriber(row)

    def debt(self, connection: Any, asked: Asked) -> int:
        """The opening balance and all invoices less all payments, in qəpik."""
        return invoices.balance(connection, asked.code)

    def months(self, connection: Any, asked: Asked, first: str, last: str) -> Mapping[str, Figures]:
        """The figures of the months from `first` to `last` in which there was an invoice or a payment."""
        billed = {row.month: row for row in invoices.of_months(connection, asked.code, first, last)}
        paid = invoices.paid_by_month(connection, asked.code, first, last)
        found = {}
        for month in billed.keys() | paid.keys():
            row = billed.get(month)
            found[month] = Figures(row and row.consumption, row and row.amount, paid.get(month, 0))
        return found

    def search(self, typed: str, most: int = 30) -> tuple[SubscriberLine, ...]:
        """Subscribers who have a word for each of those typed, by the word that is the rarest and then by code.

        Raises:
            Unavailable: the database is away.
        """
        words = typed_words(typed)
        if not words:
            return ()
        with self._acts.reading() as (connection, _):
            found = [_subscriber(row) for row in rows.search(connection, words, beginnings(words), bits(words), most)]
        return tuple(SubscriberLine(one.code, one.name, one.address, one.service_state, one.closed) for one in found)

    def one(self, code: str) -> Subscriber:
        """The subscriber of a code.

        Raises:
            UnknownSubscriber: there is none.
            Unavailable: the database is away.
        """
        with self._acts.reading() as (connection, _):
            found = self.subscriber(connection, Asked(code))
        if found is None:
            raise UnknownSubscriber
        return found

    def change_service(self, unit: Unit, code: str, state: ServiceState, reference: str) -> None:
        """Suspend or restore the service.

        Raises:
            UnknownSubscriber: there is no such code.
        """
        if not rows.change_service(unit.connection, code, state):
            raise UnknownSubscriber
        changes.announce(unit.connection)

    def add(self, unit: Unit, new: NewSubscriber, reference: str) -> str | None:
        """Make a subscriber; answers the code, the one after the highest where none was given.

        Raises:
            BadRequest: the given code has another format, or is somebody else's ("format", "taken").
        """
        digits = self._settings.water.code_digits
        code = read_code(new.code, digits, "new_code") if new.code else self._next_code(unit.connection)
        row = SubscriberRow(
            code=code,
            category=new.category,
            fin=new.fin,
            given_name=new.given_name,
            surname=new.surname,
            patronymic=new.patronymic,
            address=new.address,
            persons=new.persons,
            water=int(new.water),
            waste_water=int(new.waste_water),
            meter=new.meter,
            service_state="active",
            closed=0,
            opening_balance=0,
            words=words_of((code, new.fin, new.surname, new.given_name, new.patronymic, new.address)),
        )
        if not rows.add(unit.connection, row, entries(code, row.words)):
            raise BadRequest("new_code", "taken")
        changes.announce(unit.connection)
        return code

    def _next_code(self, connection: Any) -> str:
        rows.lock_codes(connection)
        highest = rows.highest_code(connection)
        low, _ = code_bounds(self._settings.water.code_digits)
        return str(int(highest) + 1).zfill(len(highest)) if highest is not None else "1".zfill(low)

    def note_payment(self, unit: Unit, code: str, amount: int, receipt: str, paid_at: Instant) -> None:
        """Nobody has to be told: the balance is the sum of our own rows."""


def _subscriber(row: SubscriberRow) -> Subscriber:
    return Subscriber(
        code=row.code,
        category=cast(Category, row.category),
        fin=row.fin,
        given_name=row.given_name,
        surname=row.surname,
        patronymic=row.patronymic,
        address=row.address,
        persons=row.persons,
        water=bool(row.water),
        waste_water=bool(row.waste_water),
        meter=cast(Meter, row.meter),
        service_state=cast(ServiceState, row.service_state),
        closed=bool(row.closed),
    )
