"""A token behind a vendor's module as a card (I3, I4): what its certificates say, its PINs by flags, its two keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from hardware.cards import verify
from hardware.cards.card import CardCertificate, CardKind, HashName, Holder, PinName, PinState, Purpose
from hardware.cards.padding import DIGEST_SIZES, digest_info
from hardware.cards.vendor import codes
from hardware.cards.vendor.modules import PAD_SECONDS, Module
from hardware.cards.vendor.tokens import PinFlags, Slot, Token, shown
from hardware.errors import (
    CardError,
    CardFault,
    CardGone,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinMustChange,
    PinRefused,
    PinWrong,
)
from hardware.secret import Pin, wipe


@dataclass(frozen=True, slots=True, repr=False)
class _Entry:
    """A certificate, which slot shows it, and the CKA_ID it shares with its key."""

    der: bytes
    purpose: Purpose | None
    label: str
    id: str
    slot: Slot


class VendorCard:
    """A token, opened. Its module is logged in during one operation only.

    Args:
        module: the module that shows it.
        token: which of its tokens.

    Raises:
        CardGone: it is not there any more.
        CardFault: the module crashed, or gave nothing that helps.
    """

    def __init__(self, module: Module, token: Token) -> None:
        self._module = module
        self._token = token
        self._closed = False
        self._entries = self._read()
        self._slots = self._named()

    @property
    def kind(self) -> CardKind:
        """It is a vendor's."""
        return "vendor"

    @property
    def has_own_pad(self) -> bool:
        """Whether its module lets the PIN be typed at the token's or reader's own pad (then `pin` may be None)."""
        return any(slot.own_pad for slot in self._slots.values())

    def holder(self) -> Holder | None:
        """Whose it is, by the subject of its certificates; they were read when it was opened."""
        told = (verify.holder_of(entry.der) for entry in self._entries if entry.purpose is not None)
        return next((holder for holder in told if holder is not None), None)

    def certificates(self) -> tuple[CardCertificate, ...]:
        """Every certificate that can be seen without a PIN, those with a purpose first."""
        names = {slot: name for name, slot in self._slots.items()}
        return tuple(
            CardCertificate(entry.der, entry.purpose, names.get(entry.slot) if entry.purpose else None, entry.label)
            for entry in sorted(self._entries, key=lambda entry: entry.purpose is None)
        )

    def pins(self) -> tuple[PinState, ...]:
        """Its PINs, flags freshly read. There is no PUK: PKCS#11 knows none."""
        states = []
        for name, slot in self._slots.items():
            flags = self._flags(slot)
            states.append(
                PinState(
                    name,
                    slot.shortest,
                    slot.longest,
                    flags.tries,
                    slot.pin_label,
                    can_unblock=False,
                    must_change=flags.must_change,
                )
            )
        return tuple(states)

    def answer(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Prove the sign-in key over a digest; see `Card.answer`.

        Raises:
            PinWrong (without a number), PinBlocked, PinFormat (not sent), PinMustChange, EntryCancelled, CardError.
        """
        return self._prove("sign_in", digest, hash_name, pin)

    def sign(self, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        """Sign a digest with the signature key; see `answer`."""
        return self._prove("signature", digest, hash_name, pin)

    def change(self, pin: PinName, old: Pin, new: Pin) -> None:
        """Change a PIN (C_SetPIN). Both are wiped.

        It is tried on write-protected tokens too: OpenSC's module calls every card so, and changes PINs all the same.

        Raises:
            PinWrong (the old one), PinRefused (the new one), PinFormat (not sent), NotSupported, CardError.
        """
        with old, new:
            slot = self._slots.get(pin)
            if slot is None:
                raise NotSupported
            _check_length(slot, old)
            _check_length(slot, new)
            if self._flags(slot).locked:
                raise PinBlocked
            self._send("change", slot, {}, (old, new))

    def unblock(self, pin: PinName, puk: Pin, new: Pin) -> None:
        """PKCS#11 knows no PUK: a blocked token leads to the call centre. Both are wiped, nothing is sent.

        Raises:
            NotSupported: always.
        """
        puk.wipe()
        new.wipe()
        raise NotSupported

    def reset(self) -> None:
        """Nothing stays proved on a token anyway: its module is logged out after every operation (`Card.reset`)."""

    def close(self) -> None:
        """Let it go. Nothing is open in the module between two operations."""
        self._closed = True

    def _prove(self, purpose: Purpose, digest: bytes, hash_name: HashName, pin: Pin | None) -> bytes:
        try:
            if len(digest) != DIGEST_SIZES[hash_name]:
                raise ValueError("a digest of another size than its hash makes")
            entry = next((one for one in self._entries if one.purpose == purpose), None)
            if entry is None:
                raise NotSupported
            if pin is None and not entry.slot.own_pad:
                raise NotSupported
            if pin is not None:
                _check_length(entry.slot, pin)
            key = verify.public_key(entry.der)
            flags = self._flags(entry.slot)
            if flags.locked:
                raise PinBlocked
            if flags.must_change:
                raise PinMustChange
            if isinstance(key, rsa.RSAPublicKey):
                data = digest_info(digest, hash_name)  # CKM_RSA_PKCS only pads
            else:
                data = digest[: (key.curve.key_size + 7) // 8]  # FIPS 186-5, 6.4.1: the leftmost bits
            told = {"id": entry.id, "data": data.hex()}
            answer = self._send("sign", entry.slot, told, () if pin is None else (pin,))
        finally:
            if pin is not None:
                pin.wipe()
        try:
            signature = verify.signature_of(bytes.fromhex(answer["signature"]), key)
            verify.check_by(key, signature, digest, hash_name)
        except (CardFault, KeyError, TypeError, ValueError):
            self._module.discard("a signature that is not by the certificate's key: killed")
            raise CardFault from None
        return signature

    def _send(self, do: str, slot: Slot, told: Mapping[str, Any], pins: tuple[Pin, ...]) -> dict[str, Any]:
        """Ask for what may need PINs: the only place that hands them on, each once."""
        blocks = [pin.block() for pin in pins]
        try:
            for pin in pins:
                pin.wipe()
            answer = self._ask(do, slot, told, blocks, 0.0 if blocks else PAD_SECONDS)
        finally:
            for block in blocks:
                wipe(block)
        if "code" in answer:
            raise _refusal(do, slot, int(answer["code"]), PinFlags.of(int(answer.get("flags", 0))))
        if "unsupported" in answer:
            raise NotSupported
        if "no_key" in answer:
            raise CardFault
        return answer

    def _ask(
        self,
        do: str,
        slot: Slot,
        told: Mapping[str, Any] | None = None,
        pins: list[bytearray] | None = None,
        extra_seconds: float = 0.0,
    ) -> dict[str, Any]:
        if self._closed:
            raise CardGone
        which = {"do": do, "slot": slot.number, "label": slot.label, "serial": slot.serial}
        answer = self._module.ask({**which, **(told or {})}, pins or (), extra_seconds)
        if "gone" in answer:
            raise CardGone
        return answer

    def _flags(self, slot: Slot) -> PinFlags:
        answer = self._ask("look", slot)
        if "code" in answer:
            raise codes.refusal(int(answer["code"]))
        return PinFlags.of(int(answer["flags"]))

    def _read(self) -> tuple[_Entry, ...]:
        """Every certificate once: from the slot that shows its key too, where keys can be seen without a PIN."""
        found: list[tuple[bool, _Entry]] = []
        for slot in self._token.slots:
            answer = self._ask("objects", slot)
            if "code" in answer:
                raise codes.refusal(int(answer["code"]))
            try:
                keys = set(answer["keys"])
                for told in answer["certificates"]:
                    der = bytes.fromhex(told["value"])
                    entry = _Entry(der, verify.purpose_of(der), shown(str(told["label"])), str(told["id"]), slot)
                    found.append((entry.id not in keys, entry))
            except (KeyError, TypeError, ValueError):
                self._module.discard("objects that are none: killed")
                raise CardFault from None
        once: dict[bytes, _Entry] = {}
        for _, entry in sorted(found, key=lambda pair: pair[0]):
            once.setdefault(entry.der, entry)
        return tuple(once.values())

    def _named(self) -> dict[PinName, Slot]:
        """Which slot's PIN is which: by the certificate behind it, else by the module's order."""
        slots = self._token.slots
        first, second = (
            next((entry.slot for entry in self._entries if entry.purpose == purpose), None)
            for purpose in ("sign_in", "signature")
        )
        if len(slots) == 1 or (first is not None and first == second):
            return {"user_pin": first or slots[0]}
        if first is None:
            first = next(slot for slot in slots if slot != second)
        if second is None:
            second = next(slot for slot in slots if slot != first)
        return {"pin1": first, "pin2": second}


def _check_length(slot: Slot, pin: Pin) -> None:
    if not slot.shortest <= len(pin) <= slot.longest:
        raise PinFormat(slot.shortest, slot.longest)


def _refusal(do: str, slot: Slot, code: int, flags: PinFlags) -> CardError:
    if code == codes.PIN_INCORRECT:
        return PinBlocked(code) if flags.locked else PinWrong(None, code, few=flags.few or flags.last)
    if do == "change" and code in {codes.PIN_INVALID, codes.PIN_LEN_RANGE, codes.PIN_TOO_WEAK}:
        return PinRefused(code)
    if code == codes.PIN_LEN_RANGE:
        return PinFormat(slot.shortest, slot.longest)
    return codes.refusal(code)
