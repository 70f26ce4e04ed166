"""A card in the reader: it greets, fills in, signs in, and ends a session the moment it goes (I2, I12, Q6)."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.identity.card_facts import CardSight, Holder, PinName, PinState, SightState, Tries, WhyEnded
from kiosk.identity.refused import NoCertificate, NotProved, NotTrusted, SessionElsewhere, SignInRefused
from kiosk.language import LANGUAGES, Language
from screens.citizen.card_wait import CardWaitScreen
from screens.citizen.card_words import ENDED, blocked_told, holder_name, printable
from screens.citizen.choosing import ChoosingScreen
from screens.citizen.first import FirstScreen
from screens.citizen.person import PersonScreen
from screens.citizen.pin import PinScreen
from screens.citizen.service import ServiceScreen
from screens.citizen.signed_in import SignedInScreen
from screens.citizen.telling import TellingScreen
from screens.idle import IdleWarning
from tests.screens.fakes_cards import HOLDER, OTHER_HOLDER, PINS, VERDICT, CardStation, card, with_tries
from tests.screens.opened import answered, draft, languages, opened
from tests.screens.running import FULL, SIZES, Face, running, settings
from tests.screens.test_idle import quiet_for
from tests.screens.test_messages import whole


async def inserted(face: Face, holder: Holder | None = HOLDER) -> None:
    """Put a card in, a second after what was before."""
    assert isinstance(face.station, CardStation)
    face.station.desk.insert(card(holder=holder))
    await face.settle()
    face.elapsed.pass_by(1.0)


async def removed(face: Face, why: WhyEnded = "card_gone") -> None:
    """Take it out."""
    assert isinstance(face.station, CardStation)
    face.station.desk.remove(why)
    await face.settle()
    face.elapsed.pass_by(1.0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_card_greets_by_name_and_offers_what_it_is_good_for(language: Language, size: tuple[int, int]) -> None:
    """Issue 3: by the name that the card gives without a PIN; its tile takes the check's place, so nothing jumps."""
    async with running(CardStation(), size=size, with_settings=settings(language=language)) as face:
        tiles = face.widget("#tiles")
        before = {spot.name: spot.region for spot in tiles.spots()}
        assert "readiness" in before
        assert "e_signature" not in before
        await inserted(face)
        assert face.app.text("card.greeting", given_name="AYGÜN").split("\n")[0] in face.shown
        after = {spot.name: spot.region for spot in tiles.spots()}
        assert list(after) == [name if name != "readiness" else "e_signature" for name in before]
        assert list(after.values()) == list(before.values())
        assert "…" not in face.shown
        await removed(face)
        assert "AYGÜN" not in face.shown
        assert "e_signature" not in {spot.name for spot in tiles.spots()}


async def test_a_name_is_never_markup_and_steers_no_terminal() -> None:
    """I2: a card's text is a stranger's: no markup, no control signs, one line."""
    odd = Holder("[red]A\x1b[31m\nB\u202e", "C\tD" * 40)
    assert printable(odd.given_name) == "[red]A [31m B"
    assert len(holder_name(odd)) <= 60
    async with running(CardStation()) as face:
        await inserted(face, odd)
        assert "[red]A" in face.shown
        assert "\x1b" not in face.shown
        assert "\u202e" not in face.shown


@pytest.mark.parametrize(
    ("state", "key"),
    [("mute", "card.mute"), ("unknown", "card.unknown"), ("busy", "card.busy"), ("faulty", "card.fault")],
)
@pytest.mark.parametrize("size", SIZES)
async def test_a_card_that_cannot_be_read_is_told_on_the_first_screen(
    state: SightState, key: str, size: tuple[int, int]
) -> None:
    """I2: what happened, and what to do; it goes with the card."""
    station = CardStation()
    async with running(station, size=size) as face:
        station.desk.tell(CardSight(state, insertion=5))
        await face.settle()
        assert whole(face, face.app.text(key))
        station.desk.remove()
        await face.settle()
        assert face.app.text(key).split("\n")[0] not in face.shown
        assert "108" in face.shown


async def test_a_station_without_a_reader_says_nothing_of_cards() -> None:
    """Somebody without a card in hand has nothing to do with a reader."""
    station = CardStation()
    station.desk.sight = CardSight("service_down")
    async with running(station) as face:
        assert face.app.text("reader.unavailable").split("\n")[0] not in face.shown


