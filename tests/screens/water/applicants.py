"""The rooms of the water company that applications need; they answer at once, as a test says. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from kiosk.errors import NotFound, Refusal
from kiosk.identity.signed_in import SignedIn
from kiosk.language import matches
from kiosk.names import Names
from kiosk.water.facts import (
    Application,
    ApplicationStep,
    AwaitingPayment,
    District,
    Document,
    Kind,
    Place,
    Reason,
    Registered,
)
from kiosk.water.uploads import Offer, UploadState
from tests.screens.fakes import NOW, FakeStation

FIN = "5ABC123"
BY_FIN = SignedIn("fin", FIN)
BY_TOKEN = SignedIn("sima_token", FIN, "Aygün", "Məmmədova", "Rəşid qızı")
CODE = "1204587"
NUMBER = "2026-000017"

_BAKU = (
    "Binəqədi", "Xətai", "Xəzər", "Qaradağ", "Nərimanov", "Nəsimi", "Nizami", "Pirallahı", "Sabunçu", "Səbail",
    "Suraxanı", "Yasamal",
)  # fmt: skip
_CITIES = (
    "Gəncə", "Lənkəran", "Mingəçevir", "Naftalan", "Naxçıvan", "Sumqayıt", "Şəki", "Şirvan", "Xankəndi", "Yevlax",
)  # fmt: skip
_RAYONS = (
    "Abşeron", "Ağcabədi", "Ağdam", "Ağdaş", "Ağstafa", "Ağsu", "Astara", "Balakən", "Beyləqan", "Bərdə", "Biləsuvar",
    "Cəbrayıl", "Cəlilabad", "Daşkəsən", "Füzuli", "Gədəbəy", "Goranboy", "Göyçay", "Göygöl", "Hacıqabul", "Xaçmaz",
    "Xızı", "Xocalı", "Xocavənd", "İmişli", "İsmayıllı", "Kəlbəcər", "Kürdəmir", "Qax", "Qazax", "Qəbələ", "Qobustan",
    "Quba", "Qubadlı", "Qusar", "Laçın", "Lerik", "Masallı", "Neftçala", "Oğuz", "Saatlı", "Sabirabad", "Salyan",
)  # fmt: skip
DISTRICTS = (
    *(District(f"baku-{number}", "baku", name) for number, name in enumerate(_BAKU)),
    *(District(f"city-{number}", "city", name) for number, name in enumerate(_CITIES)),
    *(District(f"rayon-{number}", "rayon", name) for number, name in enumerate(_RAYONS)),
)
_PLACES = (
    ("settlement", "Ağ şəhər"), ("settlement", "Əhmədli"), ("settlement", "Həzi Aslanov"),
    ("settlement", "Köhnə Günəşli"), ("street", "Babək prospekti"), ("street", "Məhəmməd Hadi"),
    ("street", "Nəcəfqulu Rəfiyev"), ("street", "Sarayevo"), ("street", "Xudu Məmmədov"), ("village", "Yeni kənd"),
)  # fmt: skip
REASONS = (
    Reason(
        "nobody",
        "suspension",
        Names("Evdə yaşayan yoxdur", "В доме никто не проживает", "Nobody lives there"),
    ),
    Reason(
        "repair",
        "suspension",
        Names(
            "Təmir aparılır, ev müvəqqəti boşdur", "Идёт ремонт, дом временно пустует", "The house is being repaired"
        ),
    ),
    Reason("moved_in", "restoration", Names("Evə qayıdılıb", "Вернулись в дом", "Somebody lives there again")),
)
DOCUMENT = Document("ab" * 32, "application/pdf", 1_234_000, 3)
PHOTO = Document("cd" * 32, "image/jpeg", 820_000, 1)


class _Noted:
    """Notes its calls, and refuses the next one when a test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.refuse: Refusal | None = None

    def _noted(self, *call: Any) -> None:
        self.calls.append(call)
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal

    def named(self, name: str) -> list[tuple[Any, ...]]:
        """The calls of that name."""
        return [call for call in self.calls if call[0] == name]


class FakePlaces(_Noted):
    """The lists."""

    def districts(self) -> tuple[District, ...]:
        self._noted("districts")
        return DISTRICTS

    def search(self, district: str, typed: str, most: int = 50) -> tuple[Place, ...]:
        self._noted("search", district, typed)
        found = [
            Place(number, district, kind, name)  # type: ignore[arg-type]
            for number, (kind, name) in enumerate(_PLACES, 1)
            if matches(typed, name) is not None
        ]
        return tuple(found[:most])

    def reasons(self) -> tuple[Reason, ...]:
        self._noted("reasons")
        return REASONS


