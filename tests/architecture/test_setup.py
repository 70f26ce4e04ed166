"""./run on a machine where nothing is set up, where all is, and where a set-up went wrong.

The programs that would change the machine (python3's venv, pip, apt-get) are played by a shell script that writes down
how it was called; everything else is the real ./run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

_PLAYED = """#!/bin/sh
# Plays every program that would change the machine; writes down its name and arguments.
name=$(basename "$0")
echo "$name $*" >>"$PLAY/calls"
case "$name $*" in
"python3 -m venv .venv")
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    cp "$0" .venv/bin/asan-kiosk ;;
"python3 -c import sys"*) [ ! -e "$PLAY/old-python" ] ;;
"python -m pip"*--require-hashes*"-r setup/requirements.lock")
    if [ -e "$PLAY/kill" ]; then rm "$PLAY/kill"; kill -9 0; fi
    if [ -p "$PLAY/gate" ]; then cat "$PLAY/gate"; fi ;;
"python -m kiosk.language.compile") for po in assets/messages/*.po; do : >"${po%.po}.mo"; done ;;
asan-kiosk*)
    for argument in "$@"; do printf '<%s>' "$argument"; done
    cat ;;
dpkg-query*) [ -e "$PLAY/packages-missing" ] || echo installed ;;
apt-get*) echo "frontend $DEBIAN_FRONTEND" >>"$PLAY/calls"; echo "noise of apt-get" ;;
id*) cat "$PLAY/uid" ;;
sudo*) exit 1 ;;
esac
"""


@dataclass
class Machine:
    """A folder with ./run in it, and a PATH on which the machine's changers are played."""

    folder: Path
    play: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {"PATH": f"{self.play}:/usr/bin:/bin", "PLAY": str(self.play), "HOME": str(self.play)}
        return subprocess.Popen(
            [str(self.folder / "run"), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            cwd="/", start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate(stdin, timeout=60)
        return process.returncode, output, errors

    def calls(self, beginning: str = "") -> list[str]:
        path = self.play / "calls"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(beginning)]

    def forget(self) -> None:
        (self.play / "calls").unlink(missing_ok=True)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder, play = tmp_path / "a folder", tmp_path / "play"
    (folder / "assets" / "messages").mkdir(parents=True)
    play.mkdir()
    for name in ("run", "pyproject.toml", "hatch_build.py"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "setup", folder / "setup")
    (folder / "assets" / "messages" / "az.po").write_text('msgid ""\nmsgstr ""\n')
    for name in ("python3", "dpkg-query", "apt-get", "id", "sudo"):
        (play / name).write_text(_PLAYED)
        (play / name).chmod(0o755)
    (play / "uid").write_text("0\n")
    return Machine(folder, play)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


def test_the_first_start_sets_up_and_the_second_is_silent(machine: Machine) -> None:
    """Set-up speaks on stderr alone; from the second start on no Python runs before the product, nothing is written."""
    status, output, errors = machine.run("batch", stdin="a line\n")
    assert (status, output) == (0, "<batch>a line\n")
    assert "making .venv" in errors
    machine.forget()
    before = _state(machine.folder)
    assert machine.run("batch", stdin="a line\n") == (0, "<batch>a line\n", "")
    assert machine.calls() == ["asan-kiosk batch"]
    assert _state(machine.folder) == before


def test_what_is_installed_is_what_was_locked(machine: Machine) -> None:
    machine.run()
    tools, dependencies, product = machine.calls("python -m pip install")
    assert "--require-hashes -r setup/requirements-build.lock" in tools
    assert "--require-hashes --no-build-isolation -r setup/requirements.lock" in dependencies
    assert "--no-deps --no-build-isolation --editable ." in product


@pytest.mark.parametrize(
    ("arguments", "handed"),
    [((), "<kiosk>"), (("counter",), "<counter>"), (("init", "--config", "two words"), "<init><--config><two words>")],
)
def test_the_command_is_handed_on(machine: Machine, arguments: tuple[str, ...], handed: str) -> None:
    assert machine.run(*arguments)[1] == handed


def test_a_link_to_run_works_from_anywhere(machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "kiosk"
    link.symlink_to(machine.folder / "run")
    done = subprocess.run([link, "doctor"], env={"PATH": f"{machine.play}:/usr/bin:/bin", "PLAY": str(machine.play)},
                          check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # fmt: skip
    assert done.stdout == "<doctor>"


def test_a_set_up_that_was_killed_is_made_anew(machine: Machine) -> None:
    (machine.play / "kill").touch()
    assert machine.run()[0] < 0
    assert machine.run()[:2] == (0, "<kiosk>")
    assert len(machine.calls("python3 -m venv")) == 2


def test_an_update_that_was_killed_is_made_anew(machine: Machine) -> None:
    machine.run()
    with (machine.folder / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    machine.forget()
    (machine.play / "kill").touch()
    assert machine.run()[0] < 0
    assert not machine.calls("python3 -m venv"), "an update keeps what is there"
    assert machine.run()[:2] == (0, "<kiosk>")
    assert len(machine.calls("python3 -m venv")) == 1


def test_two_starts_at_once_set_up_once(machine: Machine) -> None:
    gate = machine.play / "gate"
    os.mkfifo(gate)
    first = machine.start("first")
    assert first.stderr is not None
    assert "making .venv" in first.stderr.readline()
    second = machine.start("second")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    gate.write_text("open\n")
    assert (first.communicate(timeout=60)[0], first.returncode) == ("<first>", 0)
    assert (second.communicate(timeout=60)[0], second.returncode) == ("<second>", 0)
    assert len(machine.calls("python3 -m venv")) == 1


def test_a_moved_folder_is_set_up_anew(machine: Machine) -> None:
    """Scripts of an environment name its folder."""
    machine.run()
    machine.forget()
    moved = Machine(machine.folder.rename(machine.folder.with_name("elsewhere")), machine.play)
    assert moved.run()[:2] == (0, "<kiosk>")
    assert machine.calls("python3 -m venv")


def test_another_python_is_set_up_anew(machine: Machine) -> None:
    """After the system moved from one Python to the next, the environment's link leads to the new one."""
    machine.run()
    machine.forget()
    python = machine.folder / ".venv" / "bin" / "python"
    python.rename(python.with_name("python3.99"))
    python.symlink_to("python3.99")
    assert machine.run()[:2] == (0, "<kiosk>")
    assert machine.calls("python3 -m venv")


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.run()
    machine.forget()
    with (machine.folder / "setup" / "requirements.lock").open("a") as file:
        file.write("\n")
    assert "up to date" in machine.run()[2]
    assert machine.calls("python -m pip install")
    assert not machine.calls("python3 -m venv")


def test_changed_messages_are_compiled_and_nothing_else_is_done(machine: Machine) -> None:
    machine.run()
    machine.forget()
    (machine.folder / "assets" / "messages" / "az.po").write_text('msgid ""\nmsgstr "x"\n')
    assert machine.run("doctor")[2] == ""
    assert machine.calls() == ["python -m kiosk.language.compile", "asan-kiosk doctor"]


def test_missing_packages_are_installed_without_a_question(machine: Machine) -> None:
    (machine.play / "packages-missing").touch()
    status, output, errors = machine.run()
    assert (status, output) == (0, "<kiosk>")
    assert "installing with apt-get" in errors
    assert "noise" not in errors
    assert len([call for call in machine.calls("apt-get") if call.endswith(" update")]) == 1
    assert [call for call in machine.calls("apt-get") if " install --yes --no-install-recommends " in call]
    assert set(machine.calls("frontend")) == {"frontend noninteractive"}


def test_without_root_and_without_sudo_it_says_what_to_do(machine: Machine) -> None:
    (machine.play / "packages-missing").touch()
    (machine.play / "uid").write_text("1000\n")
    status, output, errors = machine.run()
    assert (status, output) == (1, "")
    assert "as root run: apt-get install fonts-dejavu-core" in errors


def test_an_old_python_is_refused_by_name(machine: Machine) -> None:
    (machine.play / "old-python").touch()
    status, output, errors = machine.run()
    assert (status, output) == (1, "")
    assert "Python 3.11 or newer is needed" in errors


def test_only_the_second_tier_brings_a_browser() -> None:
    """`./test` is for every commit: what it installs is small; `./test --long` has the browser of a citizen's phone."""

    def packages(tier: str) -> set[str]:
        said = subprocess.run(
            ["sh", "-euc", '. setup/environment.sh; packages_of "$1"', "sh", tier],
            cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return set(said.stdout.split())

    assert packages("run") < packages("test") < packages("long")
    assert packages("long") - packages("test") == {"chromium", "chromium-driver"}
