"""A citizen before the kiosk: does with hands what the steps ask for, and reads what stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.booking.order_code import ALPHABET
from kiosk.language import text
from kiosk.names import Language
from tests.e2e.glass import Cell, Terminal
from tests.e2e.place import Place

LARGE: Final = 112
"""From how many columns on the roomy layout is shown."""
STEPS: Final = ("service", "centre", "date", "slot", "person", "code")
SETTLED: Final = 0.5
"""A screen hears nothing for 0.35 s after it came (terminal.md, finding 8); a person looks at it for longer."""


@dataclass(frozen=True)
class Person:
    """Whose data are typed. FİN and names are invented."""

    given_name: str = "Aysel"
    surname: str = "Mammadova"
    patronymic: str = "Rauf"
    fin: str = "5ABC123"
    phone: str = "501234567"
    email: str = "aysel@example.az"

    def fields(self) -> tuple[str, ...]:
        """In the order of the form."""
        return (self.given_name, self.surname, self.patronymic, self.fin, self.phone, self.email)


class Citizen:
    """One person's visit to a face on some terminal."""

    def __init__(self, face: Terminal, place: Place, language: Language = "az", person: Person | None = None) -> None:
        self.face = face
        self.place = place
        self.language: Language = language
        self.person = person or Person()
        self.roomy = face.columns >= LARGE

    def words(self, key: str, **values: object) -> str:
        """A text of the catalogue."""
        return text(self.language, key, **values)

    def comes(self) -> None:
        """Stand before the first screen, in one's language."""
        self.face.shows("AZ", "RU", "EN")
        self.face.rests(SETTLED)
        if self.language != "az":
            self.face.tap(self.language.upper())
        self.sees(self.title("home.book"))

    def title(self, key: str) -> str:
        """The first line of a text: a tile's name, a screen's question."""
        return self.words(key).split("\n")[0]

    def sees(self, *signs: str) -> None:
        """Look until the screen is there, and for as long as people do."""
        self.face.shows(*signs)
        self.face.rests(SETTLED)

    def taps_button(self, label: str) -> None:
        """A button of the footer."""
        self.face.shows(label)
        at = self.face.lowest(label)
        assert at is not None
        self.face.tap(at)

    def sees_step(self, step: str) -> None:
        """Look until a step of the wizard is there."""
        number = STEPS.index(step) + 1
        if not self.roomy:
            beginning = f"{number} / {len(STEPS)}"
            self.face.until(lambda: any(line.strip().startswith(beginning) for line in self.face.lines()), beginning)
            self.face.rests(SETTLED)
        elif step == "person":
            self.sees(self.words("field.label.fin"))
        else:
            self.sees(text(self.language, f"step.{step}", email=self.person.email).split("\n")[0])

    def chooses_service(self) -> None:
        """From the first screen to a service, which is searched for with plain letters."""
        self.face.tap(self.title("home.book"))
        self.sees_step("service")
        self.face.tap(self.service)
        self.sees_step("centre")

    @property
    def service(self) -> str:
        """The first service of the list, by name."""
        return {
            "az": "Şəxsiyyət vəsiqəsinin verilməsi",
            "ru": "Выдача удостоверения личности",
            "en": "Issue of an identity card",
        }[self.language]

    def chooses_centre(self) -> None:
        """This very centre."""
        self.face.tap("●")
        self.sees_step("date")

    def chooses_date(self) -> None:
        """The first open date."""
        opens = self.face.place("09:00–")
        self.face.tap(opens)
        self.sees_step("slot")

    def free_hours(self) -> list[Cell]:
        """Where the marks of free hours stand in the grid, below question and legend."""
        return [
            Cell(column, row)
            for row, line in enumerate(self.face.lines())
            for column, sign in enumerate(line)
            if sign == "○" and row > (10 if self.roomy else 5)
        ]

    def chooses_hour(self) -> None:
        """The last free hour of the day."""
        self.face.until(self.free_hours, "a free hour")
        self.face.tap(self.free_hours()[-1])
        self.sees_step("person")

    def types_who_one_is(self) -> None:
        """Every field, by keyboard, with Tab between; then the code is asked for."""
        for field, value in enumerate(self.person.fields()):
            self.face.write(value)
            shown = value[-4:] if field == 4 else value
            self._sees_typed(shown)
            self.face.rests(0.1)  # a person's Tab is no end of a scan
            if field < len(self.person.fields()) - 1:
                self.face.press("Tab")
                self.face.rests(0.1)
        self.taps_button(self.words("button.send_code").split()[0])
        self.sees_step("code")

    def _sees_typed(self, value: str) -> None:
        """Look until a field shows it; fields write names and FİN in their own case."""
        self.face.until(lambda: value.casefold() in self.face.text().casefold(), f"{value!r} in a field")

    def types_the_code(self) -> None:
        """The six digits of the letter, and TƏSDİQ."""
        self.face.until(lambda: self.place.code_mailed(self.person.email), "the letter with the code")
        self.face.write(self.place.code_mailed(self.person.email) or "")
        self.face.rests(SETTLED)
        self.taps_button(self.words("button.confirm"))
        self.sees(self.words("button.done"))

    def books(self) -> str:
        """The whole way; the order code, as the letter tells it."""
        self.comes()
        self.chooses_service()
        self.chooses_centre()
        self.chooses_date()
        self.chooses_hour()
        self.types_who_one_is()
        self.types_the_code()
        return self.order_code()

    def order_code(self) -> str:
        """The order code of the newest letter."""
        found = re.findall(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b", self.place.letters(self.person.email)[-1])
        assert found, "the letter of a confirmed booking names its order code"
        return str(found[0])

    def ends_the_visit(self) -> None:
        """From the result back to the first screen."""
        self.taps_button(self.words("button.done"))
        self.face.hides(self.words("button.done"))
        self.face.rests(SETTLED)

    def arrives(self, order_code: str) -> str:
        """From the first screen to the verdict, by typing the order code; the ticket's number."""
        self.comes()
        self.face.tap(self.title("home.arrive"))
        self.sees(self.title("arrival.enter"))
        self.face.write(order_code)
        self.face.rests(SETTLED)
        self.face.press("Return")
        self.sees(self.words("arrival.on_time", ticket="").split("\n")[0])
        (facts,) = self.place.ask({"do": "booking", "order_code": order_code})
        assert facts["state"] == "active"
        return str(facts["ticket"])


def hour_comes(place: Place, order_code: str, minutes: int = 5) -> None:
    """Let the station's time go forward to so many minutes past the booked hour."""
    (facts,) = place.ask({"do": "booking", "order_code": order_code})
    then = datetime.fromisoformat(facts["time"]) + timedelta(minutes=minutes)
    (answer,) = place.ask({"do": "clock", "now": then.isoformat()})
    assert answer["ok"], answer
