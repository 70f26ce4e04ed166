"""The open grid follows the real station's database (Q5, issue 2)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.booking.facts import Held
from kiosk.place import place
from kiosk.preparing import prepare
from kiosk.settings import DatabaseSettings, ExampleSettings, MailSettings, SecretsSettings, Settings
from kiosk.station import Station
from screens.citizen import wizard
from screens.citizen.slots import SlotScreen
from screens.widgets.slot_grid import name_of
from tests.screens.running import Face, running

SERVICE, CENTRE = "identity-card-issue", "baku-2"
PERSON = {
    "given_name": "Aygün",
    "surname": "Məmmədova",
    "patronymic": "",
    "fin": "5ABC123",
    "phone": "050 234 56 78",
    "email": "aygun@example.az",
}


@pytest.fixture
def stations(tmp_path: Path) -> Iterator[tuple[Station, Station]]:
    """Two stations on one SQLite file, as two kiosks of a centre have it."""
    base = Settings()
    settings = replace(
        base,
        database=DatabaseSettings(url=f"sqlite:///{tmp_path / 'queue.db'}"),
        mail=MailSettings(path=str(tmp_path / "mail")),
        secrets=SecretsSettings(folder=str(tmp_path / "secrets")),
        example=ExampleSettings(data=False),
    )
    at = place(settings)
    prepare(at, lambda _: None)
    at.database.close()
    here = Station(settings)
    there = Station(replace(settings, station=replace(settings.station, name="kiosk-2")))
    yield here, there
    there.close()


def hold(station: Station, hour: datetime) -> Held:
    return station.bookings.hold(secrets.token_hex(16), SERVICE, CENTRE, hour, PERSON, "az")


async def grid_of(face: Face, station: Station) -> SlotScreen:
    """The open grid of the first working day on offer."""
    day = next(day for day in station.bookings.dates(SERVICE, CENTRE) if day.open)
    draft = face.app.session.draft
    draft.service, draft.centre, draft.date = SERVICE, CENTRE, day.date
    screen = SlotScreen(draft)

    async def show() -> None:
        await wizard.Stage(face.app).show(screen)

    face.app.start_errand(show)
    await face.until(lambda: face.app.screen is screen and screen.grid.slots)
    return screen


async def test_another_stations_hold_and_release_show(stations: tuple[Station, Station]) -> None:
    """Q5, issue 2: the grid is told of them; the second that the rule allows is measured by `./bench`."""
    here, there = stations
    async with running(cast(Any, here)) as face:
        screen = await grid_of(face, here)
        hour = screen.grid.slots[0].time
        name = name_of(hour)
        held = hold(there, hour)
        await face.until(lambda: screen.grid.state_of(screen.grid.slots[0]) == "held")
        assert name in screen.grid.changed
        there.bookings.release(secrets.token_hex(16), held.booking)
        await face.until(lambda: screen.grid.state_of(screen.grid.slots[0]) == "free")


async def test_this_visits_own_hour_is_marked_and_swapped(stations: tuple[Station, Station]) -> None:
    """Issue 2: the hour held in this session is marked as theirs, and another hour swaps it in one transaction."""
    here, _ = stations
    async with running(cast(Any, here)) as face:
        screen = await grid_of(face, here)
        first, second = screen.grid.slots[0].time, screen.grid.slots[1].time
        draft = screen.draft
        draft.held, draft.applicant, draft.time = hold(here, first), dict(PERSON), first
        screen.follow()
        await face.until(lambda: screen.grid.state_of(screen.grid.slots[0]) == "mine")
        face.elapsed.pass_by(1.0)
        await face.touch("#grid", name_of(second))
        await face.until(screen.outcome.done)
        assert draft.held is not None
        assert draft.held.time == second
        states = [slot.state for slot in here.bookings.slots(SERVICE, CENTRE, cast(Any, draft.date)).slots[:2]]
        assert states == ["free", "held"]
