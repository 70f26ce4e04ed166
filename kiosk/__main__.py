"""`asan-kiosk` and `python -m kiosk`."""

from __future__ import annotations


def main() -> None:
    """Run the command line and end with its status."""
    from kiosk.cli import commands
    from kiosk.undumpable import forbid_dumps

    forbid_dumps()
    commands(prog_name="asan-kiosk")


if __name__ == "__main__":
    main()
