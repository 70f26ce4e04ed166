"""A new consumer at the kiosk, from the FİN to the number (W1 to W3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from kiosk.errors import BadRequest, KeyReused, Unavailable
from kiosk.session import Session
from kiosk.water.facts import Registered
from screens.citizen.step import Back, Next, Notice
from screens.citizen.water import listed
from screens.citizen.water.address import DistrictScreen, PlaceScreen, PlaceTextScreen
from screens.citizen.water.applications import new_consumer
from screens.citizen.water.consumer import ConsumerScreen, ContactScreen
from screens.citizen.water.documents import DocumentsScreen
from screens.citizen.water.house import HouseNumbersScreen, HouseTypeScreen
from screens.citizen.water.registered import RegisteredScreen
from screens.citizen.water.sending import Sent
from screens.citizen.water.steps import ToStep
from screens.citizen.water.summary import SummaryScreen
from screens.citizen.water.words import new_consumer_fields
from screens.idle import IdleWarning
from tests.screens.opened import answered, languages, opened
from tests.screens.running import FULL, LARGE, Face
from tests.screens.water.applicants import BY_FIN, BY_TOKEN, DISTRICTS, DOCUMENT, FIN, NUMBER, WaterStation, application
from tests.screens.water.filling import at_door, fill, filled, on_errand, to_the_check, water

_FORM = {
    "fin": FIN,
    "given_name": "Aygün",
    "surname": "Məmmədova",
    "patronymic": "",
    "phone": "+994502345678",
    "email": "a.memmedova@mail.az",
    "notes": "",
    "consumer_fin": FIN,
    "district": "baku-1",
    "place": "2",
    "place_text": "",
    "house_type": "apartment_block",
    "house_number": "12",
    "flat_number": "34",
}


def sent(face: Face) -> list[tuple[object, ...]]:
    """The applications that were sent: key, kind, fields, documents, language, waiting."""
    return [tuple(call[1:]) for call in water(face).applications.named("apply")]


@asynccontextmanager
async def at_the_check(**more: Any) -> AsyncIterator[tuple[Face, SummaryScreen]]:
    """The last step with everything filled in."""
    made = opened(lambda app: SummaryScreen(filled(app.session), BY_FIN), cast(Any, WaterStation()), **more)
    async with made as (face, screen):
        yield face, screen


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_sites_door_from_the_first_step_to_the_number(size: tuple[int, int]) -> None:
    """W1, W2, W3: the manual's steps, “Müraciət et”, “Təsdiq et”, and the text with the number."""
    async with on_errand(new_consumer, BY_FIN, size=size) as (face, ended):
        await to_the_check(face)
        assert face.is_on(SummaryScreen)
        assert not sent(face), "nothing is sent before it was confirmed"
        assert face.app.text("button.approve") in face.shown
        assert face.app.text("button.decline") in face.shown
        await face.touch("#main")
        assert face.is_on(RegisteredScreen)
        for line in face.app.text("application.registered", number=NUMBER).split("\n"):
            assert line in face.shown
        ((_, kind, fields, documents, language, waits),) = sent(face)
        assert (kind, fields, language, waits) == ("new_consumer", _FORM, "az", False)
        assert documents == (("ownership_document", DOCUMENT.digest), ("residents_certificate", DOCUMENT.digest))
        await face.touch("#main")
        assert ended == [Next()]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_e_su_form_ends_with_a_box(size: tuple[int, int]) -> None:
    """W2: “Müraciət göndər” sends only when the box is ticked; both doors lead to one application."""
    async with at_the_check(size=size, with_settings=at_door("e_su")) as (face, screen):
        assert face.app.text("apply.declaration") in face.shown
        assert face.app.text("button.submit_form") in face.shown
        await face.touch("#main")
        assert not sent(face)
        await face.touch("#box")
        await face.touch("#main")
        assert isinstance(answered(screen), Sent)
        assert sent(face)[0][2] == _FORM


async def test_imtina_leads_back_to_the_form_and_nothing_is_lost() -> None:
    """W2: “İmtina”; then GERİ through every step, and on again without typing anything anew."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        filled(face.app.session)
        ways = [ConsumerScreen, DistrictScreen, PlaceScreen, HouseTypeScreen, HouseNumbersScreen, DocumentsScreen]
        for way in (*ways, ContactScreen):
            assert face.is_on(way)
            await face.touch("#main")
        for way in (SummaryScreen, ContactScreen, *reversed(ways)):
            assert face.is_on(way)
            if way is not ConsumerScreen:
                await face.touch("#back")
        assert new_consumer_fields(face.app.session.water, BY_FIN) == _FORM


async def test_back_from_the_first_step_ends_the_errand() -> None:
    """W1: the choice between a new application and the status comes back."""
    async with on_errand(new_consumer, BY_FIN) as (face, ended):
        await face.touch("#back")
        assert ended == [Back()]


async def test_the_own_fin_stands_there_and_can_be_another() -> None:
    """W1: the FİN of the consumer to register; what was emptied stays empty."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        assert face.screen.fields["consumer_fin"].value == FIN  # type: ignore[attr-defined]
        await fill(face, consumer_fin="")
        await face.touch("#main")
        assert face.is_on(ConsumerScreen)
        await fill(face, consumer_fin="7ZZZ123")
        await face.touch("#main")
        assert face.is_on(DistrictScreen)
        assert new_consumer_fields(face.app.session.water, BY_FIN)["consumer_fin"] == "7ZZZ123"


