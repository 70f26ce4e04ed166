"""A citizen's card: from its insertion to the name, to being signed in, to a signature; beside OpenSC's tools.

The kiosk is what runs in the product: station, card desk, driver, trust, session. The same card does the same for
`pkcs15-tool` and `pkcs11-tool` over the same pcscd, in turns; the card itself counts the commands.
"""

from __future__ import annotations

import hashlib
import logging
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from benchmarks.card_host import CardHost, example_card
from benchmarks.crowd import settings
from benchmarks.rows import Row, median_ratio, row
from benchmarks.strangers import OpenScSide, inserted
from benchmarks.taken import CARDS, HASHES, PATIENCE, PIN1, PIN2, STEPS, Road, Taken
from hardware.cards.card import HashName
from hardware.secret import Pin
from hardware.simulated.profiles import Profile
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardSight
from kiosk.place import place
from kiosk.preparing import prepare
from kiosk.settings import Settings
from kiosk.station import Station
from tests.pcscd import Pcscd, private_pcscd

_BARE_SELECT: Final = bytes.fromhex("00A4040C0CA000000063504B43532D3135")


class Sights:
    """What the card desk told, and when."""

    def __init__(self, desk: CardDesk, count: Callable[[], int]) -> None:
        self._count = count
        self._changed = threading.Condition()
        self._told: dict[str, tuple[float, int]] = {}
        self.insertion = 0
        self.stop = desk.watch(self._note)

    def _note(self, sight: CardSight) -> None:
        """In the desk's thread, which waits meanwhile: so that the count is that of this instant."""
        known = sight.card is not None and sight.card.holder is not None
        names = {"reading": "the name" if known else "event", "ready": "ready"}
        name = names.get(sight.state, "gone")
        at = time.perf_counter()
        commands = 0 if name == "event" else self._count()
        with self._changed:
            if name != "gone" or "ready" in self._told:  # an empty reader is told at the start too
                self._told.setdefault(name, (at, commands))
            self.insertion = sight.insertion or 0
            self._changed.notify_all()

    def forget(self) -> None:
        """What was told before is another card's."""
        with self._changed:
            self._told.clear()

    def wait(self, name: str) -> tuple[float, int]:
        """When that was told, and how many commands the card had got since it was last asked."""
        with self._changed:
            if not self._changed.wait_for(lambda: name in self._told, PATIENCE):
                raise RuntimeError(f"the card desk did not tell {name!r}")
            return self._told[name]


class OurSide:
    """A kiosk with that card.

    Args:
        made: its settings.
        insert: puts the card in.
        pull: takes it out.
        count: how many commands the card got since it was last asked.
        hash_name: what is hashed with.
    """

    def __init__(
        self,
        made: Settings,
        insert: Callable[[Station], None],
        pull: Callable[[Station], None],
        count: Callable[[], int],
        hash_name: HashName,
    ) -> None:
        self._station = Station(made)
        self._station.open_cards()
        assert self._station.cards is not None
        self._desk = self._station.cards
        self._insert, self._pull, self._count = insert, pull, count
        self._hash: HashName = hash_name
        self._digest = hashlib.new(hash_name, b"what is signed").digest()
        self._sights = Sights(self._desk, count)

    def close(self) -> None:
        """Close the kiosk."""
        self._sights.stop()
        self._station.close()

    def round(self, taken: Taken) -> None:
        """One person: inserts the card, signs in, signs, takes it out."""
        self._sights.forget()
        self._count()
        self._insert(self._station)
        event, _ = self._sights.wait("event")
        known, first = self._sights.wait("the name")
        taken.note("the name", known - event, first)
        ready, then = self._sights.wait("ready")
        insertion = self._sights.insertion
        began = time.perf_counter()
        session = self._station.sign_ins.by_card(insertion, Pin(PIN1))
        # between the name and the PIN a person types, which takes no time here
        signed_in = ready - event + time.perf_counter() - began
        taken.note("signed in", signed_in, first + then + self._count())
        began = time.perf_counter()
        with self._desk.using(insertion, proves=True) as card:
            card.sign(self._digest, self._hash, Pin(PIN2))
        taken.note("a signature", time.perf_counter() - began, self._count())
        self._station.sign_ins.end(session, "left")
        began = time.perf_counter()
        with self._desk.borrow(insertion) as link:
            link.transmit(_BARE_SELECT)
            taken.select.append((time.perf_counter() - began) * 1000)
        self._pull(self._station)
        self._sights.wait("gone")