async def test_a_card_that_is_left_greets_nobody_after_the_idle_time() -> None:
    """K1: nothing of one citizen is visible to the next; the next one is told what to do with it."""
    async with running(CardStation()) as face:
        await inserted(face)
        await quiet_for(face, 45)
        assert face.is_on(IdleWarning)
        await quiet_for(face, 20)
        assert face.is_on(FirstScreen)
        assert "AYGÜN" not in face.shown
        assert face.app.card is None
        assert whole(face, face.app.text("card.left"))
        await face.touch("#tiles", "book")
        await face.settle()
        assert face.app.session.draft.applicant == {}
        await face.press("escape")
        await removed(face)
        await inserted(face)
        assert "AYGÜN" in face.shown


async def test_booking_with_a_card_fills_the_person_in() -> None:
    """Q6: prefilled from a card; taking it out keeps the booking in progress, for nobody was signed in."""
    async with running(CardStation()) as face:
        await inserted(face)
        await face.touch("#tiles", "book")
        assert face.is_on(ServiceScreen)
        filled = {"given_name": "AYGÜN", "surname": "MƏMMƏDOVA", "patronymic": "RƏŞİD", "fin": "5ABC123"}
        assert face.app.session.draft.applicant == filled
        await removed(face)
        assert face.is_on(ServiceScreen)
        assert face.app.session.draft.applicant == filled


@pytest.mark.parametrize("size", SIZES)
async def test_the_fields_say_that_they_come_from_the_card(size: tuple[int, int]) -> None:
    """Q6: and no longer once a person wrote into them."""
    station = CardStation()
    async with opened(lambda _: PersonScreen(draft(given_name="Leyla")), station, size=size) as (face, screen):
        station.desk.insert()
        await face.settle()
        assert screen.draft.applicant["given_name"] == "Leyla", "typed things are never overwritten"
        assert screen.draft.from_card == {"surname", "patronymic", "fin"}
        assert screen.at == "phone"
        screen.come_to("surname")
        await face.settle()
        assert face.app.text("field.from_card") in face.shown
        face.elapsed.pass_by(1.0)
        await face.press("a")
        assert "surname" not in screen.draft.from_card
        station.desk.remove()
        await face.settle()
        assert screen.draft.applicant["surname"] == "MƏMMƏDOVAa"
        assert answered(screen) is None


async def test_another_card_replaces_only_what_a_card_filled_in() -> None:
    """Q6: the data of two people are never mixed, and typed things stay."""
    station = CardStation()
    async with opened(lambda _: PersonScreen(draft(phone="050 234 56 78")), station) as (face, screen):
        station.desk.insert()
        await face.settle()
        station.desk.insert(card(holder=OTHER_HOLDER))
        await face.settle()
        assert screen.draft.applicant | {} == {
            "given_name": "TURAL",
            "surname": "ƏLİYEV",
            "patronymic": "",
            "fin": "7ZKLMNP",
            "phone": "050 234 56 78",
        }


async def to_pin(face: Face) -> PinScreen[object]:
    """From the first screen to PIN1, by touches."""
    await inserted(face)
    await face.touch("#tiles", "e_signature")
    assert face.is_on(ChoosingScreen)
    await face.touch("#tiles", "sign_in")
    screen = face.screen
    assert isinstance(screen, PinScreen)
    return screen


