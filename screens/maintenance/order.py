"""In which order findings stand: faults first, and nothing moves while somebody may be about to touch it (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.care.facts import Finding

BAD: Final = ("fault", "warning")
"""The lights that make a card, the worse first."""


def sorted_cards(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Faults, then warnings, each in the order of the probes."""
    return tuple(finding for light in BAD for finding in findings if finding.light == light)


def kept_cards(before: Sequence[Finding], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The cards of `before` in their places with what is known of them now, then those that are new.

    One that was mended stays where it is and shows so: that is what the technician waits for.
    """
    now = {finding.probe: finding for finding in findings}
    kept = [now.pop(card.probe) for card in before if card.probe in now]
    return (*kept, *sorted_cards(tuple(now.values())))


def lines_beside(cards: Sequence[Finding], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What has no card: the good ones, then what is not present."""
    shown = {card.probe for card in cards}
    rest = [finding for finding in findings if finding.probe not in shown]
    return tuple(sorted(rest, key=lambda finding: finding.light == "absent"))