async def test_names_of_a_certificate_are_not_asked_for() -> None:
    """W1, Q6: what the sign-in told is not typed again; it is sent as it was told."""
    async with opened(lambda app: ContactScreen(app.session, BY_TOKEN), cast(Any, WaterStation())) as (face, screen):
        assert list(screen.fields) == ["phone", "water_email", "notes"]
        fields = new_consumer_fields(filled(face.app.session).water, BY_TOKEN)
        assert (fields["given_name"], fields["surname"], fields["patronymic"]) == ("Aygün", "Məmmədova", "Rəşid qızı")


async def test_a_yard_house_has_no_flat() -> None:
    """W1 (ours): the flat's number is not asked for, nor sent when one was typed before."""
    session = filled(Session("az"))
    session.water.house_type = "yard_house"
    async with opened(lambda _: HouseNumbersScreen(session), cast(Any, WaterStation())) as (_, screen):
        assert list(screen.fields) == ["house_number"]
    assert new_consumer_fields(session.water, BY_FIN)["flat_number"] == ""


async def test_a_search_finds_folded_letters_in_every_group() -> None:
    """W1, Q1: `suraxani` finds Suraxanı, `seki` the city of Şəki, with one letter after another typed anywhere."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        await face.touch("#main")
        await face.press(*"suraxani")
        assert [row.title for row in face.screen.names.rows] == ["Suraxanı"]  # type: ignore[attr-defined]
        await face.touch("#search", "clear")
        await face.press(*"seki")
        assert [row.title for row in face.screen.names.rows] == ["Şəki"]  # type: ignore[attr-defined]
        await face.press("enter")
        assert face.is_on(PlaceScreen)
        assert face.app.session.water.district is not None
        assert face.app.session.water.district.name == "Şəki"


def test_another_district_has_other_places() -> None:
    """W1: the place of the district before is not kept with another one."""
    draft = filled(Session("az")).water
    assert draft.district is not None
    draft.choose_district(draft.district)
    assert draft.place is not None
    draft.choose_district(DISTRICTS[0])
    assert draft.place is None


async def test_each_letter_is_one_search() -> None:
    """W1: a search that a faster letter overtook is not taken for a database that is away."""
    async with on_errand(new_consumer, BY_FIN) as (face, _):
        filled(face.app.session)
        await face.touch("#main")
        await face.touch("#main")
        face.elapsed.pass_by(1.0)
        await face.pilot.press(*"nec")
        await face.settle()
        assert [row.title for row in face.screen.names.rows] == ["Nəcəfqulu Rəfiyev"]  # type: ignore[attr-defined]
        assert sorted(typed for _, _, typed in water(face).places.named("search")) == ["", "n", "ne", "nec"]


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_place_that_is_not_in_the_list(size: tuple[int, int]) -> None:
    """W1: the box “Küçə/qəsəbə/kənd siyahıda mövcud deyil” leads to free text, and back with the text kept."""
    async with on_errand(new_consumer, BY_FIN, size=size) as (face, _):
        await face.touch("#main")
        await face.touch("#names", "baku-1")
        assert face.app.text("apply.not_in_list") in face.shown
        await face.touch("#box")
        assert face.is_on(PlaceTextScreen)
        await face.touch("#main")
        assert face.is_on(PlaceTextScreen), "an empty text is no address"
        await fill(face, place_text="Yeni küçə 5")
        await face.touch("#back")
        assert face.is_on(PlaceScreen)
        await face.touch("#box")
        await face.touch("#main")
        assert face.is_on(HouseTypeScreen)
        fields = new_consumer_fields(face.app.session.water, BY_FIN)
        assert (fields["place"], fields["place_text"]) == ("", "Yeni küçə 5")


async def test_a_language_switch_and_the_idle_warning_lose_nothing() -> None:
    """Issue 4: nothing typed is ever lost."""
    async with opened(lambda app: ContactScreen(app.session, BY_FIN), cast(Any, WaterStation())) as (face, screen):
        await fill(face, notes="Zəng etməyin", phone="050")
        async for _ in languages(face):
            assert face.app.text("field.label.water_email") in face.shown
        face.elapsed.pass_by(face.app.settings.face.idle_seconds - 5)
        await face.app.look_at_idle()
        await face.settle()
        assert face.is_on(IdleWarning)
        await face.press("enter")
        assert face.screen is screen
        assert screen.fields["notes"].value == "Zəng etməyin"
        assert face.app.session.water.typed["phone"] == "050"


async def test_a_lost_answer_gets_the_same_number_when_asked_again() -> None:
    """Issue 4: the database away for a minute; asking again is the same act, also in another language by then."""
    async with at_the_check() as (face, screen):
        applications = water(face).applications
        applications.lost, applications.lose_answers = Unavailable(), 1
        await face.touch("#main")
        assert answered(screen) is None
        assert screen.note.told == face.app.text("database.away")
        face.app.set_language("ru")
        await face.settle()
        await face.touch("#main")
        assert answered(screen) == Sent(Registered(NUMBER, "new_consumer", "registered"))
        first, second = sent(face)
        assert first == second
        assert len(applications.stored) == 1


async def test_a_form_changed_after_a_lost_answer_makes_no_second_application() -> None:
    """Issue 4: one application or none, never two: what was registered with the first answer is told."""
    async with at_the_check() as (face, screen):
        applications = water(face).applications
        applications.lost, applications.lose_answers = Unavailable(), 1
        await face.touch("#main")
        face.app.session.water.typed["notes"] = "Başqa qeyd"
        applications.refuse = KeyReused()
        applications.found = (application(NUMBER, kind="new_consumer", created_at=face.app.now()),)
        await face.touch("#main")
        assert answered(screen) == Sent(Registered(NUMBER, "new_consumer", "in_work"))
        assert len(applications.stored) == 1


async def test_a_refusal_that_was_lost_does_not_stand_in_the_way() -> None:
    """Issue 4: the key of an act that came to nothing is not kept for another form."""
    async with at_the_check() as (face, screen):
        water(face).applications.refuse = KeyReused()
        await face.touch("#main")
        assert answered(screen) == Sent(Registered(NUMBER, "new_consumer", "registered"))
        first, second = sent(face)
        assert first[0] != second[0]


async def test_a_second_tap_sends_nothing_twice() -> None:
    """W2: two taps on “Təsdiq et” are one application."""
    async with at_the_check() as (face, _):
        await face.tap("#main")
        await face.tap("#main")
        await face.settle()
        assert len(sent(face)) == 1


async def test_what_the_station_finds_wrong_leads_to_its_step() -> None:
    """W1: told in words where it can be put right, with everything kept."""
    async with at_the_check() as (face, screen):
        water(face).applications.refuse = BadRequest("house_number", "house")
        await face.touch("#main")
        assert answered(screen) == ToStep("house", Notice("field.house"))
        assert face.app.session.water.typed["house_number"] == "12"


async def test_a_list_that_could_not_be_read_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 4: the database away for a minute: said, and read by itself when it is back."""
    monkeypatch.setattr(listed, "RETRY_SECONDS", 0.05)
    station = WaterStation()
    station.water.places.refuse = Unavailable()
    async with on_errand(new_consumer, BY_FIN, station) as (face, _):
        await face.touch("#main")
        assert face.is_on(DistrictScreen)
        await face.until(lambda: len(station.water.places.named("districts")) == 2)
        await face.settle()
        assert "Xətai" in face.shown
        assert face.screen.note.told == ""  # type: ignore[attr-defined]


