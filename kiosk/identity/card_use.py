"""Using a card alone: one user at a time, exclusively, and reset after every PIN (I9, I12)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hardware.errors import (
    CardBusy,
    CardError,
    CardGone,
    CardUnknown,
    CardWasReset,
    EntryCancelled,
    EntryTimeout,
    NotSupported,
    PinBlocked,
    PinFormat,
    PinMustChange,
    PinRefused,
    PinWrong,
)
from hardware.readers import CardInserted, ReaderService

if TYPE_CHECKING:
    from hardware.cards.card import Card
    from hardware.cards.channel import Trace
    from hardware.cards.vendor import Token, VendorModules
    from hardware.readers import CardLink

LINGER_SECONDS: Final = 30.0
"""How long a card that nobody uses is kept from other programs after it was read."""
GLANCE_SECONDS: Final = 0.3
"""How long a look at the modules may hold up the desk; a slower one answers at the next look."""
_LOOK_SECONDS: Final = 5.0
_CARD_STANDS: Final = (
    CardBusy, EntryCancelled, EntryTimeout, NotSupported, PinBlocked, PinFormat, PinMustChange, PinRefused, PinWrong,
)  # fmt: skip
"""Errors after which the card is as it was; any other makes it be opened anew."""

_log = logging.getLogger(__name__)


class CardUse:
    """The cards that are in the readers, and the one that is opened.

    Args:
        service: the reader service.
        vendor: tokens behind vendors' modules.
        trace: where commands and answers are written, redacted.
        was_reset: called with the insertion whose card another program reset.
        elapsed: seconds on a monotonic clock.
    """

    def __init__(
        self,
        service: ReaderService,
        vendor: VendorModules | None,
        trace: Trace,
        was_reset: Callable[[int], None],
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inserted: dict[int, CardInserted] = {}
        """What is in the readers, by insertion, in the order in which it came."""
        self._service = service
        self._vendor = vendor
        self._trace = trace
        self._was_reset = was_reset
        self._elapsed = elapsed
        self._lock = threading.RLock()
        self._card: Card | None = None
        self._opened: int | None = None
        """The insertion that `_card` is."""
        self._tokens: dict[int, Token] = {}
        """Which token an insertion turned out to be; another that takes its place is never used in its name."""
        self._held: int | None = None
        self._used_at = 0.0

    @contextmanager
    def using(self, insertion: int, *, proves: bool = False) -> Iterator[Card]:
        """Use the card of that insertion, alone; waits for whoever else uses it here.

        Args:
            insertion: which card.
            proves: a PIN is sent: the card is reset afterwards, so that nothing stays proved on it.

        Raises:
            CardGone: that card is not there any more.
            CardError: whatever else keeps it away.
        """
        with self._lock:
            if insertion not in self.inserted:
                raise CardGone
            try:
                yield self._open(insertion)
            except CardWasReset:
                self._forget()
                self._was_reset(insertion)
                raise
            except _CARD_STANDS:
                raise
            except CardError:
                self._forget()
                raise
            finally:
                self._used_at = self._elapsed()
                if proves:
                    self._prove_nothing()
                    if self._held == insertion:
                        self._keep(insertion)

    @contextmanager
    def borrow(self, insertion: int) -> Iterator[CardLink]:
        """The bare link to the card of that insertion, for technicians' trials; the card is reset afterwards.

        Raises:
            CardGone: that card is not there any more, or is a token without a reader.
            CardError: whatever else keeps it away.
        """
        with self._lock:
            if insertion not in self.inserted or insertion < 0:
                raise CardGone
            self._forget()
            link = self._service.connect(insertion)
            try:
                yield link
            finally:
                link.close()

    def hold(self, insertion: int) -> None:
        """Somebody is signed in by this card: keep it from other programs until `let_go`."""
        with self._lock:
            if insertion in self.inserted:
                self._held = insertion
                self._keep(insertion)

    def let_go(self, insertion: int) -> None:
        """Nobody is signed in by this card any more: reset it and let others use it."""
        with self._lock:
            if self._held == insertion:
                self._held = None
                self._forget()

    def gone(self, insertion: int) -> None:
        """The card of that insertion is not there any more. Never waits: who speaks with it hears so and lets go."""
        self.inserted.pop(insertion, None)
        if self._held == insertion:
            self._held = None
        self.token_gone(insertion)

    def token_gone(self, insertion: int) -> None:
        """The token that stood for an insertion is there no more, though a card may be. Never waits, as `gone`."""
        self._tokens.pop(insertion, None)
        if self._lock.acquire(blocking=False):
            try:
                if self._opened == insertion:
                    self._forget()
            finally:
                self._lock.release()

    def tidy(self) -> None:
        """Let a card go that nobody has used for a while and nobody is signed in by. Never waits for who uses it."""
        if self._is_idle() and self._lock.acquire(blocking=False):
            try:
                if self._is_idle():  # somebody may have used it, or signed in by it, on the way here
                    self._forget()
            finally:
                self._lock.release()

    def _is_idle(self) -> bool:
        return self._card is not None and self._held is None and self._elapsed() - self._used_at > LINGER_SECONDS

    def is_other_token(self, insertion: int) -> bool:
        """Whether the token that an insertion turned out to be is not plugged in any more."""
        token = self._tokens.get(insertion)
        return self._vendor is not None and token is not None and token not in self._vendor.tokens(GLANCE_SECONDS)

    def close(self) -> None:
        """Let everything go. Raises nothing."""
        with self._lock:
            self._held = None
            self._forget()

    def _open(self, insertion: int) -> Card:
        if self._card is not None and self._opened == insertion:
            return self._card
        self._forget()
        self._card = self._open_token(insertion) if insertion < 0 else self._open_card(insertion)
        self._opened = insertion
        return self._card

    def _open_card(self, insertion: int) -> Card:
        from hardware.cards.registry import open_card

        link = self._service.connect(insertion)
        try:
            return open_card(link, self._trace)
        except CardUnknown:
            link.close()  # a module reaches the card by a road of its own
            return self._open_token(insertion)
        except BaseException:
            link.close()
            raise

    def _open_token(self, insertion: int) -> Card:
        tokens = self._vendor.tokens(_LOOK_SECONDS) if self._vendor is not None else ()
        token = self._tokens.get(insertion)
        if token is not None and token not in tokens:
            raise CardGone
        if self._vendor is None or not tokens:
            raise CardUnknown
        opened = self._vendor.open(token or tokens[0])
        self._tokens[insertion] = token or tokens[0]
        return opened

    def _forget(self) -> None:
        card, self._card, self._opened = self._card, None, None
        if card is not None:
            card.close()

    def _prove_nothing(self) -> None:
        """After a PIN: the card is reset, and what was read from it stays known."""
        if self._card is not None:
            try:
                self._card.reset()
            except CardError:
                self._forget()

    def _keep(self, insertion: int) -> None:
        try:
            self._open(insertion)
        except CardError as error:
            _log.warning("a card could not be kept: %s", error.error)
