"""What python-pkcs11 does not give of a module's functions: a token's PIN lengths, and closing every session.

The structures and the order of the functions are PKCS#11 v2.40's (pkcs11t.h, pkcs11f.h); later versions keep both.
Only a module's own process uses this.
"""

from __future__ import annotations

import ctypes
from typing import ClassVar, Final

_GET_TOKEN_INFO: Final = 6
_CLOSE_ALL_SESSIONS: Final = 14
_KNOWN: Final = _CLOSE_ALL_SESSIONS + 1


class TokenInfo(ctypes.Structure):
    """CK_TOKEN_INFO."""

    _fields_: ClassVar = [
        ("label", ctypes.c_char * 32),
        ("manufacturer", ctypes.c_char * 32),
        ("model", ctypes.c_char * 16),
        ("serial", ctypes.c_char * 16),
        ("flags", ctypes.c_ulong),
        ("most_sessions", ctypes.c_ulong),
        ("sessions", ctypes.c_ulong),
        ("most_writing_sessions", ctypes.c_ulong),
        ("writing_sessions", ctypes.c_ulong),
        ("longest_pin", ctypes.c_ulong),
        ("shortest_pin", ctypes.c_ulong),
        ("public_memory", ctypes.c_ulong),
        ("free_public_memory", ctypes.c_ulong),
        ("private_memory", ctypes.c_ulong),
        ("free_private_memory", ctypes.c_ulong),
        ("hardware_version", ctypes.c_ubyte * 2),
        ("firmware_version", ctypes.c_ubyte * 2),
        ("time", ctypes.c_char * 16),
    ]

    def text(self, name: str) -> str:
        """A field of characters, without what fills it up."""
        field: bytes = bytes(getattr(self, name))
        return field.decode("utf-8", "replace").rstrip("\0 ")


class _FunctionList(ctypes.Structure):
    _fields_: ClassVar = [("version", ctypes.c_ubyte * 2), ("functions", ctypes.c_void_p * _KNOWN)]


class FunctionList:
    """The functions of a module that is loaded already.

    Args:
        path: the module's file; loading it once more gives the same module.

    Raises:
        OSError: it cannot be loaded.
    """

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        found = ctypes.POINTER(_FunctionList)()
        if self._library.C_GetFunctionList(ctypes.byref(found)) != 0:
            raise OSError("no function list")
        functions = found.contents.functions
        slot, answer = ctypes.c_ulong, ctypes.c_ulong
        self._get_token_info = ctypes.CFUNCTYPE(answer, slot, ctypes.POINTER(TokenInfo))(functions[_GET_TOKEN_INFO])
        self._close_all_sessions = ctypes.CFUNCTYPE(answer, slot)(functions[_CLOSE_ALL_SESSIONS])

    def token_info(self, slot: int) -> TokenInfo | int:
        """What the token in that slot says of itself, or the CKR code of why it does not."""
        info = TokenInfo()
        code: int = self._get_token_info(slot, ctypes.byref(info))
        return code or info

    def close_all_sessions(self, slot: int) -> None:
        """Close every session with that token, which logs it out; a token that is gone has none."""
        self._close_all_sessions(slot)
