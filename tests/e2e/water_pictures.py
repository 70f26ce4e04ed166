"""Pictures of the water company's services: `python -m tests.e2e.water_pictures FOLDER [COLUMNSxROWS]… [az|ru|en]…`.

A new consumer at both doors, suspension with a debt that is paid at the terminal, who is refused, the status, twelve
months with the example card: every screen of each way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk.names import LANGUAGES, Language
from tests.e2e.card_place import inserted, set_up
from tests.e2e.citizen import SETTLED
from tests.e2e.desktop import XTerm
from tests.e2e.pictures import SIZES, made_place
from tests.e2e.place import Place
from tests.e2e.water_citizen import HOLDER, Wanted, WaterCitizen

_REFUSED: Final = {
    "metered": "10000003",
    "already-suspended": "10000005",
    "closed": "10000006",
    "not-population": "10000007",
    "not-yours": "10000012",
    "unknown": "99999999",
}
_STATEMENTS: Final = {
    "credit": "10000009",
    "no-invoices": "10000010",
    "month-missing": "10000011",
    "smart-card": "10000004",
}


def new_consumer(citizen: WaterCitizen) -> None:
    """From the menu to the number, and the application among one's own."""
    fin = "5ABC123"
    citizen.opens_new_consumer(fin)
    citizen.fills_address(Wanted(unlisted="2-ci Nümunə küçəsi" if citizen.door == "e_su" else ""))
    citizen.adds_documents()
    citizen.fills_contact()
    citizen.applies()
    number = citizen.is_registered()
    citizen.ends_the_visit()
    citizen.opens_water()
    citizen.chooses("1")
    citizen.face.press("1")
    citizen.signs_in_by_fin(fin)
    citizen.looks_at_status(number)


def suspension(citizen: WaterCitizen) -> None:
    """A debt that is paid, then one by one who may not apply."""
    citizen.opens_suspension(HOLDER)
    citizen.types_subscriber("10000002")
    citizen.gives_reason()
    citizen.fills_details()
    citizen.shows_words("subscriber.debt")
    citizen.keep("debt")
    citizen.pays_at_terminal()
    citizen.is_registered()
    citizen.ends_the_visit()
    for name, code in _REFUSED.items():
        keep, citizen.keep = citizen.keep, lambda name: None
        citizen.opens_suspension(HOLDER)
        citizen.types_subscriber(code)
        citizen.gives_reason()
        citizen.face.hides(citizen.title("apply.reason"))
        citizen.keep = keep
        citizen.keep(f"refused-{name}")
        for _ in range(7):
            citizen.face.press("Escape")
            citizen.face.rests(SETTLED)


def statement(citizen: WaterCitizen) -> None:
    """A debt with its certificate, then what else a statement may show."""
    citizen.comes()
    citizen.sees(citizen.title("home.e_signature"))
    citizen.opens_statement_by_card()
    citizen.is_warned_of_codes()
    citizen.asks_for("10000002")
    citizen.turns_pages()
    citizen.has_certificate_mailed()
    citizen.face.press("Escape")
    citizen.face.rests(SETTLED)
    for name, code in _STATEMENTS.items():
        citizen.face.press("Escape")
        citizen.sees(citizen.title("water.code.title"))
        citizen.face.press(*["BackSpace"] * 8)
        keep, citizen.keep = citizen.keep, lambda name: None
        citizen.asks_for(code)
        citizen.keep = keep
        citizen.keep(f"statement-{name}")
    citizen.face.press("Escape")
    citizen.sees(citizen.title("water.code.title"))
    citizen.face.press(*["BackSpace"] * 8)
    citizen.asks_for("10000002")
    citizen.taps_button(citizen.words("button.pay_debt"))
    citizen.sees(citizen.words("water.pay.amount", amount="").split("\n")[0])
    citizen.keep("amount")
    citizen.goes_on()
    citizen.sees(citizen.title("water.pay.terminal"))
    citizen.face.tap(citizen.title("water.pay.terminal"))
    citizen.sees(citizen.words("water.paid"))
    citizen.keep("paid")


WAYS: Final[dict[str, Callable[[WaterCitizen], None]]] = {
    "new-consumer": new_consumer,
    "e-su": new_consumer,
    "suspension": suspension,
    "statement": statement,
}


def _way(name: str, place: Place, into: Path, columns: int, rows: int, language: Language) -> None:
    """One way's pictures, `FOLDER/120x36-az-statement-03-code.png` and so on."""
    if name == "e-su":
        set_up(place, "water", 'door = "e_su"')
    with place.face_on(XTerm, columns=columns, rows=rows) as face:
        citizen = WaterCitizen(face, place, language)
        citizen.door = "e_su" if name == "e-su" else "site"
        taken = 0

        def keep(screen: str) -> None:
            nonlocal taken
            taken += 1
            face.rests(SETTLED)
            face.picture(into / f"{columns}x{rows}-{language}-{name}-{taken:02}-{screen}.png")

        citizen.keep = keep
        with inserted(place, "pkcs15") if name == "statement" else nullcontext():
            WAYS[name](citizen)


def main(words: list[str]) -> None:
    """Make the pictures that are asked for."""
    into = Path(words[0])
    into.mkdir(parents=True, exist_ok=True)
    sizes = [(int(w.split("x")[0]), int(w.split("x")[1])) for w in words[1:] if "x" in w] or list(SIZES)
    languages: list[Language] = [word for word in LANGUAGES if word in words[1:]] or list(LANGUAGES)
    ways = [name for name in WAYS if name in words[1:]] or list(WAYS)
    for columns, rows in sizes:
        for language in languages:
            for name in ways:
                with TemporaryDirectory() as folder:
                    _way(name, made_place(Path(folder)), into, columns, rows, language)


if __name__ == "__main__":
    main(sys.argv[1:])
