"""Pictures of figures, hall and people's desk: `counter_pictures FOLDER [COLUMNSxROWS]… [az|ru|en]… [THEME]… [foot]`.

An administrator signs in, sees the figures of an invented morning, goes through the hall's sections and closes a day,
finds somebody by a shown document, books, and looks at the water company's work and a subscriber.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.booking.example import ADMINISTRATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from kiosk.names import Language, Names
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import DesktopTerminal, Foot, XTerm
from tests.e2e.hall import Hall
from tests.e2e.pictures import asked_for, counter_place
from tests.e2e.place import Place

SIZES: Final = ((120, 36), (100, 35), (80, 24))
_FIN: Final = "nmn0001"
"""The first of the invented people."""
_SUBSCRIBER: Final = "10000002"
"""Who owes something."""


_WAYS: Final = {
    "2": Names("2-ci mərtəbə, sağ tərəf", "2 этаж, направо", "Floor 2, on the right"),
    "3": Names("1-ci mərtəbə", "1 этаж", "Floor 1"),
}


def hall_of(place: Place) -> None:
    """A morning at four counters, some of which one is told how to find."""
    hall = Hall(place)
    hall.works()
    for counter, way in _WAYS.items():
        hall.stands_at(counter, way)


def counters_way(
    kind: type[DesktopTerminal], place: Place, into: Path, columns: int, rows: int, language: Language, theme: str
) -> None:
    """From signing in to a booking's form, as `FOLDER/100x35-az-figures-1-day.png` and so on."""
    with place.face_on(kind, "counter", columns=columns, rows=rows) as face:

        def opens(*keys: str) -> None:
            face.rests(SETTLED)  # a screen that was opened just now is deaf for a moment
            face.press(*keys)

        def keep(name: str) -> None:
            face.rests(SETTLED)
            face.picture(into / f"{columns}x{rows}-{language}{theme}-{name}.png")

        face.shows(text("az", "button.sign_in").split("\n")[0])
        face.tap({"az": "AZ", "ru": "RU", "en": "EN"}[language])
        face.rests(SETTLED)
        face.write(ADMINISTRATOR_NAME)
        face.shows(ADMINISTRATOR_NAME)
        face.press("Tab")
        face.rests(SETTLED)
        face.write(OPERATOR_PASSWORD)
        face.rests(SETTLED)
        face.press("Return")
        face.shows(text(language, "counter.key.lock"))
        opens("shift+F9")
        face.shows(text(language, "figures.key.export"))
        keep("figures-1-day")
        face.press("F2")
        keep("figures-2-week")
        face.press("F4")
        keep("figures-3-chart")
        face.press("Escape")
        face.shows(text(language, "counter.hall.waiting"))
        opens("shift+F10")
        face.shows(text(language, "hall.counter.add"))
        keep("hall-1-counters")
        opens("F9")
        face.rests(SETTLED)
        face.press("space", "Down", "Down", "space")
        keep("hall-2-services")
        face.press("F10")
        opens("F3")
        opens("F7")
        keep("hall-3-closing")
        opens("F10")
        face.shows(text(language, "hall.closing.confirm"))
        keep("hall-4-question")
        face.press("F10")
        face.shows(text(language, "hall.closure.withdraw"))
        keep("hall-5-closed")
        opens("F4")
        keep("hall-6-machines")
        opens("F5")
        keep("hall-7-staff")
        opens("Return")
        keep("hall-8-rights")
        opens("Escape")
        opens("F6")
        keep("hall-9-limits")
        face.press("Escape")
        opens("F1")
        people = text(language, "counter.help.people").split(":")[0]
        face.shows(people)
        face.rests(SETTLED)
        face.tap(people)
        face.shows(text(language, "people.shown"))
        opens("F2")
        face.write(_FIN)
        face.rests(SETTLED)
        face.press("Return")
        keep("people-1-found")
        face.press("F8")
        keep("people-2-book")
        for _ in ("form", "what was typed", "desk"):
            opens("Escape")
        face.shows(text(language, "counter.key.help"))
        opens("shift+F6")
        face.shows(text(language, "desk.search_work"))
        keep("water-desk")
        opens("F7")
        face.shows(text(language, "desk.search_subscriber"))
        face.rests(SETTLED)
        face.write(_SUBSCRIBER)
        face.shows(_SUBSCRIBER)
        face.rests(SETTLED)
        face.press("Return")
        face.shows(text(language, "desk.key.cash"))
        keep("water-subscriber")


def main(words: list[str]) -> None:
    """Make them."""
    into, sizes, languages, themes = asked_for(words, SIZES)
    kind = Foot if "foot" in words else XTerm
    for columns, rows in sizes:
        for language in languages:
            for theme in themes:
                with TemporaryDirectory() as folder:
                    place = counter_place(Path(folder), theme)
                    hall_of(place)
                    counters_way(kind, place, into, columns, rows, language, f"-{theme}" if theme else "")


if __name__ == "__main__":
    main(sys.argv[1:])
