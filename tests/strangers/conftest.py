"""The virtual cards of every test here."""

from __future__ import annotations

from tests.cards import cards, example_authority

__all__ = ["cards", "example_authority"]
