"""The figures of a day, a range and all centres (C7): recomputed here in plain Python from invented days."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date, time, timedelta
from math import ceil
from typing import Any

import pytest

from kiosk.clock import at_baku, to_datetime
from kiosk.errors import BadRequest
from kiosk.hall import figures_csv
from kiosk.hall.figures import MOST_DAYS
from kiosk.hall.queue_facts import DayFigures, HourFigures, Spread
from tests.kiosk.hall.invented_hall import DAYS, MINUTE, NOW, Hall, Inventor, baku_hour, range_of, write
from tests.stations import CENTRE, OTHER_CENTRE, Trial

LATE = 15 * MINUTE
NOTHING = Spread(0, 0, 0, 0)


def spread(times: list[int]) -> Spread:
    """By sorting them all."""
    if not times:
        return NOTHING
    ordered = sorted(times)
    return Spread(len(ordered), ordered[ceil(len(ordered) / 2) - 1], ordered[ceil(len(ordered) * 0.9) - 1], ordered[-1])


def recomputed(hall: Hall, first: date, last: date, centre: str | None) -> DayFigures:
    """The figures, by walking over every invented row."""
    days = {day.isoformat() for day in range_of(first, last)}
    begins, ends = at_baku(first, time()), at_baku(last + timedelta(days=1), time())

    def here(row: dict[str, Any]) -> bool:
        return centre is None or row["centre"] == centre

    booked = [row for row in hall.bookings if here(row) and begins <= row["starts_at"] < ends]
    given = [row for row in hall.tickets if here(row) and row["day"] in days]
    came_late = {row["booking"] for row in hall.audit if row["outcome"] == "too_late"}
    came_late |= {row["after_booking"] for row in given if row["after_booking"]}
    accepted = {row["booking"] for row in given if row["accepted_late_by"]}
    open_ones = [row for row in booked if row["state"] == "confirmed" and row["id"] not in came_late]
    counts: dict[str, int] = dict.fromkeys(("waiting", "called", "serving", "parked", "finished", "no_show"), 0)
    for row in given:
        counts[row["state"]] += 1
    waits: dict[int, list[int]] = defaultdict(list)
    services: dict[int, list[int]] = defaultdict(list)
    arrived: dict[int, int] = defaultdict(int)
    for row in given:
        arrived[baku_hour(row["issued_at"])] += 1
        true_calls = [call for call in hall.calls if call["ticket"] == row["id"] and call["ended_as"] != "undone"]
        if true_calls:
            called_at = min(call["called_at"] for call in true_calls)
            ready = max(row["issued_at"], row["booked_for"] or 0)
            waits[baku_hour(called_at)].append(max(0, called_at - ready) // 1000)
        for call in true_calls:
            if call["ended_as"] == "finished":
                services[baku_hour(call["ended_at"])].append((call["ended_at"] - call["started_at"]) // 1000)
    hours = tuple(
        HourFigures(
            hour, arrived[hour], len(waits[hour]), len(services[hour]), spread(waits[hour]), spread(services[hour])
        )
        for hour in range(24)
    )
    return DayFigures(
        centre=centre,
        first=first,
        last=last,
        at=to_datetime(NOW),
        booked=len(booked),
        confirmed=sum(row["confirmed_at"] is not None for row in booked),
        held=sum(row["state"] == "held" and row["held_until"] > NOW for row in booked),
        expired=sum(
            row["confirmed_at"] is None and not (row["state"] == "held" and row["held_until"] > NOW) for row in booked
        ),
        cancelled=sum(row["state"] == "cancelled" and row["confirmed_at"] is not None for row in booked),
        activated=sum(row["state"] == "active" for row in booked),
        early_two_hours=sum(
            row["state"] == "active" and row["starts_at"] - row["activated_at"] >= 120 * MINUTE for row in booked
        ),
        late=sum(row["id"] in came_late | accepted for row in booked),
        accepted_late=len(accepted),
        never_came=sum(row["starts_at"] + LATE < NOW for row in open_ones),
        to_come=sum(row["starts_at"] + LATE >= NOW for row in open_ones),
        walk_ins=sum(row["booking"] is None for row in given),
        not_served=sum(row["outcome"] not in (None, "served") for row in given),
        **counts,
        wait_times=spread([one for hour in waits.values() for one in hour]),
        service_times=spread([one for hour in services.values() for one in hour]),
        hours=hours,
    )


def adds_up(found: DayFigures) -> None:
    """The identities of docs/figures.md."""
    assert found.booked == found.confirmed + found.held + found.expired
    assert found.late >= found.accepted_late
    refused = found.late - found.accepted_late
    assert found.confirmed == found.activated + found.cancelled + found.never_came + found.to_come + refused
    in_the_hall = (found.waiting, found.called, found.serving, found.parked, found.finished, found.no_show)
    assert sum(in_the_hall) == found.activated + found.walk_ins
    assert sum(hour.arrived for hour in found.hours) == found.activated + found.walk_ins
    assert sum(hour.finished for hour in found.hours) == found.finished == found.service_times.count
    assert sum(hour.called for hour in found.hours) == found.wait_times.count
    assert found.called + found.serving + found.finished + found.no_show <= found.wait_times.count
    assert all(hour.called == hour.waiting.count and hour.finished == hour.service.count for hour in found.hours)
    assert [hour.hour for hour in found.hours] == list(range(24))


@pytest.mark.parametrize("seed", [5, 108])
def test_the_figures_are_what_walking_over_every_row_gives(trial: Trial, seed: int) -> None:
    """C7: each day, each range, each centre and all of them; and they add up."""
    hall = Inventor(seed).days(60)
    write(trial, hall)
    for first, last in [(day, day) for day in DAYS] + [(DAYS[0], DAYS[1]), (DAYS[0], DAYS[-1])]:
        for centre in (CENTRE, OTHER_CENTRE, None):
            found = trial.station.figures.of(first, last, centre or "*")
            assert found == recomputed(hall, first, last, centre)
            adds_up(found)


def test_a_counter_shows_the_same_late_ones(trial: Trial) -> None:
    """C2, C7: today's, by the cheap count of the queue and by the figures."""
    write(trial, Inventor(5).days(60))
    told = set()
    for day in DAYS:
        trial.at(f"{day} 23:59")
        for centre in (CENTRE, OTHER_CENTRE):
            told.add(late := trial.station.queue.look(centre).late)
            assert late == trial.station.figures.of(day, day, centre).late
    assert len(told) > 1


