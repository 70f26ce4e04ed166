"""A card that is a script: pairs of request and answer in hexadecimal, in their order, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from hardware.readers import PinPad, Transport
from tests.hardware.cards.desk import DirectLink


class Script(DirectLink):
    """A link that plays a script and fails at whatever is not in it.

    Args:
        pairs: `request -> answer`; blanks are for the reader, `#` begins a remark.
        transport: the protocol.
        atr: in hexadecimal.
        pad: the reader's own pad.
    """

    def __init__(self, pairs: str, transport: Transport = "T=1", atr: str = "3B00", pad: PinPad | None = None) -> None:
        self._pairs = list(_pairs(pairs.splitlines()))
        super().__init__(bytes.fromhex(atr), transport, self._play, pad)

    def _play(self, command: bytes) -> bytes:
        assert self._pairs, f"nothing more was expected than what went before {command.hex(' ').upper()}"
        request, answer = self._pairs.pop(0)
        assert command.hex().upper() == request.hex().upper()
        return answer

    def done(self) -> bool:
        """Whether all of it was played."""
        return not self._pairs


def _pairs(lines: Iterable[str]) -> Iterable[tuple[bytes, bytes]]:
    for line in lines:
        told = line.partition("#")[0].strip()
        if told:
            request, _, answer = told.partition("->")
            yield bytes.fromhex(request), bytes.fromhex(answer)
