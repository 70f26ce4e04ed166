"""What can be chosen in a row of the form, as far as what is typed there finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from kiosk.language import matches
from kiosk.names import LANGUAGES
from kiosk.water.facts import KINDS, District, DocumentRole, Place, Reason
from screens.citizen.water.words import document_words
from screens.counter.water.apply_form import row_kind
from screens.counter.water.words import LANGUAGE_NAMES, kind_short

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
            case "language":
                found = [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]
            case "district":
                found = [(one.id, one.name) for one in self.districts]
            case "house_type":
                found = [(name, app.text(f"house.{name}").partition("\n")[0]) for name in _HOUSES]
            case "reason":
                found = [(one.id, one.name.of(app.language)) for one in self.reasons if one.kind == form.kind]
            case _:
                listed = [(str(one.id), place_words(app, one)) for one in self.places]
                if typed.strip():
                    return [*listed, (UNLISTED, app.text("desk.not_listed"))]
                now = self.chosen(form, row)
                # what was chosen can be left as it is, also where the list is too long to hold it
                if now is None or now in dict(listed):
                    return listed
                return [(now, self.words(app, form, row)), *listed]
        return [choice for choice in found if not typed.strip() or matches(typed, choice[1]) is not None]

    def words(self, app: KioskApp, form: ApplyForm, row: str) -> str:
        """What is chosen in a row."""
        match row:
            case "kind":
                return kind_short(app, form.kind)
            case "language":
                return LANGUAGE_NAMES[form.language]
            case "district":
                return form.district.name if form.district is not None else ""
            case "house_type":
                return app.text(f"house.{form.house_type}").partition("\n")[0] if form.house_type else ""
            case "reason":
                chosen = form.reasons.get(form.kind)
                return next((one.name.of(app.language) for one in self.reasons if one.id == chosen), "")
            case _:
                return place_words(app, form.place) if form.place is not None else form.typed.get("place_text", "")

    def chosen(self, form: ApplyForm, row: str) -> str | None:
        """The name of what is chosen in a row; None where nothing is, and where nothing can be."""
        match row:
            case "kind":
                return form.kind
            case "language":
                return form.language
            case "district":
                return form.district.id if form.district is not None else None
            case "house_type":
                return form.house_type or None
            case "reason":
                return form.reasons.get(form.kind)
            case "place":
                if form.place is not None:
                    return str(form.place.id)
                return UNLISTED if form.typed.get("place_text") else None
            case _:
                return None

    def shown(self, app: KioskApp, form: ApplyForm, row: str) -> tuple[str, bool]:
        """The words of a row that is not typed in now, and whether it is a document that is there."""
        match row_kind(row):
            case "document":
                document = form.documents.get(cast("DocumentRole", row))
                return (document_words(app, document), True) if document else (app.text("document.none"), False)
            case "choice":
                return self.words(app, form, row), False
            case _:
                return form.typed.get(row, ""), False

    def choose(self, form: ApplyForm, row: str, name: str, typed: str) -> None:
        """Choose it; another district has other places."""
        match row:
            case "kind":
                form.kind = next(kind for kind in KINDS if kind == name)
            case "language":
                form.language = next(one for one in LANGUAGES if one == name)
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
                places = (*self.places, form.place) if form.place is not None else self.places
                form.place = next((one for one in places if str(one.id) == name), None)
                written = typed.strip() or form.typed.get("place_text", "")
                form.typed["place_text"] = written if form.place is None else ""


def place_words(app: KioskApp, place: Place) -> str:
    """A street, settlement or village with what it is."""
    return f"{place.name}, {app.text(f'place.{place.kind}')}"