def test_somebody_else_finds_nothing_of_it() -> None:
    """K1: another FİN in the same visit gets an empty form."""
    draft = filled(Session("az")).water
    draft.belongs_to(FIN)
    assert draft.typed
    draft.belongs_to("7ZZZ123")
    assert not draft.typed
    assert not draft.documents
    assert draft.district is None


@pytest.mark.parametrize("size", [pytest.param(FULL, marks=pytest.mark.long), LARGE])
async def test_no_text_is_cut(size: tuple[int, int]) -> None:
    """face.md: planned for 1.4 times the Azerbaijani length; every step, in every language."""

    async def looks_whole(face: Face) -> None:
        async for language in languages(face):
            assert "…" not in face.shown, (type(face.screen).__name__, language)

    async with on_errand(new_consumer, BY_FIN, size=size) as (face, _):
        filled(face.app.session)
        for selector, spot in (
            ("#main", None),
            ("#main", None),
            ("#box", None),
            ("#back", None),
            ("#names", "2"),
            ("#main", None),
            ("#main", None),
            ("#documents", "ownership_document"),
            ("#tiles", "phone"),
            ("#back", None),
            ("#back", None),
            ("#main", None),
            ("#main", None),
            ("#main", None),
        ):
            await looks_whole(face)
            await face.touch(selector, spot)
        assert face.is_on(RegisteredScreen)
        await looks_whole(face)
