"""Azerbaijani, Russian and English: texts, letters, dates and money (K2).

The language belongs to a session and is handed in as an argument; nothing here knows a "current" one. Keys are the
glossary's; English is a catalogue like the others, and a message that is missing is an error, never another language.
"""

from __future__ import annotations

from kiosk.language.formats import (
    clock,
    countdown,
    day_figures,
    day_long,
    day_month,
    day_short,
    day_year,
    day_year_weekday,
    minutes_left,
    money,
    month,
    number,
    phone,
    time_left,
    time_range,
    weekday,
    weekday_short,
)
from kiosk.language.letters import fold, lower, matches, sort_key, upper
from kiosk.language.messages import MissingMessage, MissingValue, lines, plural, text
from kiosk.names import LANGUAGES, Language

__all__ = [
    "LANGUAGES",
    "Language",
    "MissingMessage",
    "MissingValue",
    "clock",
    "countdown",
    "day_figures",
    "day_long",
    "day_month",
    "day_short",
    "day_year",
    "day_year_weekday",
    "fold",
    "lines",
    "lower",
    "matches",
    "minutes_left",
    "money",
    "month",
    "number",
    "phone",
    "plural",
    "sort_key",
    "text",
    "time_left",
    "time_range",
    "upper",
    "weekday",
    "weekday_short",
]
