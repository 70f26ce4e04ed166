"""Cards over a real pcscd at the real kiosk: the service comes, dies, comes back; a card is swapped (I2, I4, I12)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hardware.cards.card import Holder
from tests.e2e.card_place import CardHolder, HeldCard, beside, boxes_full, set_up, slot
from tests.e2e.citizen import SETTLED
from tests.e2e.glass import PATIENCE
from tests.e2e.place import Place
from tests.pcscd import Pcscd, private_pcscd


@pytest.fixture
def pcscd() -> Iterator[Pcscd]:
    with private_pcscd(2, started=False) as service:
        yield service


@pytest.fixture
def real(place: Place, pcscd: Pcscd) -> Place:
    """A place whose kiosk has real readers only."""
    set_up(place, "cards", 'reader = "pcsc"')
    return beside(place, pcscd)


def examined(place: Place) -> tuple[int, dict[str, Any]]:
    """Exit code and lights of `doctor`, by probe."""
    done = subprocess.run(
        place.command("doctor", "--json"), env=dict(place.environment), capture_output=True, text=True,
        timeout=PATIENCE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, {entry["probe"]: entry for entry in json.loads(done.stdout)}


def test_the_service_comes_dies_and_comes_back(real: Place, pcscd: Pcscd) -> None:
    """I2, I4, I9, M1: told while it is away, found by itself; dead on the PIN screen, nothing typed is ever sent."""
    card = HeldCard(real)
    with real.face() as face:
        person = CardHolder(face, real)
        person.comes()
        status, lights = examined(real)
        assert (status, lights["reader_service"]["light"]) == (2, "fault")
        face.tap(person.title("home.readiness"))
        person.sees(person.words("readiness.line.reader"), person.words("readiness.reader.service"))
        face.press("Escape")
        person.sees(person.title("home.book"))
        pcscd.start()
        with card.into(slot(pcscd)):
            person.is_greeted()
            person.opens_pin()
            person.types_digits("1234")
            pcscd.kill()
            person.is_told("reader.unavailable")
            face.rests(SETTLED)
            face.press("Return")
            pcscd.start()
            person.sees(person.words("pin.tries_title"))
            assert boxes_full(face) == 0
            assert card.proofs == 0
            person.types_digits("1234")
            person.sends()
            person.is_signed_in()
            assert card.proofs == 1


def test_a_swap_of_two_cards_of_one_model_ends_the_session(real: Place, pcscd: Pcscd) -> None:
    """I12: the second card is another's, though its answer to reset is the same; doctor sees both readers' state."""
    pcscd.start()
    other = HeldCard(real, holder=Holder("Tural", "Sınaqov", "", "7NUMN25", "NUM0000025", date(1980, 1, 1)))
    with real.face() as face:
        person = CardHolder(face, real)
        person.comes()
        with HeldCard(real).into(slot(pcscd)):
            person.is_greeted()
            person.opens_pin()
            person.types_digits("1234")
            person.sends()
            person.is_signed_in()
        with other.into(slot(pcscd)):
            face.hides(person.words("sign_in.done"))
            face.until(lambda: any(face.find(words) for words in person.ended), "why the session ended")
            face.rests(SETTLED)
            face.press("Escape")
            person.is_greeted("Tural")
            assert not face.find("Əsmər")
            status, lights = examined(real)
            assert lights["sessions"]["finding"].endswith(": 0")
            assert (lights["reader_service"]["light"], lights["card:1"]["light"]) == ("good", "good")
            assert "fault" not in {entry["light"] for entry in lights.values()}
            assert status == 1, "example data and defaults are warnings"
    assert other.proofs == 0
