"""The on-screen keyboard's layers, keys and letters (K2)."""

from __future__ import annotations

from itertools import combinations, product
from typing import get_args

import pytest

from kiosk.language import lower
from kiosk.names import Language
from screens.widgets.key_layers import FULL_COLUMNS, ROWS, Layer, keys

LAYERS: tuple[Layer, ...] = get_args(Layer)
WIDTHS = (72, 76, 112, 124, 132)


def _letters(layer: Layer, capitals: bool) -> str:
    return "".join(key.typed for key in keys(layer, capitals, 112) if key.act == "type" and len(key.typed) == 1)


@pytest.mark.parametrize(("layer", "columns"), product(LAYERS, WIDTHS))
def test_keys_lie_apart_within_the_keyboard(layer: Layer, columns: int) -> None:
    """face.md: keys 7×3 at 120×36, 5×2 at 76×22; the gap cells belong to nobody."""
    least = 7 if columns >= FULL_COLUMNS else 5
    for capitals in (False, True):
        found = keys(layer, capitals, columns)
        for key in found:
            assert key.width >= least
            assert key.column >= 0
            assert key.column + key.width <= columns
            assert 0 <= key.row < ROWS
        for one, other in combinations(found, 2):
            if one.row == other.row:
                left, right = sorted((one, other), key=lambda key: key.column)
                assert left.column + left.width < right.column


@pytest.mark.parametrize("columns", WIDTHS)
def test_functions_keep_their_place_over_all_layers(columns: int) -> None:
    """face.md: rows keep their place over all layers."""

    def functions(layer: Layer) -> set[tuple[int, int, int, str]]:
        return {(key.row, key.column, key.width, key.act) for key in keys(layer, False, columns) if key.act != "type"}

    assert len({frozenset(functions(layer)) for layer in LAYERS}) == 1


@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_each_language_has_its_alphabet(language: Language) -> None:
    """K2: Azerbaijani, Russian and English layers."""
    alphabets = {
        "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "en": "abcdefghijklmnopqrstuvwxyz",
    }
    assert set(alphabets[language]) <= set(_letters(language, False))


def test_small_and_capital_letters_are_pairs() -> None:
    """K3: i pairs with İ and ı with I in Azerbaijani; elsewhere i pairs with I."""
    languages: tuple[tuple[Layer, Language], ...] = (("az", "az"), ("ru", "ru"), ("en", "en"), ("mail", "en"))
    for layer, language in languages:
        pairs = zip(_letters(layer, False), _letters(layer, True), strict=True)
        assert all(lower(language, capital) == small for small, capital in pairs)
    assert dict(zip(_letters("az", True), _letters("az", False), strict=True))["I"] == "ı"
    assert dict(zip(_letters("az", True), _letters("az", False), strict=True))["İ"] == "i"


def test_the_mail_layer_has_domains_in_place_of_the_digits() -> None:
    """face.md: the e-mail layer puts `@`, `.az`, `.com` and three common domains in place of row 1."""
    row = [key.typed for key in keys("mail", False, 112) if key.row == 0 and key.act == "type"]
    assert row[:3] == ["@", ".az", ".com"]
    assert len(row) == 6
    assert all(domain.startswith("@") for domain in row[3:])


def test_every_layer_can_be_reached_from_every_layer() -> None:
    """K2: the layers stand in a column, or in the last row."""
    for layer, columns in product(LAYERS, WIDTHS):
        offered = {key.layer for key in keys(layer, False, columns)}
        assert offered >= set(LAYERS)
