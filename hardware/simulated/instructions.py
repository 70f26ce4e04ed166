"""What the card does at each instruction (ISO 7816-4 section 11, ISO 7816-8), whatever protocol it came by."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from hardware.readers import Transport
from hardware.secret import wipe
from hardware.simulated import command as sw
from hardware.simulated.command import Command, Refused
from hardware.simulated.file_system import Directory, FileSystem, RecordFile, TransparentFile, template
from hardware.simulated.keys import CardKey, KeyUse
from hardware.simulated.pins import CardPin
from hardware.simulated.tlv import elements

_SIGNING, _AUTHENTICATING, _DECIPHERING = 0xB6, 0xA4, 0xB8
_VERIFY: Final = 0x20
_CHALLENGE: Final = 8


@dataclass(slots=True)
class Content:
    """What a layout puts on a card."""

    atr: Mapping[Transport, bytes]
    root: Directory
    pins: tuple[CardPin, ...] = ()
    keys: tuple[CardKey, ...] = ()
    objects: dict[bytes, bytes] = field(default_factory=dict)
    """PIV's data objects: what GET DATA finds, by tag."""
    instructions: frozenset[int] = frozenset()
    """Beyond SELECT and GET RESPONSE, which every card has."""
    status_query: bool = False
    """Whether a VERIFY without data tells the tries left."""
    only_by_name: bool = False
    """Whether it has an application to select, and no files."""
    log_out: bool = False
    """Whether VERIFY with P1=FF forgets what was proved."""
    default_key: Mapping[KeyUse, int] = field(default_factory=dict)
    """Which key works when MSE named none."""
    general: Callable[[Instructions, Command], bytes] | None = None
    """GENERAL AUTHENTICATE, where the card has it."""
    fresh_proof: frozenset[int] = frozenset()
    """Keys whose PIN must be proved by the command just before."""


