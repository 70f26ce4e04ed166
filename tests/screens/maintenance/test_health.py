"""The page of health (M2)."""

from __future__ import annotations

from tests.screens.maintenance.face import at_health


async def test_faults_stand_first_with_advice_and_last_fault() -> None:
    """M2: finding, advice, when and what was last wrong; the good ones as lines below."""
    async with at_health() as face:
        for words in ("ACS ACR39U görünmür", "USB kabelini", "oxucu çıxdı", "HTTP 503", "kağız azdır", "pcscd 1.9.9"):
            assert words in face.shown
