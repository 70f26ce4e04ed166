"""The QR code on the screen (Q7)."""

from __future__ import annotations

import pytest

from screens.widgets import qr

CONTENT = "1" * 190


def test_it_takes_41_by_21_cells() -> None:
    """Issue 2: version at most 5 at level M, border 2, so that it fits 76×22."""
    matrix = qr.modules(CONTENT)
    assert (qr.COLUMNS, qr.ROWS) == (41, 21)
    assert len(matrix) == len(matrix[0]) == 41


def test_its_place_does_not_depend_on_what_it_holds() -> None:
    """face.md: nothing jumps."""
    assert len(qr.modules("7")) == len(qr.modules(CONTENT))


def test_two_modules_of_edge_are_kept_light() -> None:
    """face.md: 2 modules of edge."""
    matrix = qr.modules(CONTENT)
    edge = [*matrix[:2], *matrix[-2:], *([row[i] for row in matrix] for i in (0, 1, -1, -2))]
    assert not any(module for line in edge for module in line)


@pytest.mark.parametrize("content", ["K7MP-4XRT", "", "١٢٣", "1" * 300])
def test_only_digits_that_fit_are_drawn(content: str) -> None:
    """Issue 2: digits only, since scanner layouts leave digits alone."""
    with pytest.raises(ValueError):
        qr.modules(content)
