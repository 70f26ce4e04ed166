"""What a workplace does besides the queue, by key: as a terminal without the kitty protocol tells the keys (C2)."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from screens.counter.further import ACTS, KEYS, FurtherAct
from screens.counter.people.search import PeopleScreen
from tests.screens.counter.counter_face import at_workplace
from tests.stations import Trial

# as xterm writes Shift and F1 to F12 (ctlseqs, "PC-Style Function Keys")
_FROM_F5_ON = (15, 17, 18, 19, 20, 21, 23, 24)
SHIFTED = {
    **{number: f"\x1b[1;2{letter}" for number, letter in enumerate("PQRS", 1)},
    **{number: f"\x1b[{sign};2~" for number, sign in enumerate(_FROM_F5_ON, 5)},
}


def told(signs: str) -> list[str]:
    """The keys that reach a screen."""
    return [event.key for event in XTermParser().feed(signs) if isinstance(event, events.Key)]


@pytest.mark.parametrize("act", [act for act in ACTS if act.function_key is not None], ids=lambda act: act.name)
def test_every_key_reaches_the_workplace_from_xterm(act: FurtherAct) -> None:
    """C2: every action has one key that works, whatever the terminal."""
    assert act.function_key is not None
    (key,) = told(SHIFTED[act.function_key])
    assert key in act.keys


def test_nothing_has_a_key_that_some_terminals_never_tell() -> None:
    """Shift+F3 of xterm is read as where its cursor stands."""
    assert told(SHIFTED[3]) == []
    assert not {"shift+f3", "f15"} & set(KEYS)


async def test_the_peoples_desk_opens_by_what_xterm_writes(counter: Trial) -> None:
    """C8: Shift+F8."""
    async with at_workplace(counter) as face:
        await face.press(*told(SHIFTED[8]))
        assert isinstance(face.screen, PeopleScreen)
