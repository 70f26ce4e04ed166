"""What the water room answers: subscribers, statements, applications, work orders, payments, documents.

Money is `Decimal` in manat with two places, consumption `Decimal` in m³ with three. A month is a text "2026-10". No
repr shows a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, get_args

from kiosk.names import Language, Names

Category = Literal["population", "non_population"]
Meter = Literal["none", "mechanical", "smart_card"]
"""none: sayğacsız, charged by persons."""
ServiceState = Literal["active", "suspended"]
HouseType = Literal["apartment_block", "yard_house"]
DistrictGroup = Literal["baku", "city", "rayon"]
"""A rayon of Bakı, a city under the republic, another rayon."""
PlaceKind = Literal["street", "settlement", "village"]
Kind = Literal["new_consumer", "suspension", "restoration"]
Source = Literal["kiosk", "counter", "batch"]
ApplicationState = Literal["awaiting_payment", "registered", "in_work", "asked_back", "completed", "refused", "dropped"]
"""awaiting_payment: held by a debt, without a number yet; dropped: such a one that another replaced or that ran out."""
WorkState = Literal["open", "taken", "asked_back", "carried_out", "closed", "refused"]
WorkAction = Literal["take", "ask_back", "resume", "carry_out", "refuse", "close"]
DocumentRole = Literal["ownership_document", "residents_certificate", "other"]
MediaType = Literal["application/pdf", "image/jpeg", "image/png"]
PaymentMethod = Literal["terminal", "qr", "cash", "batch", "import"]
Shown = Literal["nothing", "figures", "all"]
"""What of a subscriber somebody may see; figures: nothing that tells who or where."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WORK_ACTIONS: Final[tuple[WorkAction, ...]] = get_args(WorkAction)
ROLES: Final[tuple[DocumentRole, ...]] = get_args(DocumentRole)
OPEN_STATES: Final[tuple[ApplicationState, ...]] = ("registered", "in_work", "asked_back")
"""In which there is work to be done."""


@dataclass(frozen=True, slots=True)
class District:
    """A district or a city under the republic; its name is the same in every language."""

    id: str
    group: DistrictGroup
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A street, settlement or village of a district."""

    id: int
    district: str
    kind: PlaceKind
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody wants the service suspended or restored; which of the two it belongs to."""

    id: str
    kind: Kind
    name: Names


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber as the registry has them. `address` is one line, as on a bill."""

    code: str
    category: Category
    fin: str = field(repr=False)
    given_name: str = field(repr=False)
    surname: str = field(repr=False)
    patronymic: str = field(repr=False)
    address: str = field(repr=False)
    persons: int
    water: bool
    waste_water: bool
    meter: Meter
    service_state: ServiceState
    closed: bool
    """The account is closed: nothing can be asked for any more."""

    @property
    def name(self) -> str:
        """Surname, given name and patronymic, as the certificate has them."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """One hit of the search at the company's desk."""

    code: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    service_state: ServiceState
    closed: bool


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of a statement (W8). A month without an invoice has None twice, not zeros."""

    month: str
    consumption: Decimal | None
    invoiced: Decimal | None
    paid: Decimal
    """What was paid in that month (Asia/Baku), whatever for."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The last twelve months of a subscriber (W8), the oldest first."""

    subscriber: Subscriber
    shown: Shown
    months: tuple[MonthLine, ...]
    report_month: str
    """The last of the twelve."""
    debt: Decimal
    """Negative: a credit."""
    as_of: datetime

    @property
    def consumption(self) -> Decimal:
        """The sum of the twelve months, in m³."""
        return sum((line.consumption for line in self.months if line.consumption is not None), Decimal("0.000"))

    @property
    def invoiced(self) -> Decimal:
        """The sum of the twelve months, in manat."""
        return sum((line.invoiced for line in self.months if line.invoiced is not None), Decimal("0.00"))

    @property
    def paid(self) -> Decimal:
        """The sum of the twelve months, in manat."""
        return sum((line.paid for line in self.months), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Certificate:
    """An issued electronic certificate (arayış): its number, when, and the PDF."""

    number: str
    issued_at: datetime
    pages: int
    pdf: bytes = field(repr=False)
    digest: str = ""
    """SHA-256 of the PDF, hexadecimal."""
    check_code: str = field(default="", repr=False)
    """Stands in its QR beside the number, so that numbers cannot be tried out."""


@dataclass(frozen=True, slots=True)
class Document:
    """A checked and stored document; `digest` is the SHA-256 of its unchanged bytes, hexadecimal."""

    digest: str
    media_type: MediaType
    size: int
    """In bytes."""
    pages: int


@dataclass(frozen=True, slots=True)
class Registered:
    """An application that was registered (W3)."""

    number: str
    kind: Kind
    state: ApplicationState


@dataclass(frozen=True, slots=True)
class AwaitingPayment:
    """An application that a debt holds (W6): it goes on by itself when the payment has come."""

    application: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ApplicationStep:
    """What happened to an application, and what was said with it."""

    at: datetime
    state: ApplicationState
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Application:
    """An application with all that stands in it (W4)."""

    id: int
    number: str
    kind: Kind
    state: ApplicationState
    source: Source
    created_at: datetime
    changed_at: datetime
    fin: str = field(repr=False)
    given_name: str = field(repr=False)
    surname: str = field(repr=False)
    patronymic: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    fields: dict[str, str] = field(repr=False)
    """The rest of the form by field name; empty ones are left out. `address` is the place in one line."""
    documents: tuple[tuple[DocumentRole, Document], ...] = ()
    steps: tuple[ApplicationStep, ...] = ()
    answer: str = field(default="", repr=False)
    language: Language = "az"


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """The company's order to work an application off (W7); it carries the application's number."""

    number: str
    kind: Kind
    state: WorkState
    opened_at: datetime
    due_on: date
    taken_by: str | None
    """The display name of the staff member."""
    subscriber: str | None
    applicant: str = field(repr=False)
    overdue: bool


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment that was asked for and may come. `reference` stands in the QR and on the terminal's receipt."""

    reference: str
    subscriber: str
    amount: Decimal
    method: PaymentMethod
    state: Literal["open", "paid", "ended"]
    """ended: nothing was taken. Where that is not sure it is open, after `ends_at` too."""
    ends_at: datetime
    application: Registered | None = None
    """What went on when it was paid."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that counts."""

    subscriber: str
    amount: Decimal
    receipt: str
    method: PaymentMethod
    debt: Decimal
    """What is left after it; negative: a credit."""
    registered: tuple[Registered, ...] = ()
    """Applications that it let go on (W6)."""


@dataclass(frozen=True, slots=True)
class TerminalOutcome:
    """What became of a payment at the terminal.

    unknown: the terminal does not answer, or what it took could not be counted yet. It is asked again later, and money
    that was taken then counts by itself: the person must not pay again.
    """

    state: Literal["paid", "declined", "cancelled", "unknown"]
    payment: Payment | None = None
    why: str = ""
    """Of a declined one: funds, card, pin, limit, host or other."""
