"""A station that answers at once and as a test says, and clocks that a test moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from kiosk.booking.catalogue import Agency, Catalogue, Centre, Hours, Service
from kiosk.booking.facts import Confirmed, Day, DayGrid, Held, Slot, SlotState
from kiosk.clock import at_baku, to_datetime
from kiosk.errors import Refusal, SlotTaken
from kiosk.names import Names
from kiosk.settings import Settings

NOW = datetime(2026, 11, 5, 10, 32, tzinfo=UTC)
"""Thursday, 5 November 2026, 14:32 in Baku."""


class Elapsed:
    """Seconds on a monotonic clock that only a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


def same(text: str) -> Names:
    return Names(text, text, text)


INTERIOR = Agency(
    "interior", Names("Daxili İşlər Nazirliyi", "Министерство внутренних дел", "Ministry of Internal Affairs")
)
JUSTICE = Agency("justice", Names("Ədliyyə Nazirliyi", "Министерство юстиции", "Ministry of Justice"))
PROPERTY = Agency("property", Names("Əmlak Məsələləri DX", "Служба по вопросам имущества", "Property Issues Service"))
TAX = Agency("tax", Names("Dövlət Vergi Xidməti", "Государственная налоговая служба", "State Tax Service"))

SERVICES = (
    Service(
        "id-issue",
        1,
        INTERIOR,
        Names("Şəxsiyyət vəsiqəsinin verilməsi", "Выдача удостоверения личности", "Issue of an identity card"),
        "A",
        Names("5–70 ₼ · 10 günə qədər", "5–70 ₼ · до 10 дней", "5–70 ₼ · up to 10 days"),
    ),
    Service(
        "id-exchange",
        2,
        INTERIOR,
        Names("Şəxsiyyət vəsiqəsinin dəyişdirilməsi", "Обмен удостоверения личности", "Exchange of an identity card"),
        "A",
        Names("5–70 ₼ · 10 günə qədər", "5–70 ₼ · до 10 дней", "5–70 ₼ · up to 10 days"),
    ),
    Service(
        "id-child",
        3,
        INTERIOR,
        Names(
            "15 yaşadək uşağın şəxsiyyət vəsiqəsi",
            "Удостоверение личности ребёнка",
            "Identity card of a child under 15",
        ),
        "A",
        Names("5–30 ₼ · 10 günə qədər", "5–30 ₼ · до 10 дней", "5–30 ₼ · up to 10 days"),
    ),
    Service(
        "id-copy",
        4,
        JUSTICE,
        Names(
            "Şəxsiyyəti təsdiq edən sənədin surəti", "Копия удостоверяющего документа", "Copy of an identity document"
        ),
        "B",
        Names("Notariat təsdiqi", "Нотариальное заверение", "Certified by a notary"),
    ),
    Service(
        "will", 5, JUSTICE, Names("Vəsiyyətnamənin təsdiqi", "Удостоверение завещания", "Attestation of a will"), "B"
    ),
    *(Service(f"deed-{number}", 10 + number, PROPERTY, same(f"Çıxarış növü {number}"), "C") for number in range(1, 8)),
    Service("vat", 30, TAX, Names("ƏDV qeydiyyatı", "Регистрация НДС", "VAT registration"), "D"),
)
HOURS: Mapping[int, Hours] = {day: Hours(time(9), time(18)) for day in range(1, 7)}
_PLACES = (
    ("baku-1", "1 saylı Bakı", "Akademik Həsən Əliyev küç. 36", "baku"),
    ("baku-2", "2 saylı Bakı", "8 Noyabr pr. 23, AMAY TM, 2-ci mərtəbə", "baku"),
    ("baku-3", "3 saylı Bakı", "A.M.Şərifzadə küç. 157", "baku"),
    ("baku-4", "4 saylı Bakı", "Bakıxanov qəs., Sülh küç. 197", "baku"),
    ("baku-5", "5 saylı Bakı", "Nizami r., Heydər Əliyev pr. 115", "baku"),
    ("baku-6", "6 saylı Bakı", "Xətai r., V.Tau küç., parkın yanı", "baku"),
    ("baku-7", "7 saylı Bakı", "Nərimanov r., Zaur Nudirəliyev küç. 83", "baku"),
    ("sumqayit-1", "1 saylı Sumqayıt", "Bakı küç., 15-ci məhəllə 42d", "baku"),
    ("sumqayit-2", "2 saylı Sumqayıt", "Nizami küç. 12", "baku"),
    ("ganja", "Gəncə", "Atatürk pr. 250", "regions"),
    ("qabala", "Qəbələ", "Heydər Əliyev pr. 1", "regions"),
)
CENTRES = tuple(
    Centre(id, number, same(f"{name} «ASAN xidmət» mərkəzi"), same(name), same(street), region, HOURS)
    for number, (id, name, street, region) in enumerate(_PLACES, 1)
)
CATALOGUE = Catalogue(
    1,
    {service.id: service for service in SERVICES},
    {centre.id: centre for centre in CENTRES},
    {(service.id, centre.id): 1 for service in SERVICES for centre in CENTRES},
)


def at(day: date, hour: int) -> datetime:
    """That hour on Baku's wall clocks, in UTC."""
    return to_datetime(at_baku(day, time(hour)))


