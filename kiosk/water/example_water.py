"""Invented subscribers with their bills and payments, so that everything can be tried at once (K7 bars them).

Nobody here exists: names and streets are words for "example" with the endings of names. The same day and count give the
same registry. Bills follow the population's tariff of 1 February 2021; what is not public, the norm of who has no
meter, is a constant of the example.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import islice
from random import Random
from typing import Any, Final

from db import audit, facts, migrate, registry_import
from db.registry_import import Loaded
from kiosk.clock import at_baku, baku_day
from kiosk.place import NotReady, Place
from kiosk.water.statement import last_months
from kiosk.water.subscriber_words import entries, words_of

COUNT: Final = 500
MONTHS: Final = 36
MARK: Final = "example_water"
"""The fact in the database that says how many invented subscribers it holds."""
_EXAMPLE: Final = "example_data"
STATION: Final = "numune"
_SEED: Final = 955
FIRST_CODE: Final = 10_000_000
_HOLDER: Final = ("7NUMN24", "Əsmər", "Nümunəli", "İlğar qızı")
"""Whose the example card is (a test compares): who signs in with it is the holder of the codes to try."""

_NORM: Final = 6_000
"""Litres a month that a person without a meter is billed for, in this example."""
_WATER_BIG: Final = 70
_WATER: Final = 60
_WASTE: Final = 30
_WATER_OTHERS: Final = 100
"""Qəpik for a cubic metre: in the big cities, elsewhere, of waste water, and of water for who is not population."""

_STEMS: Final = (
    "Nümunə", "Sınaq", "Misal", "Örnək", "Təcrübə", "Uydurma", "Qaralama", "Bənzər", "Timsal", "Maket", "Xəyal",
    "Güman", "Şərti", "Zənn", "Fərziyyə", "Eskiz",
)  # fmt: skip
_SURNAMES: Final = tuple(f"{stem}{ending}" for stem in _STEMS for ending in ("yev", "zadə", "li", "bəyli"))
_GIVEN: Final = tuple(f"{stem}{ending}" for stem in _STEMS for ending in ("", "bəy", "gül", "xan"))


def numbered_street(number: int, stem: str) -> str:
    """One of several streets of a name, 1 to 39; the number's ending follows how it is spoken (3-cü, 6-cı, 10-cu)."""
    ten, one = divmod(number, 10)
    ending = ("", "ci", "ci", "cü", "cü", "ci", "cı", "ci", "ci", "cu")[one] or ("", "cu", "ci", "cu")[ten]
    return f"{number}-{ending} {stem} küç."


