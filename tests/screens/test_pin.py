"""PIN entry: digits that nobody reads back, tries that are told, nothing sent twice (I9, E4; face.md 10-pin)."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from kiosk.errors import Unavailable
from kiosk.identity.card_facts import (
    PAD_SECONDS,
    CardFacts,
    CardFault,
    EntryCancelled,
    Pin,
    PinBlocked,
    PinState,
    PinWrong,
    Tries,
)
from kiosk.language import LANGUAGES, Language
from screens.citizen.pin import PinScreen
from screens.citizen.pin_task import CHANGE, UNBLOCK, CardWent, Done, Failed, PinTask, Stage
from screens.citizen.step import Back
from screens.palette import THEMES, ThemeName
from tests.screens.fakes_cards import PINS, CardStation, card, with_tries
from tests.screens.opened import answered, languages
from tests.screens.running import FULL, LARGE, SIZES, Face, running, settings
from tests.screens.test_messages import whole

LONG = tuple(replace(pin, longest=12) if pin.name == "pin1" else pin for pin in PINS)


@asynccontextmanager
async def asking(
    *,
    facts: CardFacts | None = None,
    stages: tuple[Stage, ...] = ("pin",),
    station: CardStation | None = None,
    dropped: list[str] | None = None,
    at_once: bool = False,
    **more: Any,
) -> AsyncIterator[tuple[Face, PinScreen[str], CardStation]]:
    """PIN entry for that card, open over the first screen; `at_once`: the card is at work from the beginning."""
    station = station or CardStation()
    facts = station.desk.insert(facts)

    def act(pins: list[Pin]) -> str:
        if stages == CHANGE:
            station.desk.change_pin(facts.insertion, "pin1", pins[0], pins[1])
        elif stages == UNBLOCK:
            station.desk.unblock_pin(facts.insertion, "pin1", pins[0], pins[1])
        else:
            station.desk.verify("sign_in", "pin1", pins[0] if pins else Pin([1, 2, 3, 4]))
        return "signed in"

    drop = dropped.append if dropped is not None else None
    async with running(station, **more) as face:
        screen: PinScreen[str] = PinScreen(PinTask(facts, "pin1", act, stages=stages, drop=drop))
        await face.app.push_screen(screen)
        if at_once:
            await face.until(station.desk.at_work.is_set)
        else:
            await face.settle()
        face.elapsed.pass_by(1.0)
        yield face, screen, station


async def test_the_right_pin_is_sent_once() -> None:
    """I9: digits from keys and from the pad, one command, and the boxes are empty."""
    async with asking() as (face, screen, station):
        await face.press("1", "2")
        await face.touch("#pin-pad", "3")
        await face.touch("#pin-pad", "4")
        assert screen.boxes.count == 4
        await face.touch("#main")
        assert answered(screen) == Done("signed in")
        assert station.desk.sent == [("sign_in", 4)]
        assert screen.boxes.count == 0


async def test_only_digits_land_and_each_can_be_taken_back() -> None:
    """I9: digits only; no more than the card takes."""
    async with asking() as (face, screen, _):
        await face.press("a", "1", "space", "2", "backspace", "٣")
        assert screen.boxes.count == 1
        await face.press(*"234567890")
        assert screen.boxes.count == 8
        await face.touch("#pin-pad", "erase")
        assert screen.boxes.count == 7
        await face.touch("#pin-pad", "clear")
        assert screen.boxes.count == 0


async def test_a_pin_of_the_wrong_length_is_not_sent() -> None:
    """I9: the local check costs no try, says so, and what is shown of the tries stays."""
    async with asking() as (face, screen, station):
        await face.press("1", "2", "3", "enter")
        assert whole(face, face.app.text("pin.format", pin="PIN1", min=4, max=8))
        assert station.desk.sent == []
        assert screen.boxes.count == 3
        assert answered(screen) is None


async def test_a_wrong_pin_is_never_sent_again_and_the_tries_are_read_anew() -> None:
    """I9: told with the number that the card itself says now; the panel turns yellow."""
    async with asking() as (face, screen, station):
        await face.press(*"9999", "enter")
        assert whole(face, face.app.text("pin.wrong", pin="PIN1", tries=2))
        assert screen.tries.tries == Tries(2, 3)
        assert screen.tries.looks()[0] == "held-ground"
        assert screen.boxes.count == 0
        await face.press("enter")
        assert station.desk.sent == [("sign_in", 4)]
        await face.press(*"1234", "enter")
        assert isinstance(answered(screen), Done)
        assert station.desk.sent == [("sign_in", 4)] * 2


async def test_the_last_try_needs_its_yes() -> None:
    """I9: neither the button nor Enter sends it before a touch of its own said so."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(1, 3)))
    async with asking(facts=facts) as (face, screen, station):
        assert screen.tries.looks()[0] == "taken-ground"
        assert whole(face, face.app.text("pin.last_try", pin="PIN1"))
        await face.press(*"1234", "enter")
        assert station.desk.sent == []
        assert whole(face, face.app.text("pin.last_needed", button=face.app.text("button.last_try")))
        await face.touch("#main")
        assert station.desk.sent == []
        await face.press("x")
        await face.touch("#last-try")
        await face.touch("#main")
        assert station.desk.sent == [("sign_in", 4)]
        assert isinstance(answered(screen), Done)


