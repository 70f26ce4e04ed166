"""The kiosk runs for weeks: what one visit took, the next has back (terminal.md, finding 11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.citizen import Citizen
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal

VISITS = 100
_MIB = 1 << 20
_A_LEAK = 10
"""MiB: one screen a visit is over fifty; threads' arenas and late collecting add up to three on a busy machine."""


def _visit(face: PtyTerminal, citizen: Citizen) -> None:
    """To the list of services and back; with sharp ears, so that nobody has to wait for a screen to listen."""
    face.tap(citizen.title("home.book"))
    face.shows("45 xidmət")
    face.press("Escape")
    face.shows(citizen.title("home.book"))


def _resident(face: PtyTerminal) -> int:
    """The process's own memory in bytes, without what it shares."""
    status = Path(f"/proc/{face.process.pid}/status").read_text("utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def _growth(place: Place, broken: str) -> float:
    """MiB that a hundred visits add, after the first fifty have filled every cache."""
    with place.face(broken=broken) as face:
        citizen = Citizen(face, place)
        citizen.comes()
        for _ in range(VISITS // 2):
            _visit(face, citizen)
        before = _resident(face)
        for _ in range(VISITS):
            _visit(face, citizen)
        return (_resident(face) - before) / _MIB


@pytest.mark.long
def test_screens_do_not_leak(place: Place) -> None:
    assert _growth(place, "with_sharp_ears") < _A_LEAK


@pytest.mark.long
def test_a_screen_that_is_subscribed_and_never_unsubscribed_leaks(place: Place) -> None:
    assert _growth(place, "with_sharp_ears+with_a_subscription") > _A_LEAK
