"""A counter whose own clock is wrong says so, and goes on (K5, M2)."""

from __future__ import annotations

import pytest

from tests.screens.counter.counter_face import COUNTER, SMALL, at_workplace
from tests.stations import Trial


@pytest.mark.parametrize("size", [COUNTER, SMALL])
async def test_the_header_says_that_the_clock_is_off(counter: Trial, size: tuple[int, int]) -> None:
    """Which way and by how much, in the place of what is right; and no longer than that."""
    async with at_workplace(counter, size=size) as face:
        bar = face.workplace.top_bar
        bar.connected = True
        for off, words in ((75_400, "! saat yanlışdır: +75 san"), (-61_000, "! saat yanlışdır: −61 san")):
            counter.station.stations.seen("counter", off)
            bar.refresh()
            await face.settle()
            assert words in face.lines()[bar.size.height // 2].replace("\u00a0", " ")
        counter.station.stations.seen("counter", 0)
        bar.refresh()
        await face.settle()
        assert "✓ bağlantı var" in face.lines()[bar.size.height // 2]
