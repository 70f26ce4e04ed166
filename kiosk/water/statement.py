"""The last twelve months of a subscriber, and who may see what of it (W8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from kiosk.acts import Acts, Unit
from kiosk.clock import baku_day, to_datetime
from kiosk.errors import NotPopulation, NotYours, UnknownSubscriber
from kiosk.identity.rights import check_serves
from kiosk.identity.signed_in import SignedIn
from kiosk.settings import Settings
from kiosk.water.facts import MonthLine, Shown, Statement, Subscriber
from kiosk.water.money import to_cubic_metres, to_manat
from kiosk.water.registry import Figures, Registry, read_code

MONTHS: Final = 12
_RANK: Final[dict[Shown, int]] = {"nothing": 0, "figures": 1, "all": 2}


class Statements:
    """Statements for citizens and for the company's desk; whoever looked at which code is audited.

    Args:
        acts: audits every look.
        registry: where subscribers and figures are.
        settings: the code's format, and who may see what.
    """

    def __init__(self, acts: Acts, registry: Registry, settings: Settings) -> None:
        self._acts = acts
        self._registry = registry
        self._settings = settings

    def statement(self, who: SignedIn, code: str) -> Statement:
        """The statement of a typed code, as far as `who` may see it.

        With "figures" names, address and FİN are blank in the answer itself.

        Raises:
            BadRequest: `subscriber` is "empty", or of another "format".
            UnknownSubscriber: there is no such code.
            NotPopulation: the service is for the population.
            NotYours: the person may see nothing of it.
            RegistryAway: the company's system did not answer.
            Unavailable: the database is away.
        """
        return self._look("statement", code, who, None)

    def at_desk(self, staff_id: int | None, code: str) -> Statement:
        """The whole statement of a typed code, for the company's desk (None: another program of the company).

        Raises:
            NotAllowed: the staff member left, or serves nobody.
            BadRequest, UnknownSubscriber, NotPopulation, RegistryAway, Unavailable: as for `statement`.
        """
        return self._look("statement_at_desk", code, None, staff_id)

    def _look(self, act: str, typed: str, who: SignedIn | None, staff: int | None) -> Statement:
        code = read_code(typed, self._settings.water.code_digits)
        asked = self._registry.ask(code)

        def look(unit: Unit) -> Statement:
            unit.detail = code
            check_serves(unit.connection, staff)
            subscriber = self._registry.subscriber(unit.connection, asked)
            if subscriber is None:
                raise UnknownSubscriber
            # told before whose it is: a company has no FİN, so that its people would never learn the reason
            if subscriber.category != "population":
                raise NotPopulation
            shown: Shown = "all" if who is None else self._shown(who, subscriber)
            if shown == "nothing":
                raise NotYours
            names = last_months(baku_day(unit.now))
            figures = self._registry.months(unit.connection, asked, names[0], names[-1])
            return Statement(
                subscriber=subscriber if shown == "all" else _blanked(subscriber),
                shown=shown,
                months=tuple(_line(name, figures.get(name)) for name in names),
                report_month=names[-1],
                debt=to_manat(self._registry.debt(unit.connection, asked)),
                as_of=to_datetime(unit.now),
            )

        return self._acts.perform(act, None, {}, look, staff=staff)

    def _shown(self, who: SignedIn, subscriber: Subscriber) -> Shown:
        """What somebody may see of a subscriber, by who they are and how well that is proved."""
        water = self._settings.water
        others, little = _as_shown(water.others_see), _as_shown(water.fin_only_sees)
        is_holder = bool(subscriber.fin) and who.fin == subscriber.fin
        if who.proof != "little":
            return "all" if is_holder else others
        # whoever typed a FİN alone sees no more of somebody else than of the one whose FİN it is
        return little if is_holder else min(little, others, key=lambda shown: _RANK[shown])


def _as_shown(setting: str) -> Shown:
    return next(shown for shown in _RANK if shown == setting)


def _blanked(subscriber: Subscriber) -> Subscriber:
    return replace(subscriber, fin="", given_name="", surname="", patronymic="", address="")


def _line(month: str, figures: Figures | None) -> MonthLine:
    if figures is None:
        return MonthLine(month, None, None, to_manat(0))
    return MonthLine(
        month=month,
        consumption=None if figures.consumption is None else to_cubic_metres(figures.consumption),
        invoiced=None if figures.invoiced is None else to_manat(figures.invoiced),
        paid=to_manat(figures.paid),
    )


def last_months(today: date, count: int = MONTHS) -> list[str]:
    """The `count` months that end with the one before today's, the oldest first, each as "2026-10"."""
    this = today.year * 12 + today.month - 1
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(this - count, this)]
