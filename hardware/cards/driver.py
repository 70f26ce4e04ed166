"""What every driver above `transmit` does alike: PINs by their rules, checked proofs, tries that are learnt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from hardware.cards import verify
from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, PinState, Purpose, Tries
from hardware.cards.channel import Channel
from hardware.cards.padding import DIGEST_SIZES
from hardware.cards.pin_entry import CHANGE, UNBLOCK, PinForm, send_pins
from hardware.cards.pin_entry import verify as verify_pin
from hardware.errors import NotSupported, PinBlocked, PinMustChange, PinWrong
from hardware.secret import Pin


@dataclass(frozen=True, slots=True)
class PinSlot:
    """A PIN of a card, and how it is sent."""

    name: PinName
    reference: int
    form: PinForm
    label: str = ""
    can_change: bool = True
    can_unblock: bool = False
    must_change: bool = False
    most_tries: int | None = None
    is_ascii: bool = True
    """Digits as ASCII; other codings are not sent by us."""


class Driver(ABC):
    """A card behind a channel. Calls block; one thread at a time."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._told: dict[PinName, Tries] = {}
        """Tries that the card told when a PIN was wrong; forgotten when it was right."""

    @property
    @abstractmethod
    def kind(self) -> CardKind:
        """Which driver this is."""

    @abstractmethod
    def holder(self) -> Holder | None:
        """Whose card it is (`Card.holder`)."""

    @abstractmethod
    def certificates(self) -> tuple[CardCertificate, ...]:
        """Every certificate on it (`Card.certificates`)."""

    @abstractmethod
    def _key(self, purpose: Purpose) -> tuple[bytes, PinName]:
        """The certificate of a key, and the PIN that it asks for.

        Raises:
            NotSupported: there is no such key.
        """

    @abstractmethod
    def _was_reset(self) -> None:
        """Nothing is selected any more but what a reset selects."""

    @abstractmethod
    def _slots(self) -> tuple[PinSlot, ...]:
        """Its PINs, the PUK last."""

    @abstractmethod
    def _tries(self, slot: PinSlot) -> Tries | None:
        """Tries left, read anew; None where reading is not safe, or tells nothing now."""

    @abstractmethod
    def _stand(self, pin: PinName) -> None:
        """Select what has to be selected before a PIN is sent."""

    @abstractmethod
    def _compute(self, purpose: Purpose, digest: bytes, hash_name: HashName, key: verify.PublicKey) -> bytes:
        """Let the card compute, its PIN having been proved; ECDSA in either form."""

    def pins(self) -> tuple[PinState, ...]:
        """Its PINs with their tries (`Card.pins`)."""
        self.channel.begin()
        return tuple(
            PinState(
                name=slot.name,
                shortest=slot.form.shortest,
                longest=slot.form.longest,
                tries=self._tries(slot) or self._told.get(slot.name) or Tries(most=slot.most_tries),
                label=slot.label,
                can_unblock=slot.can_unblock,
                can_change=slot.can_change,
                must_change=slot.must_change,
            )
            for slot in self._slots()
        )

    def answer(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Prove the sign-in key (`Card.answer`)."""
        return self._prove("sign_in", digest, hash_name, pin)

    def sign(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Sign (`Card.sign`)."""
        return self._prove("signature", digest, hash_name, pin)

    def change(self, pin: PinName, old: Pin, new: Pin) -> None:
        """Change a PIN or the PUK (`Card.change`)."""
        with old, new:
            self.channel.begin()
            slot = self._slot(pin)
            if not slot.can_change:
                raise NotSupported
            self._stand(pin)
            self._send(slot, CHANGE, slot.reference, ((old, slot.form), (new, slot.form)))

    def unblock(self, pin: PinName, puk: Pin, new: Pin) -> None:
        """Give a blocked PIN new tries and a new value (`Card.unblock`)."""
        with puk, new:
            self.channel.begin()
            slot, guard = self._slot(pin), self._slot("puk")
            if not slot.can_unblock:
                raise NotSupported
            self._stand(pin)
            self._send(guard, UNBLOCK, slot.reference, ((puk, guard.form), (new, slot.form)))
            self._told.pop(pin, None)

    def reset(self) -> None:
        """Reset the card: nothing stays proved on it, and what was read stays known.

        Raises:
            CardError: the card is gone.
        """
        self.channel.link.reset()
        self._was_reset()

    def close(self) -> None:
        """Let it go (`Card.close`)."""
        self.channel.link.close()

    def _prove(self, purpose: Purpose, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        try:
            self.channel.begin()
            if len(digest) != DIGEST_SIZES[hash_name]:
                raise ValueError("a digest of another size than its hash makes")
            der, name = self._key(purpose)
            key = verify.public_key(der)
            slot = self._slot(name)
            if slot.must_change:
                raise PinMustChange
            if not slot.is_ascii:
                raise NotSupported
            self._stand(name)
            with _Learning(self._told, slot):
                verify_pin(self.channel, slot.reference, slot.form, pin)
        finally:
            if pin is not None:
                pin.wipe()
        signature = verify.signature_of(self._compute(purpose, digest, hash_name, key), key)
        verify.check_by(key, signature, digest, hash_name)
        return signature

    def _send(self, asked: PinSlot, instruction: int, reference: int, pins: tuple[tuple[Pin, PinForm], ...]) -> None:
        """Send a change or an unblocking; `asked` is the PIN that is proved by it."""
        if not asked.is_ascii:
            raise NotSupported
        with _Learning(self._told, asked):
            send_pins(self.channel, bytes([0x00, instruction, 0x00, reference]), pins)

    def _slot(self, name: PinName) -> PinSlot:
        slot = next((one for one in self._slots() if one.name == name), None)
        if slot is None:
            raise NotSupported
        return slot


class _Learning:
    """Keeps what the card tells of its tries when a PIN is wrong, and forgets it when one is right."""

    def __init__(self, told: dict[PinName, Tries], slot: PinSlot) -> None:
        self._told, self._slot = told, slot

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        name, most = self._slot.name, self._slot.most_tries
        if error is None:
            self._told.pop(name, None)
        elif isinstance(error, PinWrong):
            self._told[name] = Tries(left=error.left, most=most)
        elif isinstance(error, PinBlocked):
            self._told[name] = Tries(left=0, most=most)
