"""The virtual card: one ISO 7816 card that answers command APDUs as a real one would, on T=0 or T=1.

What is on it (files, PINs, keys) comes from a layout; how it answers is here. Commands that an issued card refuses,
such as writing files, it does not have (6D00).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from hardware.readers import Transport
from hardware.simulated import command as sw
from hardware.simulated.command import Command, Refused, take_apart
from hardware.simulated.faults import CardPulled, CardSilent, Fault
from hardware.simulated.file_system import Directory, FileSystem, RecordFile, TransparentFile, template
from hardware.simulated.keys import CardKey, KeyUse
from hardware.simulated.pins import CardPin
from hardware.simulated.tlv import elements

_CHAINED: Final = 0x10
_SIGNING, _AUTHENTICATING, _DECIPHERING = 0xB6, 0xA4, 0xB8
_MORE: Final = 0x6100
_RIGHT_LENGTH: Final = 0x6C00
_LONGEST_CHAIN: Final = 4096
_ENDLESS: Final = bytes(16)


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
    general: Callable[[VirtualCard, Command], bytes] | None = None
    """GENERAL AUTHENTICATE, where the card has it."""
    fresh_proof: frozenset[int] = frozenset()
    """Keys whose PIN must be proved by the command just before."""


class VirtualCard:
    """One card. Every public call is safe from any thread, one at a time.

    Args:
        content: what is on it.
        transport: which protocol it speaks; it stands in its ATR.
        faults: what goes wrong, and at which command.
    """

    def __init__(self, content: Content, *, transport: Transport = "T=1", faults: tuple[Fault, ...] = ()) -> None:
        self.transport: Transport = transport
        self.content = content
        self.pins = {pin.name: pin for pin in content.pins}
        self.commands = 0
        """How many commands it got since it was made."""
        self._faults = faults
        self._cut_short = threading.Event()
        self._files = FileSystem(content.root)
        self._keys = {key.reference: key for key in content.keys}
        self._lock = threading.Lock()
        self._powered = False
        self._silent = not self.atr
        self._pending = b""
        self._chain = bytearray()
        self._chain_header = b""
        self._named: dict[int, int] = {}
        self._last_ins = 0
        self._run: dict[int, Callable[[Command], bytes]] = {
            0x20: self._verify,
            0x22: self._manage,
            0x24: self._change,
            0x2A: self._perform,
            0x2C: self._reset_counter,
            0x84: self._challenge,
            0x87: self._general,
            0x88: self._authenticate,
            0xB0: self._read_binary,
            0xB2: self._read_record,
            0xCB: self._get_data,
        }

    @property
    def atr(self) -> bytes:
        """What it answers to reset; nothing when it is mute."""
        return self.content.atr.get(self.transport, b"")

    @property
    def silent(self) -> bool:
        """Whether it answers nothing (any more)."""
        return self._silent

    def power_on(self) -> bytes:
        """Give it power. Returns the ATR.

        Raises:
            CardSilent: it answers nothing.
        """
        with self._lock:
            if self._silent:
                raise CardSilent
            self._powered = True
            self._cut_short.clear()
            self._forget()
            return self.atr

    def reset(self) -> bytes:
        """Reset it: what was proved and selected is forgotten. Returns the ATR.

        Raises:
            CardSilent: it answers nothing.
        """
        return self.power_on()

    def power_off(self) -> None:
        """Take its power away, in the middle of a command too; all but counters and values is forgotten."""
        self._cut_short.set()
        with self._lock:
            self._powered = False
            self._forget()

    def taken_out(self) -> None:
        """It was taken out of the reader."""
        self.power_off()

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Answer one command APDU, with the status word at the end.

        Raises:
            CardPulled: it is taken out now.
            CardSilent: it does not answer, or has no power.
        """
        raw = bytearray(command)
        try:
            with self._lock:
                if not self._powered or self._silent:
                    raise CardSilent
                self.commands += 1
                struck = self._strike()
                return struck if struck is not None else self._answer(raw)
        finally:
            _wipe(raw)

    def _forget(self) -> None:
        self._files.reset()
        self._pending, self._chain_header, self._last_ins = b"", b"", 0
        self._chain.clear()
        self._named.clear()
        for pin in self.pins.values():
            pin.proved = False

    def _strike(self) -> bytes | None:
        """What a fault makes of this command; None: nothing."""
        for fault in self._faults:
            if fault.kind == "slow" and fault.at == self.commands:
                if self._cut_short.wait(fault.milliseconds / 1000):
                    raise CardSilent
            elif fault.kind == "pull" and fault.at == self.commands:
                self._powered = False
                self._forget()
                raise CardPulled
            elif fault.kind == "mute" and self.commands >= fault.at:
                self._silent = True
                raise CardSilent
            elif fault.kind == "6f00" and fault.at == self.commands:
                return sw.NO_DIAGNOSIS.to_bytes(2)
            elif fault.kind == "endless61" and self.commands >= fault.at:
                data = b"" if self.commands == fault.at else _ENDLESS
                return data + (_MORE | len(_ENDLESS)).to_bytes(2)
        return None

    def _answer(self, raw: bytearray) -> bytes:
        command: Command | None = None
        try:
            command = take_apart(raw, self.transport)
            return self._dispatch(command)
        except Refused as refusal:
            return refusal.status.to_bytes(2)
        finally:
            if command is not None:
                if not self._chain_header:
                    self._last_ins = command.ins
                _wipe(command.data)

    def _dispatch(self, command: Command) -> bytes:
        _check_class(command.header[0])
        pending, self._pending = self._pending, b""
        whole = self._unchained(command)
        if whole is None:
            return sw.OK.to_bytes(2)
        if command.ins == 0xC0:
            if not pending or command.p1 or command.p2 or command.expected is None:
                raise Refused(sw.CONDITIONS if not pending else sw.WRONG_P1P2)
            return self._hand_out(command, pending, sw.OK, more=True)
        if command.ins == 0xA4:
            return self._hand_out(command, self._select(whole), sw.OK)
        run = self._run.get(command.ins)
        if run is None or command.ins not in self.content.instructions:
            raise Refused(sw.NO_INSTRUCTION)
        try:
            data = run(whole)
        finally:
            if whole is not command:
                _wipe(whole.data)
        status = sw.OK
        if command.ins == 0xB0 and self.transport == "T=1" and _asked_for_more(command, data):
            status = sw.END_OF_FILE
        return self._hand_out(command, data, status)

    def _unchained(self, command: Command) -> Command | None:
        """The whole command of a chain (ISO 7816-4 section 5.3.3); None while more is to come."""
        more = bool(command.header[0] & _CHAINED)
        header = bytes([command.header[0] & ~_CHAINED]) + command.header[1:]
        if not more and not self._chain_header:
            return command
        if self._chain_header and header != self._chain_header:
            self._end_chain()
            raise Refused(sw.LAST_OF_CHAIN_EXPECTED)
        if command.ins not in (0x2A, 0x87, 0x88, 0xCB):
            raise Refused(sw.NO_CHAINING)
        if len(self._chain) + len(command.data) > _LONGEST_CHAIN:
            self._end_chain()
            raise Refused(sw.WRONG_LENGTH)
        self._chain += command.data
        if more:
            self._chain_header = header
            return None
        whole = Command(header, bytearray(self._chain), command.expected, command.open_ended)
        self._end_chain()
        return whole

    def _end_chain(self) -> None:
        _wipe(self._chain)
        self._chain.clear()
        self._chain_header = b""

    def _hand_out(self, command: Command, data: bytes, status: int, *, more: bool = False) -> bytes:
        """Give an answer in the form that the protocol and Le allow; `more`: GET RESPONSE may take it in pieces.

        What does not fit is kept for GET RESPONSE (61xx) when repeating the command would not be harmless, and asked
        for again with the right Le (6Cxx) otherwise (ISO 7816-3 section 12.2.1 for T=0, ISO 7816-4 section 5.1.3).
        """
        if not data:
            return status.to_bytes(2)
        asked = command.expected
        if asked is None:
            return self._keep(data)
        if self.transport == "T=0" and len(data) < asked:
            if more:
                self._pending = data
            return (_RIGHT_LENGTH | len(data)).to_bytes(2)
        if len(data) <= asked:
            return data + status.to_bytes(2)
        if more or command.data or command.open_ended:
            return data[:asked] + self._keep(data[asked:])
        return (_RIGHT_LENGTH | (len(data) & 0xFF if len(data) <= 0x100 else 0)).to_bytes(2)

    def _keep(self, data: bytes) -> bytes:
        self._pending = data
        return (_MORE | (len(data) if len(data) < 0x100 else 0)).to_bytes(2)

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
        if offset >= len(file.data):
            raise Refused(sw.WRONG_OFFSET)
        return file.data[offset : offset + command.expected]

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
        if not puk.left:
            raise Refused(sw.BLOCKED)
        proof, new = puk.split(command.data, pin.form)
        if pin.form.block:
            pin.check(new)
        puk.prove(proof)
        pin.unblock(new)
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
        if key.reference in self.content.fresh_proof and self._last_ins != 0x20:
            raise Refused(sw.NOT_ALLOWED_YET)
        if not data:
            raise Refused(sw.WRONG_LENGTH)
        signature = key.sign(data)
        pin.spend()
        return signature

    def _general(self, command: Command) -> bytes:
        if self.content.general is None:
            raise Refused(sw.NO_INSTRUCTION)
        return self.content.general(self, command)

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
        return secrets.token_bytes(8 if command.open_ended and self.transport == "T=1" else command.expected)


def _check_class(cla: int) -> None:
    """Only interindustry commands on the basic channel, without secure messaging (ISO 7816-4 section 5.4.1)."""
    if cla & 0xE0:
        raise Refused(sw.NO_CLASS)
    if cla & 0x0C:
        raise Refused(sw.NO_SECURE_MESSAGING)
    if cla & 0x03:
        raise Refused(sw.NO_CHANNEL)


def _asked_for_more(command: Command, data: bytes) -> bool:
    return not command.open_ended and command.expected is not None and len(data) < command.expected


def _key_reference(value: bytes) -> int:
    """The number in a key reference: alone, or as EstEID writes it, `80 nn 00`."""
    if not value:
        raise Refused(sw.WRONG_DATA)
    return value[1] if len(value) == 3 else value[-1]


def _wipe(data: bytearray) -> None:
    for place in range(len(data)):
        data[place] = 0
