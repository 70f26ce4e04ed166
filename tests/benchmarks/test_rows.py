"""What `./bench` prints: rows that say themselves whether they met their aim."""

from __future__ import annotations

from benchmarks.rows import median_ratio, percentile, row, table


def test_a_row_has_the_fields_that_others_read() -> None:
    """Issue 2: rows of name, ours, floor, ratio, aim, met."""
    measured = row("arrivals: a second", 1234.56, 2469.12, aim=("ratio", "at least", 0.4))
    assert measured.as_values() == {
        "name": "arrivals: a second",
        "ours": 1235.0,
        "floor": 2469.0,
        "ratio": 0.5,
        "aim": "ratio at least 0.4",
        "met": True,
    }


def test_an_aim_is_met_at_its_bound_and_missed_beyond() -> None:
    assert row("wait", 50.0, aim=("ours", "at most", 50)).met is True
    assert row("wait", 50.1, aim=("ours", "at most", 50)).met is False
    assert row("rate", 3.9, 10.0, aim=("ratio", "at least", 0.4)).met is False
    assert row("rate", 3.9, 10.0).met is None


def test_a_ratio_is_the_median_of_pairs() -> None:
    """One disturbed chunk of either side does not move it."""
    assert median_ratio([5.0, 5.0, 0.1], [10.0, 10.0, 10.0]) == 0.5


def test_percentiles() -> None:
    waits = [float(wait) for wait in range(100)]
    assert percentile(waits, 0.5) == 50.0
    assert percentile(waits, 0.99) == percentile(waits, 1.0) == 99.0


def test_the_table_shows_what_was_missed() -> None:
    lines = table([row("wait", 50.1, aim=("ours", "at most", 50)), row("start", 1.5)]).splitlines()
    assert lines[2].endswith("| NO  |")
    assert "1.5" in lines[3]
