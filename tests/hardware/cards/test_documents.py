"""docs/cards.md says what the code does: every status word, every code, every error, every card, every count."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

import pytest
from babel.messages.pofile import read_po

import hardware.errors
from hardware.cards import known_cards
from hardware.cards.registry import open_card
from hardware.cards.status_words import CONTEXTS, NOT_THERE, TABLE
from hardware.cards.vendor import codes as pkcs11
from hardware.errors import CardError
from hardware.pcsc import codes
from hardware.simulated.authority import ExampleAuthority
from screens.citizen.card_words import ERRORS
from tests.architecture.tree import ROOT
from tests.hardware.cards.desk import CASES, Case, DirectLink, sign_in_pin, signature_pin, virtual_card

PAGE: Final = ROOT / "docs" / "cards.md"
PIN_TEXTS: Final = {"pin_wrong": "pin.wrong", "pin_blocked": "pin.blocked", "pin_format": "pin.format"}
"""Errors whose words depend on facts; the commonest of them."""


def _rows(title: str) -> list[str]:
    """The lines of the table under a heading, without its head."""
    section = PAGE.read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert len(lines) > 2, f"no table under {title}"
    return lines[2:]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def status_rows() -> Iterator[str]:
    """A row for each status word, with what is raised after which command."""
    for one in TABLE:
        told = [one.errors.get(context, "card_fault") or "done" for context in CONTEXTS]
        yield f"| `{one.pattern}` | {one.meaning} | {' | '.join(told)} |"


def pcsc_rows() -> Iterator[str]:
    """A row for each PC/SC code."""
    for code in sorted({*codes._NAMES, *codes._ERRORS}):
        number, _, name = codes.name(code).partition(" ")
        yield f"| `{number}` | {name or 'no error, but no answer either'} | {codes.failure(code).error} |"


def pkcs11_rows() -> Iterator[str]:
    """A row for each value of a vendor's module that is more than a fault."""
    for code, meant in sorted(pkcs11._MEANT.items()):
        yield f"| `{code:02X}` | {meant.error} |"


def errors() -> dict[str, type[CardError]]:
    """Every error, by its name."""
    kinds = [one for one in vars(hardware.errors).values() if isinstance(one, type) and issubclass(one, CardError)]
    return {one.error: one for one in kinds if one is not CardError}


def error_rows() -> Iterator[str]:
    """The beginning of the row of each error: its key and what the citizen reads, in English."""
    with (ROOT / "assets" / "messages" / "en.po").open("rb") as file:
        catalogue = read_po(file)
    for name in errors():
        key = PIN_TEXTS.get(name) or ERRORS[name]
        message = catalogue.get(key)
        assert message is not None, key
        yield f"| {name} | {' '.join(str(message.string).split())} (`{key}`) |"


def test_every_status_word_is_told() -> None:
    """No row missing, none too many, in the table's own order."""
    assert _rows("Status words") == list(status_rows())


def test_what_says_that_something_is_not_there_is_told() -> None:
    (listed,) = re.findall(r"A SELECT that ends with (.*?) says", PAGE.read_text("utf-8"), re.DOTALL)
    assert {int(code, 16) for code in re.findall(r"`([0-9A-F]{4})`", listed)} == NOT_THERE


def test_every_pcsc_code_is_told() -> None:
    assert _rows("PC/SC codes") == list(pcsc_rows())


def test_every_value_of_a_module_is_told() -> None:
    assert [f"| {' | '.join((_cells(row)[0], _cells(row)[2]))} |" for row in _rows("PKCS#11 values")] == list(
        pkcs11_rows()
    )


def test_every_error_is_told_to_citizen_operator_and_technician() -> None:
    """What the citizen reads stands in the catalogue to the letter."""
    rows = _rows("What people read")
    expected = list(error_rows())
    assert [row[: len(beginning)] for row, beginning in zip(rows, expected, strict=True)] == expected
    assert all(len(_cells(row)) == 4 and all(_cells(row)) for row in rows)


def test_every_error_of_the_tables_is_one() -> None:
    named = {cell for row in _rows("Status words") for cell in _cells(row)[2:]} - {"done"}
    named |= {_cells(row)[2] for row in (*_rows("PC/SC codes"), *_rows("PKCS#11 values"))}
    assert named <= errors().keys()


def test_every_known_card_has_its_row() -> None:
    assert [_cells(row)[0] for row in _rows("Known cards")] == [card.name for card in known_cards.KNOWN]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_counted_commands_are_those_that_are_sent(case: Case, authority: ExampleAuthority) -> None:
    virtual = virtual_card(case, authority)
    virtual.power_on()
    card = open_card(DirectLink(virtual.atr, case.transport, virtual.transmit))
    digest = hashlib.sha256(b"what is signed").digest()
    counts = []
    card.holder()
    counts.append(virtual.commands)
    card.certificates()
    card.pins()
    counts.append(virtual.commands)
    card.answer(digest, "sha256", sign_in_pin(case))
    counts.append(virtual.commands - counts[-1])
    card.reset()
    before = virtual.commands
    card.sign(digest, "sha256", signature_pin(case))
    counts.append(virtual.commands - before)
    (row,) = (row for row in _rows("Commands that are sent") if _cells(row)[0] == str(case))
    told = [int(number) for number in re.findall(r"\d+", " ".join(_cells(row)[1:]))]
    # an EC signature, and with it a certificate, is now and then a byte longer, and may need one block more
    assert all(abs(counted - number) <= 1 for counted, number in zip(counts, told, strict=True)), counts
