"""Invented applications and their work orders, so that the company's desk has something to do (K7 bars them).

They come about by the product's own rules, each step at the instant at which it is said to have happened, and all in
one transaction; nobody is written to. The same day and the same invented subscribers give the same applications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar

from db import audit, changes, facts
from db import documents as document_rows
from db import example as example_rows
from db import staff as staff_rows
from kiosk.acts import Acts, Form, Unit
from kiosk.clock import Instant, at_baku, baku_day
from kiosk.errors import InDebt, Refusal
from kiosk.names import Language
from kiosk.place import Place
from kiosk.settings import Settings
from kiosk.water.applications import Applications
from kiosk.water.documents import example, kinds
from kiosk.water.documents.documents import Documents
from kiosk.water.example_water import FIRST_CODE, STATION, WISHES, numbered_street
from kiosk.water.example_water import MARK as SUBSCRIBERS
from kiosk.water.facts import DocumentRole, Kind, Registered, Subscriber, WorkAction
from kiosk.water.own_registry import OwnRegistry
from kiosk.water.registry import code_bounds
from kiosk.water.work import Work

MARK: Final = "example_applications"
"""The fact in the database that says how many were invented."""
NEW_CODE: Final = "20000001"
"""What the company gave the invented new consumer; far from the codes of the invented subscribers."""
_ROLES: Final[tuple[DocumentRole, ...]] = ("ownership_document", "residents_certificate")
_Result = TypeVar("_Result")


class _Step(NamedTuple):
    """What the company's staff did, how many days ago, what they said, and which of them."""

    action: WorkAction
    days: int
    answer: str = ""
    by: int = 0


@dataclass(frozen=True, slots=True)
class _Story:
    """An application, and what became of it."""

    kind: Kind
    days: int
    """How many days ago it was handed in."""
    steps: tuple[_Step, ...] = ()
    language: Language = "az"
    is_overdue: bool = False
    """Handed in so many days earlier that it is `days` overdue."""
    in_debt: bool = False
    after: int | None = None
    """It is about the subscriber of this earlier story."""


_STORIES: Final = (
    _Story(
        "suspension",
        40,
        (
            _Step("take", 39),
            _Step("carry_out", 36),
            _Step("close", 36, "Su verilişi dayandırılıb, ventil möhürlənib."),
        ),
    ),
    _Story("suspension", 4, is_overdue=True),
    _Story(
        "new_consumer",
        30,
        (
            _Step("take", 29, by=1),
            _Step("ask_back", 28, "Çıxarışın ikinci səhifəsi də lazımdır.", by=1),
            _Step("resume", 26, by=1),
            _Step("carry_out", 24, by=1),
            _Step("close", 23, f"Müqavilə bağlanıb, abonent kodu: {NEW_CODE}.", by=1),
        ),
    ),
    _Story(
        "suspension",
        12,
        (
            _Step("take", 11),
            _Step("refuse", 10, "Evdə sayğac quraşdırılıb: sərfiyyat olmayanda borc yaranmır."),
        ),
        "ru",
    ),
    _Story("new_consumer", 9, (_Step("refuse", 8, "Bu ünvanda mərkəzləşdirilmiş su xətti yoxdur."),)),
    _Story("new_consumer", 7, (_Step("take", 6), _Step("ask_back", 5, "Çıxarış oxunmur: yenidən göndərin."))),
    _Story("restoration", 6, (_Step("take", 5),), after=0),
    _Story("suspension", 5, (_Step("take", 4, by=1), _Step("ask_back", 3, "Nə vaxt evdə olacaqsınız?", by=1)), "en"),
    _Story("suspension", 4, (_Step("take", 3), _Step("carry_out", 1))),
    _Story("new_consumer", 3, (_Step("take", 2),), "ru"),
    _Story("suspension", 2, in_debt=True),
    _Story("new_consumer", 2),
    _Story("suspension", 1),
)
_REASONS: Final[dict[Kind, tuple[str, ...]]] = {
    "new_consumer": (),
    "suspension": ("suspension-renovation", "suspension-season", "suspension-nobody-lives"),
    "restoration": ("restoration-renovation",),
}
_DISTRICTS: Final = ("nerimanov", "xetai", "yasamal", "gence", "seki")
_PEOPLE: Final = (
    ("Sınaq", "Nümunəyeva", "Misal qızı"),
    ("Timsal", "Örnəkzadə", "Sınaq oğlu"),
    ("Maket", "Bənzərli", "Nümunə oğlu"),
    ("Misal", "Təcrübəyeva", "Örnək qızı"),
    ("Xəyal", "Eskizbəyli", "Maket oğlu"),
)


def load_example(at: Place, staff: Sequence[str]) -> int:
    """Invent applications, unless that was done before; how many are new.

    None are invented without the invented subscribers, where the company's own system has the subscribers, and where
    a subscriber code cannot look like theirs.

    Args:
        at: a database with example data.
        staff: the names of two staff members who work them off.

    Raises:
        DatabaseAway: the database is gone; nothing was written.
    """
    if at.settings.registry.source != "own" or not _fits(at.settings):
        return 0
    with at.database.reading() as (connection, _):
        if not _is_wanted(connection):
            return 0
    sheets = example.sheets()

    def load(connection: Any, now: Instant) -> int:
        example_rows.lock(connection)
        if not _is_wanted(connection):
            return 0
        names = (staff_rows.by_name(connection, name) for name in staff)
        made = _Telling(at, connection, baku_day(now), [row.id for row in names if row is not None], sheets).tell()
        facts.keep(connection, MARK, str(made))
        audit.write(connection, now, STATION, "load_example_applications", "done", detail=str(made))
        changes.announce(connection)
        return made

    return at.database.write(load)


