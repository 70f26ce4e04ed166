"""Pictures of the running product in a real terminal: `python -m tests.e2e.pictures FOLDER [COLUMNSxROWS] [az|ru|en]…`.

A citizen books an hour and arrives with the order code, an operator signs in; each screen on the way is kept. The
pictures of README and docs/ are made by this, so that they show what the product shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.names import LANGUAGES, Language
from tests.e2e.citizen import SETTLED, Citizen, hour_comes
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place

SIZES = ((120, 36), (80, 24), (76, 22))
_SETTINGS = """
[station]
name = "pictures"
[database]
url = "sqlite:///kiosk.db"
[secrets]
folder = "secrets"
[mail]
path = "mail"
[clock]
settable = true
[log]
file = "kiosk.log"
[face]
"""


def made_place(folder: Path, face: str = "verdict_seconds = 60") -> Place:
    """A station with example data in a folder; `face` are lines of its section [face]."""
    (folder / "kiosk.toml").write_text(f"{_SETTINGS}{face}\n", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    place = Place(folder, environment)
    subprocess.run(place.command("init"), check=True, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    return place


def citizens_way(place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """Every screen from the first to the ticket, as `FOLDER/120x36-az-01-first.png` and so on."""
    with place.face_on(XTerm, columns=columns, rows=rows) as face:
        citizen = Citizen(face, place, language)

        def keep(name: str) -> None:
            face.rests(SETTLED)
            face.picture(into / f"{columns}x{rows}-{language}-{name}.png")

        citizen.comes()
        keep("01-first")
        face.tap(citizen.title("home.book"))
        citizen.sees_step("service")
        keep("02-service")
        face.tap(citizen.service)
        citizen.sees_step("centre")
        keep("03-centre")
        citizen.chooses_centre()
        keep("04-date")
        citizen.chooses_date()
        keep("05-slots")
        citizen.chooses_hour()
        keep("06-person")
        citizen.types_who_one_is()
        keep("07-code")
        citizen.types_the_code()
        keep("08-result")
        code = citizen.order_code()
        citizen.ends_the_visit()
        citizen.comes()
        face.tap(citizen.title("home.arrive"))
        citizen.sees(citizen.title("arrival.enter"))
        keep("09-arrive")
        face.write(code)
        face.rests(SETTLED)
        face.press("Return")
        citizen.sees(citizen.words("arrival.other_day", date="", time="").split("\n")[0])
        keep("10-other-day")
        face.press("Escape")
        hour_comes(place, code)
        citizen.comes()
        citizen.arrives(code)
        keep("11-on-time")


def counters_way(place: Place, into: Path, columns: int, rows: int) -> None:
    """The operator's sign-in and workplace."""
    with place.face_on(XTerm, "counter", columns=columns, rows=rows) as face:
        face.shows(OPERATOR_NAME)
        face.rests(SETTLED)
        face.picture(into / f"{columns}x{rows}-counter-1-sign-in.png")
        face.write(OPERATOR_NAME)
        face.press("Tab")
        face.write(OPERATOR_PASSWORD)
        face.press("Return")
        face.shows("F12")
        face.rests(SETTLED)
        face.picture(into / f"{columns}x{rows}-counter-2-workplace.png")


def main(words: list[str]) -> None:
    """Make the pictures that are asked for."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    sizes = [(int(w.split("x")[0]), int(w.split("x")[1])) for w in words[1:] if "x" in w] or list(SIZES)
    languages: list[Language] = [word for word in LANGUAGES if word in words[1:]] or list(LANGUAGES)
    for columns, rows in sizes:
        for language in languages:
            with TemporaryDirectory() as folder:
                citizens_way(made_place(Path(folder)), into, columns, rows, language)
        with TemporaryDirectory() as folder:
            counters_way(made_place(Path(folder)), into, columns, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
