"""FİN, codes and addresses know no language, and no code changes the case of a text (K3)."""

from __future__ import annotations

import ast

import pytest

from kiosk.booking import order_code
from kiosk.identity.applicant import tidy
from tests.architecture.tree import sources, told

CASE = {"upper", "lower", "title", "capitalize", "swapcase", "casefold"}

ASCII_RULES = {
    "hardware/cards/azedit.py": "a PIN's name",
    "hardware/pcsc/pin_pad.py": "a reader's name",
    "hardware/pcsc/watcher.py": "a reader's name",
    "kiosk/identity/applicant.py": "an e-mail address",
    "hardware/scanner/options.py": "a scanner's option",
    "kiosk/booking/order_code.py": "an order code",
    "kiosk/care/words.py": "a status word",
    "kiosk/command.py": "the log's level",
    "kiosk/identity/card_report.py": "an ATR",
    "kiosk/identity/fin.py": "a FİN",
    "kiosk/identity/password_way.py": "a user name",
    "kiosk/identity/staff.py": "a user name",
    "kiosk/identity/staff_cards.py": "a fingerprint",
    "kiosk/identity/ways.py": "an issuer's name",
    "kiosk/post/maildir.py": "an e-mail address",
    "kiosk/signature/chain.py": "a file's suffix",
    "kiosk/signature/readiness.py": "a certificate file's name",
    "kiosk/signature/revocation.py": "a file's suffix",
    "kiosk/signature/trust.py": "a certificate file's name",
    "kiosk/water/documents/kinds.py": "a file's ending, a system folder's name",
    "kiosk/water/payment_notice.py": "a signature in hexadecimal digits",
    "kiosk/water/payment_qr.py": "a name after it was written in ASCII",
    "kiosk/water/references.py": "a payment order's reference",
    "kiosk/web/pages.py": "a language's tag",
    "screens/citizen/fields.py": "a FİN while it is typed",
    "kiosk/hall/at_counter.py": "a counter's number",
    "kiosk/hall/ticket_number.py": "a ticket's number",
    "screens/counter/finding.py": "a ticket's number",
    "screens/counter/hall/counters.py": "a counter's number",
    "screens/counter/target_list.py": "a counter's number",
    "screens/maintenance/base.py": "a key's name",
}
"""Where case is changed outside this room, and of what: never of a text that is shown."""


def _changes_case(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CASE


def test_no_code_changes_the_case_of_a_text() -> None:
    """Capitals are written in the catalogue; the case functions are called on codes and addresses alone."""
    places = {
        told(path)
        for path in sources("screens", "kiosk", "hardware", "db")
        if any(map(_changes_case, ast.walk(ast.parse(path.read_text("utf-8")))))
    }
    assert {place for place in places if not place.startswith("kiosk/language/")} <= ASCII_RULES.keys()


@pytest.mark.parametrize("place", sorted(ASCII_RULES))
def test_codes_do_not_come_near_a_language(place: str) -> None:
    """K3: what handles FİN, order code and address takes no letters of a language."""
    (path,) = (path for path in sources("screens", "kiosk", "hardware") if told(path) == place)
    taken = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kiosk.language")
        for alias in node.names
    }
    assert not taken & {"upper", "lower", "fold", "letters"}


@pytest.mark.parametrize("typed", ["5abc1x9", "5ABC1X9", "5abcix9", "5abcİx9", "5ABCIX9", "5abcıx9"])
def test_a_fin_goes_through_ascii_rules_only(typed: str) -> None:
    """K3: an i never becomes İ; whichever i was typed is read as 1, since a FİN has none."""
    assert tidy("fin", typed) == "5ABC1X9"


def test_an_address_and_an_order_code_go_through_ascii_rules_only() -> None:
    """K3: Azerbaijani rules would turn MAIL into maıl and mine into MİNE."""
    assert tidy("email", "LINA.IBADI@MAIL.AZ") == "lina.ibadi@mail.az"
    assert order_code.read("ılık-ılık") is None
