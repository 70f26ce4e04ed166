"""A kiosk that a supervisor closed from a counter serves nobody until it is opened again (C2, M5)."""

from __future__ import annotations

from kiosk.language import text
from screens.citizen.first import FirstScreen
from screens.maintenance.health import HealthScreen
from screens.maintenance.out_of_service import OutOfServiceScreen
from tests.screens.maintenance.face import TechnicalFace, at_first_screen, at_health


async def look(face: TechnicalFace, *, closed: bool) -> None:
    """The machine heard of it, and the face looks, as it does each second."""
    face.station.stations.is_closed = closed
    face.app.look_at_service()
    await face.settle()


async def test_it_shows_the_notice_and_comes_back() -> None:
    """M5: the same notice as out of service, in three languages."""
    async with at_first_screen() as face:
        await look(face, closed=True)
        assert face.is_on(OutOfServiceScreen)
        assert text("az", "kiosk.out_of_service").split("\n")[0] in face.shown
        await look(face, closed=False)
        assert face.is_on(FirstScreen)


async def test_whoever_is_there_finishes_first() -> None:
    """C2: closing a kiosk takes nobody's half-done booking away; the next one finds it closed."""
    async with at_first_screen() as face:
        await face.touch("#tiles", "book")
        await look(face, closed=True)
        assert not face.is_on(OutOfServiceScreen) and not face.is_on(FirstScreen)
        face.app.end_visit()
        await face.settle()
        assert face.is_on(OutOfServiceScreen)


async def test_a_technician_at_work_is_left_in_peace() -> None:
    """M5: the notice comes when the mode ends."""
    async with at_health() as face:
        await look(face, closed=True)
        assert face.is_on(HealthScreen)


async def test_a_change_of_the_database_makes_it_look() -> None:
    """C2: within a second, not at the next word of this machine."""
    async with at_first_screen() as face:
        before = face.station.stations.looks
        face.station.change()
        await face.settle()
        assert face.station.stations.looks == before + 1