def prepared(folder: Path, road: Road) -> Settings:
    """A kiosk's settings with example data, its database made; no network is asked about certificates."""
    made = settings(
        folder,
        f"sqlite:///{folder / 'queue.db'}",
        example={"data": True},
        cards={"reader": "pcsc" if road == "pcscd" else "simulated"},
        trust={"ocsp": False},
    )
    logging.getLogger("kiosk").addHandler(logging.NullHandler())  # invented authorities have no network to be asked on
    at = place(made)
    try:
        prepare(at, lambda _line: None)
    finally:
        at.database.close()
    return made


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """The rows of every card over both roads.

    Args:
        folder: for everything that is made on the way.
        rounds: how often; a first time warms up and is not counted.
    """
    for profile, name in CARDS.items():
        simulated = measure_simulated(folder / f"{profile}-simulated", profile, rounds)
        ours, theirs = _over_pcscd(folder / f"{profile}-pcscd", profile, rounds)
        for step in STEPS:
            yield from _rows(f"{name}, {step}", step, simulated, ours, theirs)


def _rows(what: str, step: str, simulated: Taken, ours: Taken, theirs: Taken) -> Iterator[Row]:
    tool = "pkcs15-tool" if step == STEPS[0] else "pkcs11-tool"
    yield row(
        f"{what}, against {tool}: commands to the card",
        ours.commands[step],
        theirs.commands[step],
        aim=("ratio", "at most", 0.99),
    )
    yield row(
        f"{what}, pcscd, against {tool}: ms",
        statistics.median(ours.milliseconds[step]),
        statistics.median(theirs.milliseconds[step]),
        median_ratio(ours.milliseconds[step], theirs.milliseconds[step]),
        aim=("ratio", "at most", 0.99),
    )
    for road, taken in (("pcscd", ours), ("simulated", simulated)):
        yield row(
            f"{what}, {road}, against a bare SELECT: ms",
            statistics.median(taken.milliseconds[step]),
            statistics.median(taken.select),
            median_ratio(taken.milliseconds[step], taken.select),
        )


def measure_simulated(folder: Path, profile: Profile, rounds: int) -> Taken:
    """What a kiosk takes with a simulated reader.

    Args:
        folder: the kiosk's.
        profile: which card.
        rounds: how often; a first time warms up and is not counted.
    """
    made = prepared(folder, "simulated")
    card = example_card(profile, made.example_trust_folder)
    counted = 0

    def count() -> int:
        nonlocal counted
        new, counted = card.commands - counted, card.commands
        return new

    def insert(station: Station) -> None:
        assert station.cards is not None
        assert station.cards.simulated is not None
        station.cards.simulated.insert(card)

    def pull(station: Station) -> None:
        assert station.cards is not None
        assert station.cards.simulated is not None
        station.cards.simulated.remove()

    taken = Taken()
    kiosk = OurSide(made, insert, pull, count, HASHES[profile])
    for number in range(rounds + 1):
        kiosk.round(taken)
        if not number:
            taken.forget()
    kiosk.close()
    return taken


@contextmanager
def reader() -> Iterator[Pcscd]:
    """A pcscd of our own, which this process and those it starts find."""
    before = os.environ.get("PCSCLITE_CSOCK_NAME")
    with private_pcscd() as pcscd:
        os.environ["PCSCLITE_CSOCK_NAME"] = str(pcscd.socket)
        try:
            yield pcscd
        finally:
            os.environ.pop("PCSCLITE_CSOCK_NAME")
            if before is not None:
                os.environ["PCSCLITE_CSOCK_NAME"] = before


def _over_pcscd(folder: Path, profile: Profile, rounds: int) -> tuple[Taken, Taken]:
    made = prepared(folder, "pcscd")
    ours, theirs = Taken(), Taken()
    with (
        reader() as pcscd,
        closing(CardHost(pcscd.ports[0], profile, made.example_trust_folder)) as host,
    ):
        strangers = OpenScSide(pcscd, folder, profile, host.count)
        for number in range(rounds + 1):
            kiosk = OurSide(made, lambda _: host.insert(), lambda _: host.pull(), host.count, HASHES[profile])
            kiosk.round(Taken())  # a kiosk that was just started reads its trusted certificates first
            for _ in range(2):
                kiosk.round(ours)
            kiosk.close()
            with inserted(host):
                for _ in range(2):
                    strangers.round(theirs)
            if not number:
                ours.forget()
                theirs.forget()
    return ours, theirs
