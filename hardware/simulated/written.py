"""What is written on one card when it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hardware.cards.card import Holder
from hardware.simulated.keys import PrivateKey


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """Keys, certificates (DER), and whose card it is."""

    sign_in_key: PrivateKey
    signature_key: PrivateKey
    sign_in: bytes
    signature: bytes
    issuer: bytes
    holder: Holder
    until: date
    transport_pin: bool = False
    """PIN1 and PIN2 have to be changed before they prove anything."""
