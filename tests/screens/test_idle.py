"""The end of a visit: a countdown with "Mən buradayam", then everything of that person is gone (K1, issue 2)."""

from __future__ import annotations

import gc
import math
import weakref
from datetime import date
from typing import Any

import pytest

from kiosk.names import LANGUAGES, Language
from screens.citizen.date import DateScreen
from screens.citizen.first import FirstScreen
from screens.citizen.letter import LetterScreen
from screens.citizen.service import ServiceScreen
from screens.idle import IdleWarning
from tests.screens.fakes import at, held
from tests.screens.running import SIZES, Face, running, settings


async def quiet_for(face: Face, seconds: float) -> None:
    """Let that time pass without a touch."""
    face.elapsed.pass_by(seconds)
    await face.app.look_at_idle()
    await face.settle()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_countdown_warns_and_a_touch_stays(language: Language, size: tuple[int, int]) -> None:
    """Issue 2: a visible countdown with "I am still here"."""
    async with running(size=size, with_settings=settings(language=language)) as face:
        await face.touch("#tiles", "book")
        await quiet_for(face, 45)
        assert face.is_on(IdleWarning)
        assert face.app.text("idle.stay") in face.shown
        assert "15" in face.shown
        assert face.app.text("button.back") in face.shown, "the screen on which the person stopped is seen around it"
        await quiet_for(face, 5)
        assert "10" in face.shown
        await face.touch("#idle", "stay")
        assert face.is_on(ServiceScreen)
        await quiet_for(face, 39)
        assert face.is_on(ServiceScreen)


async def test_any_key_stays() -> None:
    """terminal.md C3: a simple action."""
    async with running() as face:
        await face.touch("#tiles", "book")
        await quiet_for(face, 45)
        assert face.is_on(IdleWarning)
        await face.press("x")
        assert face.is_on(ServiceScreen)


async def test_no_answer_ends_the_visit() -> None:
    """K1: nothing of one citizen is visible to the next: first screen, usual language and look."""
    async with running() as face:
        await face.touch("#header", "ru")
        await face.touch("#contrast")
        await face.touch("#tiles", "book")
        await face.press(*"паспорт")
        session = face.app.session
        await quiet_for(face, 61)
        assert face.is_on(FirstScreen)
        assert face.app.language == "az"
        assert face.app.theme == "kiosk-light"
        assert face.app.session is not session
        assert "Növbə tut" in face.shown


async def test_another_language_alone_is_a_visit_too() -> None:
    """K1: a first screen left in another language returns to the usual one."""
    async with running() as face:
        await face.touch("#header", "en")
        await quiet_for(face, 61)
        assert face.app.language == "az"


async def test_an_untouched_first_screen_never_warns() -> None:
    """face.md: no warning where there is nothing to lose."""
    async with running() as face:
        await quiet_for(face, 1000)
        assert face.is_on(FirstScreen)


async def test_a_screen_may_give_more_time_or_all_of_it() -> None:
    """Issue 2: reading mail takes time: on that step idle is five minutes; a counter never idles."""
    async with running() as face:
        await face.touch("#tiles", "book")
        face.screen.idle_seconds = 300
        await quiet_for(face, 200)
        assert face.is_on(ServiceScreen)
        face.screen.idle_seconds = math.inf
        await quiet_for(face, 2000)
        assert face.is_on(ServiceScreen)
        face.screen.idle_seconds = 300
        await quiet_for(face, 1)
        assert face.is_on(FirstScreen)


async def test_what_lies_under_a_panel_still_hears() -> None:
    """Q5: a letter that is open over a step does not keep the step from following the database."""
    async with running() as face:
        await face.touch("#tiles", "book")
        await face.touch("#results", "id-issue")
        screen = face.screen
        screen.idle_seconds = 300
        await face.press("f2")
        face.station.bookings.calls.clear()
        face.station.change()
        await face.until(lambda: face.station.bookings.calls)
        assert face.app.idle_limit() == 300
        assert face.is_on(LetterScreen)
        await face.press("f2")
        assert face.screen is screen


async def test_the_visit_ends_over_an_open_letter() -> None:
    """K1: also what stands over a step is taken away."""
    async with running() as face:
        await face.touch("#tiles", "book")
        await face.press("f2")
        assert face.is_on(LetterScreen)
        await quiet_for(face, 61)
        assert face.is_on(FirstScreen)


