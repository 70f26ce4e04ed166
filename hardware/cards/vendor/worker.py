"""A module's own process: the only place where PKCS#11 is spoken.

    python -m hardware.cards.vendor.worker SOCKET LIFELINE MODULE

Started anew (never forked), without core dumps, deaf to the terminal; it ends when its parent lets go of the lifeline,
also while the module hangs. One request at a time; nothing stays open or logged in between two.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import select
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, exceptions

from hardware.cards.vendor import protocol
from hardware.cards.vendor.function_list import FunctionList, TokenInfo
from hardware.secret import wipe

_PR_SET_DUMPABLE: Final = 4
_LARGEST: Final = 8192
"""Bytes of a certificate, at most."""
_MOST_OBJECTS: Final = 64
_MOST_SLOTS: Final = 32
_WORDS: Final = 300
"""Letters of what the loader says, at most."""
_OWN_PAD: Final = 0x100
"""CKF_PROTECTED_AUTHENTICATION_PATH."""
_CODES: Final[dict[type[Exception], int]] = {
    exceptions.HostMemory: 0x02,
    exceptions.SlotIDInvalid: 0x03,
    exceptions.GeneralError: 0x05,
    exceptions.FunctionFailed: 0x06,
    exceptions.ArgumentsBad: 0x07,
    exceptions.DeviceError: 0x30,
    exceptions.DeviceMemory: 0x31,
    exceptions.DeviceRemoved: 0x32,
    exceptions.FunctionCancelled: 0x50,
    exceptions.FunctionNotSupported: 0x54,
    exceptions.KeyHandleInvalid: 0x60,
    exceptions.MechanismInvalid: 0x70,
    exceptions.PinIncorrect: 0xA0,
    exceptions.PinInvalid: 0xA1,
    exceptions.PinLenRange: 0xA2,
    exceptions.PinExpired: 0xA3,
    exceptions.PinLocked: 0xA4,
    exceptions.SessionClosed: 0xB0,
    exceptions.SessionCount: 0xB1,
    exceptions.SessionHandleInvalid: 0xB3,
    exceptions.TokenNotPresent: 0xE0,
    exceptions.TokenNotRecognised: 0xE1,
    exceptions.TokenWriteProtected: 0xE2,
    exceptions.UserAlreadyLoggedIn: 0x100,
    exceptions.UserNotLoggedIn: 0x101,
    exceptions.UserPinNotInitialized: 0x102,
    exceptions.PinTooWeak: 0x1B8,
    exceptions.FunctionRejected: 0x200,
}
"""CKR values of python-pkcs11's exceptions, which do not carry them."""
_UNMAPPED: Final = "Unmapped error code "


class _Gone(Exception):
    """Another token, or none, is in that slot by now."""


class _NoKey(Exception):
    """The token has no private key of that id."""


class _Typed:
    """A PIN as python-pkcs11 takes one: it asks for `encode` and reads the buffer it gets, which is ours to wipe."""

    def __init__(self, digits: bytearray) -> None:
        self._digits = digits

    def encode(self, _encoding: str) -> bytearray:
        return self._digits


