"""What a module's refusals mean: PKCS#11's return values (CKR) as our errors.

A value nobody expected is a `CardFault`, never a wrong PIN: CKR_FUNCTION_FAILED was once shown to people as a wrong
code, and they typed their good PIN until it was blocked.
"""

from __future__ import annotations

from typing import Final

from hardware.errors import CardError, CardFault, CardGone, EntryCancelled, NotSupported, PinBlocked, PinMustChange

PIN_INCORRECT: Final = 0xA0
PIN_INVALID: Final = 0xA1
PIN_LEN_RANGE: Final = 0xA2
PIN_TOO_WEAK: Final = 0x1B8
NOT_HELPED: Final = frozenset({0x02, 0x05, 0x06, 0x30, 0x31, 0x190})
"""Values after which only a fresh module helps: CKR_HOST_MEMORY, CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED,
CKR_DEVICE_ERROR, CKR_DEVICE_MEMORY, CKR_CRYPTOKI_NOT_INITIALIZED."""

_MEANT: Final[dict[int, type[CardError]]] = {
    0x03: CardGone,  # CKR_SLOT_ID_INVALID
    0x32: CardGone,  # CKR_DEVICE_REMOVED
    0x50: EntryCancelled,  # CKR_FUNCTION_CANCELED, at the token's own pad
    0x54: NotSupported,  # CKR_FUNCTION_NOT_SUPPORTED
    0xA3: PinMustChange,  # CKR_PIN_EXPIRED
    0xA4: PinBlocked,  # CKR_PIN_LOCKED
    0xB0: CardGone,  # CKR_SESSION_CLOSED
    0xB3: CardGone,  # CKR_SESSION_HANDLE_INVALID
    0xE0: CardGone,  # CKR_TOKEN_NOT_PRESENT
    0xE1: CardGone,  # CKR_TOKEN_NOT_RECOGNIZED
    0xE2: NotSupported,  # CKR_TOKEN_WRITE_PROTECTED
}
GONE: Final = frozenset(code for code, meant in _MEANT.items() if meant is CardGone)


def refusal(code: int) -> CardError:
    """The error for a CKR value that says nothing of a PIN's digits."""
    return _MEANT.get(code, CardFault)(code)
