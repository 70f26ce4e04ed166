"""The technician's first five minutes (issue 3): whatever is broken stands first on the page of health (M1, M2, M5)."""

from __future__ import annotations

import pytest

from kiosk.care.facts import probe_name
from kiosk.language import text
from tests.e2e.glass import Terminal
from tests.e2e.place import Place
from tests.e2e.technician import FIVE, Technician, no_reader_service, run_ahead


def first_card(face: Terminal) -> str:
    """The rows of the first card: those between the page's line and the next card's mark; "" before it is there."""
    rows = face.lines()[6:]
    begins = next((number for number, row in enumerate(rows) if "✕" in row or "!" in row), len(rows))
    return "\n".join(rows[begins : begins + 2])


@pytest.mark.parametrize("name", FIVE)
def test_what_is_broken_stands_first(place: Place, name: str) -> None:
    """M2: as a fault, with its button, on the first page; nobody has to search."""
    breaks, probe = FIVE[name]
    settings = place.folder / "kiosk.toml"
    patient = "[maintenance]\nprobe_seconds = 60\n"  # no slow machine makes a fault of its own
    settings.write_text(settings.read_text("utf-8") + breaks(place.folder) + patient, encoding="utf-8")
    if name == "wrong-clock":
        run_ahead(place)
    with place.face(PCSCLITE_CSOCK_NAME=no_reader_service(place)) as face:
        technician = Technician(face)
        technician.enters()
        kind, _, which = probe.partition(":")
        if name == "expired-list":
            which = "bank"  # all lists are too old, and this one comes first
        title = probe_name("az", f"{kind}:{which}" if which else kind)
        # what is written comes in pieces: the mark may stand there before its words
        face.until(lambda: all(word in first_card(face) for word in ("✕", *title.split())), "the fault, first of all")


def test_out_of_service_holds_over_a_restart(place: Place) -> None:
    """M5: from the first picture on, and the technician's way in stays."""
    with place.face() as face:
        technician = Technician(face)
        technician.enters()
        technician.presses("F6", technician.words("maintenance.service.stop"))
        technician.taps_button("maintenance.service.stop_yes")
        technician.sees(technician.words("maintenance.service.is_off"))
        technician.presses("F10", technician.words("kiosk.out_of_service"))
    with place.face() as face:
        face.shows(*(text(language, "kiosk.out_of_service").split("\n")[0] for language in ("az", "ru", "en")))
        technician = Technician(face)
        technician.enters_from_notice()
        technician.presses("F6", technician.words("maintenance.service.serve"))
        technician.taps_button("maintenance.service.serve_yes")
        technician.sees(technician.words("maintenance.service.is_on"))
        technician.presses("F10", technician.words("home.book"))
