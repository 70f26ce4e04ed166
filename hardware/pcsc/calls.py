"""The calls of PC/SC that are used, as `smartcard.scard` has them, and their numbers in pcsc-lite."""

from __future__ import annotations

from typing import Final, Protocol

SCOPE_USER: Final = 0
EXCLUSIVE: Final = 1
ANY_PROTOCOL: Final = 1 | 2
T0: Final = 1
LEAVE_CARD: Final = 0
RESET_CARD: Final = 1

States = list[tuple[str, int, list[int]]]


class Calls(Protocol):
    """What is used of `smartcard.scard`: the bare calls, each of which returns its code first."""

    SCARD_PCI_T0: int
    SCARD_PCI_T1: int

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:  # noqa: N802 - PC/SC's own names
        """A context."""

    def SCardReleaseContext(self, context: int) -> int:  # noqa: N802
        """Let it go."""

    def SCardListReaders(self, context: int, groups: list[str]) -> tuple[int, list[str]]:  # noqa: N802
        """Names of readers."""

    def SCardGetStatusChange(  # noqa: N802
        self, context: int, milliseconds: int, states: list[tuple[str, int]]
    ) -> tuple[int, States]:
        """States of readers."""

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]:  # noqa: N802
        """A handle and its protocol."""

    def SCardReconnect(self, card: int, share: int, protocols: int, first: int) -> tuple[int, int]:  # noqa: N802
        """Its protocol."""

    def SCardDisconnect(self, card: int, disposition: int) -> int:  # noqa: N802
        """Let the card go."""

    def SCardStatus(self, card: int) -> tuple[int, str, int, int, list[int]]:  # noqa: N802
        """Reader, state, protocol, ATR."""

    def SCardTransmit(self, card: int, protocol: int, command: list[int]) -> tuple[int, list[int]]:  # noqa: N802
        """An answer APDU."""

    def SCardControl(self, card: int, code: int, data: list[int]) -> tuple[int, list[int]]:  # noqa: N802
        """What the reader answers."""
