"""The FİN: seven digits and capital Latin letters without I and O. ASCII rules only, never a language's."""

from __future__ import annotations

import re
from typing import Final

_FIN: Final = re.compile(r"[0-9A-HJ-NP-Z]{7}", re.ASCII)
_READ_AS: Final = {"O": "0", "o": "0", "I": "1", "i": "1", "İ": "1", "ı": "1"}


def tidy_fin(typed: str) -> str:
    """The FİN as it was meant: spaces gone, capitals by ASCII rules, O read as 0 and every I as 1.

    A FİN holds neither O nor I, so reading them as digits can only mend it.
    """
    signs = (_READ_AS.get(sign, sign) for sign in typed if not sign.isspace())
    return "".join(sign.upper() if sign.isascii() else sign for sign in signs)


def is_fin(text: str) -> bool:
    """Whether `text` has a FİN's form; it has no public check digit."""
    return _FIN.fullmatch(text) is not None