async def test_a_yes_counts_for_one_try_only() -> None:
    """I9: after a wrong one that left a last try, it is asked for."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(2, 3)))
    async with asking(facts=facts) as (face, screen, station):
        await face.press(*"9999", "enter")
        assert screen.needs_yes
        await face.press(*"1234", "enter")
        assert station.desk.sent == [("sign_in", 4)]


async def test_the_wrong_last_try_ends_as_blocked() -> None:
    """I9."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(1, 3)))
    async with asking(facts=facts) as (face, screen, _):
        await face.touch("#last-try")
        await face.press(*"9999", "enter")
        answer = answered(screen)
        assert isinstance(answer, Failed)
        assert isinstance(answer.error, PinBlocked)


async def test_a_blocked_pin_is_not_asked_for() -> None:
    """I9: nothing can be typed that could not be sent."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(0, 3)))
    async with asking(facts=facts) as (_, screen, station):
        assert isinstance(answered(screen), Failed)
        assert station.desk.sent == []


async def test_unknown_tries_are_told_as_such() -> None:
    """I9: "Qalan cəhd sayı məlum deyil"; a wrong one tells no invented number."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(None, None)))
    async with asking(facts=facts) as (face, _, __):
        assert face.app.text("pin.tries_unknown") in face.shown
        await face.press(*"9999", "enter")
        assert whole(face, face.app.text("pin.wrong_unknown", pin="PIN1"))


async def test_a_card_taken_out_while_typing_takes_the_digits_with_it() -> None:
    """I12: card out: at once."""
    async with asking() as (face, screen, station):
        await face.press("1", "2", "3")
        station.desk.remove()
        await face.until(lambda: answered(screen) is not None)
        assert answered(screen) == CardWent("card_gone")
        assert screen.boxes.count == 0
        assert station.desk.sent == []


async def test_another_card_in_its_place_is_no_card_to_type_for() -> None:
    """I9: a PIN is never sent to a card that came meanwhile, not even one of the same kind."""
    async with asking() as (face, screen, station):
        await face.press(*"123")
        station.desk.insert()
        await face.until(lambda: answered(screen) is not None)
        assert isinstance(answered(screen), CardWent)


async def test_cancel_works_while_the_card_works_and_its_answer_is_dropped() -> None:
    """Guide 5.3: no restart after a cancelled entry; nothing is sent again, and what it did is undone."""
    station, dropped = CardStation(), list[str]()
    station.desk.hold_up = threading.Event()
    async with asking(station=station, dropped=dropped) as (face, screen, _):
        await face.pilot.press(*"1234", "enter")
        await face.until(station.desk.at_work.is_set)
        face.elapsed.pass_by(1.0)
        await face.pilot.press("escape")
        await face.until(lambda: answered(screen) is not None)
        assert answered(screen) == Back()
        station.desk.hold_up.set()
        await face.until(lambda: dropped)
        assert dropped == ["signed in"]
        assert station.desk.sent == [("sign_in", 4)]


async def test_a_card_pulled_while_it_verifies_drops_the_answer_too() -> None:
    """I12: what was proved on a card that is gone signs nobody in."""
    station, dropped = CardStation(), list[str]()
    station.desk.hold_up = threading.Event()
    async with asking(station=station, dropped=dropped) as (face, screen, _):
        await face.pilot.press(*"1234", "enter")
        await face.until(station.desk.at_work.is_set)
        station.desk.remove("reader_gone")
        await face.until(lambda: answered(screen) is not None)
        assert answered(screen) == CardWent("reader_gone")
        station.desk.hold_up.set()
        await face.until(lambda: dropped)


