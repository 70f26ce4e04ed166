"""What a PC/SC code means to us: the one table from codes to `hardware.errors`.

Codes are compared as unsigned 32-bit numbers. pyscard's exception classes are never looked at: the same fault comes as
different classes, and one of them is no `SmartcardException` at all.
"""

from __future__ import annotations

from typing import Final

from hardware.errors import (
    AccessDenied,
    CardBusy,
    CardError,
    CardFault,
    CardGone,
    CardMute,
    CardWasReset,
    NotSupported,
    ReaderGone,
    ServiceDown,
)

SUCCESS: Final = 0
CANCELLED: Final = 0x80100002
INVALID_HANDLE: Final = 0x80100003
INVALID_PARAMETER: Final = 0x80100004
UNKNOWN_READER: Final = 0x80100009
TIMEOUT: Final = 0x8010000A
NO_SMARTCARD: Final = 0x8010000C
COMM_ERROR: Final = 0x80100013
UNKNOWN_ERROR: Final = 0x80100014
NOT_TRANSACTED: Final = 0x80100016
READER_UNAVAILABLE: Final = 0x80100017
NO_SERVICE: Final = 0x8010001D
SERVICE_STOPPED: Final = 0x8010001E
NO_READERS: Final = 0x8010002E
UNSUPPORTED_CARD: Final = 0x80100065
UNRESPONSIVE_CARD: Final = 0x80100066
UNPOWERED_CARD: Final = 0x80100067
RESET_CARD: Final = 0x80100068
REMOVED_CARD: Final = 0x80100069
SECURITY_VIOLATION: Final = 0x8010006A

MUTE: Final = frozenset({UNSUPPORTED_CARD, UNRESPONSIVE_CARD, UNPOWERED_CARD})
"""The codes of a card that does not answer."""
LOST: Final = frozenset({COMM_ERROR, NO_SERVICE, SERVICE_STOPPED, INVALID_HANDLE})
"""The codes after which a context and everything reached through it is dead."""
UNCLEAR: Final = frozenset(
    {SUCCESS, UNKNOWN_ERROR, NOT_TRANSACTED, UNSUPPORTED_CARD, UNRESPONSIVE_CARD, UNPOWERED_CARD}
)
"""The codes (0 with an answer too short for a status word) of a card that was pulled a moment ago, or of a broken one:
which of the two it was shows when the reader is asked whether there is a card."""

_NAMES: Final = {
    0x80100001: "SCARD_F_INTERNAL_ERROR",
    CANCELLED: "SCARD_E_CANCELLED",
    INVALID_HANDLE: "SCARD_E_INVALID_HANDLE",
    INVALID_PARAMETER: "SCARD_E_INVALID_PARAMETER",
    0x80100005: "SCARD_E_INVALID_TARGET",
    0x80100006: "SCARD_E_NO_MEMORY",
    0x80100007: "SCARD_F_WAITED_TOO_LONG",
    0x80100008: "SCARD_E_INSUFFICIENT_BUFFER",
    UNKNOWN_READER: "SCARD_E_UNKNOWN_READER",
    TIMEOUT: "SCARD_E_TIMEOUT",
    0x8010000B: "SCARD_E_SHARING_VIOLATION",
    NO_SMARTCARD: "SCARD_E_NO_SMARTCARD",
    0x8010000D: "SCARD_E_UNKNOWN_CARD",
    0x8010000E: "SCARD_E_CANT_DISPOSE",
    0x8010000F: "SCARD_E_PROTO_MISMATCH",
    0x80100010: "SCARD_E_NOT_READY",
    0x80100011: "SCARD_E_INVALID_VALUE",
    0x80100012: "SCARD_E_SYSTEM_CANCELLED",
    COMM_ERROR: "SCARD_F_COMM_ERROR",
    UNKNOWN_ERROR: "SCARD_F_UNKNOWN_ERROR",
    0x80100015: "SCARD_E_INVALID_ATR",
    NOT_TRANSACTED: "SCARD_E_NOT_TRANSACTED",
    READER_UNAVAILABLE: "SCARD_E_READER_UNAVAILABLE",
    0x80100018: "SCARD_P_SHUTDOWN",
    0x80100019: "SCARD_E_PCI_TOO_SMALL",
    0x8010001A: "SCARD_E_READER_UNSUPPORTED",
    0x8010001B: "SCARD_E_DUPLICATE_READER",
    0x8010001C: "SCARD_E_CARD_UNSUPPORTED",
    NO_SERVICE: "SCARD_E_NO_SERVICE",
    SERVICE_STOPPED: "SCARD_E_SERVICE_STOPPED",
    0x8010001F: "SCARD_E_UNSUPPORTED_FEATURE",
    NO_READERS: "SCARD_E_NO_READERS_AVAILABLE",
    UNSUPPORTED_CARD: "SCARD_W_UNSUPPORTED_CARD",
    UNRESPONSIVE_CARD: "SCARD_W_UNRESPONSIVE_CARD",
    UNPOWERED_CARD: "SCARD_W_UNPOWERED_CARD",
    RESET_CARD: "SCARD_W_RESET_CARD",
    REMOVED_CARD: "SCARD_W_REMOVED_CARD",
    SECURITY_VIOLATION: "SCARD_W_SECURITY_VIOLATION",
}

_ERRORS: Final[dict[int, type[CardError]]] = {
    COMM_ERROR: ServiceDown,
    NO_SERVICE: ServiceDown,
    SERVICE_STOPPED: ServiceDown,
    INVALID_HANDLE: ServiceDown,
    SECURITY_VIOLATION: AccessDenied,
    UNKNOWN_READER: ReaderGone,
    READER_UNAVAILABLE: ReaderGone,
    NO_READERS: ReaderGone,
    NO_SMARTCARD: CardGone,
    REMOVED_CARD: CardGone,
    RESET_CARD: CardWasReset,
    0x8010000B: CardBusy,
    UNSUPPORTED_CARD: CardMute,
    UNRESPONSIVE_CARD: CardMute,
    UNPOWERED_CARD: CardMute,
    0x8010001F: NotSupported,
    SUCCESS: CardMute,  # no answer, though the card is still there
}


def unsigned(code: int) -> int:
    """The code as an unsigned 32-bit number; pyscard tells it signed or not by its version."""
    return code & 0xFFFFFFFF


def failure(code: int) -> CardError:
    """What went wrong, from the code of a call that did not succeed (0: without an answer)."""
    code = unsigned(code)
    return _ERRORS.get(code, CardFault)(code)


def name(code: int) -> str:
    """The code for technicians, as `8010001D SCARD_E_NO_SERVICE`."""
    code = unsigned(code)
    return f"{code:08X} {_NAMES[code]}" if code in _NAMES else f"{code:08X}"
