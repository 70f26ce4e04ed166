"""Who is signed in, until when, by which certificate and its state; and the way out (I12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from textual.geometry import Region
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.identity.sign_in import CitizenSession
from kiosk.language import clock, day_figures
from screens.base import Placed
from screens.citizen.card_words import printable
from screens.citizen.step import AnsweringScreen, Next
from screens.frame import Frame
from screens.palette import Colour
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

_LABEL: Final = 26
_LABEL_LARGE: Final = 26


class FactRows(Drawn):
    """Labels and values on a surface, one under another; they are given as a function and follow the language."""

    def __init__(self, rows: Callable[[], Sequence[tuple[str, str, Colour]]], *, id: str = "facts") -> None:
        super().__init__(id=id)
        self._rows = rows

    def draw(self, sheet: Sheet) -> None:
        """A row each, with air between where there is room for it."""
        rows = self._rows()
        sheet.area(0, 0, sheet.width, sheet.height, "surface")
        label = _LABEL_LARGE if self.kiosk.large else _LABEL
        room = sheet.width - label - 5
        drawn = [(words, wrap(value, room, 2), ink) for words, value, ink in rows]
        lines = sum(len(value) for _, value, _ in drawn)
        air = 1 if lines + len(drawn) + 1 <= sheet.height else 0
        y = max(1 if sheet.height > lines else 0, (sheet.height - lines - air * (len(drawn) - 1)) // 2)
        for words, value, ink in drawn:
            sheet.put(3, y, label - 1, words, "soft")
            for line in value:
                sheet.put(3 + label, y, room, line, ink, bold=True)
                y += 1
            y += air


class SignedInScreen(AnsweringScreen):
    """Ends with `Next` when the person signs out. When the card goes, the app ends the whole visit at once."""

    HAS_BACK = False
    HAS_MAIN = True

    def __init__(self, identity: CitizenSession) -> None:
        super().__init__()
        self.identity = identity
        self.facts = FactRows(self._facts)

    def title_words(self) -> str:
        """That one is signed in."""
        return self.text("sign_in.done")

    def help_words(self) -> str:
        """How it ends."""
        return self.text("sign_in.help")

    def aside_or_none(self) -> Callable[[], str] | None:
        """That the card is in."""
        return lambda: f"■ {self.text('card.inserted')}"

    def _facts(self) -> Sequence[tuple[str, str, Colour]]:
        identity, language = self.identity, self.kiosk.language
        verdict = identity.verdict
        rows: list[tuple[str, str, Colour]] = [
            (
                self.text("sign_in.who"),
                printable(f"{identity.given_name} {identity.patronymic} {identity.surname}"),
                "ink",
            ),
            (self.text("sign_in.until"), clock(identity.ends_at), "ink"),
        ]
        if verdict is None:
            return rows
        if (facts := verdict.facts) is not None:
            until = day_figures(language, in_baku(to_instant(facts.not_after)).date())
            rows += [
                (self.text("sign_in.certificate"), printable(facts.serial), "ink"),
                (self.text("sign_in.issuer"), _common_name(facts.issuer), "ink"),
                (self.text("sign_in.valid_until"), until, "ink"),
            ]
        mark = "✓" if verdict.state == "good" else "!"
        state = self.text(f"certificate.state.{verdict.state}")
        rows.append((self.text("sign_in.state"), f"{mark} {state}", "ink"))
        return rows

    def compose_answer(self) -> Iterable[Widget]:
        """The facts."""
        return [self.facts]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Over the width; not taller than they need."""
        yield self.facts, Region(area.x, area.y, area.width, min(area.height, 15))

    def write(self) -> None:
        """The way out; what to take along."""
        super().write()
        self.set_main(self.text("button.sign_out"))
        self.tell_words(lambda: self.text("card.take_out"))

    def go_on(self) -> None:
        """Sign out."""
        self.answer(Next())


def _common_name(issuer: str) -> str:
    """What an issuer is called, out of its whole distinguished name; all of that where it has no name of its own."""
    parts = (part.strip() for part in issuer.split(","))
    return printable(next((part[3:] for part in parts if part.startswith("CN=")), issuer))