async def test_while_the_card_works_nothing_more_is_taken() -> None:
    """I9: one press of the button, one command."""
    station = CardStation()
    station.desk.hold_up = threading.Event()
    async with asking(station=station) as (face, screen, _):
        await face.pilot.press(*"1234", "enter")
        await face.until(station.desk.at_work.is_set)
        face.elapsed.pass_by(1.0)
        await face.pilot.press(*"1234", "enter", "enter")
        assert screen.working
        assert screen.boxes.count == 0
        station.desk.hold_up.set()
        await face.settle()
        assert station.desk.sent == [("sign_in", 4)]


async def test_what_typing_again_does_not_mend_ends_it() -> None:
    """A fault is a fault, never a wrong PIN."""
    async with asking() as (face, screen, station):
        station.desk.refuse = CardFault(0x6F00)
        await face.press(*"1234", "enter")
        answer = answered(screen)
        assert isinstance(answer, Failed)
        assert answer.error.error == "card_fault"


def typed(step: int) -> int:
    """The digits that are typed below. Counted, so that nothing of this module holds them in a row."""
    return 9 - 2 * step % 9


SIX = range(6)


def digits_held() -> list[str]:
    """The kinds of objects that gc knows to hold those digits: as a text, or as numbers in a row."""
    numbers = [typed(step) for step in SIX]
    wanted = "".join(map(str, numbers))
    found = []
    for thing in gc.get_objects():
        if isinstance(thing, Pin) and thing.digits[:6] == numbers:
            found.append("Pin")
        elif isinstance(thing, list) and thing is not numbers and thing[:6] == numbers:
            found.append("list")
        for part in gc.get_referents(thing):
            text = part if isinstance(part, str) else bytes(part).decode("latin-1") if _is_bytes(part) else ""
            if wanted in text:
                found.append(f"{type(part).__name__} of {type(thing).__qualname__}")
    return found


def _is_bytes(part: object) -> bool:
    return isinstance(part, bytes | bytearray)


@pytest.mark.parametrize(
    "leave", ["send", *(pytest.param(name, marks=pytest.mark.long) for name in ("escape", "card", "idle"))]
)
async def test_no_object_holds_the_digits_after_leaving(leave: str) -> None:
    """I9: in no text, no message, no list; however the person left."""
    async with asking() as (face, screen, station):
        for step in SIX:
            await face.press(str(typed(step)))
        assert sorted(digits_held()) == ["Pin", "list"], "typed so far they stand in the boxes' PIN alone"
        if leave == "escape":
            await face.press("escape")
        elif leave == "send":
            await face.press("enter")
        elif leave == "card":
            station.desk.remove()
            await face.settle()
        else:
            face.elapsed.pass_by(500)
            await face.app.look_at_idle()
            await face.settle()
        assert digits_held() == []
        assert screen.boxes.count == 0


async def test_a_scan_never_gathers_the_digits_of_a_pin() -> None:
    """I9: fast typing of a PUK must not become the text of a code."""
    async with asking(scan_gap=0.05) as (face, screen, _):
        assert face.app.takes_secrets
        await face.pilot.press(*"12345678", "enter")
        await face.settle()
        assert face.app._held_keys == []
        assert answered(screen) is None or isinstance(answered(screen), Done)


async def test_a_change_of_language_keeps_what_was_typed() -> None:
    """K2."""
    async with asking() as (face, screen, _):
        await face.press("1", "2", "3")
        async for language in languages(face):
            assert screen.boxes.count == 3
            assert face.app.text("pin.title", pin="PIN1", min=4, max=8).split("\n")[0] in face.shown, language
        await face.press("4", "enter")
        assert isinstance(answered(screen), Done)


async def test_a_shuffled_pad_has_every_digit_once_and_sends_what_it_shows() -> None:
    """I9: `[cards] shuffled_pad`."""
    given = settings()
    given = replace(given, cards=replace(given.cards, shuffled_pad=True))
    async with asking(with_settings=given) as (face, screen, _):
        spots = [spot.name for spot in screen.pad.spots() if spot.name.isdigit()]
        assert sorted(spots) == list("0123456789")
        for digit in "1234":
            await face.touch("#pin-pad", digit)
        await face.touch("#main")
        assert isinstance(answered(screen), Done)


async def test_whoever_types_has_the_time_that_is_set() -> None:
    """I9: `[cards] pin_seconds`, with the idle warning before."""
    async with asking() as (face, screen, _):
        assert face.app.idle_limit() == 90
        await face.press("1", "2")
        face.elapsed.pass_by(91)
        await face.app.look_at_idle()
        await face.settle()
        assert face.app.screen is not screen
        assert screen.boxes.count == 0


