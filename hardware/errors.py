"""What can go wrong with readers, cards and PINs: one tree, without a word of PC/SC or APDU in it.

An error's text is its name alone, so that nothing of a card or a person reaches a log. A status word nobody expected is
a `CardFault`, never a wrong PIN. `docs/cards.md` tells which code becomes which error.
"""

from __future__ import annotations

from typing import ClassVar


class CardError(Exception):
    """Something about a reader, a card or a PIN.

    Args:
        code: the PC/SC code or status word behind it, for technicians; None where there was none.
    """

    error: ClassVar[str]

    def __init__(self, code: int | None = None) -> None:
        super().__init__(self.error)
        self.code = code


class ServiceDown(CardError):
    """The reader service does not answer."""

    error = "service_down"


class AccessDenied(CardError):
    """The reader service refuses this user."""

    error = "access_denied"


class ReaderGone(CardError):
    """The reader is not there (any more)."""

    error = "reader_gone"


class CardGone(CardError):
    """The card was taken out, or another one is in its place."""

    error = "card_gone"


class CardWasReset(CardError):
    """Another program reset the card: what was proved on it counts no more."""

    error = "card_reset"


class CardBusy(CardError):
    """Another program uses the card."""

    error = "card_busy"


class CardMute(CardError):
    """The card does not answer: the wrong way round, dirty or broken."""

    error = "card_mute"


class CardUnknown(CardError):
    """No driver knows this card."""

    error = "card_unknown"


class CardFault(CardError):
    """The card or its module answered what its standard does not allow, or nothing that helps; `code` says what."""

    error = "card_fault"


class NotSupported(CardError):
    """This card or module cannot do that (as unblocking by PUK through PKCS#11)."""

    error = "not_supported"


class PinWrong(CardError):
    """The PIN or PUK was wrong.

    Args:
        left: tries left, where the card tells; None where it does not.
        few: the module says that few tries are left, without a number.
    """

    error = "pin_wrong"

    def __init__(self, left: int | None, code: int | None = None, *, few: bool = False) -> None:
        super().__init__(code)
        self.left = left
        self.few = few


class PinBlocked(CardError):
    """The PIN or PUK takes no more tries."""

    error = "pin_blocked"


class PinFormat(CardError):
    """The PIN does not have the form the card asks for. It was not sent; no try was used."""

    error = "pin_format"

    def __init__(self, shortest: int, longest: int) -> None:
        super().__init__()
        self.shortest = shortest
        self.longest = longest


class PinRefused(CardError):
    """The card does not take the new PIN (as when it equals the old one); the old one stands."""

    error = "pin_refused"


class PinMustChange(CardError):
    """A transport PIN has to be changed before the card does anything."""

    error = "pin_must_change"


class EntryCancelled(CardError):
    """The person cancelled at the reader's own pad. No try was used."""

    error = "entry_cancelled"


class EntryTimeout(CardError):
    """Nobody typed at the reader's own pad in time. No try was used."""

    error = "entry_timeout"
