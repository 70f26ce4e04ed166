"""Whatever is paid, sent twice or sent wrongly: what counts is exact to the qəpik (W6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import Refusal
from kiosk.water.facts import Registered
from kiosk.water.money import to_manat
from tests.kiosk.water.cash_desk import add_held, add_subscriber, counted, payments_of
from tests.stations import START, Trial, open_station

_TOLD = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 9_999_999_999) | st.integers(1, 300), st.integers(0, 2)),
    max_size=12,
)


@pytest.fixture
def desk(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Trial]:
    """One database for all examples; each has subscribers of its own."""
    station = open_station(ready_sqlite_url, tmp_path, secrets_folder)
    trial = Trial(station, station.clock.set)
    trial.at(START)
    yield trial
    station.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(debt=st.integers(1, 10_000), told=_TOLD)
def test_the_sum_is_that_of_the_first_of_each_receipt(desk: Trial, debt: int, told: list[tuple[int, int, int]]) -> None:
    """A model in two dictionaries: the first payment of a receipt counts, the rest repeats it or is refused."""
    run = desk.query("SELECT count(*) AS n FROM subscribers")[0]["n"]
    codes = [f"{run:06d}{number}" for number in range(3)]
    for code in codes:
        add_subscriber(desk, debt, code)
        add_held(desk, code)
    payments = payments_of(desk.station)
    receipts: dict[int, tuple[int, str]] = {}
    went_on: dict[str, Any] = {code: [] for code in codes}
    for receipt, amount, whose in told:
        code = codes[whose]
        known = receipts.setdefault(receipt, (amount, code))
        with suppress(Refusal):
            paid = payments.record(None, code, to_manat(amount), f"{run}-{receipt}", "batch")
            assert known == (amount, code)
            left = debt - sum(one for one, owner in receipts.values() if owner == code)
            assert paid.debt == Decimal(left) / 100
            went_on[code] += paid.registered
            continue
        assert known != (amount, code), "a payment that was right was refused"
    for code in codes:
        total = sum(amount for amount, owner in receipts.values() if owner == code)
        assert counted(desk, code) == total
        assert payments.debt(code) == Decimal(debt - total) / 100
        numbers = {one.number for one in went_on[code] if isinstance(one, Registered)}
        assert len(numbers) == int(total >= debt), "one application goes on, and only when all is paid"
