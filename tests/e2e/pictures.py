"""Pictures of the running product in a real terminal: `python -m tests.e2e.pictures FOLDER [COLUMNSxROWS] [az|ru|en]…`.

A citizen books an hour and arrives with the order code, another comes with a card, an operator signs in; each screen on
the way is kept; with the word `cards` only those with a card. Those of the water company's services are made by
`tests.e2e.water_pictures`. The pictures of README and docs/ are made by both, so that they show what the product shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.booking.example import OPERATOR_NAME, OPERATOR_PASSWORD
from kiosk.names import LANGUAGES, Language
from tests.e2e.citizen import SETTLED, Citizen, hour_comes
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place

_THEMES = ("light", "dark", "contrast", "mono")
SIZES = ((120, 36), (80, 24), (76, 22))
_TICKING = 0.25
"""A screen that counts seconds down rests for no longer than this on a busy machine."""
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


def counter_place(folder: Path, theme: str = "") -> Place:
    """The same for a counter, in a theme ("contrast") or its own (""); with a printer."""
    look = f'theme = "kiosk-{theme}"\n' if theme else ""
    return made_place(folder, f'{look}[printer]\ndevice = "simulated"\nfolder = "slips"')


def asked_for(
    words: Sequence[str], sizes: Sequence[tuple[int, int]]
) -> tuple[Path, Sequence[tuple[int, int]], Sequence[Language], Sequence[str]]:
    """Folder, sizes, languages and themes of a command line; where none is named, `sizes`, all, and the usual one."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    named = [(int(word.split("x")[0]), int(word.split("x")[1])) for word in words[1:] if word[:1].isdecimal()]
    languages: list[Language] = [language for language in LANGUAGES if language in words[1:]]
    return into, named or sizes, languages or LANGUAGES, [theme for theme in _THEMES if theme in words[1:]] or [""]


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


@contextmanager
def card_in(place: Place, profile: str = "pkcs15", *faults: str) -> Iterator[None]:
    """A virtual card in the face's simulated reader, as another process puts it there."""
    wanted = [part for fault in faults for part in ("--fault", fault)]
    command = place.command("card", "insert", profile, "--simulated", *wanted)
    with subprocess.Popen(
        command, env=dict(place.environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as card:
        try:
            yield
        finally:
            card.terminate()


def cards_way(place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """What a card is good for: the greeting, the PIN, who is signed in, the check of the e-signature, the PUK."""
    with place.face_on(XTerm, columns=columns, rows=rows) as face:
        citizen = Citizen(face, place, language)

        def keep(name: str, *, ticking: bool = False) -> None:
            path = into / f"{columns}x{rows}-{language}-{name}.png"
            if ticking:
                # It counts seconds down: no two pictures of it are the same.
                face.rests(_TICKING)
                face._take(path)
            else:
                face.rests(SETTLED)
                face.picture(path)

        def title(key: str) -> str:
            return citizen.words(key).split("\n")[0]

        citizen.comes()
        with card_in(place):
            citizen.sees(title("home.e_signature"))
            keep("20-card-greets")
            face.tap(title("home.e_signature"))
            citizen.sees(title("e_signature.title"))
            keep("21-my-e-signature")
            face.tap(title("e_signature.sign_in"))
            citizen.sees(citizen.words("pin.tries_title" if citizen.roomy else "card.holder"))
            face.rests(SETTLED)
            face.write("12")
            keep("22-pin")
            face.write("99")
            face.press("Return")
            citizen.sees(citizen.words("pin.tries_missing", pin="PIN1").split("\n")[0].split()[-1])
            keep("23-pin-wrong")
            face.write("1234")
            face.rests(SETTLED)
            face.press("Return")
            citizen.sees(citizen.words("sign_in.done"))
            keep("24-signed-in")
        citizen.sees(citizen.words("card.removed").split(". ")[0])
        keep("25-card-out", ticking=True)
        face.press("Escape")
        citizen.comes()
        with card_in(place, "pkcs15", "last-try"):
            citizen.sees(title("home.e_signature"))
            face.tap(title("home.e_signature"))
            citizen.sees(title("e_signature.title"))
            face.rests(SETTLED)
            face.tap(title("home.readiness"))
            citizen.sees(citizen.words("button.ways"))
            keep("26-readiness")
            face.tap(citizen.words("button.ways"))
            citizen.sees(title("readiness.ways"))
            keep("27-ways")
            face.tap(title("e_signature.change"))
            citizen.sees(title("pin.which_change"))
            keep("28-which-pin")
            face.press("1")  # the word PIN1 stands in the help line too
            face.rests(SETTLED)
            face.write("1234")
            keep("29-last-try")
        citizen.sees(title("card.out").split(". ")[0])
        keep("30-card-out", ticking=True)


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
                if "cards" not in words:
                    citizens_way(made_place(Path(folder)), into, columns, rows, language)
            with TemporaryDirectory() as folder:
                cards_way(made_place(Path(folder)), into, columns, rows, language)
        with TemporaryDirectory() as folder:
            if "cards" in words:
                continue
            counters_way(made_place(Path(folder)), into, columns, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