def week(first: date = date(2026, 11, 6)) -> tuple[Day, ...]:
    """Seven dates as in the picture: three of them closed, one shorter."""
    days = []
    for number in range(7):
        day = Day(
            first + timedelta(days=number),
            open=True,
            opens=time(9),
            closes=time(18),
            free=(7, 4, 0, 0, 0, 4, 9)[number],
        )
        if number == 1:
            day = replace(day, closes=time(17), shortened=True, name=Names("Zəfər Günü", "День Победы", "Victory Day"))
        if number in (2, 3):
            name = (
                Names("Zəfər Günü", "День Победы", "Victory Day")
                if number == 2
                else Names("Dövlət Bayrağı Günü", "День государственного флага", "State Flag Day")
            )
            day = replace(day, open=False, reason="public_holiday", name=name, free=None, opens=None, closes=None)
        if number == 4:
            day = replace(
                day,
                open=False,
                reason="moved_day_off",
                name=Names("8 noyabrın yerinə", "вместо 8 ноября", "for 8 November"),
                free=None,
                opens=None,
                closes=None,
            )
        days.append(day)
    return tuple(days)


PICTURE: tuple[SlotState, ...] = ("taken", "free", "taken", "held", "taken", "free", "free", "free", "free")
"""The states of 09:00 to 17:00 in the picture of the grid."""


class FakeBookings:
    """Answers from plain attributes that a test sets; every call is noted."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.days = week()
        self.free_days: dict[str, date | None] = {
            centre.id: date(2026, 11, 6 + number % 7) for number, centre in enumerate(CENTRES)
        }
        self.states: dict[int, SlotState] = dict(zip(range(9, 18), PICTURE, strict=True))
        self.mine: int | None = None
        self.next_change: datetime | None = None
        self.refuse: Refusal | None = None

    def _noted(self, *call: object) -> None:
        self.calls.append(call)
        if self.refuse is not None:
            refusal, self.refuse = self.refuse, None
            raise refusal

    def services(self) -> tuple[Service, ...]:
        self._noted("services")
        return SERVICES

    def centres(self, service: str) -> tuple[Centre, ...]:
        self._noted("centres", service)
        return CENTRES

    def next_free(self, service: str) -> dict[str, date | None]:
        self._noted("next_free", service)
        return self.free_days

    def dates(self, service: str, centre: str) -> tuple[Day, ...]:
        self._noted("dates", service, centre)
        return self.days

    def slots(self, service: str, centre: str, day: date, mine: str | None = None) -> DayGrid:
        self._noted("slots", service, centre, day, mine)
        found = next((offered for offered in self.days if offered.date == day), Day(day, open=True))
        slots = tuple(
            Slot(at(day, hour), "held" if hour == self.mine else state, held_by_me=bool(mine) and hour == self.mine)
            for hour, state in self.states.items()
        )
        return DayGrid(found, slots, self.next_change)

    def hold(
        self,
        key: str,
        service: str,
        centre: str,
        slot: datetime,
        applicant: Mapping[str, str],
        language: str,
        instead_of: str | None = None,
    ) -> Held:
        self._noted("hold", service, centre, slot, instead_of)
        hour = slot.astimezone(UTC).hour + 4
        if self.states[hour] != "free":
            raise SlotTaken(self.states[hour])
        self.mine = hour
        return held(slot, applicant.get("email", ""))

    def move(self, key: str, order_code: str, fin: str, slot: datetime) -> Confirmed:
        self._noted("move", order_code, fin, slot)
        return confirmed(slot)


def held(slot: datetime, email: str = "a.memmedova@mail.az") -> Held:
    return Held(
        "b-1", "id-issue", "baku-2", slot, NOW + timedelta(minutes=60), email, NOW + timedelta(minutes=1), tries_left=5
    )


def confirmed(slot: datetime) -> Confirmed:
    return Confirmed(
        "b-1",
        "K7MP-4XRT",
        "1" * 200,
        "id-issue",
        "baku-2",
        slot,
        slot - timedelta(hours=1),
        slot + timedelta(minutes=15),
        "Aygün",
        "Məmmədova",
        "a.memmedova@mail.az",
        "az",
    )


@dataclass(frozen=True)
class FakeLetter:
    """What the example set-up's Maildir gives."""

    to: str = "a.memmedova@mail.az"
    subject: str = "ASAN xidmət: təsdiqedici şifrəniz"
    text: str = "Salam, Aygün!\n\nTəsdiqedici şifrə:\n\n407213\n"


class FakeScans:
    """How often the scanner read."""

    def __init__(self) -> None:
        self.noted = 0

    def note(self) -> None:
        self.noted += 1


class FakeStations:
    """What this machine hears of itself from the others."""

    def __init__(self) -> None:
        self.is_closed = False
        self.clock_is_off: int | None = None
        self.looks = 0

    def look(self) -> None:
        self.looks += 1


class FakeStation:
    """The station's surface that the citizen's screens use."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.bookings = FakeBookings()
        self.printer = None
        self.watchers: list[Callable[[], None]] = []
        self.closed = False
        self.scans = FakeScans()
        self.stations = FakeStations()
        self.letter: FakeLetter | None = FakeLetter()
        self.cards: Any = None

    def catalogue(self) -> Catalogue:
        return CATALOGUE

    def now(self) -> datetime:
        return NOW

    def last_letter(self, to: str | None = None) -> FakeLetter | None:
        return self.letter

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        self.watchers.append(callback)
        return lambda: self.watchers.remove(callback)

    def change(self) -> None:
        """Another station changed something."""
        for watcher in list(self.watchers):
            watcher()

    def close(self) -> None:
        self.closed = True
