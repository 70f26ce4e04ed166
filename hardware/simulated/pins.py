"""A PIN or PUK as the card keeps it: a counter, a form, what it has proved (ISO 7816-4 section 11.5).

The value itself is kept as a salted digest, so that a search of this process's memory does not find it here.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from hardware.secret import wipe
from hardware.simulated.command import BLOCKED, CONDITIONS, WRONG_DATA, WRONG_LENGTH, Refused

_WRONG = 0x63C0
_COUNTS_TO = 15
_FILL = 0xFF


@dataclass(frozen=True, slots=True)
class PinForm:
    """How many digits a PIN has. `block`: it is sent filled up with FF to so many bytes; 0: as it is."""

    shortest: int
    longest: int
    block: int = 0


class CardPin:
    """One PIN or PUK of a card.

    Args:
        name: what keys and files call it.
        reference: P2 of the commands about it.
        value: its digits.
        form: how long it is and how it is sent.
        most: how many wrong tries block it.
        puk: the name of the PUK that gives it new tries.
        once: one signature uses up what it proved.
    """

    def __init__(
        self, name: str, reference: int, value: str, form: PinForm, *,
        most: int = 3, puk: str | None = None, once: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self.reference = reference
        self.form = form
        self.most = most
        self.left = most
        self.puk = puk
        self.once = once
        self.proved = False
        self.transport = False
        """It has to be changed before it proves anything (a transport PIN)."""
        self._salt = secrets.token_bytes(16)
        self._size = 0
        self._digest = b""
        self._keep(self._filled(value.encode("ascii")))

    def status(self) -> int:
        """What an empty VERIFY answers: whether it is proved, else how many tries are left."""
        if self.transport:
            return CONDITIONS
        if not self.left:
            return BLOCKED
        return 0x9000 if self.proved else _WRONG | min(self.left, _COUNTS_TO)

    def verify(self, sent: bytearray) -> None:
        """Prove it.

        Raises:
            Refused: 6983 blocked, 6985 it is a transport PIN, 6700 the block has a wrong size (none of these costs a
                try), 63Cx wrong.
        """
        if not self.left:
            raise Refused(BLOCKED)
        if self.transport:
            raise Refused(CONDITIONS)
        if self.form.block and len(sent) != self.form.block:
            raise Refused(WRONG_LENGTH)
        if not self.form.block and not self.form.shortest <= len(sent) <= self.form.longest:
            raise Refused(WRONG_LENGTH)
        self._compare(sent)
        self.proved = True

    def change(self, sent: bytearray) -> None:
        """Change it from the old value to the new one, sent one after the other.

        Raises:
            Refused: 6983 blocked, 6700 lengths, 6A80 the new one has not the form, 6985 it equals the old one (none of
                these costs a try), 63Cx the old one is wrong.
        """
        if not self.left:
            raise Refused(BLOCKED)
        old, new = self.split(sent, self.form)
        try:
            if self.form.block:
                self.check(new)
            self._compare(old)
            self._renew(new)
        finally:
            wipe(old)
            wipe(new)
        self.proved = self.transport = False

    def split(self, sent: bytearray, second: PinForm) -> tuple[bytearray, bytearray]:
        """This PIN's value and, after it, one of form `second`. Without filling only the card knows where one ends.

        Raises:
            Refused: 6700, that cannot be two of them.
        """
        if self.form.block:
            if len(sent) != self.form.block + second.block:
                raise Refused(WRONG_LENGTH)
            return sent[: self.form.block], sent[self.form.block :]
        if not self.form.shortest + second.shortest <= len(sent) <= self.form.longest + second.longest:
            raise Refused(WRONG_LENGTH)
        return sent[: self._size], sent[self._size :]

    def check(self, new: bytearray) -> None:
        """Whether `new` has this PIN's form.

        Raises:
            Refused: 6A80, it has not.
        """
        size = len(new)
        while self.form.block and size and new[size - 1] == _FILL:
            size -= 1
        digits = all(0x30 <= new[place] <= 0x39 for place in range(size))
        if not digits or not self.form.shortest <= size <= self.form.longest:
            raise Refused(WRONG_DATA)

    def _renew(self, new: bytearray) -> None:
        self.check(new)
        if self._fits(new):
            raise Refused(CONDITIONS)
        self._keep(new)
        self.left = self.most

    def unblock(self, new: bytearray) -> None:
        """Take a new value after the PUK was proved; it may equal the old one.

        Raises:
            Refused: 6A80, it has not the form.
        """
        self.check(new)
        self._keep(new)
        self.left = self.most
        self.proved = self.transport = False

    def spend(self) -> None:
        """A key was used: one that is asked for each time proves nothing more."""
        if self.once:
            self.proved = False

    def _compare(self, sent: bytearray) -> None:
        if self._fits(sent):
            self.left = self.most
            return
        self.proved = False
        self.left -= 1
        raise Refused(_WRONG | min(self.left, _COUNTS_TO))

    def prove(self, sent: bytearray) -> None:
        """Compare without proving anything beyond this command, as a PUK is used.

        Raises:
            Refused: 6983 blocked, 63Cx wrong.
        """
        if not self.left:
            raise Refused(BLOCKED)
        self._compare(sent)

    def _fits(self, sent: bytearray) -> bool:
        return hmac.compare_digest(self._hash(sent), self._digest)

    def _keep(self, value: bytearray) -> None:
        self._size, self._digest = len(value), self._hash(value)

    def _hash(self, value: bytearray) -> bytes:
        digest = hashlib.sha256(self._salt)
        digest.update(value)
        return digest.digest()

    def _filled(self, digits: bytes) -> bytearray:
        return bytearray(digits.ljust(self.form.block, bytes([_FILL])))

    def __repr__(self) -> str:
        return f"CardPin({self.name}, {self.left} of {self.most})"
