"""The registry in the company's own system, asked over HTTP before each transaction.

What happens here is written down in the act's own transaction and told afterwards (`kiosk.water.registry_carrier`);
until the company's system counts it, it is added to what that system answered.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from db import changes
from db import registry_calls as rows
from db.engine import DatabaseAway
from db.registry_calls import CallRow
from kiosk.acts import Acts, Unit
from kiosk.clock import HOUR, Instant, baku_day, to_datetime
from kiosk.errors import RegistryAway, Unavailable, UnknownSubscriber
from kiosk.settings import Settings
from kiosk.water.facts import ServiceState, Subscriber, SubscriberLine
from kiosk.water.money import to_manat
from kiosk.water.registry import Account, Asked, Figures, NewSubscriber, read_code
from kiosk.water.registry_link import RegistryLink
from kiosk.web_call import NotReached

_LATELY: Final = HOUR
"""For so long after it was told, a payment that is not among the counted receipts is still added here."""
_log = logging.getLogger(__name__)


class HttpRegistry:
    """Subscribers and figures of the company's system; a `Registry`.

    Args:
        acts: where what is to be told is written down.
        settings: the system's address, and the format of a subscriber code.
    """

    def __init__(self, acts: Acts, settings: Settings) -> None:
        self._acts = acts
        self._settings = settings
        self._link = RegistryLink(settings)

    def ask(self, code: str) -> Asked:
        """Ask for a subscriber, outside of any transaction.

        Raises:
            RegistryAway: the company's system did not answer, or with something unusable.
            Unavailable: the database is away.
        """
        try:
            at = self._acts.database.now()
        except DatabaseAway:
            raise Unavailable from None
        try:
            return Asked(code, at, self._link.account(code))
        except NotReached as error:
            raise _away(error) from None

    def subscriber(self, connection: Any, asked: Asked) -> Subscriber | None:
        """The subscriber, with the state of the service that was set here and is not told yet."""
        if asked.account is None:
            return None
        subscriber = asked.account.subscriber
        for call in self._lately(connection, asked):
            if call.kind == "service_state" and (call.done_at is None or call.done_at > asked.at):
                subscriber = replace(subscriber, service_state=json.loads(call.facts)["state"])
        return subscriber

    def debt(self, connection: Any, asked: Asked) -> int:
        """What the company's system says, less the payments here that it does not count yet, in qəpik."""
        if asked.account is None:
            return 0
        uncounted = self._uncounted(connection, asked, asked.account)
        return asked.account.debt - sum(amount for _, amount in uncounted)

    def months(self, connection: Any, asked: Asked, first: str, last: str) -> Mapping[str, Figures]:
        """The figures of the months from `first` to `last`, with the payments that are not counted there yet."""
        if asked.account is None:
            return {}
        found = {month: figures for month, figures in asked.account.months.items() if first <= month <= last}
        for month, amount in self._uncounted(connection, asked, asked.account):
            if first <= month <= last:
                known = found.get(month, Figures(None, None, 0))
                found[month] = replace(known, paid=known.paid + amount)
        return found

    def search(self, typed: str, most: int = 30) -> tuple[SubscriberLine, ...]:
        """Subscribers that the company's system finds.

        Raises:
            RegistryAway: it did not answer.
        """
        if not typed.strip():
            return ()
        try:
            return self._link.search(typed.strip()[:200], most)
        except NotReached as error:
            raise _away(error) from None

    def one(self, code: str) -> Subscriber:
        """The subscriber of a code.

        Raises:
            UnknownSubscriber, RegistryAway, Unavailable: as for every `Registry`.
        """
        asked = self.ask(code)
        with self._acts.reading() as (connection, _):
            found = self.subscriber(connection, asked)
        if found is None:
            raise UnknownSubscriber
        return found

    def change_service(self, unit: Unit, code: str, state: ServiceState, reference: str) -> None:
        """Write down that the service is suspended or restored."""
        self._write(unit, "service_state", reference, code, {"state": state, "application": reference})

    def add(self, unit: Unit, new: NewSubscriber, reference: str) -> str | None:
        """Write down the new subscriber; the code that staff gave, or None: the company's system gives it.

        Raises:
            BadRequest: the given code has another format.
        """
        code = read_code(new.code, self._settings.water.code_digits, "new_code") if new.code else ""
        facts = {
            "category": new.category,
            "fin": new.fin,
            "given_name": new.given_name,
            "surname": new.surname,
            "patronymic": new.patronymic,
            "address": new.address,
            "persons": new.persons,
            "water": new.water,
            "waste_water": new.waste_water,
            "meter": new.meter,
            "application": reference,
            **({"code": code} if code else {}),
        }
        self._write(unit, "new_subscriber", reference, code, facts)
        return code or None

    def note_payment(self, unit: Unit, code: str, amount: int, receipt: str, paid_at: Instant) -> None:
        """Write down a payment for the company's system."""
        facts = {
            "subscriber": code,
            "amount": str(to_manat(amount)),
            "receipt": receipt,
            "paid_at": to_datetime(paid_at).isoformat(timespec="milliseconds"),
            "qapik": amount,
            "month": baku_day(paid_at).isoformat()[:7],
        }
        self._write(unit, "payment", receipt, code, facts)

    def _write(self, unit: Unit, kind: str, reference: str, code: str, facts: dict[str, Any]) -> None:
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        rows.enqueue(unit.connection, f"{kind} {reference}", kind, code, text, unit.now)
        changes.announce(unit.connection)

    def _lately(self, connection: Any, asked: Asked) -> list[CallRow]:
        return rows.lately(connection, asked.code, asked.at - _LATELY)

    def _uncounted(self, connection: Any, asked: Asked, account: Account) -> list[tuple[str, int]]:
        """Month and qəpik of each payment here that the answer did not count."""
        found = []
        for call in self._lately(connection, asked):
            if call.kind == "payment":
                facts = json.loads(call.facts)
                if facts["receipt"] not in account.receipts:
                    found.append((facts["month"], int(facts["qapik"])))
        return found


def _away(error: NotReached) -> RegistryAway:
    _log.warning("the registry did not answer: %s", error)
    return RegistryAway()
