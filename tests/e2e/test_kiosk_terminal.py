"""The terminal of a real kiosk: foot with our foot.ini, full screen on Wayland; nothing of foot itself is in reach."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kiosk.language import text
from tests.architecture.tree import ROOT
from tests.e2e.citizen import Citizen
from tests.e2e.desktop import FOOT_INI, Foot
from tests.e2e.place import Place

TEMPLATE = Path("/etc/xdg/foot/foot.ini")
"""foot's own commented template: every binding with its default."""


def _bindings(path: Path) -> dict[str, dict[str, str]]:
    """Section to action to keys, commented out or not."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines():
        if section := re.match(r"#? ?\[([\w-]+)\]$", line):
            current = sections.setdefault(section[1], {})
        elif entry := re.match(r"#? ?([a-z-]+)=(\S.*)$", line):
            current[entry[1]] = entry[2].strip()
    return sections


def test_every_key_and_mouse_act_of_foot_is_taken_away() -> None:
    """Finding 2: whatever this foot binds by itself, our settings unbind; but for the one that frees the mouse."""
    theirs, ours = _bindings(TEMPLATE), _bindings(FOOT_INI)
    kept = {"selection-override-modifiers"}  # "none" gives the application no mouse at all
    for section in ("key-bindings", "mouse-bindings"):
        bound = {action for action, keys in theirs[section].items() if not keys.endswith("none")}
        assert {action for action in bound if ours[section].get(action) != "none"} <= kept


def test_the_settings_are_ones_that_foot_knows() -> None:
    done = subprocess.run(
        ["foot", "--check-config", f"--config={FOOT_INI}"], check=False, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if not line.startswith("info:")]


LEAVING = [
    "ctrl+shift+n",  # a new terminal with a shell
    "ctrl+shift+c", "ctrl+shift+v", "ctrl+shift+r", "ctrl+shift+u", "ctrl+shift+o", "ctrl+plus", "ctrl+minus",
    "ctrl+0", "shift+Insert", "shift+Prior", "ctrl+shift+z", "ctrl+shift+x", "alt+F4", "ctrl+alt+BackSpace",
    "super+Return", "ctrl+c", "ctrl+q", "ctrl+backslash", "F11",
]  # fmt: skip


def _foots(face: Foot) -> int:
    """How many foot processes our foot has become."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,comm="], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    family = {str(face.terminal.pid)}
    for pid, parent, _ in sorted(rows, key=lambda row: int(row[0])):
        if parent in family:
            family.add(pid)
    return sum(pid in family and name == "foot" for pid, _, name in rows)


def test_no_key_of_foot_opens_a_shell_or_changes_the_glass(place: Place) -> None:
    with place.face_on(Foot) as face:
        citizen = Citizen(face, place)
        citizen.comes()
        size = face.window()
        for keys in LEAVING:
            face.press(keys)
        face.rests()
        assert _foots(face) == 1
        assert face.window() == size, "the type has another size"
        face.press("Escape", "Escape", "Escape")
        face.tap("RU")
        face.shows(text("ru", "home.book").split("\n")[0])


def test_without_our_settings_a_key_opens_a_shell(place: Place) -> None:
    with place.face_on(_PlainFoot) as face:
        Citizen(face, place).comes()
        face.press("ctrl+shift+n")
        face.until(lambda: _foots(face) > 1, "a second foot")


class _PlainFoot(Foot):
    SETTINGS = Path("/dev/null")


@pytest.mark.parametrize("unit", sorted((ROOT / "assets" / "deploy").glob("*.service")), ids=lambda path: path.name)
def test_a_unit_starts_what_exists(unit: Path) -> None:
    """Its command line names a command of ours and nothing of this machine."""
    from kiosk.cli import commands

    start = next(line for line in unit.read_text("utf-8").splitlines() if line.startswith("ExecStart="))
    found = re.search(r"/opt/asan-kiosk/\.venv/bin/asan-kiosk (\S+)", start)
    assert found
    assert found[1] == "%i" or found[1] in commands.commands
