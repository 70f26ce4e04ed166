"""Names of services where the room is short: two services stay two to the eye (face.md, 11)."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from kiosk.language import LANGUAGES
from screens.counter.shorten import shorten, shortened
from tests.stations import Trial

ISSUE, EXCHANGE = "Şəxsiyyət vəsiqəsinin verilməsi", "Şəxsiyyət vəsiqəsinin dəyişdirilməsi"


@pytest.mark.parametrize("width", [16, 18, 22, 28])
def test_what_is_done_with_a_card_is_still_told(width: int) -> None:
    """Cut at the end both would be the same; with a point in each long word the last one is there too."""
    names = [shorten(words, width) for words in (ISSUE, EXCHANGE)]
    assert all(cell_len(name) <= width for name in names)
    assert names[0] != names[1]
    assert [len(name.split()) for name in names] == [3, 3]


def test_what_fits_is_as_it_is_written() -> None:
    """Up to the last cell."""
    assert shorten(ISSUE, cell_len(ISSUE)) == ISSUE
    assert shorten(ISSUE, cell_len(ISSUE) - 1) == "Şəxsiyyət vəsiqəsin. verilməsi"


def test_words_that_cannot_be_shortened_are_left_to_be_cut() -> None:
    """A word of three letters and a point tells nothing when it is shortened more."""
    assert shorten(ISSUE, 8) == ISSUE
    assert shorten("on iki əl", 4) == "on iki əl"


def test_two_lines_are_filled_before_anything_is_shortened() -> None:
    """A panel's fact."""
    assert shortened(ISSUE, 24, 2) == ["Şəxsiyyət vəsiqəsinin", "verilməsi"]
    lines = shortened("Ümumvətəndaş pasportunun dəyişdirilməsi", 20, 2)
    assert len(lines) == 2
    assert all("…" not in line and cell_len(line) <= 20 for line in lines)


def test_every_service_fits_or_is_left_whole(counter: Trial) -> None:
    """All names of the reference data, in each language and width: never wider than asked, but for those left whole."""
    services = counter.station.bookings.services()
    for language in LANGUAGES:
        for name in {service.name.of(language) for service in services}:
            for width in range(1, 40):
                short = shorten(name, width)
                assert short == name or cell_len(short) <= width
