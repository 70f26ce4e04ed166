"""A PIN that was typed is nowhere afterwards: memory of every process, log, audit, bundle, state (I9, K6).

The digits are eight that nothing else on the machine writes. They are searched as the terminal sent them (ASCII), as
texts (UTF-16, UTF-32) and as numbers (bytes 0 to 9). A list of Python's small integers is a row of pointers to objects
that every process has: it is out of reach for a search, and `hardware/secret.py` overwrites it.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.card_place import CardHolder, HeldCard, beside, set_up, slot, state_of
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.technician import Technician
from tests.pcscd import private_pcscd

PIN: Final = "83917462"
NUMBERS: Final = bytes(int(digit) for digit in PIN)
ENCODED: Final = (PIN.encode(), PIN.encode("utf-16-le"), PIN.encode("utf-32-le"), NUMBERS)


def family(process: int) -> Iterator[int]:
    """A process and all that it started."""
    yield process
    children = Path(f"/proc/{process}/task").glob("*/children")
    for child in " ".join(path.read_text("ascii") for path in children).split():
        yield from family(int(child))


def count(process: int, wanted: tuple[bytes, ...]) -> int:
    """How often any of these stands in the writable memory of a process, heap, stacks and all."""
    found = 0
    maps = Path(f"/proc/{process}/maps").read_text("ascii", "replace").splitlines()
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            if area := re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line):
                start, end = int(area[1], 16), int(area[2], 16)
                try:
                    memory.seek(start)
                    held = memory.read(end - start)
                except OSError:
                    continue  # the kernel's own pages
                found += sum(held.count(one) for one in wanted)
    return found


def files_with_pin(folder: Path) -> list[str]:
    """The files below a folder that hold it; what is packed is unpacked first."""
    held = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                contents += [packed.read(name) for name in packed.namelist()]
        if any(one in content for content in contents for one in ENCODED):
            held.append(path.name)
    return held


class Secretive(CardHolder):
    """Changes PIN1 to digits that nobody else writes, and signs in with them."""

    def types(self, digits: str, *then: str) -> None:
        """Key by key, Enter, and what comes."""
        self.types_digits(digits)
        self.face.press("Return")
        self.sees(*then)

    def changes_pin(self) -> None:
        """From the page of the e-signature, and back to it."""
        name = {"pin": "PIN1", "min": 4, "max": 12}
        titles = {key: self.words(key, **name).split("\n")[0] for key in ("pin.old", "pin.new", "pin.repeat")}
        self.face.tap(self.title("e_signature.change"))
        self.sees(self.title("pin.which_change"))
        tile = self.face.lowest("PIN1")
        assert tile is not None
        self.face.tap(tile)
        self.sees(titles["pin.old"])
        self.types("1234", titles["pin.new"])
        self.types(PIN, titles["pin.repeat"])
        self.types(PIN, self.words("pin.changed", **name))
        self.face.press("Escape")
        self.sees(self.title("e_signature.title"))


@pytest.fixture(params=["simulated", "pcsc"])
def station(request: pytest.FixtureRequest, place: Place) -> Iterator[tuple[Place, HeldCard]]:
    """A place, with a card in its reader."""
    card = HeldCard(place)
    if request.param == "simulated":
        with card.into_kiosk(place):
            yield place, card
        return
    set_up(place, "cards", 'reader = "pcsc"')
    with private_pcscd() as pcscd, card.into(slot(pcscd)):
        yield beside(place, pcscd), card


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look into an undumpable process")
def test_no_process_and_no_file_holds_it(station: tuple[Place, HeldCard], tmp_path: Path) -> None:
    """I9: zero, while it is typed, after it was changed, and after it signed in. The card is in this process."""
    place, card = station
    with place.face() as face:
        person = Secretive(face, place)
        person.comes()
        person.is_greeted()
        person.opens_e_signature()
        person.changes_pin()
        processes = tuple(family(face.process.pid))
        face.tap(person.title("e_signature.sign_in"))
        person.sees(person.words("pin.tries_title"))
        person.types_digits(PIN)
        assert [count(process, ENCODED) for process in processes] == [0] * len(processes)
        face.press("Return")
        person.is_signed_in()
        assert card.proofs == 1
        assert [count(process, ENCODED) for process in processes] == [0] * len(processes)
        assert count(face.process.pid, (b"7NUMN24",)) > 0, "the search finds what is there"
        if not place.environment.get("PCSCLITE_CSOCK_NAME"):
            makes_bundle(face, person)
            assert b"7NUMN24" not in b"".join(packed(state_of(place)))
    assert files_with_pin(tmp_path) == []


def makes_bundle(face: PtyTerminal, person: CardHolder) -> None:
    """Signs out, and a technician makes a diagnostics bundle (M4)."""
    face.rests(SETTLED)
    person.taps_button(person.words("button.sign_out"))
    technician = Technician(face)
    technician.enters()
    technician.presses("F4", technician.words("maintenance.bundle"))
    technician.presses("F2", "apdu.txt", ".zip")


def packed(folder: Path) -> Iterator[bytes]:
    """What is in the bundle that was made there."""
    (bundle,) = folder.rglob("*.zip")
    with zipfile.ZipFile(bundle) as archive:
        yield from (archive.read(name) for name in archive.namelist())
