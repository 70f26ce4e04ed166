"""What a workplace does besides the queue: Shift and a function key, or a digit on the help page.

Screens are imported when they are opened. A terminal without the kitty protocol tells Shift and F1 as F13, and so on;
but Shift and F3 reaches nobody there: xterm's own signs for it are those of a report where the cursor stands, and as
that they are read. So nothing has that key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual.screen import Screen

from kiosk.identity.staff import MANAGE_HALL, MANAGE_STAFF, SEE_FIGURES, StaffMember
from screens.counter.key_bar import Key

if TYPE_CHECKING:
    from screens.app import KioskApp

_MANAGES: Final = frozenset({MANAGE_HALL, MANAGE_STAFF})

Open = Callable[[StaffMember, int | None], Screen[None]]


def _water(member: StaffMember, insertion: int | None) -> Screen[None]:
    from screens.counter.water.orders import companys_desk

    return companys_desk(member, insertion)


def _enrol(member: StaffMember, _insertion: int | None) -> Screen[None]:
    from screens.counter.enrol import EnrolScreen

    return EnrolScreen(member)


def _hall(member: StaffMember, insertion: int | None) -> Screen[None]:
    from screens.counter.hall.menu import hall_menu

    return hall_menu(member, insertion)


def _people(member: StaffMember, insertion: int | None) -> Screen[None]:
    from screens.counter.people.search import people_screen

    return people_screen(member, insertion)


def _figures(member: StaffMember, insertion: int | None) -> Screen[None]:
    from screens.counter.figures.screen import figures_screen

    return figures_screen(member, insertion)


def _everybody(_app: KioskApp, _member: StaffMember) -> bool:
    return True


def may_enrol(app: KioskApp, member: StaffMember) -> bool:
    """Whether this is an administrator, at a station with readers."""
    return member.role == "administrator" and app.sight is not None


def _sees_figures(_app: KioskApp, member: StaffMember) -> bool:
    return SEE_FIGURES in member.rights


def _manages(_app: KioskApp, member: StaffMember) -> bool:
    return bool(member.rights & _MANAGES)


def _has_printer(app: KioskApp, _member: StaffMember) -> bool:
    return app.station.has_printer


@dataclass(frozen=True, slots=True)
class FurtherAct:
    """One act: its name, its function key with Shift, its words, who may, and the screen that it opens.

    Where `opens` is None the workplace does the act itself; where `function_key` is None the help page alone has it.
    """

    name: str
    function_key: int | None
    words: str
    opens: Open | None = None
    may: Callable[[KioskApp, StaffMember], bool] = _everybody

    @property
    def cap(self) -> str:
        """What its key is called; "" where it has none."""
        return f"Shift+F{self.function_key}" if self.function_key is not None else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The same key, as terminals tell it."""
        number = self.function_key
        return (f"shift+f{number}", f"f{number + 12}") if number is not None else ()


ACTS: Final = (
    FurtherAct("language", 1, "counter.key.language"),
    FurtherAct("print", 2, "button.print_again", may=_has_printer),
    FurtherAct("enrol", None, "counter.key.enrol", _enrol, may_enrol),
    FurtherAct("history", None, "counter.further.history"),
    FurtherAct("accept_late", 4, "button.accept_late"),
    FurtherAct("put_back", 5, "button.put_back"),
    FurtherAct("water", 6, "counter.help.water", _water),
    FurtherAct("presented", 7, "counter.presented"),
    FurtherAct("people", 8, "counter.help.people", _people),
    FurtherAct("figures", 9, "counter.help.figures", _figures, _sees_figures),
    FurtherAct("hall", 10, "counter.further.hall", _hall, _manages),
    FurtherAct("walk_in", 11, "button.walk_in"),
    FurtherAct("sign_out", 12, "button.sign_out"),
)
"""In the order of their keys; on the help page the first nine that a person may do have digits. The two without a
key, enrolling a card and a ticket's history, stand where one is missing, so that they have digits whoever asks. For
whoever enrols no cards, digits and function keys are the same up to the people's desk."""

KEYS: Final = {key: act.name for act in ACTS if act.name != "language" for key in act.keys}
"""Of every screen of a counter the language has its key by itself (`base.py`)."""


def acts_of(app: KioskApp, member: StaffMember) -> tuple[FurtherAct, ...]:
    """What this staff member may do at this station."""
    return tuple(act for act in ACTS if act.may(app, member))


def key_of(name: str) -> Key:
    """The key of an act that has one, for the foot of a form."""
    act = next(act for act in ACTS if act.name == name)
    return Key(name, act.cap, act.words)
