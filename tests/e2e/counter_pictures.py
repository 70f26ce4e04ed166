"""Pictures of the figures and the people's desk: `python -m tests.e2e.counter_pictures FOLDER [COLUMNSxROWS]…`.

An administrator signs in, sees the figures of an invented hall, finds somebody by a shown document, and books.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.booking.example import ADMINISTRATOR_NAME, OPERATOR_PASSWORD
from kiosk.language import text
from kiosk.names import LANGUAGES, Language
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import XTerm
from tests.e2e.hall import Hall
from tests.e2e.pictures import made_place
from tests.e2e.place import Place

SIZES: Final = ((120, 36), (100, 35), (80, 24))
_FIN: Final = "nmn0001"
"""The first of the invented people."""


def hall_of(place: Place) -> None:
    """Eight people take tickets, three counters call and serve some of them."""
    hall = Hall(place)
    hall.people_come(8)
    for counter in ("1", "2", "3"):
        ticket = hall.calls(counter)
        hall.ask("start", counter=counter, ticket=ticket)
        hall.ask("finish", counter=counter, ticket=ticket)
        hall.calls(counter)


def counters_way(place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """From signing in to a booking's form, as `FOLDER/100x35-az-figures-1-day.png` and so on."""
    with place.face_on(XTerm, "counter", columns=columns, rows=rows) as face:

        def opens(*keys: str) -> None:
            face.rests(SETTLED)  # a screen that was opened just now is deaf for a moment
            face.press(*keys)

        def keep(name: str) -> None:
            face.rests(SETTLED)
            face.picture(into / f"{columns}x{rows}-{language}-{name}.png")

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


def main(words: list[str]) -> None:
    """Make them."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    sizes = [(int(w.split("x")[0]), int(w.split("x")[1])) for w in words[1:]] or list(SIZES)
    for columns, rows in sizes:
        for language in LANGUAGES:
            with TemporaryDirectory() as folder:
                place = made_place(Path(folder))
                hall_of(place)
                counters_way(place, into, columns, rows, language)


if __name__ == "__main__":
    main(sys.argv[1:])
