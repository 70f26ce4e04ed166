"""A direction is an arrow, words, or both, in one text a language (C4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall.way import ARROWS, Way, direction_of, way_of


@pytest.mark.parametrize(
    ("direction", "way"),
    [
        ("", Way("", "")),
        ("  ", Way("", "")),
        ("2-ci mərtəbə", Way("", "2-ci mərtəbə")),
        ("→ 2-ci   mərtəbə ", Way("→", "2-ci mərtəbə")),
        ("→2-ci mərtəbə", Way("→", "2-ci mərtəbə")),
        ("↙", Way("↙", "")),
        ("zal → sağ", Way("", "zal → sağ")),
    ],
)
def test_a_direction_is_taken_apart(direction: str, way: Way) -> None:
    """C4: the arrow is the first sign; an arrow between words is one of them."""
    assert way_of(direction) == way


@given(st.sampled_from(["", *ARROWS]), st.lists(st.text("aəğ2-,", min_size=1), max_size=5))
def test_what_was_put_together_is_taken_apart_as_it_was(arrow: str, words: list[str]) -> None:
    """C4: the administrator's form shows again what was kept."""
    way = Way(arrow, " ".join(words))
    assert way_of(direction_of(way)) == way
