"""The documents say what is true: they name every command and setting that exists, and lead nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.cli import commands
from tests.architecture.tree import ROOT, files, told

DOCUMENTS = tuple(path for path in files() if path.suffix == ".md")
OPERATING = ROOT / "docs" / "operating.md"
README = ROOT / "README.md"


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(_commands(commands))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`asan-kiosk {name}\b", OPERATING.read_text("utf-8"))


def test_every_documented_command_exists() -> None:
    for path in DOCUMENTS:
        for found in re.finditer(r"asan-kiosk ([a-z]+)(?: ([a-z]+))?", path.read_text("utf-8")):
            words = {found[1], f"{found[1]} {found[2]}"}
            if "@" in path.read_text("utf-8")[found.start() : found.end()]:
                continue
            assert words & set(COMMANDS), f"{told(path)}: asan-kiosk {found[1]} {found[2] or ''}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help is not None
    assert len(command.help) > 40
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert all(option.help for option in options)
    assert any("--config" in option.opts for option in options)


def test_the_readme_leads_in() -> None:
    text = README.read_text("utf-8")
    assert "./run\n" in text or "./run " in text
    assert "./run counter" in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=told)
def test_every_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        assert (path.parent / target).exists() or re.match(r"https?://|mailto:", target), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=told)
def test_every_named_file_of_ours_exists(path: Path) -> None:
    """A path in code type that begins with one of our folders."""
    for target in re.findall(
        r"`((?:kiosk|screens|db|hardware|assets|tests|setup|docs|benchmarks)/[\w./@-]+)`", path.read_text("utf-8")
    ):
        assert (ROOT / target).exists(), target