class Shown(FirstScreen):
    """Draws what a person typed, as the steps with fields do."""

    secrets: tuple[str, ...] = ()

    def title_words(self) -> str:
        return " ".join(self.secrets[:3])

    def help_words(self) -> str:
        return " ".join(self.secrets[3:])


def holders(parts: list[str]) -> list[str]:
    """The kinds of objects that gc knows to hold a text with one of these in."""
    found = []
    for thing in gc.get_objects():
        if thing is parts:
            continue
        inside = gc.get_referents(thing)
        while inside:
            part = inside.pop()
            if isinstance(part, str):
                if any(secret in part for secret in parts):
                    found.append(f"{type(thing).__qualname__}: {part[:60]}")
            elif part is not parts and not gc.is_tracked(part):
                # A dict or tuple of plain texts, which gc does not list by itself.
                inside += gc.get_referents(part)
    return found


async def test_no_object_holds_a_value_of_the_visit() -> None:
    """Issue 2: after idle no object reachable (gc) holds a value of theirs: not a cache, not a strip, not an event."""
    # Written backwards, so that neither this module's constants nor its bytecode hold them.
    backwards = ["TREWQX7", "ragiN-əyaməS", "999999205499+", "za.elpmaxe@ris", "739164"]
    async with running() as face:
        secrets = tuple(word[::-1] for word in backwards)
        await face.touch("#tiles", "book")
        session = face.app.session
        draft = session.draft
        draft.service, draft.centre, draft.date = "id-issue", "baku-2", date(2026, 11, 11)
        draft.time = at(draft.date, 10)
        draft.held = held(draft.time, secrets[3])
        draft.applicant = dict(zip(("fin", "given_name", "phone", "email"), secrets, strict=False))
        draft.code = secrets[4]
        session.typed["order_code"] = secrets[0]
        await face.press(*secrets[0].lower())
        screen = Shown()
        screen.secrets = secrets
        await face.app.push_screen(screen)
        await face.settle()
        assert secrets[1] in face.shown
        assert len(holders([word[::-1] for word in backwards])) > 5
        gone: list[weakref.ref[Any]] = [weakref.ref(screen), weakref.ref(session), weakref.ref(draft)]
        del screen, session, draft
        await quiet_for(face, 61)
        assert face.is_on(FirstScreen)
        del secrets
        # Where a timer or a cache still held one, it would do so for far longer than this waits.
        await face.until(lambda: gc.collect() >= 0 and not any(reference() is not None for reference in gone))
        assert holders([word[::-1] for word in backwards]) == []


async def test_personal_objects_show_nothing_of_themselves() -> None:
    """K6: neither a log line nor a traceback can hold what a person typed, by way of a repr."""
    async with running() as face:
        session = face.app.session
        session.draft.applicant["fin"] = "5ABC123"
        session.typed["fin"] = "5ABC123"
        assert "5ABC123" not in repr(session) + repr(session.draft) + str(session)


async def test_screens_do_not_pile_up() -> None:
    """Finding 11: three idioms leak a whole screen each time; after visits no screen of theirs is left."""
    async with running() as face:
        screens: weakref.WeakSet[object] = weakref.WeakSet()
        counts = []
        for _ in range(5):
            await face.touch("#tiles", "book")
            screens.add(face.screen)
            await face.touch("#results", "id-issue")
            screens.add(face.screen)
            await face.touch("#cards", "baku-2")
            assert face.is_on(DateScreen)
            screens.add(face.screen)
            await quiet_for(face, 61)
            gc.collect()
            counts.append(len(gc.get_objects()))
        assert not screens
        assert counts[-1] - counts[2] < 0.01 * counts[2]


async def test_f2_shows_the_last_letter_marked_as_example() -> None:
    """Issue 2: the face shows the last letter on F2, clearly marked as example."""
    async with running() as face:
        await face.press("f2")
        assert face.is_on(LetterScreen)
        assert "NÜMUNƏ" in face.shown
        assert "407213" in face.shown
        await face.press("escape")
        assert face.is_on(FirstScreen)
        face.station.letter = None
        await face.press("f2")
        assert face.app.text("example.no_letter") in face.shown
        await face.touch("#letter", "close")
        assert face.is_on(FirstScreen)
