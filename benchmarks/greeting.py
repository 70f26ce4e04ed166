"""The citizen's face on a real terminal, greeting whoever puts a card in; and an empty app that only shows a name.

    python -m benchmarks.greeting ours FOLDER ROAD PROFILE ORDERS REPORTS
    python -m benchmarks.greeting floor ORDERS REPORTS

ORDERS and REPORTS are file descriptors. Over the simulated road a line `in` or `out` puts the card in and out; the
empty app shows and hides the name. Each report is a line: what happened (`ready`, `event`, `gone`) and when, in seconds
of the machine's monotonic clock, which is the same for every process.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, cast

from textual.app import App, ComposeResult
from textual.widgets import Static

from benchmarks.card_host import example_card
from benchmarks.cards import prepared
from benchmarks.taken import Road
from hardware.simulated.profiles import HOLDER, read_profile
from kiosk.identity.card_facts import CardSight
from kiosk.settings import Settings
from kiosk.station import Station
from screens.app import KioskApp

NAME = HOLDER.given_name


class Reports:
    """Lines to whoever measures."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def tell(self, what: str) -> None:
        """It happens now."""
        print(what, time.perf_counter(), file=self._stream, flush=True)


class _Face(KioskApp):
    """The face, with somebody who notes when the card desk tells of a card."""

    def __init__(self, made: Settings, reports: Reports, begin: Callable[[Station], None]) -> None:
        super().__init__("citizen", lambda: _station(made), made)
        self._reports = reports
        self._begin = begin

    def follow_cards(self, station: Station) -> Callable[[], None]:
        """As usual, and noted."""
        stop = super().follow_cards(station)
        assert station.cards is not None
        station.cards.watch(self._note)
        self._begin(station)
        return stop

    def _note(self, sight: CardSight) -> None:
        if sight.state == "reading" and sight.card is None:
            self._reports.tell("event")
        elif sight.insertion is None:
            self._reports.tell("gone")


def _station(made: Settings) -> Station:
    station = Station(made)
    station.open_cards()
    return station


class _Empty(App[None]):
    """What a Textual app takes for showing a name at all."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static()

    def show(self, name: str) -> None:
        """Show it."""
        self.query_one(Static).update(name)


def _face(folder: Path, road: Road, profile: str, orders: TextIO, reports: Reports) -> App[None]:
    made = prepared(folder, road)
    card = example_card(read_profile(profile), made.example_trust_folder)

    def follow(station: Station) -> None:
        reports.tell("ready")
        assert station.cards is not None
        simulated = station.cards.simulated
        for order in orders:
            assert simulated is not None
            if order.strip() == "in":
                simulated.insert(card)
            else:
                simulated.remove()

    def begin(station: Station) -> None:
        threading.Thread(target=follow, args=(station,), daemon=True).start()

    return cast(App[None], _Face(made, reports, begin))


def _empty(orders: TextIO, reports: Reports) -> App[None]:
    app = _Empty()

    def follow() -> None:
        reports.tell("ready")
        for order in orders:
            inserted = order.strip() == "in"
            reports.tell("event" if inserted else "gone")
            app.call_from_thread(app.show, NAME if inserted else "")

    app.call_later(lambda: threading.Thread(target=follow, daemon=True).start())
    return app


def main() -> None:
    """Run the face, or the empty app, until it is killed."""
    side, *arguments, orders, reports = sys.argv[1:]
    heard = os.fdopen(int(orders), "r")
    told = Reports(os.fdopen(int(reports), "w"))
    if side == "ours":
        folder, road, profile = arguments
        _face(Path(folder), cast(Road, road), profile, heard, told).run()
    else:
        _empty(heard, told).run()


if __name__ == "__main__":
    main()
