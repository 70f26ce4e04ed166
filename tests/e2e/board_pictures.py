"""Pictures of the hall board and the live queue: `python -m tests.e2e.board_pictures FOLDER [COLUMNSxROWS]…`.

The board is taken besides as it hangs in a hall, on 1920×1080: at its start, with a new call's band turned over, and
with more people awaited than it has lines; with short ways to its counters and with long ones.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.language import text
from kiosk.names import LANGUAGES, Language, Names
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import HallScreen, XTerm
from tests.e2e.glass import Cell
from tests.e2e.hall import Hall
from tests.e2e.pictures import made_place
from tests.e2e.place import Place

SIZES = ((120, 36), (80, 24), (76, 22))
_WAYS = {
    "7": Names("↗ 2-ci mərtəbə, sağ tərəf", "↗ 2 этаж, направо", "↗ Floor 2, on the right"),
    "12": Names("↖ 2-ci mərtəbə, sol tərəf", "↖ 2 этаж, налево", "↖ Floor 2, on the left"),
    "3": Names("→ 1-ci mərtəbə", "→ 1 этаж", "→ Floor 1"),
    "5": Names("↑ 2-ci mərtəbə, salon", "↑ 2 этаж, зал", "↑ Floor 2, main hall"),
}
_LONG = {
    "7": Names(
        "2-ci mərtəbə, sol dəhlizdə arxiv yanında",
        "2 этаж, в левом крыле, рядом с архивом",
        "Floor 2, the corridor left of the stairs",
    ),
}
"""Forty letters, as many as can be typed."""


def _busy(place: Place, ways: dict[str, Names] = _WAYS) -> Hall:
    """Four people are called, others wait; counter 5 is free again."""
    hall = Hall(place)
    hall.people_come(11)
    hall.ask("no_show", counter="5", ticket=hall.calls("5"))
    for counter in ("9", "3", "12", "7"):
        hall.calls(counter)
    for counter, way in ways.items():
        hall.stands_at(counter, way)
    return hall


def live_queue(place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """From the first screen to the ticket."""
    with place.face_on(XTerm, columns=columns, rows=rows) as face:

        def keep(name: str) -> None:
            face.rests(SETTLED)
            face.picture(into / f"{columns}x{rows}-{language}-live-{name}.png")

        face.shows(text("az", "home.walk_in").split("\n")[0])
        face.tap({"az": "AZ", "ru": "RU", "en": "EN"}[language])
        face.shows(text(language, "home.walk_in").split("\n")[0])
        keep("1-first")
        face.press("7")
        face.shows(text(language, "walk_in.service").split("\n")[0])
        keep("2-service")
        face.press("Down", "Return")
        face.shows(text(language, "walk_in.before"))
        keep("3-expect")
        face.press("Return")
        face.shows(text(language, "walk_in.taken"))
        keep("4-ticket")


def board(place: Place, into: Path, columns: int, rows: int) -> None:
    """The board in its three languages."""
    with place.face_on(XTerm, "board", columns=columns, rows=rows) as face:
        for language in LANGUAGES:
            face.shows(text(language, "board.head"))
            face.picture(into / f"{columns}x{rows}-{language}-board.png")


def board_in_a_hall(place: Place, hall: Hall, into: Path) -> None:
    """The board on a large screen, while counters call."""
    with place.face_on(HallScreen, "board", columns=HallScreen.COLUMNS, rows=HallScreen.ROWS) as face:
        face.shows(text("az", "board.head"), text("az", "board.counter"))
        face.picture(into / "1080p-board.png")
        number = Cell(10, 3)
        standing = face.ground(number)
        hall.calls("5")
        face.until(lambda: face.ground(number) != standing, "the band turned over")
        face._take(into / "1080p-board-turned.png")  # for a second alone
        for counter in ("21", "22", "23"):
            hall.calls(counter)
        face.shows("/ 3")
        face.picture(into / "1080p-board-pages.png")


def board_with_ways(place: Place, into: Path, name: str) -> None:
    """The board on a large screen in its three languages."""
    with place.face_on(HallScreen, "board", columns=HallScreen.COLUMNS, rows=HallScreen.ROWS) as face:
        for language in LANGUAGES:
            face.shows(text(language, "board.head"))
            face.picture(into / f"1080p-{language}-{name}.png")


def main(words: list[str]) -> None:
    """Make them."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    sizes = [(int(w.split("x")[0]), int(w.split("x")[1])) for w in words[1:]] or list(SIZES)
    with TemporaryDirectory() as folder:
        place = made_place(Path(folder))
        board_in_a_hall(place, _busy(place), into)
    for name, ways in (("short", _WAYS), ("long", _LONG)):
        with TemporaryDirectory() as folder:
            place = made_place(Path(folder))
            _busy(place, ways)
            board_with_ways(place, into, name)
    for columns, rows in sizes:
        with TemporaryDirectory() as folder:
            place = made_place(Path(folder))
            settings = place.folder / "kiosk.toml"
            settings.write_text(f'{settings.read_text()}[printer]\ndevice = "simulated"\nfolder = "{into / "slips"}"\n')
            _busy(place)
            board(place, into, columns, rows)
            for language in LANGUAGES:
                live_queue(place, into, columns, rows, language)


if __name__ == "__main__":
    main(sys.argv[1:])
