"""Cards before a running kiosk: held in a hand that counts what the kiosk sends them, and people who use them."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, cast

from hardware.cards.card import Holder
from hardware.readers import Transport
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.faults import CardPulled
from hardware.simulated.profiles import CardKeys, Profile, make_card
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.e2e.citizen import Citizen
from tests.e2e.glass import PATIENCE, Cell, Terminal
from tests.e2e.place import Place
from tests.pcscd import Pcscd

VERIFY: Final = 0x20
_SHORT_HEADER: Final = 5
_PAD: Final = ("123", "456", "789")


@cache
def keys_of(profile: Profile) -> CardKeys:
    """Keys that all cards of a kind have, for to make them costs time."""
    return CardKeys.make(profile)


def authority_of(place: Place) -> ExampleAuthority:
    """The invented authority that the kiosk of this place trusts, made before it starts."""
    return ExampleAuthority.open(state_of(place) / "example-trust", datetime.now(UTC))


def state_of(place: Place) -> Path:
    """The state folder of this place's processes."""
    return Path(place.environment["XDG_STATE_HOME"]) / "asan-kiosk"


class HeldCard:
    """A virtual card in this process, and the headers of the commands that it got. PINs are not kept."""

    def __init__(self, place: Place, profile: Profile = "azedit", *faults: str, holder: Holder | None = None) -> None:
        self.card = make_card(
            profile, authority_of(place), faults, datetime.now(UTC), holder, keys=keys_of(profile)
        )  # fmt: skip
        self.headers: list[bytes] = []
        self.pulled_by: int | None = None
        """The instruction in the middle of which it is pulled out; None: none."""

    @property
    def atr(self) -> bytes:
        """As the card's."""
        return self.card.atr

    @property
    def transport(self) -> Transport:
        """As the card's; whoever puts it in says which."""
        return self.card.transport

    @transport.setter
    def transport(self, spoken: Transport) -> None:
        self.card.transport = spoken

    @property
    def silent(self) -> bool:
        """As the card's."""
        return self.card.silent

    def power_on(self) -> bytes:
        """As the card."""
        return self.card.power_on()

    def power_off(self) -> None:
        """As the card."""
        self.card.power_off()

    def transmit(self, command: bytes) -> bytes:
        """Note the header, then as the card."""
        self.headers.append(bytes(command[:_SHORT_HEADER]))
        if command[1] == self.pulled_by and len(command) > _SHORT_HEADER:
            raise CardPulled
        return self.card.transmit(command)

    @property
    def proofs(self) -> int:
        """How often a PIN was sent: VERIFY that carries data. Without data it asks for the tries that are left."""
        return sum(header[1] == VERIFY and len(header) == _SHORT_HEADER and header[4] > 0 for header in self.headers)

    @contextmanager
    def into(self, where: Path | VpcdAddress) -> Iterator[None]:
        """In a reader for the time of the block."""
        stopped = threading.Event()
        thread = threading.Thread(
            target=plug_into, args=(where, cast(VirtualCard, self), stopped, lambda words: None), daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def into_kiosk(self, place: Place) -> AbstractContextManager[None]:
        """In the simulated reader of this place's kiosk for the time of the block."""
        return self.into(state_of(place) / "virtual-card-reader")


def slot(pcscd: Pcscd, reader: int = 0) -> VpcdAddress:
    """The address of a reader of that service."""
    return VpcdAddress("127.0.0.1", pcscd.ports[2 * reader])


@contextmanager
def inserted(place: Place, profile: Profile, *faults: str) -> Iterator[None]:
    """A card in the simulated reader as a trainer puts it there: by `asan-kiosk card insert`."""
    wanted = [part for fault in faults for part in ("--fault", fault)]
    command = place.command("card", "insert", profile, "--simulated", *wanted)
    with subprocess.Popen(
        command, env=dict(place.environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as card:  # fmt: skip
        try:
            yield
        finally:
            card.terminate()


def set_up(place: Place, section: str, *lines: str) -> None:
    """Append a section to this place's settings."""
    path = place.folder / "kiosk.toml"
    path.write_text(path.read_text("utf-8") + "\n".join([f"[{section}]", *lines, ""]), encoding="utf-8")


def beside(place: Place, pcscd: Pcscd) -> Place:
    """The place, whose processes reach that reader service."""
    return replace(place, environment={**place.environment, "PCSCLITE_CSOCK_NAME": str(pcscd.socket)})


def pad_keys(face: Terminal) -> dict[str, Cell]:
    """Where the digits of the pad stand on the roomy layout: at the right, and 0 beside the key that erases."""
    keys: dict[str, Cell] = {}
    for row, line in enumerate(face.lines()):
        for digits in _PAD:
            if found := re.search(rf"\b{digits[0]} +{digits[1]} +{digits[2]} *$", line):
                keys |= {digit: Cell(line.index(digit, found.start()), row) for digit in digits}
        if "⌫" in line:
            keys["0"] = Cell(line.rindex("0"), row)
    return keys


def boxes_full(face: Terminal) -> int:
    """How many boxes hold a digit: where the caret stands; -1 while no box is shown."""
    lines = face.lines()
    under = next((line for line in lines if re.search(r"▁{3,} {1,4}▁{3,}", line)), None)
    if under is None:
        return -1
    boxes = [found.start() for found in re.finditer(r"▁+", under)]
    caret = next((line.index("▏") for line in lines if "▏" in line), None)
    return len(boxes) if caret is None else max(place for place, box in enumerate(boxes) if box <= caret)


class CardHolder(Citizen):
    """Somebody with a card that signs."""

    def is_greeted(self, name: str = "Əsmər") -> None:
        """The first screen says one's name."""
        self.sees(self.words("card.greeting", given_name=name).split("\n")[0], self.title("home.e_signature"))

    def opens_e_signature(self) -> None:
        """“My e-signature”."""
        self.face.tap(self.title("home.e_signature"))
        self.sees(self.title("e_signature.title"))

    def opens_pin(self) -> None:
        """From the first screen to the question for the PIN, with the tries told."""
        self.opens_e_signature()
        self.face.tap(self.title("e_signature.sign_in"))
        self.sees(self.words("pin.tries_title"))

    @property
    def ended(self) -> tuple[str, ...]:
        """The first lines that say that a session ended with its card: taken out, or another in its place."""
        return tuple(self.title(key) for key in ("card.removed", "card.swapped"))

    def taps_digits(self, digits: str) -> None:
        """On the pad, and looks at the boxes after each."""
        keys = pad_keys(self.face)
        for count, digit in enumerate(digits, 1):
            self.face.tap(keys[digit])
            self.sees_digits(count)

    def types_digits(self, digits: str) -> None:
        """On the keyboard, key by key, and looks at the boxes after each."""
        for count, digit in enumerate(digits, 1):
            self.face.press(digit)
            self.sees_digits(count)
        self.face.rests(0.1)  # a person's Enter is no end of a scan

    def sees_digits(self, count: int) -> None:
        """So many boxes are full."""
        self.face.until(lambda: boxes_full(self.face) == count, f"{count} digits in the boxes")

    def sends(self) -> None:
        """“Sign in”, below the boxes."""
        self.taps_button(self.words("button.sign_in"))

    def is_signed_in(self) -> None:
        """The page of somebody who is signed in."""
        self.face.shows(self.title("sign_in.done"))

    def is_told(self, key: str, **values: object) -> None:
        """Every line of a text stands there."""
        self.face.shows(*self.words(key, **values).split("\n"))
