"""Who may enter, and how entering ends (M1)."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from kiosk.errors import SlowDown, Unavailable
from kiosk.identity.staff import Role
from kiosk.language import time_left
from screens.citizen.first import FirstScreen
from screens.maintenance.health import HealthScreen
from screens.maintenance.sign_in import MaintenanceSignInScreen
from screens.messages import Scanned
from tests.screens.fakes import NOW
from tests.screens.maintenance.face import SIZES, TechnicalFace, at_first_screen, at_health, technical_settings
from tests.screens.maintenance.fakes import NAME, PASSWORD, TechnicalStation
from tests.screens.opened import tap_keys


def sign_in_of(face: TechnicalFace) -> MaintenanceSignInScreen:
    return cast(MaintenanceSignInScreen, face.screen)


@pytest.mark.parametrize("role", ["technician", "supervisor", "administrator"])
async def test_who_may_enter_comes_to_the_page_of_health(role: Role) -> None:
    """M1: and the audit says who and how."""
    station = TechnicalStation()
    station.staff.role = role
    async with at_health(station) as face:
        assert face.desk == [("enter", NAME, "password")]
        assert "Elçin Misalov" in face.shown


async def test_an_operator_is_refused() -> None:
    """M1: the right password is not enough; nothing of the page is shown, and nothing typed is left."""
    station = TechnicalStation()
    station.staff.role = "operator"
    async with at_first_screen(station) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign()
        screen = sign_in_of(face)
        assert screen.note.words == face.app.text("maintenance.not_for_operators")
        assert screen.password.value == ""
        assert face.desk == []


async def test_a_wrong_pair_is_told_as_at_the_counter() -> None:
    """M1: nobody learns which of the two was wrong; the name stays, the password goes."""
    async with at_first_screen() as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign(password="not-the-password")
        screen = sign_in_of(face)
        assert screen.note.words == face.app.text("staff.wrong")
        assert (screen.user_name.value, screen.password.value) == (NAME, "")


async def test_too_many_wrong_passwords_are_slowed_down() -> None:
    """M1: until when is told to the second."""
    station = TechnicalStation()
    station.staff.refuse = SlowDown(NOW + timedelta(seconds=30))
    async with at_first_screen(station) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert sign_in_of(face).note.words == face.app.text("staff.slow_down", time="14:32:30")


async def test_without_the_database_it_says_why_nobody_can_enter() -> None:
    """M1: staff are known to the database alone."""
    station = TechnicalStation()
    station.staff.refuse = Unavailable()
    async with at_first_screen(station) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.sign()
        assert sign_in_of(face).note.words == face.app.text("maintenance.no_database")
        assert sign_in_of(face).password.value == PASSWORD


async def test_a_scan_before_signing_in_is_not_taken() -> None:
    """M1: it goes into no field, and the note says so: keys as fast as a scan are not dropped in silence."""
    async with at_first_screen() as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        screen = sign_in_of(face)
        screen.post_message(Scanned("K7MP4XRT"))
        await face.settle()
        assert screen.note.words == face.app.text("staff.sign_in_first")
        assert (screen.user_name.value, screen.password.value) == ("", "")


async def test_an_empty_field_is_told_at_the_field() -> None:
    """M1: nothing is asked for it, and no try is counted."""
    station = TechnicalStation()
    async with at_first_screen(station) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await face.touch("#foot", "sign_in")
        assert sign_in_of(face).user_name.problem == "field.short.empty"
        assert station.staff.asked == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_finger_is_enough(size: tuple[int, int]) -> None:
    """M1, K2: name and password are typed on the screen at every size."""
    async with at_first_screen(size=size) as face:
        await face.gesture()
        face.elapsed.pass_by(1.0)
        await tap_keys(face, NAME)
        await face.touch("#password")
        await tap_keys(face, PASSWORD)
        assert PASSWORD not in face.shown
        await face.touch("#foot", "sign_in")
        assert face.is_on(HealthScreen)


async def test_where_nobody_signs_in_the_citizens_face_comes_back() -> None:
    """M1: after `[face] idle_seconds`, and what was typed is gone."""
    async with at_first_screen(with_settings=technical_settings(idle_seconds=60)) as face:
        await face.gesture()
        sign_in_of(face).password.value = PASSWORD
        face.elapsed.pass_by(61.0)
        await face.app.look_at_idle()
        await face.settle()
        assert face.is_on(FirstScreen)


async def test_left_alone_the_mode_ends_by_itself() -> None:
    """M1: after `[maintenance] idle_seconds` by the clock of elapsed time, and the audit says so."""
    async with at_health() as face:
        face.elapsed.pass_by(590.0)
        await face.app.look_at_idle()
        assert any(isinstance(screen, HealthScreen) for screen in face.app.screen_stack), "ten seconds are left"
        face.elapsed.pass_by(11.0)
        await face.app.look_at_idle()
        await face.settle()
        assert face.is_on(FirstScreen)
        assert face.desk[-1] == ("leave", NAME, "idle")
        assert face.health.closed


async def test_the_header_tells_how_long_is_left() -> None:
    """M1: minutes in words, seconds at the end; a touch makes it whole again."""
    async with at_health() as face:

        async def told(seconds: float) -> str:
            face.elapsed.pass_by(seconds)
            face.page.second_turned()
            await face.settle()
            return face.lines()[1]

        def ends(left: timedelta) -> str:
            return face.app.text("maintenance.ends", time=time_left("az", left))

        assert ends(timedelta(minutes=8)) in await told(130.0)
        assert ends(timedelta(seconds=69)) in await told(400.0)
        await face.press("f1")
        assert ends(timedelta(minutes=10)) in await told(0.0)


async def test_leaving_is_audited_and_leaves_nothing() -> None:
    """M1: F10, and the citizen's face is as it was."""
    async with at_health() as face:
        await face.press("f10")
        assert face.is_on(FirstScreen)
        assert face.desk[-1] == ("leave", NAME, "left")
        assert "Misalov" not in face.shown


async def test_escape_does_not_leave_by_chance() -> None:
    """M1: the mode ends by its own key."""
    async with at_health() as face:
        await face.press("escape")
        assert face.is_on(HealthScreen)
