"""Answers as they are stored under a key, and back: the same, byte for byte, and no personal data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from kiosk import errors
from kiosk.errors import Refusal
from kiosk.hall.facts import Arrival
from kiosk.names import Names
from kiosk.stored import as_values, from_values, refusal_as_json, refusal_from_json

MOMENT = datetime(2026, 11, 23, 6, 15, 0, 1000, tzinfo=UTC)
REFUSALS: list[Refusal] = [
    errors.SlotTaken("held"),
    errors.SameHour(),
    errors.LimitReached("open_bookings", 3),
    errors.DateNotOffered(),
    errors.Closed("public_holiday", Names("Novruz bayramı", "Новруз байрамы", "Novruz")),
    errors.Closed("outside_hours", None),
    errors.WrongCode(4),
    errors.HoldEnded("expired", "ran_out"),
    errors.HoldEnded("cancelled"),
    errors.TooLateToChange("confirmed", MOMENT),
    errors.NotFound(),
    errors.UnknownSubscriber(),
    errors.NotYours(),
    errors.NotPopulation(),
    errors.ClosedAccount(),
    errors.Metered(),
    errors.WrongServiceState("suspended"),
    errors.AlreadyApplied("2026-000017"),
    errors.InDebt("3.40"),
    errors.WrongStep("taken"),
    errors.DocumentRefused("too_big", 12_000_000, 10_000_000),
    errors.DocumentRefused("unsafe"),
    errors.ReceiptReused(),
    errors.NobodyWaiting(),
    errors.CounterBusy("A-017"),
    errors.CounterClosed(),
    errors.CounterTaken("7"),
    errors.OtherCounter("A3"),
    errors.NothingToUndo(),
    errors.NoWalkIns(),
    errors.HasTicket("A-017"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.error)
def test_a_refusal_comes_back_with_its_facts(refusal: Refusal) -> None:
    """Same kind, same facts in the same order, same attributes."""
    again = refusal_from_json(json.loads(refusal_as_json(refusal)))
    assert type(again) is type(refusal)
    assert list(again.facts.items()) == list(refusal.facts.items())
    assert vars(again) == vars(refusal)


def test_every_refusal_is_stored_or_passing() -> None:
    """The closed list: those that are stored are tried above, the others pass and are asked anew."""
    kinds = set(Refusal.__subclasses__())
    passing = {kind.error for kind in kinds if not kind.stored}
    assert passing == {
        "too_soon", "slow_down", "key_reused", "bad_request", "unavailable", "registry_away", "not_allowed",
    }  # fmt: skip
    assert {type(refusal).error for refusal in REFUSALS} | passing == {kind.error for kind in kinds}


def test_an_answer_comes_back_the_same() -> None:
    """Datetimes to the millisecond; what is None is left out and given again."""
    arrival = Arrival("already_active", MOMENT, booking="K7MP", ticket="A-001", first_at=MOMENT, first_station="door-3")
    values = json.loads(json.dumps(as_values(arrival)))
    assert values["first_at"] == 1795414500001 and "opens" not in values
    assert from_values(Arrival, values) == arrival


def test_what_is_left_out_is_not_stored() -> None:
    """Personal fields never lie under a key."""

    @dataclass(frozen=True)
    class Answer:
        booking: str
        email: str

    assert as_values(Answer("K7MP", "aygun@example.az"), ("email",)) == {"booking": "K7MP"}


def test_a_refusals_text_holds_no_fact() -> None:
    """K6: what a log or a trace would show is the name alone."""
    assert str(errors.BadRequest("email", "email")) == "bad_request"
    assert repr(errors.LimitReached("holds_per_email", 3)) == "LimitReached('limit_reached')"
