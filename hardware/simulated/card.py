"""The virtual card: one ISO 7816 card that answers command APDUs as a real one would, on T=0 or T=1.

What is on it comes from a layout, and what it does at each instruction is in `instructions`; power, the protocol,
chains of commands and faults are here. What an issued card refuses, such as writing files, it does not have (6D00).
"""

from __future__ import annotations

import threading
from typing import Final

from hardware.readers import Transport
from hardware.secret import wipe
from hardware.simulated import command as sw
from hardware.simulated.command import Command, Refused, take_apart
from hardware.simulated.faults import CardPulled, CardSilent, Fault
from hardware.simulated.instructions import Content, Instructions

_READ_BINARY, _GET_RESPONSE = 0xB0, 0xC0
_CHAINABLE: Final = frozenset({0x2A, 0x87, 0x88, 0xCB})
_CHAINED: Final = 0x10
_MORE: Final = 0x6100
_RIGHT_LENGTH: Final = 0x6C00
_LONGEST_CHAIN: Final = 4096
_ENDLESS: Final = bytes(16)


class VirtualCard:
    """One card. Every public call is safe from any thread, one at a time.

    Args:
        content: what is on it.
        transport: which protocol it speaks; it stands in its ATR.
        faults: what goes wrong, and at which command.
    """

    def __init__(self, content: Content, *, transport: Transport = "T=1", faults: tuple[Fault, ...] = ()) -> None:
        self.transport: Transport = transport
        self._atrs = content.atr
        self._inside = Instructions(content)
        self.pins = self._inside.pins
        self.commands = 0
        """How many commands it got since it was made."""
        self._faults = faults
        self._cut_short = threading.Event()
        self._lock = threading.Lock()
        self._powered = False
        self._silent = not self.atr
        self._pending = b""
        self._chain = bytearray()
        self._chain_header = b""

    @property
    def atr(self) -> bytes:
        """What it answers to reset; nothing when it is mute."""
        return self._atrs.get(self.transport, b"")

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
            wipe(raw)

    def _forget(self) -> None:
        self._inside.forget()
        self._pending = b""
        self._end_chain()

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
                    self._inside.before = command.ins
                wipe(command.data)

    def _dispatch(self, command: Command) -> bytes:
        _check_class(command.header[0])
        pending, self._pending = self._pending, b""
        whole = self._unchained(command)
        if whole is None:
            return sw.OK.to_bytes(2)
        if command.ins == _GET_RESPONSE:
            if not pending or command.p1 or command.p2 or command.expected is None:
                raise Refused(sw.CONDITIONS if not pending else sw.WRONG_P1P2)
            return self._hand_out(command, pending, sw.OK, more=True)
        try:
            data = self._inside.run(whole)
        finally:
            if whole is not command:
                wipe(whole.data)
        status = sw.OK
        if command.ins == _READ_BINARY and self.transport == "T=1" and _asked_for_more(command, data):
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
        if command.ins not in _CHAINABLE:
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
        wipe(self._chain)
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
