"""Which driver speaks with a card: by its answer to reset, else by the applications it has, in few commands."""

from __future__ import annotations

from hardware.cards import azedit, known_cards, piv, pkcs15
from hardware.cards.card import Card
from hardware.cards.channel import Channel, Trace
from hardware.errors import CardUnknown
from hardware.readers import CardLink


def open_card(link: CardLink, trace: Trace | None = None) -> Card:
    """Find the driver of a card that was just reset.

    Args:
        link: the card; the driver closes it.
        trace: where commands and answers are written, redacted.

    Raises:
        CardUnknown: no driver knows it. The link is still open.
        CardFault: it does not keep to the standard.
        CardError: card, reader or service are gone.
    """
    channel = Channel(link, trace)
    known = known_cards.by_atr(link.atr)
    for name in known.drivers:
        card = _opened(name, channel, known)
        if card is not None:
            return card
    raise CardUnknown


def _opened(name: known_cards.Try, channel: Channel, known: known_cards.KnownCard) -> Card | None:
    match name:
        case "pkcs15":
            return pkcs15.open_application(channel, known)
        case "pkcs15_by_directory":
            return pkcs15.find_application(channel, known)
        case "piv":
            return piv.open_application(channel)
        case "azedit":
            if known is not known_cards.ANY or azedit.answers(channel):
                return azedit.AzeditCard(channel)
    return None
