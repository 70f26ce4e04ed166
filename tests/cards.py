"""Virtual cards for tests: one invented authority and one set of keys a run, and a host that speaks both protocols."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from hardware.cards.card import Holder
from hardware.readers import Transport
from hardware.simulated.authority import ExampleAuthority, Issuer
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import CardKeys, Profile, make_card

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
"""The instant at which the tests' clock stands."""


@dataclass
class Cards:
    """Makes cards quickly: keys are made once a run."""

    authority: ExampleAuthority
    keys: dict[tuple[str, bool], CardKeys] = field(default_factory=dict)

    def make(
        self, profile: Profile, *faults: str, transport: Transport | None = None, elliptic: bool = False,
        issuer: Issuer = "ica", holder: Holder | None = None, now: datetime = NOW,
        authority: ExampleAuthority | None = None,
    ) -> VirtualCard:  # fmt: skip
        """A card as `make_card` makes it, at the tests' instant."""
        kind = ("azedit" if profile == "azedit" else "rsa", elliptic)
        if kind == ("rsa", True):
            kind = (profile, True)
        if kind not in self.keys:
            self.keys[kind] = CardKeys.make(profile, elliptic=elliptic)
        return make_card(
            profile, authority or self.authority, faults, now, holder, transport=transport, keys=self.keys[kind],
            issuer=issuer,
        )  # fmt: skip


@pytest.fixture(scope="session")
def example_authority(tmp_path_factory: pytest.TempPathFactory) -> ExampleAuthority:
    """The invented authorities, as of the tests' instant, for certificates that are not taken back."""
    return ExampleAuthority.open(tmp_path_factory.mktemp("authority"), NOW)


@pytest.fixture(scope="session")
def cards(example_authority: ExampleAuthority) -> Cards:
    """Cards on order."""
    return Cards(example_authority)


@dataclass
class Host:
    """The other side of a card, by the book: what T=0 asks of a host is done here (ISO 7816-3 section 12.2)."""

    card: VirtualCard

    def __post_init__(self) -> None:
        self.card.power_on()

    def raw(self, command: str) -> str:
        """One APDU as it stands, both ways in hexadecimal."""
        return self.card.transmit(bytes.fromhex(command)).hex()

    def send(self, header: str, data: bytes = b"", le: int | None = None) -> tuple[bytes, int]:
        """A command and its whole answer: data and status word. `le` 0 stands for 256."""
        command = bytes.fromhex(header) + (bytes([len(data)]) + data if data else b"")
        length = b"" if le is None else bytes([le])
        if self.card.transport == "T=1" or not data:
            answer = self.card.transmit(command + length)
        else:
            answer = self.card.transmit(command)
        received = answer[:-2]
        while answer[-2] in (0x61, 0x6C):
            repeated = command if answer[-2] == 0x6C and not data else bytes.fromhex("00c00000")
            answer = self.card.transmit(repeated + answer[-1:])
            received += answer[:-2]
        return received, int.from_bytes(answer[-2:])

    def status(self, header: str, data: bytes = b"", le: int | None = None) -> int:
        """The status word alone."""
        return self.send(header, data, le)[1]

    def read(self, size: int = 0) -> bytes:
        """The selected file, to its end or `size` bytes of it."""
        read = b""
        while not size or len(read) < size:
            data, status = self.send(f"00b0{len(read):04x}", le=min(size - len(read), 0x100) & 0xFF if size else 0)
            if status == 0x6B00:
                break
            assert status in (0x9000, 0x6282)
            read += data
        return read


def block(digits: str, size: int = 8) -> bytes:
    """A PIN filled up with FF."""
    return digits.encode().ljust(size, b"\xff")
