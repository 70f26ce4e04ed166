"""Pictures of the operator's workplace: `workplace_pictures FOLDER [COLUMNSxROWS]… [az|ru|en]… [THEME]… [foot]`.

An invented morning: people who booked come early, in time and late, others take live tickets, and the operator at
counter 1 goes through the keys; last an administrator looks at all that F1 offers. Those of docs/pictures are 100x35 in
az and the counter's own theme, named by what follows that. A theme is the last part of its name ("contrast"); foot's
pictures come of foot instead of xterm.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.booking.example import ADMINISTRATOR_NAME
from kiosk.language import text
from kiosk.names import Language
from tests.e2e.counter_operator import Operator
from tests.e2e.desktop import DesktopTerminal, Foot, XTerm
from tests.e2e.pictures import asked_for, counter_place
from tests.e2e.place import Place
from tests.e2e.workday import SERVICES, Workday, somebody

SIZES: Final = ((100, 35), (80, 24), (120, 36), (76, 22))


def morning(day: Workday) -> list[str]:
    """Until five past ten; the codes of those who are still to come: one in time, one too late."""
    ten, also_ten, eleven, late, coming = day.books("10:00", "10:00", "11:00", "09:00", "10:00")
    day.walk_in("09:41", SERVICES[4])
    day.come("09:51", ten)
    day.walk_in("09:52", SERVICES[2])
    day.come("09:56", also_ten)
    day.walk_in("09:57", SERVICES[1], SERVICES[0])
    day.come("10:01", eleven)
    day.walk_in("10:03", SERVICES[3])
    day.now("10:05")
    return [coming, late]


def workplaces_way(
    kind: type[DesktopTerminal], place: Place, into: Path, columns: int, rows: int, language: Language, theme: str
) -> None:
    """From the sign-in to the people's desk, as `FOLDER/100x35-az-counter-called.png` and so on."""
    day = Workday(place)
    coming, late = morning(day)
    with place.face_on(kind, "counter", columns=columns, rows=rows) as face:
        operator = Operator(face, language)

        def keep(name: str) -> None:
            operator.sees()
            # Seconds since the call are counted on the glass: it never stands still for long.
            face._take(into / f"{columns}x{rows}-{language}{theme}-{name}.png")

        operator.sees(text("az", "counter.connected"))
        if language != "az":
            face.tap(f" {language.upper()} ")
        operator.sees(operator.words("counter.connected"))
        keep("counter-sign-in")
        operator.signs_in()
        keep("counter-free")
        face.press("F2")
        operator.sees(operator.words("button.start"))
        keep("counter")
        face.press("F6")
        operator.sees(operator.words("counter.transfer.to"))
        keep("counter-transfer")
        operator.presses("Escape", "F1")
        operator.sees(operator.words("counter.help.further"))
        keep("counter-help")
        operator.presses("F1", "F4", "F7")
        operator.sees(operator.words("counter.finish.help"))
        keep("counter-outcome")
        operator.presses("Escape", "F5")
        # A compositor's keyboard has the letters that it came with.
        note = {"az": "surət çəkir", "ru": "делает копию", "en": "makes a copy"}
        operator.types(note["en" if kind is Foot else language])
        keep("counter-park")
        operator.presses("Return")
        keep("counter-parked")
        operator.presses("F11", "F3", "F4", "F9", "F1")
        face.tap(operator.words("counter.further.history"))
        operator.sees(operator.words("history.head.step"))
        keep("counter-history")
        operator.presses("Escape", "Escape", "F5", "Return")
        operator.scans(coming)
        keep("counter-arrived")
        operator.scans(late)
        keep("counter-late")
        operator.presses("Escape")
        operator.locks()
        keep("counter-locked")
        operator.unlocks()
        face.press("shift+F8")
        operator.sees(operator.words("people.shown"))
        keep("people-asked")
        operator.presses("F2")
        operator.types(somebody(3)["fin"])
        operator.presses("Return")
        keep("people-desk")
        operator.presses("F8")
        keep("people-book")
        operator.presses("Escape", "Escape", "shift+F12")
        administrator = Operator(face, language, ADMINISTRATOR_NAME)
        administrator.signs_in()
        operator.presses("F1")
        keep("counter-help-all")


def main(words: list[str]) -> None:
    """Make them."""
    into, sizes, languages, themes = asked_for(words, SIZES)
    kind = Foot if "foot" in words else XTerm
    for columns, rows in sizes:
        for language in languages:
            for theme in themes:
                with TemporaryDirectory() as folder:
                    place = counter_place(Path(folder), theme)
                    workplaces_way(kind, place, into, columns, rows, language, f"-{theme}" if theme else "")


if __name__ == "__main__":
    main(sys.argv[1:])
