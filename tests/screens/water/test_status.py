"""“Müraciətin statusunu yoxla”: a person's applications and what became of them (W4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.errors import Unavailable
from kiosk.language import text
from screens.citizen.step import Back
from screens.citizen.water.applications import status
from screens.citizen.water.status import ApplicationScreen, StatusScreen
from screens.citizen.water.words import applicant_words
from tests.screens.opened import languages
from tests.screens.running import FULL, LARGE
from tests.screens.water.applicants import BY_FIN, NUMBER, WaterStation, application
from tests.screens.water.filling import on_errand, water

STATES = ("awaiting_payment", "registered", "in_work", "asked_back", "completed", "refused", "dropped")


def station(*found: Any) -> WaterStation:
    """A station with these applications of the person."""
    made = WaterStation()
    made.water.applications.found = found
    return made


async def suspensions(app: Any, stage: Any, who: Any) -> Any:
    """The status of suspensions and restorations."""
    return await status(app, stage, who, ("suspension", "restoration"))


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_all_that_the_manual_names_stands_in_the_list(size: tuple[int, int]) -> None:
    """W4: number, date, source, applicant's name and surname, status, type; nothing cut, in three languages."""
    other = application("2026-000018", kind="new_consumer")
    async with on_errand(suspensions, BY_FIN, station(application(), other), size=size) as (face, ended):
        async for language in languages(face):
            for shown in (
                NUMBER,
                "Aygün Məmmədova",
                text(language, "application.source.kiosk"),
                text(language, "application.kind.suspension"),
                text(language, "application.state.in_work"),
                "2026",
            ):
                assert shown in face.shown, language
            assert "…" not in face.shown
        assert "2026-000018" not in face.shown, "the other service has its own list"
        await face.touch("#back")
        assert ended == [Back()]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_an_application_is_opened_with_its_steps_and_answer(size: tuple[int, int]) -> None:
    """W4, W7: what was done and what the company answered; back to the list."""
    one = application(answer="Xidmət dayandırıldı", state="completed")
    async with on_errand(suspensions, BY_FIN, station(one), size=size) as (face, _):
        await face.touch("#applications", "0")
        assert face.is_on(ApplicationScreen)
        for shown in (NUMBER, "Xidmət dayandırıldı", "Usta təyin olunub", "03.11.2026, 12:15"):
            assert shown in face.shown
        await face.touch("#back")
        assert face.is_on(StatusScreen)


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_fin_alone_shows_no_name(size: tuple[int, int]) -> None:
    """W4: what the station blanks is shown as hidden; number, date, status and type stand there always."""
    nameless = replace(application(), given_name="", surname="", patronymic="", phone="", email="", fields={})
    nameless = replace(nameless, steps=tuple(replace(step, note="") for step in nameless.steps))
    async with on_errand(suspensions, BY_FIN, station(nameless), size=size) as (face, _):
        assert applicant_words(nameless) in face.shown
        assert NUMBER in face.shown
        await face.touch("#applications", "0")
        assert applicant_words(nameless) in face.shown
        assert face.app.text("application.state.in_work") in face.shown
        assert face.app.text("field.label.phone") not in face.shown


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_every_state_has_its_mark_and_word(size: tuple[int, int]) -> None:
    """face.md: no colour speaks alone; and the pages of the list are turned by keys."""
    found = [application(f"2026-{number:06}", state=state) for number, state in enumerate(STATES, 1)]
    async with on_errand(suspensions, BY_FIN, station(*found), size=size) as (face, _):
        seen = ""
        for _ in STATES:
            seen += face.shown
            await face.press("pagedown")
        for state in STATES:
            assert all(word in seen for word in face.app.text(f"application.state.{state}").split())


async def test_nobody_who_applied_for_nothing_sees_an_empty_page() -> None:
    """face.md: say what is, in words."""
    async with on_errand(suspensions, BY_FIN, station()) as (face, _):
        assert face.screen.note.told == face.app.text("application.none")  # type: ignore[attr-defined]


async def test_a_step_at_the_desk_is_seen_at_once() -> None:
    """W4: the list follows the database, also after it was away."""
    async with on_errand(suspensions, BY_FIN, station(application())) as (face, _):
        applications = water(face).applications
        applications.refuse = Unavailable()
        face.screen.follow()  # type: ignore[attr-defined]
        await face.settle()
        assert NUMBER in face.shown
        applications.found = (application(state="completed"),)
        face.station.change()
        await face.settle()
        assert face.app.text("application.state.completed") in face.shown


async def test_what_staff_wrote_cannot_steer_the_terminal() -> None:
    """K1: an answer is a text of somebody; control signs are no part of what is shown."""
    one = application(answer="Hazır\x1b[2J\nsabah", state="completed")
    async with on_errand(suspensions, BY_FIN, station(one)) as (face, _):
        await face.touch("#applications", "0")
        assert "Hazır [2J sabah" in face.shown
        assert "\x1b" not in face.shown
