"""The workplace by mouse alone, and its keys with Shift, on the terminals that counters have (C2, issue 5)."""

from __future__ import annotations

import pytest

from kiosk.booking.example import ADMINISTRATOR_NAME
from tests.e2e.counter_operator import Operator
from tests.e2e.desktop import DesktopTerminal, Foot, XTerm
from tests.e2e.place import Place
from tests.e2e.workday import SERVICES, Workday

_TERMINALS = [pytest.param(kind, id=kind.__name__) for kind in (XTerm, Foot)]


@pytest.mark.long
@pytest.mark.parametrize("kind", _TERMINALS)
@pytest.mark.parametrize(("columns", "rows"), [(100, 35), (76, 22)])
def test_a_person_is_served_by_mouse(place: Place, kind: type[DesktopTerminal], columns: int, rows: int) -> None:
    """Caps, rows of the list, the page of help, how it ended, the header's languages: each is touched once."""
    day = Workday(place)
    first, second, third = day.walk_in("10:00", *SERVICES[:3])
    with place.face_on(kind, "counter", columns=columns, rows=rows) as face:
        operator = Operator(face)
        operator.signs_in()

        def touches(words: str) -> None:
            at = face.lowest(words)
            assert at is not None, f"{words} is not there"
            face.tap(at)
            operator.sees()

        touches(second)
        operator.sees(operator.words("button.call"))
        touches(operator.words("counter.key.next"))
        operator.sees(operator.words("counter.person.called"))
        assert day.state(first) == ("called", "1")
        touches(" F3 ")
        face.until(
            lambda: face.find("×2") or face.find(operator.words("counter.person.times", count=2)), "called twice"
        )
        touches(operator.words("button.start"))
        operator.sees(operator.words("counter.person.serving"))
        touches(" F7 ")
        operator.sees(operator.words("counter.finish.help"))
        touches(" Esc ")
        face.hides(operator.words("counter.finish.help"))
        touches(" F7 ")
        operator.sees(operator.words("counter.finish.help"))
        touches(operator.words("counter.outcome.documents_missing"))
        operator.sees(operator.words("counter.done.finish", ticket=first))
        touches(" F9 ")
        operator.sees(operator.words("counter.done.undo", ticket=first))
        touches(" F1 ")
        operator.sees(operator.words("counter.further.history"))
        touches(operator.words("counter.further.history"))
        operator.sees(operator.words("history.head.step"))
        touches(" Esc ")
        touches(" F1 ")  # the page of help, from which one went there, closes
        touches(" RU ")
        operator.language = "ru"
        operator.sees(operator.words("counter.hall.waiting"))
        touches(third)
        touches(" F12 ")
        operator.sees(operator.words("button.unlock"))
    assert day.state(first) == ("serving", "1")
    assert "Traceback" not in place.log()


@pytest.mark.long
@pytest.mark.parametrize("kind", _TERMINALS)
def test_every_key_with_shift_is_told(place: Place, kind: type[DesktopTerminal]) -> None:
    """Each opens what the page of help says beside it; where nothing is to be done, why not is said."""
    day = Workday(place)
    (ticket,) = day.walk_in("10:00", SERVICES[0])
    with place.face_on(kind, "counter", columns=100, rows=35) as face:
        operator = Operator(face, name=ADMINISTRATOR_NAME)
        operator.signs_in()
        face.press("shift+F1")
        operator.language = "ru"
        operator.sees(operator.words("counter.hall.waiting"))
        for number, words in (
            (6, "desk.key.status"), (8, "people.shown"), (9, "figures.key.export"), (10, "hall.counter.add"),
        ):  # fmt: skip
            face.press(f"shift+F{number}")
            operator.sees(operator.words(words))
            face.press("Escape")
            operator.sees(operator.words("counter.hall.waiting"))
        face.press("shift+F7")
        operator.sees(operator.words("counter.list.empty"))
        operator.presses("Escape", "F2")
        operator.sees(operator.words("button.start"))
        face.press("shift+F5")
        operator.sees(operator.words("counter.done.put_back", ticket=ticket))
        for number, words in ((2, "counter.no.print"), (4, "counter.no.late"), (11, "counter.no.late")):
            face.press(f"shift+F{number}")
            operator.sees(operator.words(words))
            face.press("Escape")
            face.hides(operator.words(words))
        face.press("shift+F12")
        operator.sees(operator.words("button.sign_in"))
    assert "Traceback" not in place.log()
