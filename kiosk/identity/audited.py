"""Keeping refused tries of cards in the audit: their refusals are no `Refusal`, which `Acts` keeps by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from hardware.errors import CardError
from kiosk.acts import Acts, Unit
from kiosk.errors import Unavailable
from kiosk.identity.refused import SignInRefused

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


def perform(acts: Acts, name: str, do: Callable[[Unit], _Result], staff: int | None = None) -> _Result:
    """Do an act whose refusals are `SignInRefused`: they are audited, committed, and then raised.

    Raises:
        SignInRefused, Refusal: as `do` decides.
        Unavailable: the database is away.
    """

    def guarded(unit: Unit) -> _Result | SignInRefused:
        try:
            return do(unit)
        except SignInRefused as refused:
            unit.outcome = refused.error
            return refused

    result = acts.perform(name, None, {}, guarded, staff=staff)
    if isinstance(result, SignInRefused):
        raise result
    return result


def note(
    acts: Acts, name: str, refused: SignInRefused | CardError, staff: int | None = None, detail: str | None = None
) -> None:
    """Audit a try that ended before its act; with the database away it is only logged, so that people hear why."""

    def do(unit: Unit) -> None:
        unit.outcome, unit.detail = refused.error, detail

    try:
        acts.perform(name, None, {}, do, staff=staff)
    except Unavailable:
        _log.warning("%s: %s could not be audited, the database is away", name, refused.error)
