"""What is particular to AzeDIT: fixed files, as OpenSC 0.23.0 knows them, command by command."""

from __future__ import annotations

from datetime import date

import pytest

from hardware.cards.card import Tries
from hardware.cards.registry import open_card
from hardware.errors import CardFault
from tests.hardware.cards import people
from tests.hardware.cards.script import Script

ATR = "3BF81800008031FE45FE415A452044495433"
GREETING = """
00 A4 01 0C 02 EE EE -> 90 00
00 A4 02 04 02 50 44 -> 61 20
00 B2 01 04 00 -> 6C 0A
00 B2 01 04 0A -> 4E C3 BC 6D 75 6E C9 99 6C 69 90 00            # Nümunəli
00 B2 02 04 00 -> 6C 05
00 B2 02 04 05 -> 41 79 78 61 6E 90 00                           # Ayxan
00 B2 07 04 00 -> 6C 07
00 B2 07 04 07 -> 37 4E 55 4D 4E 32 35 90 00                     # 7NUMN25
"""


def test_the_greeting_takes_five_commands() -> None:
    """By its answer to reset alone it is known; over T=0 each record is asked for again in its right length."""
    link = Script(GREETING, "T=0", ATR)
    holder = open_card(link).holder()
    assert holder is not None
    assert (holder.given_name, holder.surname, holder.fin) == ("Ayxan", "Nümunəli", "7NUMN25")
    assert link.done()


def test_where_the_master_file_is_not_selected_it_is() -> None:
    """Another program left the card elsewhere."""
    link = Script("00 A4 01 0C 02 EE EE -> 6A 82 \n 00 A4 00 0C -> 90 00" + GREETING, "T=0", ATR)
    assert open_card(link).holder() is not None
    assert link.done()


def test_an_answer_to_reset_that_is_not_known_is_asked_by_name() -> None:
    link = Script(
        """
        00 A4 04 0C 0C A0 00 00 00 63 50 4B 43 53 2D 31 35 -> 6A 82
        00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 -> 6A 82
        00 A4 04 0C 0B D0 31 00 00 00 44 69 67 69 49 44 -> 90 00
        """,
        "T=0",
    )
    assert open_card(link).kind == "azedit"


def test_letters_of_an_older_card_are_read() -> None:
    """EstEID wrote ISO 8859-1; what is no UTF-8 is taken for it."""
    link = Script(
        """
        00 A4 01 0C 02 EE EE -> 90 00
        00 A4 02 04 02 50 44 -> 90 00
        00 B2 01 04 00 -> 4E FC 6D 75 6E 90 00
        00 B2 02 04 00 -> 20 90 00
        00 B2 07 04 00 -> 00 90 00
        """,
        "T=0",
        ATR,
    )
    holder = open_card(link).holder()
    assert holder is not None
    assert (holder.surname, holder.given_name, holder.fin) == ("Nümun", "", None)


def test_a_card_without_names_names_nobody() -> None:
    link = Script(
        """
        00 A4 01 0C 02 EE EE -> 90 00
        00 A4 02 04 02 50 44 -> 90 00
        00 B2 01 04 00 -> 00 90 00
        00 B2 02 04 00 -> 20 90 00
        00 B2 07 04 00 -> 00 90 00
        """,
        "T=0",
        ATR,
    )
    assert open_card(link).holder() is None


def test_counters_are_read_at_no_cost() -> None:
    """MF/0016: record 1 PIN1, 2 PIN2, 3 PUK; the maximum in byte 2, what is left in byte 5."""
    link = Script(
        """
        00 A4 00 0C -> 90 00
        00 A4 02 04 02 00 16 -> 90 00
        00 B2 01 04 00 -> 80 01 03 90 01 02 83 02 00 00 90 00
        00 B2 02 04 00 -> 80 01 03 90 01 00 90 00
        00 B2 03 04 00 -> 80 01 0A 90 01 0A 90 00
        """,
        "T=0",
        ATR,
    )
    pins = {pin.name: pin.tries for pin in open_card(link).pins()}
    assert pins == {"pin1": Tries(2, 3), "pin2": Tries(0, 3), "puk": Tries(10, 10)}
    assert pins["pin2"].blocked
    assert link.done()


NO_FILE = "00 A4 00 0C -> 90 00 \n 00 A4 02 04 02 00 16 -> 6A 82 \n" * 3
NO_RECORDS = """
00 A4 00 0C -> 90 00
00 A4 02 04 02 00 16 -> 90 00
00 B2 01 04 00 -> 6A 83
00 B2 02 04 00 -> 6A 83
00 B2 03 04 00 -> 6A 83
"""


@pytest.mark.parametrize("script", [NO_FILE, NO_RECORDS])
def test_a_card_without_counters_does_not_tell_its_tries(script: str) -> None:
    link = Script(script, "T=0", ATR)
    assert {pin.tries.left for pin in open_card(link).pins()} == {None}
    assert link.done()


@pytest.mark.parametrize("record", ["80 01 03 90 01 90 00", "80 01 03 90 01 04 90 00", "90 00", "6F 00"])
def test_a_counter_that_makes_no_sense_is_the_cards_fault(record: str) -> None:
    link = Script(f"00 A4 00 0C -> 90 00 \n 00 A4 02 04 02 00 16 -> 90 00 \n 00 B2 01 04 00 -> {record}", "T=0", ATR)
    with pytest.raises(CardFault):
        open_card(link).pins()


def test_what_is_missing_of_the_rest_does_no_harm() -> None:
    """Only number 8 of the other records is known from a real program; a card may lack any."""
    der = people.certificate(people.AYXAN)
    sizes = [min(255, len(der) - at) for at in range(0, len(der), 255)]
    reads = "\n".join(
        f"00 B0 {at * 255:04X} {size:02X} -> {der[at * 255 : at * 255 + size].hex()} 90 00"
        for at, size in enumerate(sizes)
    )
    link = Script(
        f"""
        00 A4 01 0C 02 EE EE -> 90 00
        00 A4 02 04 02 50 44 -> 90 00
        00 B2 03 04 00 -> 6A 83
        00 B2 06 04 00 -> 33 31 2E 31 32 2E 31 39 38 39 90 00
        00 B2 08 04 00 -> 41 5A 45 31 90 00
        00 A4 02 04 02 AA CE -> 90 00
        {reads}
        00 A4 02 04 02 DD CE -> 90 00
        {reads}
        00 A4 02 04 02 50 44 -> 90 00
        00 B2 01 04 00 -> 4E 90 00
        00 B2 02 04 00 -> 41 90 00
        00 B2 07 04 00 -> 20 90 00
        """,
        "T=0",
        ATR,
    )
    card = open_card(link)
    assert [one.pin for one in card.certificates()] == ["pin1", "pin2"]
    holder = card.holder()
    assert holder is not None
    assert (holder.born, holder.document, holder.patronymic) == (date(1989, 12, 31), "AZE1", "")
    assert link.done()
