"""The address of the new consumer: district, then street, settlement or village, from the list or written down (W1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast, get_args

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.language import matches
from kiosk.water.facts import District, DistrictGroup, Place
from screens.base import Placed
from screens.citizen.step import Next, Notice
from screens.citizen.water.form import FormScreen
from screens.citizen.water.listed import ListedScreen
from screens.citizen.water.steps import ToStep
from screens.frame import Frame
from screens.widgets import field as field_widget
from screens.widgets.check_box import CheckBox
from screens.widgets.lists import Row
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.session import Session

_GROUPS: Final[tuple[DistrictGroup, ...]] = get_args(DistrictGroup)
MOST_PLACES: Final = 50
"""So many are asked for at once; whoever has more to choose from goes on typing."""


class DistrictScreen(ListedScreen):
    """Bakı's rayons, the cities and the other rayons as tabs; a search looks through all of them."""

    STEP = "district"
    LIST = "district"
    NARROWEST = 22
    HAS_TABS = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self._districts: tuple[District, ...] = ()
        self._group: DistrictGroup | None = None

    async def ask_list(self) -> None:
        """All of them: the search narrows them here."""
        self._districts = await self.ask(self.kiosk.station.water.places.districts)

    def _matching(self) -> list[tuple[District, tuple[tuple[int, int], ...]]]:
        query = self.search.text_typed
        return [
            (district, spans) for district in self._districts if (spans := matches(query, district.name)) is not None
        ]

    def found(self) -> Sequence[Row]:
        """Those of the group that is open; where it has none, of the first group that has."""
        matching = self._matching()
        counts = Counter(district.group for district, _ in matching)
        chosen = self.draft.district
        group = self._group or (chosen.group if chosen is not None else _GROUPS[0])
        if not counts[group] and matching:
            group = next(other for other in _GROUPS if counts[other])
        self.tabs.show([(name, f"{self.text(f'district.group.{name}')}  {counts[name]}") for name in _GROUPS], group)
        return [
            Row(district.id, district.name, lit=spans, chosen=chosen is not None and chosen.id == district.id)
            for district, spans in matching
            if district.group == group
        ]

    def count(self) -> int:
        """Those of every group."""
        return len(self._matching())

    def has_chosen(self) -> bool:
        """Whether one was chosen before."""
        return self.draft.district is not None

    def choose(self, name: str) -> None:
        """The places of another district are others."""
        self.draft.choose_district(next(district for district in self._districts if district.id == name))
        self.answer(Next())

    @on(TouchArea.Touched, "#tabs")
    def _group_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self._group = cast(DistrictGroup, event.name)
        self.show_list(keep_page=False)


class PlaceScreen(ListedScreen):
    """Streets, settlements and villages of the district. The box leads to a line of one's own."""

    STEP = "place"
    LIST = "place"
    NARROWEST = 34
    HAS_BOX = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self._places: tuple[Place, ...] = ()

    def box_words(self) -> str:
        """The manual's words."""
        return self.text("apply.not_in_list")

    async def ask_list(self) -> None:
        """What the search finds in the district."""
        if (district := self.draft.district) is None:
            self.answer(ToStep("district"))
            return
        search = self.kiosk.station.water.places.search
        self._places = tuple(await self.ask(search, district.id, self.search.text_typed, MOST_PLACES))

    def searched(self) -> None:
        """The station looks: a district may have thousands."""
        self.read()

    def found(self) -> Sequence[Row]:
        """Each with what it is."""
        query, chosen = self.search.text_typed, self.draft.place
        return [
            Row(
                str(place.id),
                place.name,
                fact=self.text(f"place.{place.kind}"),
                lit=matches(query, place.name) or (),
                chosen=chosen is not None and chosen.id == place.id,
            )
            for place in self._places
        ]

    def show_list(self, *, keep_page: bool) -> None:
        """Where nothing is found the box is the way on."""
        super().show_list(keep_page=keep_page)
        if not self._places and self.search.text_typed:
            self.tell_words(lambda: self.text("apply.no_place"))
        elif self.note.kind == "plain":
            self.tell_words(None)

    def has_chosen(self) -> bool:
        """Whether one was chosen before."""
        return self.draft.place is not None

    def choose(self, name: str) -> None:
        """That one."""
        self.draft.place = next(place for place in self._places if str(place.id) == name)
        self.answer(Next())

    @on(TouchArea.Touched, "#box")
    def _box_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.draft.unlisted = True
        self.answer(ToStep("place"))


class PlaceTextScreen(FormScreen):
    """The box is ticked: the street, settlement or village in the person's own words."""

    STEP = "place"
    FIELDS = ("place_text",)

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(session, notice)
        self.box = CheckBox(lambda: self.text("apply.not_in_list"), ticked=True, id="box")

    def help_words(self) -> str:
        """What to write."""
        return self.text("apply.place_text")

    def compose_answer(self) -> Iterable[Widget]:
        """The box stands where there is room for it."""
        return [*super().compose_answer(), self.box]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Beside the field; in large type GERİ is what takes the tick away."""
        placed = list(super().place_answer(area, frame))
        field = self.fields["place_text"]
        if frame.large:
            yield from placed
            return
        half = (area.width - 2) // 2
        for widget, region in placed:
            yield widget, Region(region.x, region.y, half, region.height) if widget is field else region
        yield self.box, Region(area.x + half + 2, area.y + 1, area.width - half - 2, field_widget.HEIGHT - 1)

    def go_back(self) -> None:
        """To the list, with the tick taken away and the text kept."""
        self.draft.unlisted = False
        self.answer(ToStep("place"))

    @on(TouchArea.Touched, "#box")
    def _box_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        self.go_back()
