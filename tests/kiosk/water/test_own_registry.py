"""Our own registry: which code a new subscriber gets, and what only our own tables can refuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from kiosk.acts import Unit
from kiosk.errors import BadRequest, UnknownSubscriber
from kiosk.water.registry import NewSubscriber
from tests.kiosk.water.filled import CODE, Filled
from tests.stations import MakeTrial, Trial

NEW = NewSubscriber("7NUMN24", "Əsmər", "Nümunəli", "İlğar qızı", "Bakı ş., Örnək küç. 5")


@pytest.fixture
def filled(trial: Trial) -> Filled:
    return Filled(trial)


def _add(filled: Filled, new: NewSubscriber = NEW) -> Any:
    return filled.acts.perform("trial", None, {}, lambda unit: filled.registry.add(unit, new, "2026-000001"))


def test_a_new_subscriber_gets_the_code_after_the_highest(filled: Filled) -> None:
    """The highest of the longest; the first of all has as few digits as the setting allows."""
    assert _add(filled) == "0001"
    assert _add(filled) == "0002"
    filled.subscriber("0001999")
    assert _add(filled) == "0002000"
    filled.subscriber("9999")
    assert _add(filled) == "0002001"


def test_a_new_subscriber_is_whole(filled: Filled) -> None:
    """W7: owes nothing, active, found by the search."""
    code = _add(filled, replace(NEW, code="70 001", meter="mechanical", persons=4))
    found = filled.registry.one(code)
    assert (found.code, found.name, found.fin) == ("70001", "Nümunəli Əsmər İlğar qızı", "7NUMN24")
    assert (found.service_state, found.closed, found.meter, found.persons) == ("active", False, "mechanical", 4)
    assert [line.code for line in filled.registry.search("esmer ornek")] == ["70001"]


_HOSTILE = {
    "nul": "\x00", "nul inside": "q\x00w", "half a sign": "\ud800", "long": "x" * 10_000, "many": "qq ww " * 5000,
    "percent": "%", "underscore": "_", "backslash": "\\", "quote": "' OR 1=1 --", "turned": "\u202e", "picture": "😀",
}  # fmt: skip


@pytest.mark.parametrize("typed", _HOSTILE.values(), ids=_HOSTILE)
def test_whatever_is_typed_finds_nobody_and_breaks_nothing(filled: Filled, typed: str) -> None:
    """W7: on either database."""
    filled.subscriber()
    assert filled.registry.search(typed) == ()


def test_a_code_that_is_somebodys_is_taken(filled: Filled) -> None:
    filled.subscriber()
    with pytest.raises(BadRequest) as refused:
        _add(filled, replace(NEW, code=CODE))
    assert (refused.value.field, refused.value.why) == ("new_code", "taken")
    assert filled.registry.one(CODE).fin == "5AB1C2D"


def test_two_new_subscribers_at_once_get_two_codes(make_trial: MakeTrial) -> None:
    """Whoever gives a code waits for the one who is giving one."""
    desks = [Filled(make_trial()) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(_add, desks * 3))
    assert sorted(codes) == [f"{number:04}" for number in range(1, 13)]


def test_nobodys_service_can_be_changed(filled: Filled) -> None:
    def do(unit: Unit) -> None:
        filled.registry.change_service(unit, CODE, "suspended", "2026-000001")

    with pytest.raises(UnknownSubscriber):
        filled.acts.perform("trial", None, {}, do)


def test_the_search_at_the_desk(filled: Filled) -> None:
    """Name and address stand in the line, letters are folded; nobody is told twice."""
    filled.subscriber()
    filled.subscriber("4400124", surname="Sınaqlı", given_name="İlham", patronymic="", closed=1)
    assert [(line.code, line.name, line.closed) for line in filled.registry.search("ilham sinaq")] == [
        ("4400124", "Sınaqlı İlham", True)
    ]
    assert [line.code for line in filled.registry.search("xetai numune 12")] == ["4400123", "4400124"]
    assert [line.code for line in filled.registry.search("44001", most=1)] == ["4400123"]
    assert filled.registry.search("") == ()
