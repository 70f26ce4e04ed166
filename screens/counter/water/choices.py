"""What can be chosen in a row of the form, as far as what is typed there finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kiosk.language import matches
from kiosk.water.facts import KINDS, District, Place, Reason
from screens.counter.water.words import kind_short

if TYPE_CHECKING:
    from screens.app import KioskApp
    from screens.counter.water.apply_form import ApplyForm

_HOUSES: Final = ("apartment_block", "yard_house")
UNLISTED: Final = "unlisted"
"""The choice of a place that is not in the list: what is typed is the place."""
Choice = tuple[str, str]
"""A name and its words."""


class Lists:
    """The company's lists, as they were read when the form was opened; places of the district as one types."""

    def __init__(self) -> None:
        self.districts: tuple[District, ...] = ()
        self.reasons: tuple[Reason, ...] = ()
        self.places: tuple[Place, ...] = ()

    def of(self, app: KioskApp, form: ApplyForm, row: str, typed: str) -> list[Choice]:
        """The choices of a row."""
        found: Sequence[Choice]
        match row:
            case "kind":
                found = [(kind, kind_short(app, kind)) for kind in KINDS]
            case "district":
                found = [(one.id, one.name) for one in self.districts]
            case "house_type":
                found = [(name, app.text(f"house.{name}").partition("\n")[0]) for name in _HOUSES]
            case "reason":
                found = [(one.id, one.name.of(app.language)) for one in self.reasons if one.kind == form.kind]
            case _:
                listed = [(str(one.id), place_words(app, one)) for one in self.places]
                unlisted = (UNLISTED, app.text("desk.not_listed"))
                return [*listed, unlisted] if typed.strip() else listed
        return [choice for choice in found if not typed.strip() or matches(typed, choice[1]) is not None]

    def words(self, app: KioskApp, form: ApplyForm, row: str) -> str:
        """What is chosen in a row."""
        match row:
            case "kind":
                return kind_short(app, form.kind)
            case "district":
                return form.district.name if form.district is not None else ""
            case "house_type":
                return app.text(f"house.{form.house_type}").partition("\n")[0] if form.house_type else ""
            case "reason":
                chosen = form.reasons.get(form.kind)
                return next((one.name.of(app.language) for one in self.reasons if one.id == chosen), "")
            case _:
                return place_words(app, form.place) if form.place is not None else form.typed.get("place_text", "")

    def choose(self, form: ApplyForm, row: str, name: str, typed: str) -> None:
        """Choose it; another district has other places."""
        match row:
            case "kind":
                form.kind = next(kind for kind in KINDS if kind == name)
            case "district":
                chosen = next(one for one in self.districts if one.id == name)
                if form.district is None or form.district.id != chosen.id:
                    form.place = None
                form.district = chosen
            case "house_type":
                form.house_type = name
            case "reason":
                form.reasons[form.kind] = name
            case _:
                form.place = next((one for one in self.places if str(one.id) == name), None)
                form.typed["place_text"] = typed.strip() if form.place is None else ""


def place_words(app: KioskApp, place: Place) -> str:
    """A street, settlement or village with what it is."""
    return f"{place.name}, {app.text(f'place.{place.kind}')}"
