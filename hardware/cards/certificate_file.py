"""A certificate that is read from a card only as far as it is needed: its subject stands near its beginning."""

from __future__ import annotations

from typing import Final

from hardware.cards import verify
from hardware.cards.card import Holder
from hardware.cards.channel import Channel
from hardware.errors import CardFault

_MOST_READS: Final = 80


class CertificateFile:
    """A file that begins with a certificate; what comes behind it is filling.

    Args:
        offset: where in the file it begins.
        length: how long that part is; None: to the end of the file.
    """

    def __init__(self, offset: int = 0, length: int | None = None) -> None:
        self._offset = offset
        self._length = length
        self._data = bytearray()
        self._whole = False

    @property
    def is_whole(self) -> bool:
        """Whether all of it was read."""
        return self._whole

    def holder(self, channel: Channel) -> Holder | None:
        """Whom it names; reads on until that is known. The file is selected.

        Raises:
            CardFault: it is no certificate.
        """
        for _ in range(_MOST_READS):
            known, holder = verify.holder_in(bytes(self._data))
            if known:
                return holder
            if self._whole:
                break
            self._read_on(channel)
        raise CardFault

    def der(self, channel: Channel) -> bytes:
        """The certificate; reads the rest of it. The file is selected, unless it `is_whole`.

        Raises:
            CardFault: it is no certificate, or longer than any person's.
        """
        for _ in range(_MOST_READS):
            if self._whole:
                return bytes(self._data)
            self._read_on(channel)
        raise CardFault

    def _read_on(self, channel: Channel) -> None:
        """One block more."""
        size = verify.certificate_size(bytes(self._data)) if self._data else None
        wanted = channel.block if size is None else size - len(self._data)
        if self._length is not None:
            wanted = min(wanted, self._length - len(self._data))
        if wanted <= 0:
            raise CardFault
        response = channel.read(self._offset + len(self._data), wanted)
        if not response.data or not response.is_ok:
            raise CardFault(response.status)
        self._data += response.data
        size = verify.certificate_size(bytes(self._data))
        if size is not None and len(self._data) >= size:
            del self._data[size:]
            self._whole = True