class FakeApplications(_Noted):
    """Registers everything, once for each key; a debt holds what may wait."""

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[Application, ...] = ()
        self.stored: dict[str, Registered | AwaitingPayment] = {}
        self.lose_answers = 0
        """How many answers get lost after the act was done."""
        self.lost: Refusal | None = None
        self.waits: AwaitingPayment | None = None
        self.before_apply: Refusal | None = None

    def may_apply(self, fin: str, kind: Kind, code: str) -> None:
        self.calls.append(("may_apply", fin, kind, code))
        if self.before_apply is not None:
            raise self.before_apply

    def apply(
        self,
        key: str,
        kind: Kind,
        typed: Mapping[str, str],
        documents: Sequence[tuple[str, str]],
        *,
        source: str,
        language: str,
        staff: int | None = None,
        wait_for_payment: bool = False,
    ) -> Registered | AwaitingPayment:
        self._noted("apply", key, kind, dict(typed), tuple(documents), language, wait_for_payment)
        if key not in self.stored:
            held = self.waits if wait_for_payment else None
            self.stored[key] = held or Registered(f"2026-{16 + len(self.stored) + 1:06}", kind, "registered")
        if self.lose_answers and self.lost is not None:
            self.lose_answers -= 1
            raise self.lost
        return self.stored[key]

    def of(self, who: SignedIn) -> tuple[Application, ...]:
        self._noted("of", who.fin)
        return self.found

    def of_person(self, fin: str) -> tuple[Application, ...]:
        self._noted("of_person", fin)
        return self.found


@dataclass(frozen=True)
class FakePreview:
    """A page of two colours."""

    cells: tuple[tuple[tuple[tuple[int, int, int], tuple[int, int, int]], ...], ...]
    pages: int


class FakeDocuments(_Noted):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = DOCUMENT

    def keep(self, data: bytes, name: str) -> Document:
        self._noted("keep", len(data))
        return self.kept

    def preview(self, digest: str, page: int, columns: int, rows: int) -> FakePreview:
        self._noted("preview", digest, page)
        width = min(columns, rows * 2)
        white, grey = (250, 250, 250), (50 + 40 * page, 90, 90)
        row = tuple((white, grey if 3 < x < width - 4 else white) for x in range(width))
        return FakePreview(tuple(row for _ in range(rows)), self.kept.pages)


@dataclass(frozen=True)
class FakeStick:
    """A stick by its name."""

    name: str = "KINGSTON"


@dataclass(frozen=True)
class FakeFile:
    """A file of a stick."""

    name: str
    size: int
    stick: FakeStick = FakeStick()

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.name,)


class FakeSticks(_Noted):
    """Sticks that a test plugs in."""

    def __init__(self) -> None:
        super().__init__()
        self.sight: tuple[str, ...] = ()
        self.content: tuple[FakeFile, ...] = (FakeFile("çıxarış.pdf", 1_234_000), FakeFile("arayış.jpg", 820_000))
        self.watchers: list[Callable[[], None]] = []

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(changed)
        return lambda: self.watchers.remove(changed)

    def files(self, stick: str) -> tuple[FakeFile, ...]:
        return self.content

    def load(self, file: FakeFile) -> bytes:
        self._noted("load", file.name)
        if not self.sight:
            raise OSError("the stick is gone")
        return b"x" * 10

    def plug(self, *sticks: str) -> None:
        """Plug these in and all others out."""
        self.sight = sticks
        for watcher in list(self.watchers):
            watcher()


class FakeUploads(_Noted):
    """Uploads of a phone, as far as a test says they came."""

    def __init__(self) -> None:
        super().__init__()
        self.offered = True
        self.now_is = UploadState("open", NOW + timedelta(minutes=10), None, None)

    def offer(self, role: str, language: str) -> Offer:
        self._noted("offer", role, language)
        number = len(self.named("offer"))
        return Offer(f"https://su.example.az/u/{number:022}", f"{number:022}", NOW + timedelta(minutes=10))

    def state(self, token: str) -> UploadState:
        self._noted("state", token)
        return self.now_is

    def withdraw(self, token: str) -> None:
        self._noted("withdraw", token)


class FakePayments(_Noted):
    """Nothing is paid here: tests of paying have their own."""

    def state(self, reference: str) -> None:
        raise NotFound


@dataclass
class FakeWater:
    """station.water."""

    places: FakePlaces = field(default_factory=FakePlaces)
    applications: FakeApplications = field(default_factory=FakeApplications)
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    sticks: FakeSticks = field(default_factory=FakeSticks)
    uploads: FakeUploads = field(default_factory=FakeUploads)
    payments: FakePayments = field(default_factory=FakePayments)


class WaterStation(FakeStation):
    """A station with the company's rooms."""

    has_printer = False

    def __init__(self) -> None:
        super().__init__()
        self.water = FakeWater()
        self.printed: list[Any] = []
        self.paper = "ok"

    def print_page(self, act: str, page: Any, language: str) -> str:
        self.printed.append((act, page, language))
        return self.paper


def application(number: str = NUMBER, **more: Any) -> Application:
    """One that is in work."""
    made = datetime(2026, 11, 3, 8, 15, tzinfo=UTC)
    facts: dict[str, Any] = {
        "id": int(number[-6:]),
        "number": number,
        "kind": "suspension",
        "state": "in_work",
        "source": "kiosk",
        "created_at": made,
        "changed_at": made + timedelta(days=1),
        "fin": FIN,
        "given_name": "Aygün",
        "surname": "Məmmədova",
        "patronymic": "Rəşid qızı",
        "phone": "+994502345678",
        "email": "a.memmedova@mail.az",
        "fields": {"subscriber": CODE, "explanation": "Ailə kəndə köçüb"},
        "steps": (
            ApplicationStep(made, "registered"),
            ApplicationStep(made + timedelta(days=1), "in_work", "Usta təyin olunub"),
        ),
    }
    return Application(**(facts | more))


AWAITING = AwaitingPayment(41, Decimal("12.40"))
