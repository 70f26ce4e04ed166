"""What stands about a subscriber, and what is owed in one line that is seen from a distance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from screens.citizen.card_words import printable
from screens.citizen.water import months
from screens.counter.water.fact_pane import Fact
from screens.counter.water.words import service_cell
from screens.palette import Colour
from screens.widgets.sheet import Sheet
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.water.facts import Statement, Subscriber
    from screens.app import KioskApp

_LONGEST = 200


def subscriber_facts(app: KioskApp, found: Subscriber, statement: Statement | None) -> list[Fact]:
    """Who and where, the service, and of the population persons, services and meter."""
    language, text = app.language, app.text
    service = service_cell(app, found.service_state, closed=found.closed).words
    facts = [
        Fact(text("water.fact.name"), printable(found.name, _LONGEST)),
        Fact(text("water.fact.address"), printable(found.address, _LONGEST)),
        Fact(text("field.label.fin"), found.fin),
        Fact(text("desk.fact.service"), service),
    ]
    if statement is None:
        facts.append(Fact(text("desk.fact.category"), text("desk.category.non_population")))
    else:
        facts += [Fact(label, value) for label, value in months.facts(language, statement)[:3]]
    return [fact for fact in facts if fact.value]


class BalanceLine(Drawn):
    """Debt with its sign, credit, or nothing owed: three rows, the amount in bold."""

    def __init__(self) -> None:
        super().__init__(id="balance")
        self._debt: Decimal | None = None

    @property
    def debt(self) -> Decimal:
        """What is owed; negative: a credit."""
        return self._debt if self._debt is not None else Decimal(0)

    def show(self, debt: Decimal) -> None:
        """Show this balance."""
        self._debt = debt
        self.refresh()

    def draw(self, sheet: Sheet) -> None:
        """Label left, amount right."""
        if self._debt is None:
            return
        owes = self._debt > 0
        sheet.area(0, 0, sheet.width, sheet.height, "held-ground" if owes else "surface")
        sheet.fill(0, 0, 1, sheet.height, "held" if owes else "accent")
        label, amount = months.balance(self.kiosk.language, self._debt)
        ink: Colour = "held-ink" if owes else "ink"
        row = sheet.height // 2
        sheet.text(2, row, f"! {label}" if owes else label, ink, bold=owes)
        sheet.put(2, row, sheet.width - 4, amount, ink, bold=True, align="right")
