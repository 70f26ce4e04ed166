"""Makes the process fit for a public screen before Textual is imported: no import of Textual stands in this module."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Final

_SETTINGS: Final = {
    # The pixel mouse modes send taps to the top left corner after a resize (terminal.md B3).
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_FPS": "30",
}


def clean_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Take out every switch of Textual that the environment may hold, and set ours.

    TEXTUAL_DEBUG writes every key to a file, TEXTUAL_DRIVER imports any class, TEXTUAL_PRESS types by itself.
    """
    for name in [name for name in environment if name.startswith("TEXTUAL")]:
        del environment[name]
    environment.update(_SETTINGS)
