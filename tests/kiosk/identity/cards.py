"""A card and a desk for tests of signing in: honest about PINs and keys, and every use of them is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, PinState, Purpose, Tries
from hardware.errors import CardError, CardGone, PinBlocked, PinFormat, PinWrong
from hardware.secret import Pin
from kiosk.settings import parse
from kiosk.signature.trust import Trust
from tests.kiosk.signature.authorities import NOW, SIGN_IN, SIGNATURE, Hierarchy, Person, PrivateKey

PINS = {"pin1": [1, 2, 3, 4], "pin2": [1, 2, 3, 4, 5]}


def pin(digits: str = "1234") -> Pin:
    return Pin(int(digit) for digit in digits)


def signed(key: PrivateKey, digest: bytes) -> bytes:
    hashed = utils.Prehashed(hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(hashed))
    return key.sign(digest, padding.PKCS1v15(), hashed)


@dataclass
class FakeCard:
    """Two keys with their certificates, two PINs with three tries each."""

    sign_in: Person | None
    signature: Person | None = None
    patronymic: str = "Misal qızı"
    tries: dict[str, int] = field(default_factory=lambda: {"pin1": 3, "pin2": 3, "puk": 3})
    must_change: bool = False
    answers_by: PrivateKey | None = None
    """Another key than the certificate's: a card that is no true one."""
    challenges: list[bytes] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    """Every PIN that was sent, by its name."""
    kind: CardKind = "pkcs15"

    def holder(self) -> Holder:
        return Holder("Aygün", "Nümunəyeva", self.patronymic)

    def certificates(self) -> tuple[CardCertificate, ...]:
        both: tuple[tuple[Person | None, Purpose, PinName], ...] = (
            (self.sign_in, "sign_in", "pin1"), (self.signature, "signature", "pin2"),
        )  # fmt: skip
        return tuple(CardCertificate(one.der, purpose, name) for one, purpose, name in both if one is not None)

    def pins(self) -> tuple[PinState, ...]:
        names: tuple[PinName, ...] = ("pin1", "pin2", "puk")
        return tuple(
            PinState(name, 4, 8, Tries(self.tries[name], 3), can_unblock=name != "puk", must_change=self.must_change)
            for name in names
        )

    def answer(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        self.challenges.append(digest)
        return self._prove("pin1", self.sign_in, digest, hash_name, pin)

    def sign(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        return self._prove("pin2", self.signature, digest, hash_name, pin)

    def _prove(self, name: str, person: Person | None, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        assert hash_name == "sha256" and len(digest) == 32 and person is not None
        if pin is not None:
            if not 4 <= len(pin) <= 8:
                raise PinFormat(4, 8)
            if self.tries[name] == 0:
                raise PinBlocked
            self.verified.append(name)
            if pin.digits != PINS[name]:
                self.tries[name] -= 1
                raise PinWrong(self.tries[name])
            pin.wipe()
        self.tries[name] = 3
        return signed(self.answers_by or person.key, digest)

    def change(self, pin: PinName, old: Pin, new: Pin) -> None:
        raise NotImplementedError

    def unblock(self, pin: PinName, puk: Pin, new: Pin) -> None:
        raise NotImplementedError

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


@dataclass
class FakeDesk:
    """A reader with one card in it."""

    card: FakeCard
    insertion: int = 1
    used: list[bool] = field(default_factory=list)
    """Each use of the card: whether it was to prove something."""
    held: int | None = None
    failing: CardError | None = None

    @contextmanager
    def using(self, insertion: int, *, proves: bool = False) -> Iterator[Any]:
        if insertion != self.insertion:
            raise CardGone
        if self.failing is not None:
            raise self.failing
        self.used.append(proves)
        yield self.card

    def pins(self, insertion: int) -> tuple[PinState, ...]:
        with self.using(insertion) as card:
            found: tuple[PinState, ...] = card.pins()
            return found

    def hold(self, insertion: int) -> None:
        self.held = insertion

    def let_go(self, insertion: int) -> None:
        if self.held == insertion:
            self.held = None


@dataclass
class World:
    """A hierarchy with its trust folder, and the cards it issues."""

    hierarchy: Hierarchy
    folder: Path

    @classmethod
    def make(cls, folder: Path) -> World:
        made = Hierarchy.make()
        made.save(folder)
        made.save_lists(folder)
        return cls(made, folder)

    def card(self, **told: Any) -> FakeCard:
        both = self.hierarchy.ica.issue(SIGN_IN, **told), self.hierarchy.ica.issue(SIGNATURE, **told)
        return FakeCard(*both)

    def trust(self, **trust: Any) -> Trust:
        told = {"folder": str(self.folder), "expected": "root, pca, ica", "ocsp": False, **trust}
        return Trust(parse({"trust": told, "example": {"data": False}}, self.folder / "kiosk.toml"), lambda: NOW)