class Worker:
    """The module and what it is asked.

    Args:
        path: the module's file.

    Raises:
        Exception: the module cannot be loaded; whatever python-pkcs11 makes of it.
    """

    def __init__(self, path: str) -> None:
        self._module = pkcs11.lib(path)
        self._functions = FunctionList(path)

    def about(self) -> dict[str, Any]:
        """Who made the module, and its version."""
        version = ".".join(map(str, self._module.library_version))
        return {"about": f"{self._module.manufacturer_id} {self._module.library_description}", "version": version}

    def answer(self, asked: dict[str, Any], pins: list[bytearray]) -> dict[str, Any]:
        """Do what is asked.

        Args:
            asked: `do` and its arguments.
            pins: the PINs that came with it; the caller wipes them.
        """
        match asked:
            case {"do": "tokens"}:
                return {"tokens": self._tokens()}
            case {"do": "look", **told}:
                return self._look(told)
            case {"do": "objects", **told}:
                return self._on_token(told, [], lambda: self._objects(told["slot"]))
            case {"do": "sign", **told}:
                return self._on_token(told, pins, lambda: self._sign(told, pins[0] if pins else None))
            case {"do": "change", **told}:
                return self._on_token(told, pins, lambda: self._change(told["slot"], *pins))
        raise ValueError("nothing to do")

    def _tokens(self) -> list[dict[str, Any]]:
        found = []
        for slot in self._module.get_slots(token_present=True)[:_MOST_SLOTS]:
            info = self._functions.token_info(slot.slot_id)
            if isinstance(info, TokenInfo):
                found.append(_told(slot.slot_id, info) | {"description": slot.slot_description})
        return found

    def _look(self, told: dict[str, Any]) -> dict[str, Any]:
        info = self._functions.token_info(told["slot"])
        if isinstance(info, int):
            return {"code": info}
        seen = _told(told["slot"], info)
        return seen if all(seen[name] == told[name] for name in ("label", "serial")) else {"gone": True}

    def _on_token(
        self, told: dict[str, Any], pins: list[bytearray], do: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Do it when the same token is still there; close every session and log out whatever happens."""
        seen = self._look(told)
        if "flags" not in seen:
            return seen
        if pins and len(pins[0]) == 0:
            raise ValueError("an empty PIN is never sent")
        try:
            done = do()
        except exceptions.PKCS11Error as error:
            done = {"code": _code(error)}
        except _Gone:
            done = {"gone": True}
        except _NoKey:
            done = {"no_key": True}
        finally:
            self._functions.close_all_sessions(told["slot"])
        if "code" in done:
            done["flags"] = self._look(told).get("flags", 0)
        return done

    def _token(self, slot: int) -> pkcs11.Token:
        for one in self._module.get_slots(token_present=True):
            if one.slot_id == slot:
                return one.get_token()
        raise _Gone

    def _objects(self, slot: int) -> dict[str, Any]:
        session = self._token(slot).open()
        certificates = []
        for one in _bounded(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
            value = _read(one, Attribute.VALUE)
            if isinstance(value, bytes) and 0 < len(value) <= _LARGEST:
                certificates.append(
                    {
                        "id": bytes(_read(one, Attribute.ID) or b"").hex(),
                        "label": str(_read(one, Attribute.LABEL) or ""),
                        "value": value.hex(),
                    }
                )
        keys = set()
        for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
            for one in _bounded(session.get_objects({Attribute.CLASS: kind})):
                keys.add(bytes(_read(one, Attribute.ID) or b"").hex())
        return {"certificates": certificates, "keys": sorted(keys)}

    def _sign(self, told: dict[str, Any], pin: bytearray | None) -> dict[str, Any]:
        token = self._token(told["slot"])
        typed: Any = pkcs11.types.PROTECTED_AUTH if pin is None else _Typed(pin)
        session = token.open(user_pin=typed)
        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: bytes.fromhex(told["id"])}
        key: Any = next(iter(_bounded(session.get_objects(wanted))), None)
        if key is None or not hasattr(key, "sign"):
            raise _NoKey
        again = None
        if _read(key, Attribute.ALWAYS_AUTHENTICATE):
            if pin is None:
                return {"unsupported": True}  # python-pkcs11 cannot ask the token's own pad a second time
            again = _Typed(pin)  # PKCS#11 wants it anew for each signature; the first time it was right
        mechanism = Mechanism.RSA_PKCS if key.key_type == KeyType.RSA else Mechanism.ECDSA
        return {"signature": key.sign(bytes.fromhex(told["data"]), mechanism=mechanism, pin=again).hex()}

    def _change(self, slot: int, old: bytearray, new: bytearray) -> dict[str, Any]:
        session: Any = self._token(slot).open(rw=True)
        session.set_pin(_Typed(old), _Typed(new))
        return {"changed": True}


def _told(slot: int, info: TokenInfo) -> dict[str, Any]:
    return {
        "slot": slot,
        "label": info.text("label"),
        "serial": info.text("serial"),
        "flags": info.flags,
        "shortest": info.shortest_pin,
        "longest": info.longest_pin,
    }


def _bounded(found: Any) -> list[Any]:
    taken = list(islice(found, _MOST_OBJECTS))
    found.close()  # ends the search in the module too
    return taken


def _read(one: Any, attribute: Attribute) -> Any:
    try:
        return one[attribute]
    except (exceptions.AttributeTypeInvalid, exceptions.AttributeSensitive, exceptions.FunctionFailed, ValueError):
        return None  # a module need not have every attribute


def _code(error: Exception) -> int:
    text = str(error)
    if text.startswith(_UNMAPPED):
        return int(text.removeprefix(_UNMAPPED), 16)
    return _CODES.get(type(error), 0)


def _harden(lifeline: int) -> None:
    """No core dumps with a PIN in them; die when the parent lets go of the lifeline, hung or not."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
    # SIGIO, which ends a process that does not handle it, comes when the other end is closed
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit()  # it was closed before


@contextmanager
def _pins(lengths: list[int], tail: bytearray) -> Iterator[list[bytearray]]:
    """The tail cut into its PINs; everything is wiped afterwards."""
    pins = []
    try:
        place = 0
        for length in lengths:
            pin = bytearray(length)
            memoryview(pin)[:] = memoryview(tail)[place : place + length]  # a slice of a bytearray would be a copy more
            pins.append(pin)
            place += length
        yield pins
    finally:
        wipe(tail)
        for pin in pins:
            wipe(pin)


def serve(channel: socket.socket, path: str) -> None:
    """Load the module, say so, and answer until the parent is gone."""
    try:
        worker = Worker(path)
    except Exception as error:
        protocol.send(channel, {"code": _code(error), "failed": str(error)[:_WORDS]})
        return
    protocol.send(channel, worker.about())
    while True:
        asked, tail = protocol.receive(channel)
        with _pins(asked.pop("pins", []), tail) as pins:
            try:
                answer = worker.answer(asked, pins)
            except exceptions.PKCS11Error as error:
                answer = {"code": _code(error)}
            except Exception as error:  # what the module gave made no sense to python-pkcs11
                answer = {"garbage": type(error).__name__}
        protocol.send(channel, answer)


def main() -> None:
    """Serve the module that the arguments name."""
    number, lifeline, path = sys.argv[1:]
    _harden(int(lifeline))
    with socket.socket(fileno=int(number)) as channel:
        try:
            serve(channel, path)
        except (protocol.Closed, protocol.Garbled):
            return


if __name__ == "__main__":
    main()