async def signed_in(face: Face) -> SignedInScreen:
    """All the way."""
    await to_pin(face)
    await face.press(*"1234", "enter")
    screen = face.screen
    assert isinstance(screen, SignedInScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_signing_in_shows_who_until_when_and_by_what(size: tuple[int, int]) -> None:
    """I11, I12: name, end, certificate and its state; in every language, whole."""
    station = CardStation()
    async with running(station, size=size) as face:
        await signed_in(face)
        assert face.app.session.identity is station.sign_ins.begun[0]
        async for _ in languages(face):
            for part in ("AYGÜN RƏŞİD MƏMMƏDOVA", "0A1B2C3D", "AZ E-Government Authority", "22:52"):
                assert part in face.shown
            assert face.app.text("certificate.state.good") in face.shown
            assert "…" not in face.shown
        assert "5ABC123" not in face.shown


async def test_signing_out_ends_the_session_and_the_visit() -> None:
    """I12."""
    station = CardStation()
    async with running(station) as face:
        await signed_in(face)
        await face.touch("#main")
        assert face.is_on(FirstScreen)
        assert station.sign_ins.ended == [("t0", "left")]
        assert face.app.session.identity is None


async def test_a_signed_in_visit_idles_as_the_settings_say() -> None:
    """I12: `[session] kiosk_idle_seconds`, with the countdown."""
    station = CardStation()
    async with running(station) as face:
        await signed_in(face)
        assert face.app.idle_limit() == 120
        await quiet_for(face, 121)
        assert face.is_on(FirstScreen)
        assert station.sign_ins.ended == [("t0", "idle")]


@pytest.mark.parametrize("why", ["card_gone", "card_swapped", "card_reset", "reader_gone", "service_down"])
async def test_whatever_ends_the_card_ends_the_session_at_once_and_says_why(why: WhyEnded) -> None:
    """I12: one event; nothing of the person is left on the screen; the language stays the reader's."""
    station = CardStation()
    async with running(station) as face:
        await face.touch("#header", "ru")
        await signed_in(face)
        station.desk.remove(why)
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        languages_shown: list[str] = [face.app.language]
        assert whole(face, face.app.text(ENDED[why]))
        assert station.sign_ins.ended == [("t0", why)]
        assert "AYGÜN" not in face.shown
        face.elapsed.pass_by(1.0)
        await face.touch("#close")
        assert face.is_on(FirstScreen)
        languages_shown.append(face.app.language)
        assert languages_shown == ["ru", "az"]


async def test_no_object_of_a_session_is_left_after_it_ended() -> None:
    """K1, I12."""
    station = CardStation()
    async with running(station) as face:
        await signed_in(face)
        station.desk.remove()
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        station.sign_ins.begun.clear()
        await face.until(lambda: gc.collect() >= 0 and not any(isinstance(o, SignedInScreen) for o in gc.get_objects()))
        assert face.app.session.identity is None


async def test_a_swap_is_told_once_and_as_a_swap() -> None:
    """I12: the events of the new card do not take the word of why away."""
    station = CardStation()
    async with running(station) as face:
        await signed_in(face)
        station.desk.remove("card_swapped")
        station.desk.insert(card(holder=OTHER_HOLDER))
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        assert whole(face, face.app.text("card.swapped"))
        assert station.sign_ins.ended == [("t0", "card_swapped")]
        assert "TURAL" not in face.shown


@pytest.mark.parametrize(("over", "key"), [(False, "session.lost"), (True, "session.over")])
async def test_a_lost_lease_ends_the_visit(over: bool, key: str) -> None:
    """I12: a station that may not hold the session any more says so."""
    station = CardStation()
    async with running(station) as face:
        identity = (await signed_in(face)).identity
        station.sign_ins.alive = False
        if over:
            face.app.session.identity = replace(identity, ends_at=face.app.now() - timedelta(seconds=1))
        face.app.look_at_session()
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        assert whole(face, face.app.text(key))


REFUSED: tuple[tuple[SignInRefused, str], ...] = (
    (NoCertificate(), "sign_in.no_certificate"),
    (NotProved(), "sign_in.not_proved"),
    (SessionElsewhere("kiosk-2"), "session.elsewhere"),
    (NotTrusted(replace(VERDICT, state="revoked", accepted=False)), "certificate.revoked"),
    (NotTrusted(replace(VERDICT, state="suspended", accepted=False)), "certificate.revoked"),
    (NotTrusted(replace(VERDICT, state="unchecked", accepted=False)), "certificate.unchecked"),
    (NotTrusted(replace(VERDICT, state="unknown_issuer", accepted=False)), "certificate.not_trusted"),
    (NotTrusted(replace(VERDICT, state="expired", accepted=False)), "certificate.expired"),
)


@pytest.mark.parametrize(("refused", "key"), REFUSED)
@pytest.mark.parametrize("size", SIZES)
async def test_why_nobody_is_signed_in_is_told(refused: SignInRefused, key: str, size: tuple[int, int]) -> None:
    """I11, I12: what happened and what to do; in every language, whole."""
    station = CardStation()
    station.sign_ins.refuse = refused
    async with running(station, size=size) as face:
        await to_pin(face)
        await face.press(*"1234", "enter")
        assert face.is_on(TellingScreen)
        async for _ in languages(face):
            first = face.app.text(key, date="").split("\n")[0].rstrip(": ")
            assert first.split(" ")[0] in face.shown
            assert "…" not in face.shown, face.shown
        assert face.app.session.identity is None


async def test_a_blocked_pin_leads_to_the_puk() -> None:
    """E4: what to do, and at once the way to do it."""
    station = CardStation()
    async with running(station) as face:
        station.desk.insert(card(pins=with_tries(PINS, "pin1", Tries(0, 3))))
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.touch("#tiles", "e_signature")
        await face.touch("#tiles", "sign_in")
        assert face.is_on(TellingScreen)
        assert whole(face, face.app.text("pin.blocked", pin="PIN1"))
        await face.touch("#ways", "unblock")
        assert isinstance(face.screen, PinScreen)
        await face.press(*"12345678", "enter")
        await face.press(*"8362", "enter")
        await face.press(*"8362", "enter")
        assert whole(face, face.app.text("pin.unblocked", pin="PIN1"))
        await face.press("enter")
        assert isinstance(face.screen, PinScreen), "and on to signing in, with the new one"
        await face.press(*"8362", "enter")
        assert face.is_on(SignedInScreen)


async def test_a_pin_is_changed_from_my_e_signature() -> None:
    """E4."""
    station = CardStation()
    async with running(station) as face:
        await inserted(face)
        await face.touch("#tiles", "e_signature")
        await face.touch("#tiles", "change")
        await face.touch("#tiles", "pin2")
        await face.press(*"12345", "enter")
        await face.press(*"83629", "enter")
        await face.press(*"83629", "enter")
        assert whole(face, face.app.text("pin.changed", pin="PIN2"))
        assert station.desk.right["pin2"] == [8, 3, 6, 2, 9]


async def test_a_card_taken_out_at_the_pin_is_asked_for_again() -> None:
    """Guide 5.3: no restart; the digits are gone, and it says so."""
    station = CardStation()
    async with running(station) as face:
        await to_pin(face)
        await face.press("1", "2")
        await removed(face)
        assert face.is_on(CardWaitScreen)
        assert whole(face, face.app.text("card.out"))
        await inserted(face)
        assert isinstance(face.screen, PinScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_asking_for_a_card_says_what_stands_in_its_way(size: tuple[int, int]) -> None:
    """I2: a mute card, no reader; and it goes on by itself once a card is read."""
    station = CardStation()
    async with opened(lambda _: CardWaitScreen(), station, size=size) as (face, screen):
        for state, key in (("mute", "card.mute"), ("no_reader", "reader.unavailable"), ("unknown", "card.unknown")):
            station.desk.tell(CardSight(state, insertion=9))  # type: ignore[arg-type]
            await face.settle()
            async for _ in languages(face):
                assert whole(face, face.app.text(key))
        station.desk.insert()
        await face.settle()
        assert answered(screen) is not None


async def test_signing_in_at_the_moment_the_card_goes_signs_nobody_in() -> None:
    """I12: the answer and the removal may cross."""
    station = CardStation()
    async with running(station, size=FULL) as face:
        await to_pin(face)
        by_card = station.sign_ins.by_card

        def crossing(insertion: int, pin: object) -> object:
            session = by_card(insertion, pin)  # type: ignore[arg-type]
            station.desk.remove()
            return session

        station.sign_ins.by_card = crossing  # type: ignore[assignment]
        await face.press(*"1234")
        face.elapsed.pass_by(1.0)
        x, y, *_ = face.region("#main")
        # Not by Pilot's keys: they wait for the screen that is about to go.
        face.click(x + 2, y + 1)
        await face.until(lambda: station.sign_ins.ended)
        assert not face.is_on(SignedInScreen)
        assert face.app.session.identity is None


async def test_a_transport_pin_is_changed_before_anything_else() -> None:
    """E4: a card that nobody used yet says so, and leads through it; then signing in goes on."""
    station = CardStation()
    async with running(station) as face:
        station.desk.insert(card(pins=(replace(PINS[0], must_change=True), *PINS[1:])))
        await face.settle()
        face.elapsed.pass_by(1.0)
        await face.touch("#tiles", "e_signature")
        await face.touch("#tiles", "sign_in")
        assert whole(face, face.app.text("pin.must_change", pin="PIN1"))
        await face.touch("#ways", "change")
        await face.press(*"1234", "enter")
        await face.press(*"8362", "enter")
        await face.press(*"8362", "enter")
        await face.press("enter")
        await face.press(*"8362", "enter")
        assert face.is_on(SignedInScreen)
        assert station.desk.sent == [("change", 4), ("sign_in", 4)]


@pytest.mark.parametrize(
    ("name", "can_unblock", "key"),
    [
        ("pin1", True, "pin.blocked"),
        ("pin2", False, "pin.blocked_no_puk"),
        ("user_pin", False, "token.blocked"),
        ("puk", False, "pin.puk_blocked"),
    ],
)
def test_whom_to_call_for_a_blocked_pin_depends_on_the_card(name: PinName, can_unblock: bool, key: str) -> None:
    """I9: by the PUK where the card lets us; else 157."""
    state = PinState(name, 4, 8, Tries(0, 3), can_unblock=can_unblock)
    assert blocked_told(card(pins=(state,)), name).key == key


async def test_a_counter_is_not_idle_for_a_citizens_card() -> None:
    """C6: what a card in the reader is at a kiosk, it is not at a counter."""
    async with running(CardStation()) as face:
        await inserted(face)
        assert face.app.in_visit
        face.app.face = "counter"
        assert not face.app.in_visit
