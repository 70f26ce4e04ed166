"""The FİN: seven digits and capital Latin letters without I and O, by ASCII rules (Q6, K3)."""

from __future__ import annotations

import pytest

from kiosk.identity.fin import is_fin, tidy_fin


@pytest.mark.parametrize(("typed", "meant"), [
    ("5AB1C2D", "5AB1C2D"), ("5ab1c2d", "5AB1C2D"), (" 5AB 1C2D\t", "5AB1C2D"), ("5ABiC2D", "5AB1C2D"),
    ("5ABİC2D", "5AB1C2D"), ("5ABıC2D", "5AB1C2D"), ("5ABoC2D", "5AB0C2D"), ("5ABOC2D", "5AB0C2D"),
])  # fmt: skip
def test_a_fin_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    """No FİN holds an I or an O, in any alphabet's i: they are digits that were misread."""
    assert tidy_fin(typed) == meant
    assert is_fin(tidy_fin(typed))


@pytest.mark.parametrize("text", [
    "", "5AB1C2", "5AB1C2DE", "5AB1C2I", "5AB1C2O", "5ab1c2d", "5AB1C2Ə", "5AB1C2-", "5AB1C2\n", "５AB1C2D", "٥AB1C2D",
])  # fmt: skip
def test_what_is_no_fin(text: str) -> None:
    """Seven signs, all ASCII, in capitals."""
    assert not is_fin(text)
