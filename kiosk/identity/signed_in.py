"""Who a citizen is, by whatever way they signed in (I1 to I8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from kiosk.identity.sign_in import CitizenSession

WayName = Literal["fin", "card", "sima_token", "bank", "asan_imza", "sima_imza", "e_gov", "password"]
Proof = Literal["little", "middle", "much"]
PROOF: Final[dict[WayName, Proof]] = {
    "fin": "little",
    "card": "much",
    "sima_token": "much",
    "bank": "much",
    "asan_imza": "much",
    "sima_imza": "much",
    "e_gov": "middle",
    "password": "middle",
}
"""What each way proves, as the spec's table says."""


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A citizen who said or proved who they are. Names may be empty: a FİN alone tells none."""

    way: WayName
    fin: str | None
    given_name: str = ""
    surname: str = ""
    patronymic: str = ""
    session: CitizenSession | None = None
    """The one session of this person (I12); a FİN alone begins none, or anybody could lock a neighbour out."""

    @property
    def proof(self) -> Proof:
        """What it proves."""
        return PROOF[self.way]

    def __repr__(self) -> str:
        return f"SignedIn({self.way!r}, …)"
