"""Compiles the message catalogues of this tree: `python -m kiosk.language.compile`, as `./run` does."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.language.catalogues import compile_all


def main() -> int:
    """Compile what is not fresh, telling it on stderr; silent when there is nothing to do.

    Returns:
        The exit code: 1 when a catalogue is not well-formed or cannot be written.
    """
    try:
        for ready in compile_all(Path(__file__).parents[2] / "assets" / "messages"):
            sys.stderr.write(f"compiled {ready.name}\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
