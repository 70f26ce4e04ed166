"""The registry's port: subscribers, what they were billed and what they paid, ours or the company's system.

What has to be asked elsewhere is asked before a transaction begins (`ask`); inside it every method works with what was
answered then and with our own tables, so that no transaction waits for another machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from kiosk.acts import Unit
from kiosk.clock import Instant
from kiosk.errors import BadRequest
from kiosk.water.facts import Category, Meter, ServiceState, Subscriber, SubscriberLine

_PASSED_OVER: Final = frozenset("-‐‑–— .\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
"""What people put between the groups of a long number."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the registry knows of one month: litres, and qəpik. None: there is no invoice for it."""

    consumption: int | None
    invoiced: int | None
    paid: int


@dataclass(frozen=True, slots=True)
class Account:
    """A subscriber as another system answered, with what it counted (qəpik)."""

    subscriber: Subscriber = field(repr=False)
    debt: int
    months: Mapping[str, Figures] = field(repr=False)
    receipts: frozenset[str] = field(repr=False)
    """The receipts of payments of ours that `debt` and `months` count already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A subscriber code, and what another system answered to it at `at`; our own registry is asked nothing."""

    code: str
    at: Instant = 0
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    """Somebody who becomes a subscriber (W7)."""

    fin: str = field(repr=False)
    given_name: str = field(repr=False)
    surname: str = field(repr=False)
    patronymic: str = field(repr=False)
    address: str = field(repr=False)
    code: str = ""
    """The code that the company gave; empty: the registry gives the next one."""
    category: Category = "population"
    persons: int = 1
    water: bool = True
    waste_water: bool = True
    meter: Meter = "none"


class Registry(Protocol):
    """Subscribers, invoices and balances.

    A `connection` is that of the reading or the unit of work in which the answer is used. Amounts are whole qəpik,
    a debt is negative for a credit; months are "2026-10".
    """

    def ask(self, code: str) -> Asked:
        """Ask for a subscriber, outside of any transaction.

        Raises:
            RegistryAway: the company's system did not answer.
        """

    def subscriber(self, connection: Any, asked: Asked) -> Subscriber | None:
        """The subscriber, or None when there is no such code."""

    def debt(self, connection: Any, asked: Asked) -> int:
        """What the subscriber owes now; 0 for an unknown code."""

    def months(self, connection: Any, asked: Asked, first: str, last: str) -> Mapping[str, Figures]:
        """The figures of the months from `first` to `last`; one of which nothing is known is left out."""

    def search(self, typed: str, most: int = 30) -> tuple[SubscriberLine, ...]:
        """Subscribers whose name, address, code and FİN have a word for each of `typed`; for the desk alone.

        Raises:
            RegistryAway: the company's system did not answer.
            Unavailable: the database is away.
        """

    def one(self, code: str) -> Subscriber:
        """The subscriber of a code.

        Raises:
            UnknownSubscriber: there is none.
            RegistryAway: the company's system did not answer.
            Unavailable: the database is away.
        """

    def change_service(self, unit: Unit, code: str, state: ServiceState, reference: str) -> None:
        """Suspend or restore the service, in the unit's transaction.

        Args:
            unit: the act.
            code: whose service.
            state: what it becomes.
            reference: the application's number; the same change with the same reference is made once.

        Raises:
            UnknownSubscriber: our own registry has no such code.
        """

    def add(self, unit: Unit, new: NewSubscriber, reference: str) -> str | None:
        """Make a subscriber, in the unit's transaction; the code, or None when the company's system will give it.

        Args:
            unit: the act.
            new: who, and where.
            reference: the application's number; the same reference makes one subscriber.

        Raises:
            BadRequest: `new_code` has another format, or is somebody else's ("format", "taken").
        """

    def note_payment(self, unit: Unit, code: str, amount: int, receipt: str, paid_at: Instant) -> None:
        """Tell the company's system of a payment that was written in the unit's transaction.

        Args:
            unit: the act.
            code: whose payment.
            amount: in qəpik.
            receipt: names the payment there and here.
            paid_at: when.
        """


def code_bounds(digits: str) -> tuple[int, int]:
    """How many digits a subscriber code has at least and at most, from the setting `[water] code_digits`."""
    low, _, high = digits.partition("-")
    return int(low), int(high)


def read_code(typed: str, digits: str, field_name: str = "subscriber") -> str:
    """A subscriber code as it was typed, without the spaces and hyphens between its groups.

    Args:
        typed: what was typed.
        digits: the setting `[water] code_digits`.
        field_name: what the refusal names.

    Raises:
        BadRequest: nothing was typed ("empty"), or something that no code looks like ("format").
    """
    code = "".join(sign for sign in typed if sign not in _PASSED_OVER)
    if not code:
        raise BadRequest(field_name, "empty")
    low, high = code_bounds(digits)
    if not (code.isascii() and code.isdigit() and low <= len(code) <= high):
        raise BadRequest(field_name, "format")
    return code
