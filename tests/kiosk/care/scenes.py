"""What probes are shown in tests: settings on a ready database, and a station of which only the devices are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hardware.ports import PrinterStatus
from hardware.readers import ReaderCondition, ServiceCondition
from kiosk.care.facts import Finding
from kiosk.care.probes.scene import Scene
from kiosk.care.scans import LastScan
from kiosk.clock import Instant
from kiosk.identity.card_facts import CardSight
from kiosk.settings import Settings, parse
from tests.stations import at, written_settings

NOW = at("2026-11-20 09:00")
READER = "Example CCID Reader 00 00"
ATR = bytes.fromhex("3b8001804f00")


def settings_of(url: str, folder: Path, secrets: Path, **sections: Any) -> Settings:
    """A station's settings without a settable clock and without real readers."""
    given: dict[str, Any] = {"clock": {"settable": False}, "cards": {"reader": "simulated"}} | sections
    return parse(written_settings(url, folder, secrets, **given), folder / "kiosk.toml")


@dataclass
class FakeDesk:
    """A card desk that is told what there is."""

    told: ServiceCondition = field(default_factory=lambda: ServiceCondition("pcsc", up=True))
    sight: CardSight = field(default_factory=lambda: CardSight("waiting"))
    modules: tuple[Any, ...] = ()

    def condition(self) -> ServiceCondition:
        return self.told

    def vendor_condition(self) -> tuple[Any, ...]:
        return self.modules


@dataclass
class FakeStation:
    """A station of which only devices are there."""

    cards: FakeDesk | None = None
    printer: PrinterStatus | None = None
    scans: LastScan = field(default_factory=lambda: LastScan(lambda: NOW))

    def printer_status(self) -> PrinterStatus | None:
        return self.printer


def scene(
    settings: Settings, root: Path, station: FakeStation | None = None, now: Callable[[], Instant] = lambda: NOW
) -> Scene:
    """What a probe looks at; `root` stands for the machine's own folders."""
    return Scene(settings, None, cast(Any, station), now, root)


def with_reader(**card: Any) -> ServiceCondition:
    """One reader, with a card where one is told."""
    return ServiceCondition("pcsc", up=True, readers=(ReaderCondition(READER, **card),), version="1.9.9")


def by_probe(found: Finding | tuple[Finding, ...]) -> dict[str, Finding]:
    """Findings by their probe's id."""
    return {finding.probe: finding for finding in (found if isinstance(found, tuple) else (found,))}
