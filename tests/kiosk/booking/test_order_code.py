"""Order codes and references: typed and read out without mistakes (issue 2, section 2)."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.booking.order_code import ALPHABET, check_sign, is_reference, new_order_code, new_reference, read, written


@pytest.fixture(scope="module")
def thousand() -> list[str]:
    return [new_order_code() for _ in range(1000)]


def test_the_alphabet_leaves_out_what_is_mistaken() -> None:
    """31 signs: 2 to 9, and A to Z without I, L and O."""
    assert set(ALPHABET) == set("23456789") | set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set("ILO")
    assert len(ALPHABET) == 31


def test_a_code_is_seven_random_signs_and_a_check_sign(thousand: list[str]) -> None:
    """Seven signs from `secrets` and the check sign modulo 31 after them; no two of a thousand are alike."""
    assert {len(code) for code in thousand} == {8}
    assert all(check_sign(code[:7]) == code[7] for code in thousand)
    assert len(set(thousand)) == 1000
    assert {sign for code in thousand for sign in code[:7]} == set(ALPHABET)


def test_the_signs_come_from_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can foretell a code."""
    monkeypatch.setattr("kiosk.booking.order_code.secrets.choice", lambda signs: signs[0])
    assert new_order_code() == "2222222" + check_sign("2222222")


def test_every_single_wrong_sign_is_caught(thousand: list[str]) -> None:
    """All 8 × 30 wrong signs of each of 1,000 codes."""
    for code in thousand:
        for place, sign in product(range(8), ALPHABET):
            if sign != code[place]:
                assert read(code[:place] + sign + code[place + 1 :]) is None


def test_every_swap_of_neighbours_is_caught(thousand: list[str]) -> None:
    """All swaps of two different neighbours of each of 1,000 codes, the check sign among them."""
    for code in thousand:
        for place in range(7):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert read(swapped) == (code if swapped == code else None)


def test_the_same_holds_for_references() -> None:
    """A booking reference, which is typed from the letter, has eleven random signs and the same check."""
    for reference in (new_reference() for _ in range(50)):
        assert len(reference) == 12 and is_reference(reference) and read(reference) == reference
        for place, sign in product(range(12), ALPHABET):
            if sign != reference[place]:
                assert read(reference[:place] + sign + reference[place + 1 :]) is None
        for place in range(11):
            swapped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
            assert read(swapped) == (reference if swapped == reference else None)


@pytest.mark.parametrize(
    ("signs", "check"), [("K7MP4XR", "H"), ("2222222", "2"), ("ZZZZZZZ", "6"), ("23456789ABC", "3")]
)
def test_the_check_sign_is_for_ever(signs: str, check: str) -> None:
    """Codes that are printed must be read by every later version."""
    assert check_sign(signs) == check
    assert read(signs + check) == signs + check


def test_a_code_is_shown_in_groups_of_four() -> None:
    """K7MP-4XRT."""
    assert written("K7MP4XRT") == "K7MP-4XRT"
    assert written("K7MP4XRT9ABC") == "K7MP-4XRT-9ABC"


@pytest.mark.parametrize("spoil", [
    str.lower, lambda code: written(code), lambda code: written(code).lower(), lambda code: " ".join(code),
    lambda code: f"  {code[:4]} {code[4:]}\r\n", lambda code: f"{code[:4]}–{code[4:]}",
    lambda code: f"{code[:4]} - {code[4:]}",
    lambda code: code[:4] + "\u00a0" + code[4:], lambda code: code[:4] + "_" + code[4:],
])  # fmt: skip
def test_a_code_is_read_with_or_without_hyphen_space_and_case(spoil: object, thousand: list[str]) -> None:
    """Whatever stands between the signs, and however they are written; a scanner's "_" for "-" too."""
    assert callable(spoil)
    for code in thousand[:50]:
        assert read(spoil(code)) == code


@pytest.mark.parametrize("text", [
    "", " ", "-", "K7MP", "K7MP-4XRT-2", "K7MP4XR", "İ7MP4XRT", "ı7MP4XRT", "К7МР4ХRТ", "K7MP\x004XR", "1OIL1OIL",
    "０" * 8,
    "2" * 7, "\ud800" * 8, "²²²²²²²²", "5" * 191,
])  # fmt: skip
def test_what_is_no_code_is_none(text: str) -> None:
    """K3: ASCII rules only; look-alikes of other alphabets and a Turkic i never become a code."""
    assert read(text) is None
