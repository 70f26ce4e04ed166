"""Tokens behind vendors' PKCS#11 modules (I3, I4): each module lives in a process of its own, which may die.

Vendors' modules crash, hang and dislike `fork`; nothing of that may reach the product. `VendorModules` is all that the
rest sees; PKCS#11 itself is spoken in `worker` alone.
"""

from hardware.cards.vendor.modules import VendorCondition, VendorModules
from hardware.cards.vendor.tokens import Token

__all__ = ["Token", "VendorCondition", "VendorModules"]
