"""Signing in at a counter (C3): name and password, one answer for a wrong pair, a wait after too many."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.errors import Unavailable
from kiosk.identity.staff import StaffMember
from screens.counter.sign_in import SignInScreen
from screens.counter.workplace import WorkplaceScreen
from screens.messages import Scanned
from tests.screens.counter.conftest import MakeCounter
from tests.screens.counter.counter_face import NAME, NARROW, PASSWORD, SIZES, at_sign_in, at_workplace
from tests.stations import Trial


async def test_the_right_pair_opens_the_workplace_and_says_who_works_there(counter: Trial) -> None:
    """C3: typed with keys alone, name, Tab, password, Enter."""
    async with at_sign_in(counter) as face:
        await face.write(NAME)
        await face.press("tab")
        await face.write(PASSWORD)
        await face.press("enter")
        assert isinstance(face.screen, WorkplaceScreen)
        assert "Leyla Həsənova · operator" in face.shown
        assert "Pəncərə 1" in face.shown


async def test_a_wrong_name_and_a_wrong_password_are_told_alike(counter: Trial) -> None:
    """C3: nobody learns which of the two was wrong; the name stays, the password goes."""
    async with at_sign_in(counter) as face:
        said = []
        for name, password in (("nobody", PASSWORD), (NAME, "not-the-password")):
            await face.sign(name, password)
            said.append(face.sign_in.note.words)
            assert face.sign_in.user_name.value == name
            assert face.sign_in.password.value == ""
            assert face.sign_in.password.current
        assert said == [face.app.text("staff.wrong")] * 2


async def test_after_too_many_wrong_passwords_it_says_until_when_to_wait(counter: Trial) -> None:
    """C3: the time is told to the second, since the first wait is half a minute."""
    async with at_sign_in(counter) as face:
        for _ in range(6):
            await face.sign(NAME, "not-the-password")
        assert face.sign_in.note.words == face.app.text("staff.slow_down", time="09:00:30")
        assert face.sign_in.note.kind == "error"


async def test_a_password_is_never_shown(counter: Trial) -> None:
    """K6: a dot for each sign."""
    async with at_sign_in(counter) as face:
        face.sign_in.password.value = PASSWORD
        await face.settle()
        assert PASSWORD not in face.shown
        assert "•" * len(PASSWORD) in face.shown


async def test_an_empty_field_is_told_at_the_field(counter: Trial) -> None:
    """C3: nothing is asked of the database for it, and no try is counted."""
    async with at_sign_in(counter) as face:
        face.sign_in.user_name.value = NAME
        await face.touch("#main")
        assert face.sign_in.password.problem == "field.short.empty"
        assert face.sign_in.user_name.problem is None
        assert not counter.query("SELECT * FROM audit WHERE act = 'sign_in'")


@pytest.mark.parametrize("size", [*SIZES, NARROW])
async def test_with_example_data_the_example_operator_stands_there(make_counter: MakeCounter, size: Any) -> None:
    """Issue 2: name and password, marked NÜMUNƏ."""
    async with at_sign_in(make_counter(example={"data": True}), size=size) as face:
        assert "NÜMUNƏ" in face.shown
        assert OPERATOR_NAME in face.shown
        assert OPERATOR_PASSWORD in face.shown


async def test_without_example_data_no_password_stands_there(counter: Trial) -> None:
    """K7."""
    async with at_sign_in(counter) as face:
        assert "NÜMUNƏ" not in face.shown
        assert OPERATOR_PASSWORD not in face.shown


async def test_while_the_database_is_away_what_was_typed_is_kept(
    counter: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told in words, and Enter tries again."""

    def away(name: str, password: str) -> StaffMember:
        raise Unavailable

    async with at_sign_in(counter) as face:
        with monkeypatch.context() as patched:
            patched.setattr(counter.station.staff, "sign_in", away)
            await face.sign()
        assert face.sign_in.note.words == face.app.text("database.away")
        assert (face.sign_in.user_name.value, face.sign_in.password.value) == (NAME, PASSWORD)
        assert face.app.text("counter.away") in face.shown
        await face.press("enter")
        assert isinstance(face.screen, WorkplaceScreen)


async def test_a_wait_that_goes_on_is_told_as_what_it_is(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that hangs answers nothing: first "wait", then in words what is the matter; typing goes on."""
    monkeypatch.setattr("screens.counter.base.AWAY_AFTER", 0.01)
    async with at_sign_in(counter) as face:
        face.sign_in.show_waiting(True)
        assert face.sign_in.note.words == face.app.text("note.wait")
        await face.until(lambda: face.sign_in.note.words == face.app.text("database.away"))
        await face.write(NAME)
        assert face.sign_in.user_name.value == NAME


async def test_a_fault_is_told_in_words(counter: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault passes in silence: whoever pressed Enter learns that nothing was done."""

    def broken(name: str, password: str) -> StaffMember:
        raise ValueError(password)

    async with at_sign_in(counter) as face:
        monkeypatch.setattr(counter.station.staff, "sign_in", broken)
        await face.sign()
        assert face.sign_in.note.words == face.app.text("error.unexpected")


async def test_a_scan_before_signing_in_is_not_taken(counter: Trial) -> None:
    """It goes into no field; the note says what to do."""
    async with at_sign_in(counter) as face:
        face.screen.post_message(Scanned("K7MP4XRT"))
        await face.settle()
        assert face.sign_in.note.words == face.app.text("staff.sign_in_first")
        assert face.sign_in.user_name.value == ""


async def test_what_nobody_sends_is_forgotten(make_counter: MakeCounter, monkeypatch: pytest.MonkeyPatch) -> None:
    """K6: a password that stays typed is cleared after `[face] idle_seconds`."""
    async with at_sign_in(make_counter(face={"idle_seconds": 10})) as face:
        planned: list[tuple[float, Any]] = []
        plain = SignInScreen.set_timer

        def noted(self: SignInScreen, delay: float, callback: Any = None, **more: Any) -> Any:
            planned.append((delay, callback))
            return plain(self, delay, callback, **more)

        monkeypatch.setattr(SignInScreen, "set_timer", noted)
        face.sign_in.password.value = PASSWORD
        await face.settle()
        delay, forget = next(timer for timer in planned if timer[0] == 10)
        forget()
        await face.settle()
        assert delay == 10
        assert face.sign_in.password.value == ""


async def test_the_language_changes_and_nothing_typed_is_lost(counter: Trial) -> None:
    """K2: by key, as every terminal tells Shift+F1, and by a touch."""
    async with at_sign_in(counter) as face:
        face.sign_in.user_name.value = NAME
        await face.press("f13")
        assert "Войдите в систему" in face.shown
        await face.press("shift+f1")
        assert "Type your user name and password" in face.shown
        await face.touch("#top", "az")
        assert "Sistemə daxil olun" in face.shown
        assert face.sign_in.user_name.value == NAME


async def test_after_signing_out_nothing_of_the_operator_is_left(counter: Trial) -> None:
    """C3: Shift+F12 leaves the workplace, and the audit says who left it."""
    async with at_workplace(counter) as face:
        await face.press("f24")
        await face.until(lambda: isinstance(face.screen, SignInScreen))
        await face.settle()
        assert "Leyla" not in face.shown
        assert face.sign_in.user_name.value == face.sign_in.password.value == ""
        rows = counter.query("SELECT staff, outcome FROM audit WHERE act = 'sign_out'")
        assert [row["outcome"] for row in rows] == ["done"]
        assert rows[0]["staff"] is not None
