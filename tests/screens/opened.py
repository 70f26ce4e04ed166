"""One screen of the citizen's face, opened by itself: what it answers is what a test looks at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, TypeVar

from kiosk.names import LANGUAGES, Language
from kiosk.session import Draft
from screens.app import KioskApp
from screens.citizen.step import Answer, AnsweringScreen
from tests.screens.fakes_booked import FIN, SLOT, BookedStation
from tests.screens.running import Face, running

S = TypeVar("S", bound=AnsweringScreen)

APPLICANT = {
    "given_name": "Aygün",
    "surname": "Məmmədova",
    "patronymic": "Rəşid",
    "fin": FIN,
    "phone": "050 234 56 78",
    "email": "a.memmedova@mail.az",
}


def draft(**typed: str) -> Draft:
    """The choices of the pictures, and this typed."""
    made = Draft(service="id-issue", centre="baku-2", date=date(2026, 11, 11), time=SLOT)
    made.applicant.update(typed)
    return made


@asynccontextmanager
async def opened(
    make: Callable[[KioskApp], S], station: BookedStation | None = None, **more: Any
) -> AsyncIterator[tuple[Face, S]]:
    """The screen that `make` makes, open over the first screen."""
    async with running(station or BookedStation(), **more) as face:
        screen = make(face.app)
        await face.app.push_screen(screen)
        await face.settle()
        face.elapsed.pass_by(1.0)
        yield face, screen


def answered(screen: AnsweringScreen) -> Answer | None:
    """What a screen ended with, if it did."""
    return screen.outcome.result() if screen.outcome.done() else None


async def tap_keys(face: Face, keys: str) -> None:
    """Tap these letters on the on-screen keyboard."""
    keyboard = face.widget("#keyboard")
    for letter in keys:
        key = next(key for key in keyboard.shown if key.typed == letter)
        await face.tap("#keyboard", key.name)
        face.elapsed.pass_by(1.0)
    await face.settle()


async def tap_act(face: Face, act: str) -> None:
    """Tap a function key of the on-screen keyboard."""
    keyboard = face.widget("#keyboard")
    key = next(key for key in keyboard.shown if act in (key.act, key.layer))
    await face.touch("#keyboard", key.name)


async def languages(face: Face) -> AsyncIterator[Language]:
    """Switch the open screen to each language in turn."""
    for language in LANGUAGES:
        face.app.set_language(language)
        await face.settle()
        yield language
