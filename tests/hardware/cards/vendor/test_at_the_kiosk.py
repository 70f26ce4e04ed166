"""A token behind a vendor's module at a kiosk: it signs in, and is missed when it is gone, as a card (I3, I12)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.profiles import HOLDER
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardSight
from kiosk.place import place
from kiosk.preparing import prepare
from kiosk.settings import Settings, parse
from kiosk.station import Station
from tests.hardware.cards.vendor.conftest import pin
from tests.hardware.cards.vendor.soft_token import MODULE, PIN, SoftToken

SECONDS = 60.0


class Seen:
    """What the desk told, for whoever waits for it."""

    def __init__(self, desk: CardDesk) -> None:
        self._changed = threading.Condition()
        self._sights = [desk.sight]
        desk.watch(self._note)

    def _note(self, sight: CardSight) -> None:
        with self._changed:
            self._sights.append(sight)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[CardSight], bool]) -> CardSight:
        """The first sight of that kind."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self._sights)), SECONDS)
            return next(filter(wanted, self._sights))


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    made = parse(
        {
            "station": {"name": "kiosk-1", "centre": "baku-2"},
            "database": {"url": sqlite_url},
            "example": {"data": True},
            "cards": {"reader": "simulated", "pkcs11": f"Token={MODULE}"},
            "trust": {"ocsp": False},
            "log": {"file": str(tmp_path / "kiosk.log")},
        },
        tmp_path / "kiosk.toml",
    )
    at = place(made)
    try:
        prepare(at, lambda _line: None)
    finally:
        at.database.close()
    return made


@pytest.fixture
def station(settings: Settings) -> Iterator[Station]:
    opened = Station(settings)
    opened.open_cards()
    yield opened
    opened.close()


def test_a_token_signs_in_and_is_pulled(token: SoftToken, settings: Settings, station: Station) -> None:
    """No reader shows it: the desk asks the module, greets its holder, and tells when it is gone."""
    now = datetime.now(UTC)
    token.issue(ExampleAuthority.open(settings.example_trust_folder, now), now)
    assert station.cards is not None
    seen = Seen(station.cards)
    ready = seen.wait(lambda sight: sight.state == "ready")
    assert ready.card is not None
    assert ready.insertion is not None
    assert ready.card.kind == "vendor"
    assert ready.card.holder is not None
    assert ready.card.holder.fin == HOLDER.fin
    session = station.sign_ins.by_card(ready.insertion, pin(PIN))
    assert session.verdict is not None
    assert (session.fin, session.verdict.state) == (HOLDER.fin, "good")
    token.vanish()
    assert seen.wait(lambda sight: sight.ended is not None).ended == "card_gone"
    assert not station.cards.sight.card