async def test_changing_asks_old_new_and_new_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """E4: sent once, at the end."""
    async with asking(stages=CHANGE) as (face, screen, station):
        await face.press(*"1234", "enter")
        stages: list[str] = [screen.stage]
        assert station.desk.sent == []
        await face.press(*"8362", "enter")
        stages.append(screen.stage)
        assert stages == ["new", "repeat"]
        await face.press(*"8362", "enter")
        assert isinstance(answered(screen), Done)
        assert station.desk.sent == [("change", 4)]
        assert station.desk.right["pin1"] == [8, 3, 6, 2]


async def test_a_new_pin_typed_differently_is_asked_for_again() -> None:
    """E4: nothing is sent, no try is used, the old one need not be typed again."""
    async with asking(stages=CHANGE) as (face, screen, station):
        await face.press(*"1234", "enter")
        await face.press(*"8362", "enter")
        await face.press(*"8363", "enter")
        assert screen.stage == "new"
        assert whole(face, face.app.text("pin.repeat_differs", pin="PIN1"))
        await face.press(*"8362", "enter")
        await face.press(*"8362", "enter")
        assert isinstance(answered(screen), Done)
        assert station.desk.sent == [("change", 4)]


async def test_a_weak_new_pin_is_refused_here() -> None:
    """E4: the rules for weak ones; nothing is sent."""
    async with asking(stages=CHANGE) as (face, screen, station):
        await face.press(*"1234", "enter")
        await face.press(*"1111", "enter")
        assert screen.stage == "new"
        assert screen.note.told_kind == "warning"
        assert station.desk.sent == []


async def test_a_wrong_old_pin_begins_again_with_its_tries() -> None:
    """E4: all three anew, for the digits are gone; the tries are the card's."""
    async with asking(stages=CHANGE) as (face, screen, _):
        await face.press(*"9999", "enter")
        await face.press(*"8362", "enter")
        await face.press(*"8362", "enter")
        assert screen.stage == "old"
        assert whole(face, face.app.text("pin.wrong", pin="PIN1", tries=2))


