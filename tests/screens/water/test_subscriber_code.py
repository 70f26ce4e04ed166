"""The subscriber code (W8): typed, touched or scanned; whatever is wrong is a warning and leads no further."""

from __future__ import annotations

import pytest

from kiosk.errors import (
    BadRequest,
    ClosedAccount,
    NotPopulation,
    NotYours,
    Refusal,
    RegistryAway,
    Unavailable,
    UnknownSubscriber,
)
from kiosk.water.draft import WaterDraft
from screens.citizen.water.subscriber_code import Found, SubscriberCodeScreen
from screens.messages import Scanned
from tests.screens.opened import answered, languages, opened
from tests.screens.running import FULL, LARGE, SIZES
from tests.screens.test_messages import whole
from tests.screens.water.company import CODE, STATEMENT, WHO, WaterStation


def code_screen(draft: WaterDraft | None = None) -> SubscriberCodeScreen:
    return SubscriberCodeScreen(draft or WaterDraft(), WHO, 15)


@pytest.mark.parametrize("size", SIZES)
async def test_typed_or_touched_it_leads_to_the_statement(size: tuple[int, int]) -> None:
    """W8, K2: by finger and by keys; the question, the pad and the field stand whole in each language."""
    station = WaterStation()
    async with opened(lambda _: code_screen(), station, size=size) as (face, screen):
        async for _ in languages(face):
            assert whole(face, face.app.text("water.code.title").split("\n")[0])
            assert whole(face, face.app.text("water.code.hint"))
            assert "…" not in face.shown
        for spot in face.widget("#pad").spots():
            assert spot.region.height >= 3
            assert spot.region.width >= 5
        for digit in CODE[:2]:
            await face.touch("#pad", digit)
        await face.press(*CODE[2:], "9", "backspace", "enter")
        assert station.water.statements.calls == [("statement", CODE)]
        assert answered(screen) == Found(STATEMENT)


REFUSALS: dict[str, Refusal] = {
    "subscriber.empty": BadRequest("subscriber", "empty"),
    "subscriber.format": BadRequest("subscriber", "format"),
    "subscriber.unknown": UnknownSubscriber(),
    "subscriber.not_population": NotPopulation(),
    "subscriber.not_yours": NotYours(),
    "subscriber.closed": ClosedAccount(),
    "registry.away": RegistryAway(),
    "database.away": Unavailable(),
}


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_warning_and_no_next_step(size: tuple[int, int]) -> None:
    """W8: empty, malformed, unknown, not population, another's, closed, or nobody to ask: what was typed stays."""
    station = WaterStation()
    async with opened(lambda _: code_screen(WaterDraft(subscriber=CODE)), station, size=size) as (face, screen):
        for key, refusal in REFUSALS.items():
            station.water.statements.refuse = refusal
            await face.press("enter")
            assert screen.note.told_kind == "warning"
            assert whole(face, face.app.text(key))
            assert not screen.message_band.region.overlaps(face.widget("#pad").region)
            assert answered(screen) is None
            assert screen.code.value == CODE
            mistyped = key in ("subscriber.empty", "subscriber.format", "subscriber.unknown")
            assert (screen.code.problem is not None) == mistyped
        await face.press("enter")
        assert answered(screen) == Found(STATEMENT)


async def test_nothing_typed_is_asked_too() -> None:
    """S4: “heç bir məlumat daxil edilmədikdə” a warning is shown; the button can be touched."""
    station = WaterStation()
    station.water.statements.refuse = BadRequest("subscriber", "empty")
    async with opened(lambda _: code_screen(), station) as (face, screen):
        assert not screen.main.usable
        await face.touch("#main")
        assert whole(face, face.app.text("subscriber.empty"))
        assert screen.code.problem is None, "nothing is no wrong code"
        assert answered(screen) is None


async def test_a_scanned_bill_goes_straight_on() -> None:
    """K2: the scanner works everywhere; what is no code is told, and nothing typed goes."""
    station = WaterStation()
    async with opened(lambda _: code_screen(), station) as (face, screen):
        await face.press(*"12")
        face.app.tell_top(Scanned("K7MP-4XRT"))
        await face.settle()
        assert whole(face, face.app.text("subscriber.format"))
        assert screen.code.value == "12"
        face.app.tell_top(Scanned(CODE))
        await face.settle()
        assert answered(screen) == Found(STATEMENT)


async def test_what_was_typed_outlives_the_screen_and_a_change_of_language() -> None:
    """K2: nothing typed is lost; the pad's “Təmizlə” empties the field."""
    draft = WaterDraft()
    async with opened(lambda _: code_screen(draft), WaterStation()) as (face, screen):
        await face.press(*CODE[:2])
        await face.touch("#header", "ru")
        assert screen.code.value == draft.subscriber == CODE[:2]
        assert code_screen(draft).code.value == CODE[:2]
        await face.touch("#pad", "clear")
        assert draft.subscriber == ""