def _fits(settings: Settings) -> bool:
    low, high = code_bounds(settings.water.code_digits)
    return low <= len(NEW_CODE) <= high


def _is_wanted(connection: Any) -> bool:
    return facts.value(connection, SUBSCRIBERS) is not None and facts.value(connection, MARK) is None


class _Past(Acts):
    """Acts within a transaction that is open, at the instant that is said; they write to nobody."""

    def __init__(self, at: Place, connection: Any) -> None:
        self.database = at.database
        self.station = STATION
        self.now: Instant = 0
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[tuple[Any, int]]:
        """The same transaction."""
        yield self._connection, self.now

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
        """Do it; nothing is kept under a key, and one line of the audit stands for them all."""
        return do(Unit(self._connection, self.now, STATION, staff))


class _Telling:
    """Lets the stories happen, in the order of their days."""

    def __init__(
        self, at: Place, connection: Any, today: date, staff: Sequence[int], sheets: Mapping[str, bytes]
    ) -> None:
        self._acts = _Past(at, connection)
        self._connection = connection
        self._today = today
        self._staff = staff
        self._sheets = sheets
        self._due_days = at.settings.water.due_days
        registry = OwnRegistry(self._acts, at.settings)
        self._applications = Applications(self._acts, registry, at.settings)
        self._work = Work(self._acts, registry, Documents(self._acts, at.settings.documents))
        self._registry = registry
        known = int(facts.value(connection, SUBSCRIBERS) or 0)
        self._codes = iter(range(FIRST_CODE + len(WISHES) + 1, FIRST_CODE + known + 1))
        self._people = iter(enumerate(_PEOPLE, 1))
        self._chosen: dict[int, Subscriber] = {}

    def tell(self) -> int:
        """How many applications there are."""
        happened: list[tuple[int, int, _Step | None]] = []
        for place, story in enumerate(_STORIES):
            days = story.days + (self._due_days if story.is_overdue else 0)
            happened.append((days, place, None))
            happened.extend((step.days, place, step) for step in story.steps)
        numbers: dict[int, str] = {}
        made = 0
        for minute, (days, place, step) in enumerate(sorted(happened, key=lambda one: (-one[0], one[1]))):
            self._acts.now = at_baku(self._today - timedelta(days=days), time(10, minute))
            if step is None:
                number = self._apply(place, _STORIES[place])
                if number is not None:
                    made += 1
                    numbers[place] = number
            elif place in numbers:
                self._go(numbers[place], step, _STORIES[place].kind)
        return made

    def _apply(self, place: int, story: _Story) -> str | None:
        """The number of the application, "" of one that a debt holds; None where it cannot be told here."""
        typed = self._newcomer() if story.kind == "new_consumer" else self._about_subscriber(place, story)
        documents = self._documents() if story.kind == "new_consumer" else ()
        if typed is None or (story.kind == "new_consumer" and not documents):
            return None
        answer = self._applications.apply(
            "",
            story.kind,
            typed,
            documents,
            source="counter" if place % 3 == 2 else "kiosk",
            language=story.language,
            wait_for_payment=story.in_debt,
        )
        return answer.number if isinstance(answer, Registered) else ""

    def _go(self, number: str, step: _Step, kind: Kind) -> None:
        staff = self._staff[step.by % len(self._staff)] if self._staff else None
        code = NEW_CODE if step.action == "close" and kind == "new_consumer" else None
        self._work.act("", staff, number, step.action, step.answer, code)

    def _newcomer(self) -> dict[str, str]:
        number, (given_name, surname, patronymic) = next(self._people)
        fin = f"NYN{number:04}"
        return {
            **_reached(fin, 100 + number),
            "given_name": given_name,
            "surname": surname,
            "patronymic": patronymic,
            "consumer_fin": fin,
            "district": _DISTRICTS[number - 1],
            "place_text": numbered_street(number, "Nümunə"),
            "house_type": "yard_house" if number % 2 else "apartment_block",
            "house_number": str(7 * number),
            "flat_number": str(3 * number),
        }

    def _about_subscriber(self, place: int, story: _Story) -> dict[str, str] | None:
        subscriber = self._chosen.get(story.after) if story.after is not None else self._next(story)
        if subscriber is None:
            return None
        self._chosen[place] = subscriber
        reason = _REASONS[story.kind][place % len(_REASONS[story.kind])]
        return {**_reached(subscriber.fin, place), "subscriber": subscriber.code, "reason": reason}

    def _next(self, story: _Story) -> Subscriber | None:
        """The next invented subscriber whose service can be suspended, or could if it were not for a debt."""
        for code in map(str, self._codes):
            subscriber = self._registry.one(code)
            in_debt = False
            try:
                self._applications.may_apply(subscriber.fin, story.kind, code)
            except InDebt:
                in_debt = True
            except Refusal:
                continue
            if in_debt == story.in_debt:
                return subscriber
        return None

    def _documents(self) -> tuple[tuple[DocumentRole, str], ...]:
        """The stick's invented documents, stored; empty where they could not be drawn."""
        given = []
        for role, (name, content) in zip(_ROLES, self._sheets.items(), strict=False):
            media_type, digest = kinds.by_ending(name), sha256(content).hexdigest()
            if media_type is not None:
                document_rows.keep(self._connection, digest, media_type, 1, content, self._acts.now)
                given.append((role, digest))
        return tuple(given)


def _reached(fin: str, number: int) -> dict[str, str]:
    return {"fin": fin, "phone": f"+994 50 000 {number // 100:02} {number % 100:02}", "email": f"su{number}@example.az"}
