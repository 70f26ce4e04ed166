"""How long a walk-in may wait: a range out of the day's own times (C5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.queue_facts import WaitRange
from kiosk.hall.waits import (
    ENOUGH,
    LATEST_CALL,
    CounterFacts,
    Pace,
    Span,
    at_work,
    expected,
    share_counters,
)

MINUTE = 60_000
NOW = 1_000 * MINUTE
A, B = "identity-card-issue", "passport-issue"
USUAL = Pace.of([], 10 * MINUTE)


def counter(
    *services: str, staffed: bool = True, last_call: int | None = None, serves_now: str | None = None
) -> CounterFacts:
    return CounterFacts(frozenset(services), staffed, last_call, serves_now)


def test_while_the_day_tells_nothing_the_setting_does() -> None:
    """C5, [hall] service_minutes: three before, one counter that is free: half an hour."""
    assert expected(NOW, [A, A, B], [], [counter()], USUAL) == WaitRange(30, 30)


def test_counters_share_the_people() -> None:
    """C5: two counters, four people before: each takes two."""
    assert expected(NOW, [A] * 4, [], [counter(), counter()], USUAL) == WaitRange(20, 20)


def test_whoever_is_being_served_may_be_done_at_once_or_take_all_their_time() -> None:
    """C5: they make the range's end later and leave its beginning."""
    busy = [counter(serves_now=B), counter()]
    assert expected(NOW, [A, A], [], busy, USUAL) == WaitRange(10, 15)


def test_nobody_before_and_a_free_counter_is_no_wait() -> None:
    """C5: the range may be nothing."""
    assert expected(NOW, [], [], [counter()], USUAL) == WaitRange(0, 0)


def test_without_anybody_at_a_counter_one_is_taken_to_come() -> None:
    """C5: before the first operator is there the range is that of one counter."""
    assert expected(NOW, [A], [], [], USUAL) == WaitRange(10, 10)


def test_booked_people_count_in_the_end_of_the_range_alone() -> None:
    """C5: from their hour on booked people go first, but three of ten do not come."""
    to_come = [(NOW + 5 * MINUTE, A), (NOW + 200 * MINUTE, A)]
    assert expected(NOW, [A], to_come, [counter()], USUAL) == WaitRange(10, 20)


def test_a_longer_wait_reaches_further_bookings() -> None:
    """C5: whoever is booked within the range makes it longer, and so others fall into it."""
    to_come = [(NOW + minutes * MINUTE, A) for minutes in (5, 15, 25, 60)]
    assert expected(NOW, [A], to_come, [counter()], USUAL) == WaitRange(10, 40)


def test_the_services_own_quartiles_then_the_centres_then_the_setting() -> None:
    """C5: from the day's own times; too few of a service leave those of the centre."""
    own = [(A, minutes * MINUTE) for minutes in (4, 5, 6, 7, 8)]
    pace = Pace.of([*own, (B, 30 * MINUTE)], 10 * MINUTE)
    assert pace.span(A) == Span(5 * MINUTE, 7 * MINUTE)
    assert pace.span(B) == pace.centre
    assert pace.centre.quick < pace.centre.slow
    few = Pace.of(own[: ENOUGH - 1], 10 * MINUTE)
    assert few.span(A) == few.span(B) == Span(10 * MINUTE, 10 * MINUTE)
    assert expected(NOW, [A, A], [], [counter()], pace) == WaitRange(10, 14)


@pytest.mark.parametrize(
    ("one", "works"),
    [
        (counter(A), True),
        (counter(), True),
        (counter(B), False),
        (counter(A, staffed=False), False),
        (counter(A, staffed=False, last_call=NOW - LATEST_CALL), True),
        (counter(A, staffed=False, last_call=NOW - LATEST_CALL - 1), False),
    ],
)
def test_counters_that_count_are_staffed_or_called_lately(one: CounterFacts, works: bool) -> None:
    """C5: an empty chair serves nobody; one without a sign-in that called in the last half hour does."""
    assert bool(at_work([one], A, NOW)) is works


def test_who_waits_for_the_same_counters() -> None:
    """C5: people of another service are before one only where some counter serves both."""
    assert share_counters([counter(A, B)], A, B)
    assert share_counters([counter()], A, B)
    assert share_counters([], A, B)
    assert not share_counters([counter(A), counter(B)], A, B)
    assert share_counters([counter(B)], A, A)


_TIMES = st.integers(-90 * MINUTE, 90 * MINUTE)
"""Below nothing where a clock was put back while somebody was served."""
_SERVICES = st.sampled_from([A, B, "other"])


@given(
    st.lists(_SERVICES, max_size=40),
    st.lists(st.tuples(st.integers(NOW - 60 * MINUTE, NOW + 600 * MINUTE), _SERVICES), max_size=20),
    st.lists(st.builds(counter, serves_now=st.none() | _SERVICES), max_size=6),
    st.lists(st.tuples(_SERVICES, _TIMES), max_size=30),
)
def test_a_range_never_runs_backwards_and_more_people_never_shorten_it(
    before: list[str], to_come: list[tuple[int, str]], working: list[CounterFacts], finished: list[tuple[str, int]]
) -> None:
    """C5: from <= to, whatever the day was like; one more before makes neither end earlier."""
    pace = Pace.of(finished, 10 * MINUTE)
    told = expected(NOW, before, to_come, working, pace)
    more = expected(NOW, [*before, A], to_come, working, pace)
    assert 0 <= told.from_minutes <= told.to_minutes
    assert told.from_minutes <= more.from_minutes
    assert told.to_minutes <= more.to_minutes