_STREETS: Final = tuple(
    street for stem in _STEMS for street in (f"{stem} küç.", *(numbered_street(n, stem) for n in range(1, 40)))
)
_TOWNS: Final = (
    ("Bakı ş., Nərimanov r.", True), ("Bakı ş., Xətai r.", True), ("Bakı ş., Binəqədi r.", True),
    ("Bakı ş., Nizami r.", True), ("Bakı ş., Yasamal r.", True), ("Bakı ş., Sabunçu r.", True), ("Sumqayıt ş.", True),
    ("Xırdalan ş.", True), ("Gəncə ş.", False), ("Şəki ş.", False), ("Lənkəran ş.", False), ("Mingəçevir ş.", False),
)  # fmt: skip
_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a subscriber with a well-known code is there to show; docs/registry.md lists them."""

    meter: str = "none"
    debt: int = 0
    """In qəpik; negative: a credit."""
    state: str = "active"
    closed: bool = False
    category: str = "population"
    is_holder: bool = True
    missing: frozenset[int] = frozenset()
    """Months without an invoice, counted back from the last one (1)."""


_RECENT: Final = frozenset(range(1, 5))
_EVERY: Final = frozenset(range(1, 1201))
WISHES: Final = (
    _Wish(),
    _Wish(debt=340),
    _Wish(meter="mechanical"),
    _Wish(meter="smart_card"),
    _Wish(state="suspended", missing=_RECENT),
    _Wish(closed=True, missing=_RECENT),
    _Wish(meter="mechanical", category="non_population", is_holder=False),
    _Wish(debt=1),
    _Wish(debt=-525),
    _Wish(meter="mechanical", missing=_EVERY),
    _Wish(missing=frozenset({4})),
    _Wish(debt=780, is_holder=False),
)
"""By code, from 10000001 on."""


@dataclass(frozen=True, slots=True)
class _Invented:
    """One subscriber as rows to gather, without the number of the line."""

    subscriber: tuple[Any, ...]
    invoices: Sequence[tuple[Any, ...]]
    payments: Sequence[tuple[Any, ...]]


def load_example(at: Place, count: int = COUNT, months: int = MONTHS) -> Loaded | None:
    """Write invented subscribers beside those that are there; None when that many are there already.

    Args:
        at: a database that holds example data.
        count: how many there shall be.
        months: how many months of bills each has.

    Raises:
        NotReady: the database was not made yet, or holds no example data.
        DatabaseAway: the database is gone; nothing was written.
    """
    if migrate.state(at.database) != "current":
        raise NotReady("the database is not ready for this version: run `asan-kiosk init`")
    with at.database.reading() as (connection, now):
        if facts.value(connection, _EXAMPLE) is None:
            raise NotReady("invented subscribers are for a database with example data alone")
        known = int(facts.value(connection, MARK) or 0)
        if known >= count:
            return None
    with registry_import.gathering(at.database) as gathered:
        people = invented(baku_day(now), known, count, months)
        while chunk := list(islice(people, _CHUNK)):
            gathered.put("subscribers", ((0, *one.subscriber) for one in chunk))
            gathered.put("invoices", ((0, *row) for one in chunk for row in one.invoices))
            gathered.put("payments", ((0, *row) for one in chunk for row in one.payments))
        gathered.ascends("subscribers")
        gathered.ascends("invoices")

        def after(connection: Any, now: int, loaded: Loaded) -> None:
            facts.keep(connection, MARK, str(count))
            audit.write(connection, now, STATION, "load_example_water", "done", detail=str(loaded.subscribers))

        return gathered.take(entries, STATION, after)


def invented(today: date, known: int, count: int, months: int) -> Iterator[_Invented]:
    """Subscribers by code, the well-known ones first.

    Args:
        today: the day in Baku; bills end with the month before it.
        known: how many are there already and are left out.
        count: how many there shall be.
        months: how many months of bills.
    """
    names = last_months(today, months)
    for number in range(known + 1, count + 1):
        random = Random(_SEED * 1_000_003 + number)  # noqa: S311 - invented data, no secret
        wish = WISHES[number - 1] if number <= len(WISHES) else _random_wish(random)
        yield _one(number, wish, random, names, today)


def _random_wish(random: Random) -> _Wish:
    trouble = random.choices((0, 1, -1), (84, 12, 4))[0]
    return _Wish(
        meter=random.choices(("mechanical", "smart_card", "none"), (60, 15, 25))[0],
        debt=trouble * random.randrange(5, 9_000),
        state="suspended" if random.random() < 0.02 else "active",
        closed=random.random() < 0.02,
        category="non_population" if random.random() < 0.03 else "population",
        is_holder=False,
        missing=frozenset({random.randrange(1, 13)}) if random.random() < 0.03 else frozenset(),
    )


def _one(number: int, wish: _Wish, random: Random, names: Sequence[str], today: date) -> _Invented:
    code = str(FIRST_CODE + number)
    town, is_big = random.choice(_TOWNS)
    address = f"{town}, {random.choice(_STREETS)} {random.randrange(1, 200)}, m. {random.randrange(1, 120)}"
    persons, waste = random.randrange(1, 7), random.random() < 0.8
    fin, given, surname, patronymic = _person(number, wish, random)
    subscriber = (
        code, wish.category, fin, given, surname, patronymic, address, persons, 1, int(waste), wish.meter, wish.state,
        int(wish.closed), words_of((code, fin, surname, given, patronymic, address)), 0,
    )  # fmt: skip
    water = _WATER_OTHERS if wish.category != "population" else _WATER_BIG if is_big else _WATER
    price = water + (_WASTE if waste else 0)
    invoices = []
    for back, month in zip(range(len(names), 0, -1), names, strict=True):
        if back not in wish.missing:
            litres = persons * _NORM if wish.meter == "none" else random.randrange(2_000, 9_000) * (1 + persons // 2)
            invoices.append((code, month, litres, (litres * price + 500) // 1000))
    return _Invented(subscriber, invoices, _payments(code, wish, random, invoices, today))


def _person(number: int, wish: _Wish, random: Random) -> tuple[str, str, str, str]:
    """FİN, given name, surname and patronymic; of a company its name alone."""
    if wish.category != "population":
        return "", "", f"{random.choice(_STEMS)} {number} MMC", ""
    if wish.is_holder:
        return _HOLDER
    given, surname, father = random.choice(_GIVEN), random.choice(_SURNAMES), random.choice(_GIVEN)
    if random.random() < 0.5:
        return _fin(number), given, surname, f"{father} oğlu"
    return _fin(number), given, f"{surname}a" if surname.endswith("v") else surname, f"{father} qızı"


def _fin(number: int) -> str:
    signs = ""
    while number:
        number, place = divmod(number, len(_LETTERS))
        signs = _LETTERS[place] + signs
    return f"N{signs.rjust(6, '0')}"


def _payments(
    code: str, wish: _Wish, random: Random, invoices: Sequence[tuple[Any, ...]], today: date
) -> list[tuple[Any, ...]]:
    """Each bill paid in the month after it, sometimes two together; the last one so that the debt is what it shall."""
    found = []
    open_sum = 0
    to_come = sum(row[3] for row in invoices) - wish.debt
    for place, (_, month, _, amount) in enumerate(invoices):
        open_sum += amount
        is_last = place == len(invoices) - 1
        if not is_last and random.random() < 0.1:
            continue
        paid = to_come if is_last else min(open_sum, to_come)
        if paid <= 0:
            continue
        day = min(_day_after(month, random.randrange(1, 28)), today.isoformat())
        found.append((code, day, _noon(day), paid, f"NMN-{code}-{month}"))
        open_sum, to_come = 0, to_come - paid
    return found


def _day_after(month: str, day: int) -> str:
    """A day of the month after `month`."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04}-{number + 1:02}-{day:02}"


@lru_cache(maxsize=4096)
def _noon(day: str) -> int:
    return at_baku(date.fromisoformat(day), time(12))