async def test_unblocking_asks_for_the_puk_and_counts_its_tries() -> None:
    """E4: of the PUK, not of the blocked PIN."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(0, 3)))
    async with asking(facts=facts, stages=UNBLOCK) as (face, screen, station):
        assert screen.state.name == "puk"
        await face.press(*"12345678", "enter")
        await face.press(*"8362", "enter")
        await face.press(*"8362", "enter")
        assert isinstance(answered(screen), Done)
        assert station.desk.pins_now[0].tries == Tries(3, 3)


@pytest.mark.parametrize("size", SIZES)
async def test_a_database_that_is_away_has_lost_the_digits(size: tuple[int, int]) -> None:
    """K4, I9: the one input that is not kept: so it is said, the tries are read anew, and it may be typed again."""
    station = CardStation()
    async with asking(station=station, size=size) as (face, screen, _):
        station.desk.refuse = cast(Any, Unavailable())
        station.desk.set_tries("pin1", Tries(2, 3))
        await face.press(*"1234", "enter")
        assert screen.boxes.count == 0
        assert screen.tries.tries == Tries(2, 3)
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.settle()
            assert whole(face, face.app.text("pin.database_away")), face.shown
        await face.press(*"1234", "enter")
        assert isinstance(answered(screen), Done)


@pytest.mark.parametrize("size", SIZES)
async def test_a_readers_own_pad_takes_the_pin_and_nothing_here_ends_that(size: tuple[int, int]) -> None:
    """I9, guide 2.6: "type at the reader" with a countdown; no cancel from our side."""
    station = CardStation()
    station.desk.hold_up = threading.Event()
    facts = replace(card(), has_pin_pad=True)
    async with asking(station=station, facts=facts, at_once=True, size=size) as (face, screen, _):
        assert screen.at_reader
        for language in LANGUAGES:
            face.app.set_language(language)
            await face.draws()
            for line in face.app.text("pin.at_reader", pin="PIN1").split("\n"):
                assert whole(face, line), face.shown
            nothing_overlaps(face)
        assert screen.countdown.region.height >= 4 + 2
        assert not screen.back.region.area
        assert not screen.boxes.region.area
        face.elapsed.pass_by(1.0)
        await face.pilot.press("escape")
        assert answered(screen) is None
        station.desk.hold_up.set()
        await face.settle()
        assert isinstance(answered(screen), Done)


async def test_the_countdown_is_the_readers_own_time() -> None:
    """I9: what it is told to wait, whatever a person has here; and nobody is sent away while it waits."""
    station = CardStation()
    station.desk.hold_up = threading.Event()
    short = settings()
    short = replace(short, cards=replace(short.cards, pin_seconds=15))
    facts = replace(card(), has_pin_pad=True)
    async with asking(station=station, facts=facts, at_once=True, with_settings=short) as (face, screen, _):
        screen.countdown.restart()
        assert screen.countdown.left == PAD_SECONDS
        face.elapsed.pass_by(PAD_SECONDS - 1)
        assert screen.countdown.left == 1
        assert face.app.idle_limit() == PAD_SECONDS
        station.desk.hold_up.set()


async def test_cancelled_at_the_reader_may_be_begun_again() -> None:
    """I9: no try was used."""
    station = CardStation()
    station.desk.refuse = EntryCancelled()
    async with asking(station=station, facts=replace(card(), has_pin_pad=True)) as (face, screen, _):
        assert whole(face, face.app.text("pin.entry_cancelled"))
        assert screen.back.region.area
        await face.touch("#main")
        assert isinstance(answered(screen), Done)


async def test_the_last_try_at_the_reader_waits_for_its_yes() -> None:
    """I9."""
    facts = replace(card(pins=with_tries(PINS, "pin1", Tries(1, 3))), has_pin_pad=True)
    async with asking(facts=facts) as (face, screen, station):
        assert station.desk.sent == []
        assert not screen.countdown.region.area
        await face.touch("#last-try")
        assert isinstance(answered(screen), Done)


def nothing_overlaps(face: Face) -> None:
    """Every widget in the terminal, none over another (but the message's band, which covers)."""
    screen = face.screen
    placed = [
        region
        for widget, region in screen.places(face.app.size)
        if region.area and widget.id not in ("message",) and not str(widget.id).startswith("ring")
    ]
    for index, region in enumerate(placed):
        assert face.app.size.region.contains_region(region)
        assert not [other for other in placed[index + 1 :] if region.overlaps(other)]


STATES = (Tries(3, 3), Tries(2, 3), Tries(1, 3), Tries(), Tries(few=True), Tries(10, 10), Tries(9, 10), Tries(2))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_everything_is_whole_and_in_its_place(language: Language, size: tuple[int, int]) -> None:
    """face.md: nothing cut, nothing over anything else, with eight boxes and with twelve."""
    for tries in STATES:
        pins = with_tries(LONG, "pin1", tries)
        async with asking(facts=card(pins=pins), size=size, with_settings=settings(language=language)) as (
            face,
            screen,
            _,
        ):
            nothing_overlaps(face)
            assert "…" not in face.shown, (tries, face.shown)
            assert screen.boxes.longest == 12
            width = face.region("#pin")[2]
            assert width >= 12 * 4 - 1, "twelve boxes of three cells, one between them"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("stages", [CHANGE, UNBLOCK])
async def test_every_stage_is_whole(stages: tuple[Stage, ...], size: tuple[int, int]) -> None:
    """face.md, in all languages."""
    async with asking(stages=stages, size=size) as (face, screen, _):
        for stage in stages:
            screen._go_to(stage)
            async for _ in languages(face):
                nothing_overlaps(face)
                assert "…" not in face.shown, face.shown


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_the_tries_are_told_without_colour(theme: ThemeName, size: tuple[int, int]) -> None:
    """face.md, principle 3: number, pips and words stand in every theme."""
    facts = card(pins=with_tries(PINS, "pin1", Tries(2, 3)))
    async with asking(facts=facts, size=size, with_settings=settings(theme=theme)) as (face, _, __):
        assert "● ● ○" in face.shown or size == LARGE
        assert face.app.text("pin.tries_of", left=2, most=3) in face.shown


async def test_boxes_tell_no_digit() -> None:
    """I9: what was typed is drawn as squares."""
    async with asking() as (face, screen, _):
        await face.press("7")
        x, y, width, height = face.region("#pin")
        rows = [line[x : x + width] for line in face.lines()[y : y + height]]
        assert not any(sign.isdigit() for row in rows for sign in row)
        assert screen.boxes.count == 1


async def test_a_pin_state_that_the_card_does_not_tell_has_bounds_all_the_same() -> None:
    """A card without a PIN list still takes what was typed."""
    async with asking(facts=card(pins=())) as (_, screen, __):
        assert screen.state == PinState("pin1", 4, 12)


def test_an_error_shows_nothing_of_a_pin() -> None:
    """K6."""
    assert str(PinWrong(2)) == "pin_wrong"
    assert "1" not in repr(Pin([1, 2, 3, 4])).replace("Pin(…)", "")
