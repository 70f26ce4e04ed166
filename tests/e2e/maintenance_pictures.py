"""Pictures of maintenance mode: `python -m tests.e2e.maintenance_pictures FOLDER [COLUMNSxROWS]… [az|ru|en]…`.

The pages and trials, the notice, and the technician's first five minutes: one thing broken after the other, each as the
page of health shows it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.names import LANGUAGES, Language
from tests.e2e.desktop import XTerm
from tests.e2e.pictures import made_place
from tests.e2e.place import Place
from tests.e2e.technician import FIVE, Technician, no_reader_service, run_ahead

SIZES: Final = ((120, 36), (100, 35), (80, 24), (76, 22))


_TICKING: Final = 0.25
"""The header counts seconds, so the glass rests for no longer than this."""


def _glimpse(face: XTerm, path: Path) -> None:
    """A picture between two seconds of the header's clock."""
    face.rests(_TICKING)
    face._take(path)


def technicians_way(place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """The way in, the pages and trials, the notice: `FOLDER/120x36-az-maintenance-….png`."""
    with place.face_on(XTerm, columns=columns, rows=rows) as face:

        def keep(name: str) -> None:
            _glimpse(face, into / f"{columns}x{rows}-{language}-maintenance-{name}.png")

        technician = Technician(face, language)
        technician.enters()
        technician.looks_anew()
        keep("1-health")
        technician.presses("F2", technician.words("maintenance.trials"))
        keep("2-trials")
        face.tap(technician.words("maintenance.trial.simulated"))
        technician.sees(technician.words("maintenance.scenarios"))
        face.tap(technician.words("care.scenario.good_card"))
        technician.sees(technician.words("maintenance.trial_ended"))
        technician.presses("Escape", technician.words("maintenance.scenarios"))
        technician.presses("Escape", technician.words("maintenance.trials"))
        technician.presses("1", technician.words("maintenance.trial_ended"))
        keep("3-card")
        technician.presses("Escape", technician.words("maintenance.trials"))
        technician.presses("Escape", technician.words("maintenance.health"))
        technician.presses("F4", technician.words("maintenance.bundle"))
        technician.presses("F2", technician.words("maintenance.key.again"))
        keep("4-bundle")
        technician.presses("Escape", technician.words("maintenance.health"))
        technician.presses("F6", technician.words("maintenance.service.stop"))
        keep("5-question")
        technician.taps_button("maintenance.service.stop_yes")
        technician.sees(technician.words("maintenance.service.is_off"))
        technician.presses("F10", technician.words("kiosk.out_of_service"))
        keep("6-out-of-service")


def first_five_minutes(into: Path, columns: int, rows: int, language: Language) -> None:
    """Five stations, each with another thing broken: `FOLDER/120x36-az-broken-….png`."""
    for name, (breaks, _) in FIVE.items():
        with TemporaryDirectory() as folder:
            place = made_place(Path(folder), f'language = "{language}"\n{breaks(Path(folder))}')
            if name == "wrong-clock":
                run_ahead(place)
            socket = no_reader_service(place)
            with place.face_on(XTerm, columns=columns, rows=rows, PCSCLITE_CSOCK_NAME=socket) as face:
                technician = Technician(face, language)
                technician.enters()
                technician.looks_anew()
                _glimpse(face, into / f"{columns}x{rows}-{language}-broken-{name}.png")


def main(words: list[str]) -> None:
    """Make the pictures that are asked for."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    sizes = [(int(w.split("x")[0]), int(w.split("x")[1])) for w in words[1:] if "x" in w] or list(SIZES)
    languages: list[Language] = [word for word in LANGUAGES if word in words[1:]] or list(LANGUAGES)
    for columns, rows in sizes:
        for language in languages:
            with TemporaryDirectory() as folder:
                technicians_way(made_place(Path(folder), f'language = "{language}"'), into, columns, rows, language)
            first_five_minutes(into, columns, rows, language)


if __name__ == "__main__":
    main(sys.argv[1:])
