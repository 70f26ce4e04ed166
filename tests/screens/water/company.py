"""The water company as the citizen's screens see it: it answers at once and as a test says. Everybody is invented."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

from kiosk.errors import Refusal
from kiosk.identity.signed_in import SignedIn
from kiosk.names import Language
from kiosk.water.facts import (
    Certificate,
    MonthLine,
    Payment,
    PaymentMethod,
    PaymentOrder,
    Statement,
    Subscriber,
    TerminalOutcome,
)
from tests.screens.fakes import NOW
from tests.screens.fakes_cards import CardStation

CODE = "1204587"
WHO = SignedIn("card", "5ABC123", "Aygün", "Məmmədova", "Rəşid")
SUBSCRIBER = Subscriber(
    code=CODE,
    category="population",
    fin="5ABC123",
    given_name="Aygün",
    surname="Məmmədova",
    patronymic="Rəşid qızı",
    address="Bakı, Nəsimi r., Füzuli küç. 12, m. 34",
    persons=4,
    water=True,
    waste_water=True,
    meter="mechanical",
    service_state="active",
    closed=False,
)
_USED = (14, 15, 13, 12, 14, 15, 17, 19, 22, 23, None, 16)
_PAID = ("14", "15", "0", "25", "14", "15", "17", "10", "31", "23", "0", "0")


def months(used: tuple[int | None, ...] = _USED, paid: tuple[str, ...] = _PAID) -> tuple[MonthLine, ...]:
    """November 2025 to October 2026, as in the picture: one manat a cubic metre."""
    names = [f"2025-{number:02}" for number in (11, 12)] + [f"2026-{number:02}" for number in range(1, 11)]
    return tuple(
        MonthLine(
            name,
            Decimal(litres).quantize(Decimal("0.001")) if litres is not None else None,
            Decimal(litres).quantize(Decimal("0.01")) if litres is not None else None,
            Decimal(sum_).quantize(Decimal("0.01")),
        )
        for name, litres, sum_ in zip(names, used, paid, strict=True)
    )


STATEMENT = Statement(
    subscriber=SUBSCRIBER,
    shown="all",
    months=months(),
    report_month="2026-10",
    debt=Decimal("16.00"),
    as_of=NOW,
)
FIGURES = replace(
    STATEMENT,
    shown="figures",
    subscriber=replace(SUBSCRIBER, fin="", given_name="", surname="", patronymic="", address=""),
)
"""What a FİN alone sees by default: nothing that tells who or where."""


class _Noted:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.refuse: Refusal | None = None

    def _noted(self, *call: Any) -> None:
        self.calls.append(call)
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal


class FakeStatements(_Noted):
    """Answers each code with the same statement."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = STATEMENT

    def statement(self, who: SignedIn, code: str) -> Statement:
        self._noted("statement", code)
        return self.answer


class FakeCertificates(_Noted):
    """Issues one certificate; what was mailed and printed is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.paper = "ok"
        self.keys: list[str] = []

    def issue(self, key: str, statement: Statement, language: Language) -> Certificate:
        self._noted("issue", statement.subscriber.code, language)
        self.keys.append(key)
        return Certificate("2026-000041", NOW, 2, b"%PDF-1.7 an example", "ab" * 32)

    def mail(self, key: str, certificate: Certificate, email: str, language: Language) -> None:
        self._noted("mail", certificate.number, email, language)

    def print_slip(self, certificate: Certificate, statement: Statement, language: Language) -> str:
        self._noted("print", certificate.number, language)
        return self.paper

    def check_url(self, certificate: Certificate) -> str:
        return self.qr_text(certificate)

    def qr_text(self, certificate: Certificate) -> str:
        return f"https://su.example.az/check?n={certificate.number}&c=K7MP4XRT"


@dataclass
class FakePayments:
    """A terminal, a payment QR and a cash desk."""

    owed: Decimal = Decimal("16.00")
    offered: tuple[PaymentMethod, ...] = ("terminal", "qr")
    takes_cash: bool = True
    ends_at: datetime = NOW + timedelta(minutes=15)
    outcome: TerminalOutcome = field(default_factory=lambda: TerminalOutcome("cancelled"))
    orders: list[PaymentOrder] = field(default_factory=list)
    stops: list[Event] = field(default_factory=list)
    waits: Event | None = None
    """Until it is set the terminal is at work; a stop ends it too."""
    refuse: Refusal | None = None
    keys: list[str] = field(default_factory=list)

    def ways(self) -> tuple[PaymentMethod, ...]:
        return self.offered

    def debt(self, code: str) -> Decimal:
        return self.owed

    def order(
        self, key: str, code: str, amount: Decimal, method: PaymentMethod, application: int | None = None
    ) -> PaymentOrder:
        self.keys.append(key)
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal
        order = PaymentOrder(f"P{len(self.orders) + 1:011}", code, amount, method, "open", self.ends_at)
        self.orders.append(order)
        return order

    def settle(self, state: str) -> None:
        """What became of the last order."""
        self.orders[-1] = replace(self.orders[-1], state=state)  # type: ignore[arg-type]

    def state(self, reference: str) -> PaymentOrder:
        return next(order for order in self.orders if order.reference == reference)

    def paid(self, reference: str) -> Payment | None:
        order = self.state(reference)
        return payment(order.amount, self.owed - order.amount) if order.state == "paid" else None

    def qr(self, order: PaymentOrder) -> str:
        return (
            "00020101021226440016AZ.EXAMPLE.PAY010112345678901234567890520449005303944540516.005802AZ"
            "5924IRI SEHERLERIN BIRLESMIS6004BAKI62150111P000000000016304A1B2"
        )

    def pay_at_terminal(self, reference: str, stop: Event) -> TerminalOutcome:
        self.stops.append(stop)
        while self.waits is not None and not self.waits.wait(0.005):
            if stop.is_set():
                return TerminalOutcome("cancelled")
        return self.outcome


def payment(amount: Decimal, left: Decimal) -> Payment:
    """A payment that counted."""
    return Payment(CODE, amount, "TR-00000417", "terminal", left)


class FakeDocuments:
    """Pages of grey with a dark bar on each."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, int]] = []

    def preview_pdf(self, data: bytes, page: int, columns: int, rows: int) -> Any:
        self.asked.append((page, columns, rows))
        cells = tuple(
            tuple(((250, 250, 250), (40, 40, 40) if row == page else (250, 250, 250)) for _ in range(columns))
            for row in range(rows)
        )
        return FakePreview(cells, 2)


@dataclass(frozen=True)
class FakePreview:
    """What a preview is: pixels for “▀”, and how many pages there are."""

    cells: tuple[tuple[tuple[tuple[int, int, int], tuple[int, int, int]], ...], ...]
    pages: int


@dataclass
class FakeWater:
    """The company's services."""

    statements: FakeStatements = field(default_factory=FakeStatements)
    certificates: FakeCertificates = field(default_factory=FakeCertificates)
    payments: FakePayments = field(default_factory=FakePayments)
    documents: FakeDocuments = field(default_factory=FakeDocuments)


class WaterStation(CardStation):
    """A station with the water company's services."""

    def __init__(self) -> None:
        super().__init__()
        self.water = FakeWater()


def instant(hour: int, minute: int) -> datetime:
    """That time of NOW's day, in UTC."""
    return datetime(NOW.year, NOW.month, NOW.day, hour, minute, tzinfo=UTC)
