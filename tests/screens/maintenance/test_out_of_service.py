"""Out of service: a notice in three languages on both faces, until maintenance ends it (M5)."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from kiosk.care.out_of_service import OutOfService
from kiosk.language import LANGUAGES, text
from screens.app import FaceName
from screens.citizen.first import FirstScreen
from screens.maintenance.health import HealthScreen
from screens.maintenance.out_of_service import OutOfServiceScreen
from screens.maintenance.service import ServiceScreen
from screens.maintenance.sign_in import MaintenanceSignInScreen
from screens.palette import THEMES
from tests.screens.maintenance.face import KIOSK, SIZES, TechnicalFace, at_first_screen, at_health, technical_settings
from tests.screens.maintenance.fakes import TECHNICIAN


def other_hand() -> OutOfService:
    """The same machine, seen by another process."""
    return OutOfService(technical_settings())


async def stop_serving(face: TechnicalFace) -> None:
    await face.press("f6")
    face.elapsed.pass_by(1.0)
    await face.touch("#yes")
    face.elapsed.pass_by(1.0)


async def test_it_asks_once_then_the_notice_stands_when_the_technician_leaves() -> None:
    """M5: and the audit says who did it."""
    async with at_health() as face:
        await stop_serving(face)
        assert face.is_on(HealthScreen)
        assert face.page.note.words == face.app.text("maintenance.service.is_off")
        assert ("act", "elchin", "service", "off") in face.desk
        await face.press("f10")
        assert face.is_on(OutOfServiceScreen)


@pytest.mark.parametrize("answer", ["no", "escape"])
async def test_no_changes_nothing(answer: str) -> None:
    """M5: the answer that keeps serving stands first, and Escape is it."""
    async with at_health() as face:
        await face.press("f6")
        face.elapsed.pass_by(1.0)
        if answer == "no":
            await face.touch("#no")
        else:
            await face.press("escape")
        assert face.is_on(HealthScreen)
        assert not face.app.is_out_of_service


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["citizen", "counter"])
async def test_both_faces_tell_it_whole_in_three_languages(name: FaceName, size: tuple[int, int]) -> None:
    """M5: from the first frame on after a restart; every word stands there, none is cut."""
    other_hand().set(TECHNICIAN)
    async with at_first_screen(face=name, size=size) as face:
        assert face.is_on(OutOfServiceScreen)
        for language in LANGUAGES:
            for word in text(language, "kiosk.out_of_service").split():
                assert word in face.shown
        assert "…" not in face.shown


@pytest.mark.parametrize("theme", THEMES)
async def test_it_is_read_without_colour_too(theme: str) -> None:
    """face.md: in every theme."""
    other_hand().set(TECHNICIAN)
    async with at_first_screen() as face:
        face.app.theme = theme
        await face.settle()
        assert text("az", "kiosk.out_of_service").split("\n")[0] in face.shown


async def test_the_face_follows_within_a_second_and_whoever_is_there_goes() -> None:
    """M5: another face of this machine stopped it, or `asan-kiosk`; the visit is forgotten as always."""
    async with at_first_screen() as face:
        await face.touch("#tiles", "book")
        assert not face.is_on(FirstScreen)
        other_hand().set(TECHNICIAN)
        face.app.look_at_service()
        await face.settle()
        assert face.is_on(OutOfServiceScreen)
        other_hand().clear()
        face.app.look_at_service()
        await face.settle()
        assert face.is_on(FirstScreen)


async def test_no_citizen_can_go_on() -> None:
    """M5: keys, touches and scans lead nowhere."""
    other_hand().set(TECHNICIAN)
    async with at_first_screen() as face:
        await face.press("enter", "1", "2", "escape", "tab", "f2", "space")
        for x in range(4, 120, 12):
            face.click(x, 20)
        await face.settle()
        assert face.is_on(OutOfServiceScreen)


@pytest.mark.parametrize("how", ["key", "clock"])
async def test_the_technicians_way_in_stays(how: str) -> None:
    """M5: and there it is ended; the citizens' first screen comes when the technician leaves."""
    other_hand().set(TECHNICIAN)
    async with at_first_screen(size=KIOSK) as face:
        if how == "key":
            await face.gesture()
        else:
            for _ in range(5):
                face.click(113, 1)
                await face.pilot.pause()
            await face.settle()
        assert face.is_on(MaintenanceSignInScreen)
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert face.page.note.words == face.app.text("maintenance.service.is_off")
        face.elapsed.pass_by(1.0)
        await face.press("f6")
        face.elapsed.pass_by(1.0)
        await face.touch("#yes")
        assert ("act", "elchin", "service", "on") in face.desk
        face.elapsed.pass_by(1.0)
        await face.press("f10")
        assert face.is_on(FirstScreen)


async def test_a_technician_at_work_is_left_in_peace() -> None:
    """M5: the notice comes when the mode ends, not over a trial."""
    async with at_health() as face:
        other_hand().set(TECHNICIAN)
        face.app.look_at_service()
        await face.settle()
        assert face.is_on(HealthScreen)


async def test_leaving_the_sign_in_shows_the_notice_again() -> None:
    """M5: never the citizens' first screen for a moment to stay on."""
    other_hand().set(TECHNICIAN)
    async with at_first_screen() as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.press("escape")
        assert face.is_on(OutOfServiceScreen)


async def test_a_folder_that_cannot_be_written_is_told(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M5: the machine still serves, and the technician knows."""

    def full(*_given: object) -> None:
        raise OSError

    async with at_health() as face:
        monkeypatch.setattr(face.app.service, "set", full)
        await stop_serving(face)
        assert face.is_on(ServiceScreen)
        assert cast(ServiceScreen, face.screen).note.words == face.app.text("maintenance.service.failed")
        assert not face.app.is_out_of_service
