"""A citizen with a card at the real kiosk: greeted, signed in by PIN, signed out with the card (I2, I3, I9, I12)."""

from __future__ import annotations

import re

from tests.e2e.card_place import CardHolder, HeldCard, inserted
from tests.e2e.desktop import XTerm
from tests.e2e.place import Place


def test_by_mouse_on_a_real_terminal(place: Place) -> None:
    """I3, I9, I12: a wrong PIN tells what is left, the right one signs in, the card taken out signs out and says so."""
    with place.face_on(XTerm) as face:
        person = CardHolder(face, place)
        person.comes()
        with inserted(place, "azedit"):
            person.is_greeted()
            person.opens_pin()
            person.taps_digits("1299")
            person.sends()
            person.is_told("pin.wrong", pin="PIN1", tries=2)
            person.taps_digits("1234")
            person.sends()
            person.is_signed_in()
        person.is_told("card.removed")
    assert not re.search("1299|Nümunəli|7NUMN24", place.log())


def test_the_last_try_needs_its_own_yes(place: Place) -> None:
    """I9: without it nothing is sent; with it a wrong PIN blocks, and the PUK is told of."""
    card = HeldCard(place, "azedit", "last-try")
    with place.face() as face, card.into_kiosk(place):
        person = CardHolder(face, place, "ru")
        person.comes()
        person.opens_pin()
        person.types_digits("1299")
        face.press("Return")
        yes = person.words("button.last_try")
        person.is_told("pin.last_needed", button=yes)
        assert card.proofs == 0
        face.tap(yes)
        person.sees(person.words("pin.last_agreed"))
        assert card.proofs == 0
        person.sends()
        person.is_told("pin.blocked", pin="PIN1")
        assert card.proofs == 1
