"""What one citizen chose and typed at the water company's services: in the session, dropped whole with it (K1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kiosk.names import Language

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.water.facts import Application, District, Document, DocumentRole, HouseType, Place, Reason

_OF_PERSON: Final = frozenset({"given_name", "surname", "patronymic", "phone", "water_email"})


@dataclass(slots=True, repr=False, eq=False, weakref_slot=True)
class KeptAct:
    """An act that was asked for: its key, since when, in which language. It is the same act until it was answered."""

    key: str
    since: datetime
    language: Language


@dataclass(slots=True, repr=False, eq=False, weakref_slot=True)
class WaterDraft:
    """Applications and statements in the making, as chosen and typed so far. One errand does not wipe another's."""

    typed: dict[str, str] = field(default_factory=dict)
    """What was typed, by field name, as typed."""
    filled: set[str] = field(default_factory=set)
    """Fields that were filled in once from the sign-in: what the person empties stays empty."""
    search: dict[str, str] = field(default_factory=dict)
    """What was typed into the search of a list, by the list's name."""
    district: District | None = None
    place: Place | None = None
    unlisted: bool = False
    """The box “Küçə/qəsəbə/kənd siyahıda mövcud deyil” is ticked: the place is the field `place_text` (W1)."""
    house_type: HouseType | None = None
    documents: dict[DocumentRole, Document] = field(default_factory=dict)
    declared: bool = False
    """The box of the e-su form is ticked (W2)."""
    reason: Reason | None = None
    subscriber: str = ""
    """The subscriber code as typed."""
    acts: dict[str, KeptAct] = field(default_factory=dict)
    """Applications that were asked for and not yet answered, so that asking again is the same act."""
    told: set[str] = field(default_factory=set)
    """Numbers of applications that this visit was told."""
    looked_at: Application | None = None
    """The application whose details are open."""
    fin: str = ""
    """Whose all this is: somebody else's is not filled in."""

    def act(self, name: str, now: datetime, language: Language) -> KeptAct:
        """The act of that name that waits for its answer, as it was asked for, or a new one."""
        return self.acts.setdefault(name, KeptAct(secrets.token_hex(16), now, language))

    def answered(self, name: str) -> None:
        """It was answered, whatever the answer was: another one is another act."""
        self.acts.pop(name, None)

    def choose_district(self, district: District) -> None:
        """Another district has other places."""
        if self.district is None or self.district.id != district.id:
            self.district, self.place = district, None
            self.search.pop("place", None)

    def belongs_to(self, fin: str) -> None:
        """Somebody signed in: what another person typed before is forgotten."""
        if self.fin and self.fin != fin:
            fresh = WaterDraft()
            for name in self.__slots__:
                if name != "__weakref__":
                    setattr(self, name, getattr(fresh, name))
        self.fin = fin

    def begin_anew(self) -> None:
        """An application was registered: the next one is filled in anew, with what is the person's kept."""
        kept = {name: text for name, text in self.typed.items() if name in _OF_PERSON}
        self.typed, self.documents, self.declared = kept, {}, False
        self.search.clear()
        self.district = self.place = self.house_type = self.reason = None
        self.unlisted = False

    def __repr__(self) -> str:
        return "<WaterDraft>"
