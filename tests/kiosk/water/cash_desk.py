"""A trial with subscribers, debts, a held application and every way to pay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from hardware.payment_terminal.port import PaymentTerminal
from hardware.payment_terminal.simulated import SimulatedTerminal
from kiosk.station import Station
from kiosk.water.applications import Applications
from kiosk.water.facts import AwaitingPayment
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.payment_notice import sign
from kiosk.water.payments import Payments
from kiosk.water.terminal_payments import TerminalPayments
from tests.stations import PERSON, Trial, new_key

CODE, OTHER = "1204587", "1204588"
KEY: Final = b"0123456789abcdef0123456789abcdef"
QR: Final[Mapping[str, Any]] = {"qr_scheme": "AZ.EXAMPLE", "qr_merchant": "00012345"}
FORM: Final = {**PERSON, "reason": "suspension-renovation", "explanation": "", "notes": ""}


def payments_of(station: Station, terminal: PaymentTerminal | None = None, notice_key: bytes | None = KEY) -> Payments:
    """The payments of a station with the registry of its own database; lost answers are asked for without pauses."""
    registry = OwnRegistry(station.acts, station.settings)
    payments = Payments(station.acts, station.settings, registry, terminal, notice_key)
    if terminal is not None:
        payments._at_terminal = TerminalPayments(station.acts, terminal, payments, pauses=(0.0, 0.0))
    return payments


def terminal_in(folder: Path, fault: str = "") -> SimulatedTerminal:
    """A terminal at which nobody takes their time."""
    return SimulatedTerminal(folder / "terminal", seconds=0, limit_seconds=0, fault=fault)


def add_subscriber(trial: Trial, debt: int, code: str = CODE) -> None:
    """A subscriber of the population with an opening balance, in qəpik."""
    row = {
        "code": code, "category": "population", "fin": "5AB1C2D", "given_name": "Aygün", "surname": "Nümunəyeva",
        "patronymic": "Misal qızı", "address": "Bakı, Misal küç. 1", "persons": 4, "water": 1, "waste_water": 1,
        "meter": "none", "service_state": "active", "closed": 0, "opening_balance": debt, "words": "",
    }  # fmt: skip
    insert(trial, "subscribers", row)


def add_held(trial: Trial, code: str = CODE) -> int:
    """An application that the subscriber's debt holds; its row id."""
    station = trial.station
    applications = Applications(station.acts, OwnRegistry(station.acts, station.settings), station.settings)
    typed = FORM | {"subscriber": code}
    held = applications.apply(new_key(), "suspension", typed, [], source="kiosk", language="az", wait_for_payment=True)
    assert isinstance(held, AwaitingPayment)
    return held.application


def insert(trial: Trial, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row behind the rules' back."""
    names = ", ".join(row)
    trial.change(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})", **row)  # noqa: S608


def counted(trial: Trial, code: str = CODE) -> int:
    """The sum of the payments that count, in qəpik."""
    return int(
        trial.query("SELECT coalesce(sum(amount), 0) AS paid FROM payments WHERE subscriber = :c", c=code)[0]["paid"]
    )


def audited(trial: Trial, act: str) -> list[str]:
    """The outcomes of an act, in turn."""
    return [row["outcome"] for row in trial.query("SELECT outcome FROM audit WHERE act = :act ORDER BY id", act=act)]


def notice_of(**values: Any) -> tuple[bytes, str]:
    """A payment service's notice and its signature."""
    told = {"subscriber": CODE, "amount": "3.40", "receipt": "BANK-1", "at": "2026-11-20T09:00:00+04:00"} | values
    body = json.dumps({name: value for name, value in told.items() if value is not None}).encode()
    return body, sign(body, KEY)


def manat(written: str) -> Decimal:
    """An amount in manat."""
    return Decimal(written)