class Instructions:
    """What is on a card, and what was selected, named and proved since its last reset."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.pins = {pin.name: pin for pin in content.pins}
        self.before = 0
        """The instruction before this one."""
        self._files = FileSystem(content.root)
        self._keys = {key.reference: key for key in content.keys}
        self._named: dict[int, int] = {}
        known: dict[int, Callable[[Command], bytes]] = {
            _VERIFY: self._verify,
            0x22: self._manage,
            0x24: self._change,
            0x2A: self._perform,
            0x2C: self._reset_counter,
            0x84: self._challenge,
            0x88: self._authenticate,
            0xB0: self._read_binary,
            0xB2: self._read_record,
            0xCB: self._get_data,
        }
        if content.general is not None:
            known[0x87] = partial(content.general, self)
        self._run = {0xA4: self._select} | {ins: run for ins, run in known.items() if ins in content.instructions}

    def forget(self) -> None:
        """All but counters and values, as a reset does."""
        self._files.reset()
        self._named.clear()
        self.before = 0
        for pin in self.pins.values():
            pin.proved = False

    def run(self, command: Command) -> bytes:
        """The answer's data.

        Raises:
            Refused: with the status word of a refusal; 6D00 where the card has no such instruction.
        """
        run = self._run.get(command.ins)
        if run is None:
            raise Refused(sw.NO_INSTRUCTION)
        return run(command)

    def _select(self, command: Command) -> bytes:
        if self.content.only_by_name and command.p1 != 0x04:
            raise Refused(sw.NO_FILE)
        own = self._files.select(command.p1, command.p2, bytes(command.data))
        if own is not None:
            return own
        match command.p2 & 0xFC:
            case 0x00:
                return template(self._files.current, 0x6F, self._files.name)
            case 0x04:
                return template(self._files.current, 0x62, self._files.name)
            case 0x0C:
                return b""
        raise Refused(sw.WRONG_P1P2)

    def _read_binary(self, command: Command) -> bytes:
        if command.expected is None:
            raise Refused(sw.WRONG_LENGTH)
        if command.p1 & 0x80:
            if command.p1 & 0x60:
                raise Refused(sw.WRONG_P1P2)
            file, offset = self._files.by_short_id(command.p1 & 0x1F), command.p2
        else:
            if self._files.file is None:
                raise Refused(sw.NO_CURRENT_FILE)
            file, offset = self._files.file, command.p1 << 8 | command.p2
        if not isinstance(file, TransparentFile):
            raise Refused(sw.WRONG_KIND_OF_FILE)
        self._may(file.needs)
        data = file.read()
        if offset >= len(data):
            raise Refused(sw.WRONG_OFFSET)
        return data[offset : offset + command.expected]

    def _read_record(self, command: Command) -> bytes:
        if command.expected is None:
            raise Refused(sw.WRONG_LENGTH)
        if command.p2 & 0x07 != 0x04 or command.p1 in (0x00, 0xFF):
            raise Refused(sw.WRONG_P1P2)
        short = command.p2 >> 3
        file = self._files.by_short_id(short) if short else self._files.file
        if file is None:
            raise Refused(sw.NO_CURRENT_FILE)
        if not isinstance(file, RecordFile):
            raise Refused(sw.WRONG_KIND_OF_FILE)
        self._may(file.needs)
        records = file.read()
        if command.p1 > len(records):
            raise Refused(sw.NO_RECORD)
        return records[command.p1 - 1]

    def _may(self, pin: str | None) -> None:
        if pin is not None and not self.pins[pin].proved:
            raise Refused(sw.NOT_ALLOWED_YET)

    def _pin(self, reference: int) -> CardPin:
        found = next((pin for pin in self.pins.values() if pin.reference == reference), None)
        if found is None:
            raise Refused(sw.NO_REFERENCE)
        return found

    def _verify(self, command: Command) -> bytes:
        if command.p1 not in (0x00, 0xFF) or (command.p1 and not self.content.log_out):
            raise Refused(sw.WRONG_P1P2)
        pin = self._pin(command.p2)
        if command.p1:
            if command.data:
                raise Refused(sw.WRONG_DATA)
            pin.proved = False
            return b""
        if command.data:
            pin.verify(command.data)
            return b""
        if not self.content.status_query:
            raise Refused(sw.WRONG_LENGTH)
        if (status := pin.status()) != sw.OK:
            raise Refused(status)
        return b""

    def _change(self, command: Command) -> bytes:
        if command.p1:
            raise Refused(sw.WRONG_P1P2)
        self._pin(command.p2).change(command.data)
        return b""

    def _reset_counter(self, command: Command) -> bytes:
        """RESET RETRY COUNTER with the PUK and the new value (P1=00), or after the PUK was verified (P1=02)."""
        pin = self._pin(command.p2)
        if pin.puk is None or command.p1 not in (0x00, 0x02):
            raise Refused(sw.WRONG_P1P2)
        puk = self.pins[pin.puk]
        if command.p1 == 0x02:
            self._may(puk.name)
            pin.unblock(command.data)
            puk.proved = False
            return b""
        proof, new = puk.split(command.data, pin.form)
        try:
            if pin.form.block:
                pin.check(new)
            puk.prove(proof)
            pin.unblock(new)
        finally:
            wipe(proof)
            wipe(new)
        return b""

    def _manage(self, command: Command) -> bytes:
        """MANAGE SECURITY ENVIRONMENT: SET names a key, RESTORE forgets what was named (ISO 7816-4 section 11.5.11)."""
        if command.p1 == 0xF3:
            if command.p2 != 0x01 or command.data:
                raise Refused(sw.NO_REFERENCE)
            self._named.clear()
            return b""
        if command.p1 != 0x41 or command.p2 not in (_SIGNING, _AUTHENTICATING, _DECIPHERING):
            raise Refused(sw.WRONG_P1P2)
        try:
            parts = dict(elements(command.data))
        except ValueError:
            raise Refused(sw.WRONG_DATA) from None
        reference = parts.get(0x84, parts.get(0x83))
        if reference is None or parts.keys() - {0x80, 0x81, 0x83, 0x84}:
            raise Refused(sw.WRONG_DATA)
        number = _key_reference(reference)
        if number == 0:
            self._named.pop(command.p2, None)
            return b""
        key = self._keys.get(number)
        if key is None:
            raise Refused(sw.NO_REFERENCE)
        if 0x80 in parts and parts[0x80][:1] not in {bytes([one]) for one in key.algorithms}:
            raise Refused(sw.WRONG_DATA)
        self._named[command.p2] = number
        return b""

    def _perform(self, command: Command) -> bytes:
        """PERFORM SECURITY OPERATION: COMPUTE DIGITAL SIGNATURE alone."""
        if (command.p1, command.p2) != (0x9E, 0x9A):
            raise Refused(sw.WRONG_P1P2)
        return self.use_key(self._chosen("sign", _SIGNING), bytes(command.data))

    def _authenticate(self, command: Command) -> bytes:
        """INTERNAL AUTHENTICATE."""
        if command.p1 or command.p2:
            raise Refused(sw.WRONG_P1P2)
        return self.use_key(self._chosen("authenticate", _AUTHENTICATING), bytes(command.data))

    def _chosen(self, use: KeyUse, environment: int) -> CardKey:
        number = self._named.get(environment, self.content.default_key.get(use))
        if number is None:
            raise Refused(sw.CONDITIONS)
        key = self._keys[number]
        if use not in key.uses:
            raise Refused(sw.CONDITIONS)
        return key

    def key(self, reference: int) -> CardKey:
        """A key by its reference.

        Raises:
            Refused: 6A88, there is none.
        """
        if reference not in self._keys:
            raise Refused(sw.NO_REFERENCE)
        return self._keys[reference]

    def use_key(self, key: CardKey, data: bytes) -> bytes:
        """Sign with a key whose PIN is proved; one that signs once forgets its proof.

        Raises:
            Refused: 6982 its PIN is not proved, 6700 or 6A80 it cannot sign that.
        """
        pin = self.pins[key.pin]
        self._may(key.pin)
        if key.reference in self.content.fresh_proof and self.before != _VERIFY:
            raise Refused(sw.NOT_ALLOWED_YET)
        if not data:
            raise Refused(sw.WRONG_LENGTH)
        signature = key.sign(data)
        pin.spend()
        return signature

    def _get_data(self, command: Command) -> bytes:
        """GET DATA with a tag list (P1P2 3FFF, 5C), as PIV has it (SP 800-73-4 part 2 section 3.1.2)."""
        if (command.p1, command.p2) != (0x3F, 0xFF):
            raise Refused(sw.WRONG_P1P2)
        try:
            wanted = dict(elements(command.data)).get(0x5C)
        except ValueError:
            raise Refused(sw.WRONG_DATA) from None
        if wanted is None:
            raise Refused(sw.WRONG_DATA)
        if wanted not in self.content.objects:
            raise Refused(sw.NO_FILE)
        return self.content.objects[wanted]

    def _challenge(self, command: Command) -> bytes:
        if command.p1 or command.p2 or command.data:
            raise Refused(sw.WRONG_P1P2)
        if command.expected is None or command.expected > 256:
            raise Refused(sw.WRONG_LENGTH)
        return secrets.token_bytes(_CHALLENGE if command.open_ended else command.expected)


def _key_reference(value: bytes) -> int:
    """The number in a key reference: alone, or as EstEID writes it, `80 nn 00`."""
    if not value:
        raise Refused(sw.WRONG_DATA)
    return value[1] if len(value) == 3 else value[-1]