def test_the_invented_days_have_something_of_everything() -> None:
    """A figure that is 0 on all invented days would be tested by nothing."""
    found = recomputed(Inventor(5).days(60), DAYS[0], DAYS[-1], CENTRE)
    counted = {name: getattr(found, name) for name in DayFigures.__slots__ if isinstance(getattr(found, name), int)}
    assert min(counted.values()) > 0, counted
    assert found.late > found.accepted_late


def test_a_day_without_anybody_is_all_zeros(trial: Trial) -> None:
    """C7: nobody is nobody, and no time is divided by them."""
    found = trial.station.figures.of(DAYS[0], DAYS[0])
    assert (found.centre, found.booked, found.late, found.finished) == (CENTRE, 0, 0, 0)
    assert found.wait_times == found.service_times == NOTHING
    adds_up(found)


def test_what_really_happens_is_counted(make_trial: Any) -> None:
    """C7: a morning through the services: held, confirmed, on time, late, accepted, never came."""
    trial = make_trial(arrival={"accept_late": True})
    people = [{"fin": f"7ZZ00{number:02d}", "email": f"person{number}@example.az"} for number in range(6)]
    from tests.stations import PERSON

    hours = ("09:00", "10:00", "11:00", "12:00", "14:00", "15:00")
    made = [trial.confirmed(f"2026-11-23 {hour}", dict(PERSON) | who) for hour, who in zip(hours, people, strict=True)]
    trial.hold("2026-11-23 16:00", dict(PERSON) | {"fin": "7ZZ0099", "email": "person99@example.az"})
    staff = trial.station.staff.add("operator-1", "Nümunə", "supervisor", frozenset(), "uzun-parol-1")
    trial.at("2026-11-23 09:00:00")
    trial.arrive(made[0].order_code)
    trial.arrive(made[3].order_code)
    trial.at("2026-11-23 10:15:00.001")
    trial.arrive(made[1].order_code)
    trial.arrive(made[1].order_code)
    trial.at("2026-11-23 11:20:00")
    trial.arrive(made[2].order_code)
    trial.station.hall.accept_late("late-1", made[2].order_code, staff, "yol bağlı idi")
    trial.at("2026-11-23 14:15:00.001")
    monday = date(2026, 11, 23)
    found = trial.station.figures.of(monday, monday)
    adds_up(found)
    assert (found.booked, found.confirmed, found.held, found.expired) == (7, 6, 0, 1)
    assert (found.activated, found.early_two_hours, found.late, found.accepted_late) == (3, 1, 2, 1)
    assert (found.never_came, found.to_come, found.cancelled) == (1, 1, 0)
    assert (found.waiting, found.walk_ins) == (3, 0)
    assert {hour.hour: hour.arrived for hour in found.hours if hour.arrived} == {9: 2, 11: 1}


