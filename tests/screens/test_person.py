"""Step 5: the applicant's data, and the hold (Q6, Q10, Q11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.errors import DateNotOffered, LimitReached, Refusal, SameHour, SlotTaken, TooSoon, Unavailable
from kiosk.language import plural
from screens.citizen.person import PersonScreen
from screens.citizen.step import Back, JumpTo, Next
from tests.screens.fakes import NOW, held
from tests.screens.fakes_booked import SLOT, BookedStation
from tests.screens.opened import APPLICANT, answered, draft, languages, opened, tap_act, tap_keys
from tests.screens.running import FULL, LARGE, SIZES, settings


@pytest.mark.parametrize("size", SIZES)
async def test_no_text_is_cut(size: tuple[int, int]) -> None:
    """face.md: every text is planned for 1.4 × the Azerbaijani length."""
    async with opened(lambda _: PersonScreen(draft(given_name="Aygün")), size=size) as (face, screen):
        async for _ in languages(face):
            for name in screen.fields if size == FULL else (screen.at,):
                assert face.app.text(f"field.label.{name}") in face.shown
            below_the_choices = face.lines()[7:]
            assert "…" not in "\n".join(below_the_choices)


async def test_what_is_wrong_is_told_as_one_leaves_the_field() -> None:
    """Issue 2: each error at its field, in words, as one leaves the field; it goes while one types."""
    async with opened(lambda _: PersonScreen(draft(given_name="Aygün", surname="Məmmədova", patronymic="x"))) as (
        face,
        screen,
    ):
        assert screen.at == "fin"
        await face.press(*"5abc12")
        assert screen.fields["fin"].problem is None
        await face.press("tab")
        assert screen.at == "phone"
        assert screen.fields["fin"].value == "5ABC12"
        assert face.app.text("field.short.fin") in face.shown
        await face.touch("#fin")
        await face.press("3")
        assert face.app.text("field.short.fin") not in face.shown


async def test_an_empty_patronymic_is_no_mistake() -> None:
    """Q6: the patronymic may be empty."""
    async with opened(lambda _: PersonScreen(draft(**APPLICANT | {"patronymic": ""}))) as (face, screen):
        await face.touch("#main")
        assert isinstance(answered(screen), Next)


async def test_typing_goes_to_the_field_with_the_caret_whatever_has_the_focus() -> None:
    """face.md 06: a tap on a field moves the caret, and both are always visible."""
    async with opened(lambda _: PersonScreen(draft())) as (face, screen):
        await face.touch("#surname")
        screen.set_focus(screen.back)
        await face.press("q")
        assert screen.fields["surname"].value == "q"
        assert screen.draft.applicant["surname"] == "q"


async def test_the_first_letter_of_a_name_is_a_capital() -> None:
    """K2, K3: the on-screen keyboard writes İsmayıl, not Ismayil."""
    async with opened(lambda _: PersonScreen(draft())) as (face, screen):
        await tap_keys(face, "İ")
        await tap_keys(face, "smayıl")
        assert screen.fields["given_name"].value == "İsmayıl"
        await tap_act(face, "erase")
        assert screen.fields["given_name"].value == "İsmayı"


async def test_a_domain_key_replaces_the_domain() -> None:
    """face.md: three common domains; a second one does not pile up."""
    async with opened(lambda _: PersonScreen(draft(**APPLICANT | {"email": ""}))) as (face, screen):
        assert screen.at == "email"
        await tap_keys(face, "ad")
        for domain in ("@gmail.com", "@mail.ru"):
            key = next(key for key in screen.keyboard.shown if key.typed == domain)
            await face.touch("#keyboard", key.name)
        assert screen.fields["email"].value == "ad@mail.ru"


async def test_the_layer_a_person_chose_stays_for_the_names() -> None:
    """K2: layers; a FİN wants Latin capitals all the same."""
    async with opened(lambda _: PersonScreen(draft())) as (face, screen):
        await tap_act(face, "ru")
        await face.touch("#surname")
        assert screen.keyboard.layer == "ru"
        await face.touch("#fin")
        assert (screen.keyboard.layer, screen.keyboard.capitals) == ("en", True)
        await face.touch("#surname")
        assert screen.keyboard.layer == "ru"


async def test_a_change_of_language_loses_nothing() -> None:
    """K2: languages switch at any step, nothing lost."""
    async with opened(lambda _: PersonScreen(draft(given_name="Aygün"))) as (face, screen):
        await face.touch("#header", "ru")
        assert screen.fields["given_name"].value == "Aygün"
        assert face.app.text("field.label.surname") in face.shown
        assert screen.keyboard.layer == "ru"


@pytest.mark.parametrize("size", [LARGE, FULL])
async def test_the_main_button_says_what_is_missing(size: tuple[int, int]) -> None:
    """face.md: the note counts what is missing; a button that is not yet usable says why."""
    async with opened(lambda _: PersonScreen(draft(**APPLICANT | {"email": "a@"})), size=size) as (face, screen):
        await face.touch("#main")
        await face.touch("#main")
        assert answered(screen) is None
        assert screen.at == "email"
        assert face.app.text("field.short.email") in face.shown
        assert "hold" not in [call[0] for call in face.station.bookings.calls]


async def test_it_holds_the_hour_with_one_key() -> None:
    """Q6: the button holds the hour; a lost connection leaves the act open, and the same key asks again."""
    station = BookedStation()
    async with opened(lambda _: PersonScreen(draft(**APPLICANT)), station) as (face, screen):
        station.bookings.refuse = Unavailable()
        await face.touch("#main")
        assert screen.note.words == face.app.text("database.away")
        assert answered(screen) is None
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        first, second = (act for act in station.bookings.acts if act[0] == "hold")
        assert first == second
        assert screen.draft.held == station.bookings.held
        assert screen.draft.hold_key is None


async def test_other_data_are_another_act() -> None:
    """The same key with another body would be refused (key_reused)."""
    station = BookedStation()
    async with opened(lambda _: PersonScreen(draft(**APPLICANT)), station) as (face, screen):
        station.bookings.refuse = Unavailable()
        await face.touch("#main")
        await face.touch("#patronymic")
        await face.press("a")
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        keys = [key for name, key, _ in station.bookings.acts if name == "hold"]
        assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("refusal", "step", "key"),
    [
        (SlotTaken("taken"), "slot", "slot.lost_race"),
        (SameHour(), "slot", "slot.same_hour"),
        (DateNotOffered(), "date", "slot.date_over"),
    ],
)
async def test_a_refusal_leads_back_with_its_words(refusal: Refusal, step: str, key: str) -> None:
    """Issue 2: losing a race says so and shows the grid anew, nothing typed lost."""
    station = BookedStation()
    async with opened(lambda _: PersonScreen(draft(**APPLICANT)), station) as (face, screen):
        station.bookings.refuse = refusal
        await face.touch("#main")
        answer = answered(screen)
        assert isinstance(answer, JumpTo)
        assert (answer.step, answer.notice.key if answer.notice else "") == (step, key)
        assert screen.draft.applicant == APPLICANT


@pytest.mark.parametrize(
    ("limit", "key"),
    [("open_bookings", "booking.limit"), ("holds_per_email", "limit.email"), ("holds_per_station", "limit.station")],
)
async def test_a_limit_is_told_where_one_stands(limit: str, key: str) -> None:
    """Q10, Q11: limits for a person, an address, a station."""
    station = BookedStation()
    async with opened(lambda _: PersonScreen(draft(**APPLICANT)), station) as (face, screen):
        station.bookings.refuse = LimitReached(limit, 3)
        await face.touch("#main")
        assert answered(screen) is None
        assert face.app.text(key, count=3).split()[0] in face.shown
        assert screen.main.usable


async def test_the_same_data_are_no_new_hold() -> None:
    """Q3: going back and forth loses nothing, and mails no second code."""
    made = draft(**APPLICANT)
    async with opened(lambda _: PersonScreen(made)) as (face, screen):
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        again = PersonScreen(made)
        await face.app.switch_screen(again)
        await face.settle()
        await face.touch("#main")
        assert isinstance(answered(again), Next)
        assert [name for name, *_ in face.station.bookings.calls].count("hold") == 1


async def test_a_corrected_address_keeps_the_hold() -> None:
    """Issue 2: a mistyped address can be corrected without losing the hour."""
    made = draft(**APPLICANT)
    made.held, made.held_as = held(SLOT), {**APPLICANT, "phone": "+994502345678"}
    async with opened(lambda _: PersonScreen(made)) as (face, screen):
        screen.fields["email"].value = "aygun@mail.az"
        await face.settle()
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        assert ("correct_email", "b-1", "aygun@mail.az") in face.station.bookings.calls
        assert made.held is not None
        assert made.held.email == "aygun@mail.az"


async def test_an_address_corrected_too_often_waits() -> None:
    """Q10: at most once a minute from the third letter on; the wait is told in seconds."""
    station = BookedStation()
    made = draft(**APPLICANT)
    made.held, made.held_as = held(SLOT), {**APPLICANT, "phone": "+994502345678"}
    async with opened(lambda _: PersonScreen(made), station) as (face, screen):
        screen.fields["email"].value = "aygun@mail.az"
        station.bookings.refuse = TooSoon(NOW + timedelta(seconds=40))
        await face.settle()
        await face.touch("#main")
        assert answered(screen) is None
        assert screen.note.words == plural("az", "code.resend_wait", 40)


async def test_another_hour_gives_up_the_first_in_one_act() -> None:
    """Issue 2: choosing another after GERİ swaps the hold in one transaction."""
    station = BookedStation()
    made = draft(**APPLICANT)
    made.held, made.held_as = replace(held(SLOT), time=SLOT + timedelta(hours=1)), dict(APPLICANT)
    async with opened(lambda _: PersonScreen(made), station) as (face, screen):
        await face.touch("#main")
        assert isinstance(answered(screen), Next)
        assert station.bookings.acts[0][2][1] == "b-1"


async def test_back_keeps_what_was_typed() -> None:
    """Q3: GERİ goes one step back and keeps what was typed."""
    async with opened(lambda _: PersonScreen(draft())) as (face, screen):
        await face.press(*"Ay")
        await face.press("escape")
        assert isinstance(answered(screen), Back)
        assert screen.draft.applicant["given_name"] == "Ay"


async def test_large_type_shows_one_field_at_a_time() -> None:
    """face.md 76x22: one field at a time with ◀ ▶."""
    async with opened(lambda _: PersonScreen(draft()), size=LARGE) as (face, screen):
        assert face.app.text("person.field_of", n=1, count=6) in face.shown
        await face.press(*"Ay")
        await face.touch("#neighbours", "after")
        assert screen.at == "surname"
        assert face.app.text("person.field_of", n=2, count=6) in face.shown
        assert face.app.text("field.label.given_name") not in face.shown
        await face.touch("#neighbours", "before")
        assert screen.at == "given_name"


@pytest.mark.parametrize("size", SIZES)
async def test_tab_leads_through_all_fields_and_then_on(size: tuple[int, int]) -> None:
    """K2: every flow works by keys; on comes before back."""
    async with opened(lambda _: PersonScreen(draft()), size=size) as (face, screen):
        for name in screen.fields:
            assert screen.at == name
            assert screen.focused is screen.fields[name]
            await face.press("a", "tab")
        assert screen.focused is screen.main
        assert all(field.value.lower() == "a" for field in screen.fields.values())
        await face.press("shift+tab")
        assert screen.at == "email"


async def test_the_keyboard_hides_and_comes_back_with_a_field() -> None:
    """face.md: hide; issue 2: the keyboard appears with a field on a touch station."""
    async with opened(lambda _: PersonScreen(draft())) as (face, screen):
        await tap_act(face, "hide")
        assert not screen.keyboard.region.area
        await face.touch("#surname")
        assert screen.keyboard.region.area


async def test_a_station_without_touch_shows_no_keyboard() -> None:
    """Issue 2: it appears on a touch station."""
    async with opened(lambda _: PersonScreen(draft()), with_settings=settings(touch=False)) as (_, screen):
        assert not screen.keyboard.region.area
