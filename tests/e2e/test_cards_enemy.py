"""What may go wrong while a PIN is typed on the real kiosk: it is sent once, or not at all (I9, K2)."""

from __future__ import annotations

from tests.e2e.card_place import VERIFY, CardHolder, HeldCard, boxes_full
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place


def test_a_scan_is_no_pin_and_two_enters_are_one(place: Place) -> None:
    """I9: a numeric code that is scanned costs no try, at any speed; a second Enter sends nothing again."""
    card = HeldCard(place)
    with place.face(broken="with_a_slow_scanner") as face, card.into_kiosk(place):
        person = CardHolder(face, place)
        person.comes()
        person.opens_pin()
        for gap in (0.0, 0.003):
            for letter in "48151623\r":
                face.send(letter.encode())
                if gap:
                    face.rests(gap)
            person.is_told("pin.format", pin="PIN1", min=4, max=12)
            person.sees_digits(0)
            face.rests(SETTLED)
            face.press("5")  # the words go, so that the next scan has to bring them anew
            face.hides(person.words("pin.format", pin="PIN1", min=4, max=12).split("\n")[0])
            face.press("BackSpace")
            person.sees_digits(0)
        assert card.proofs == 0
    with place.face() as face, card.into_kiosk(place):
        person = CardHolder(face, place)
        person.comes()
        person.opens_pin()
        person.types_digits("1299")
        face.send(b"\r\r\r")
        person.is_told("pin.wrong", pin="PIN1", tries=2)
        assert card.proofs == 1


def test_pulled_in_the_very_command(place: Place) -> None:
    """I9, K2: language and size may change while it is typed; pulled while it is sent, it is never sent again."""
    card, again = HeldCard(place), HeldCard(place)
    card.pulled_by = VERIFY
    with place.face() as face:
        person = CardHolder(face, place, "en")
        person.comes()
        with card.into_kiosk(place):
            person.is_greeted()
            person.opens_pin()
            person.types_digits("12")
            face.tap("AZ")
            person.language = "az"
            person.sees(person.words("pin.tries_title"))
            face.resize(76, 22)
            face.until(lambda: face.find(person.words("pin.tries_title")) is None, "the large layout")
            face.resize(120, 36)
            person.sees(person.words("pin.tries_title"))
            assert boxes_full(face) == 2
            for count, digit in enumerate("34", 3):
                face.press(digit)
                person.sees_digits(count)
            person.sends()
            person.is_told("card.out")
            face.rests(SETTLED)
        with again.into_kiosk(place):
            face.press("Escape")
            person.sees(person.title("e_signature.title"))
    assert (card.proofs, again.proofs) == (1, 0)