def test_a_range_is_a_year_at_most(trial: Trial) -> None:
    """C7: an empty range and one over a year are refused, and so is an unknown centre."""
    figures, day = trial.station.figures, DAYS[0]
    for last, why in ((day - timedelta(days=1), "before_from"), (day + timedelta(days=MOST_DAYS), "more_than_a_year")):
        with pytest.raises(BadRequest) as refused:
            figures.of(day, last)
        assert refused.value.why.startswith(why)
    for end in (date.min, date(1970, 12, 31), date(9999, 1, 1), date.max):
        with pytest.raises(BadRequest) as refused:
            figures.of(end, end)
        assert refused.value.facts == {"field": "from", "why": "out_of_range"}
    with pytest.raises(BadRequest) as refused:
        figures.of(date(9998, 12, 31), date(9999, 1, 1))
    assert refused.value.field == "to"
    assert (
        figures.of(date(1971, 1, 1), date(1971, 1, 1)).booked
        == figures.of(date(9998, 12, 31), date(9998, 12, 31)).booked
    )
    assert figures.of(day, day + timedelta(days=MOST_DAYS - 1)).booked == 0
    with pytest.raises(BadRequest) as refused:
        figures.of(day, day, "atlantis")
    assert refused.value.field == "centre"


def test_the_csv_holds_every_figure(trial: Trial) -> None:
    """C7: RFC 4180, names first, a row an hour and a day, and at the end one for all days."""
    write(trial, Inventor(5).days(30))
    figures = trial.station.figures
    text = "".join(figures_csv.lines(figures, DAYS[0], DAYS[-1], "*"))
    assert text.count("\r\n") == text.count("\n") and text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == figures_csv.COLUMNS
    days = [figures.of(day, day, "*") for day in DAYS]
    totals = [row for row in rows if not row["hour"]]
    assert [(row["from"], row["to"]) for row in totals] == [
        *((day.isoformat(), day.isoformat()) for day in DAYS),
        (DAYS[0].isoformat(), DAYS[-1].isoformat()),
    ]
    for row, found in zip(totals, [*days, figures.of(DAYS[0], DAYS[-1], "*")], strict=True):
        assert row["centre"] == "*"
        assert int(row["late"]) == found.late
        assert int(row["no_show"]) == found.no_show
        assert int(row["wait_ninth_decile_seconds"]) == found.wait_times.ninth_decile
        assert int(row["served"]) == found.service_times.count
    busy = [(found.first.isoformat(), hour) for found in days for hour in found.hours if hour.arrived or hour.called]
    by_hour = [row for row in rows if row["hour"] and (row["arrived"] != "0" or row["first_called"] != "0")]
    assert [(row["from"], int(row["hour"])) for row in by_hour] == [(day, hour.hour) for day, hour in busy]
    for row, (_, hour) in zip(by_hour, busy, strict=True):
        assert (int(row["arrived"]), int(row["first_called"])) == (hour.arrived, hour.called)
        assert row["wait_median_seconds"] == (str(hour.waiting.median) if hour.called else "")
        assert row["booked"] == ""


def test_the_pieces_of_a_range_add_up(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long range is counted in pieces; how long they are changes nothing, medians neither."""
    write(trial, Inventor(5).days(40))
    figures = trial.station.figures
    whole = figures.of(DAYS[0], DAYS[-1], "*")
    for length in (1, 2):
        monkeypatch.setattr("kiosk.hall.figures._PIECE_DAYS", length)
        assert figures.of(DAYS[0], DAYS[-1], "*") == whole


def test_a_law_that_moves_the_clocks_moves_the_hours(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours are those that the clocks showed, before and after the clocks were moved within a range."""
    hall = Inventor(5).days(40)
    write(trial, hall)
    moved = at_baku(DAYS[1], time(12))
    monkeypatch.setattr("kiosk.hall.figures._offset", lambda at: (5 if at >= moved else 4) * 60 * MINUTE)
    expected = [0] * 24
    for row in hall.tickets:
        expected[(row["issued_at"] // 3_600_000 + (5 if row["issued_at"] >= moved else 4)) % 24] += 1
    found = trial.station.figures.of(DAYS[0], DAYS[-1], "*")
    assert [hour.arrived for hour in found.hours] == expected
