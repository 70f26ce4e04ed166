"""`./bench cards`: what it counts is what the card got, and the kiosk needs fewer commands than OpenSC's tools."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.card_host import CardHost
from benchmarks.cards import measure_simulated, prepared, reader
from benchmarks.frames import environment
from benchmarks.strangers import OpenScSide, inserted
from benchmarks.taken import CARDS, STEPS, Taken
from benchmarks.terminal import Terminal
from hardware.simulated.profiles import HOLDER, Profile


@pytest.mark.parametrize("profile", list(CARDS))
def test_the_kiosk_needs_fewer_commands_than_opensc(profile: Profile, tmp_path: Path) -> None:
    """Issue 3: to the name, to being signed in and to a signature; both counted by the same kind of card."""
    ours = measure_simulated(tmp_path / "ours", profile, rounds=1)
    theirs = Taken()
    made = prepared(tmp_path / "theirs", "pcscd")
    with reader() as pcscd, closing(CardHost(pcscd.ports[0], profile, made.example_trust_folder)) as host:
        strangers = OpenScSide(pcscd, tmp_path, profile, host.count)
        with inserted(host):
            strangers.round(theirs)
    for step in STEPS:
        assert 0 < ours.commands[step] < theirs.commands[step], step


def test_a_round_that_warms_up_is_not_counted() -> None:
    taken = Taken()
    taken.note("the name", 0.5, 9)
    taken.forget()
    taken.note("the name", 0.001, 7)
    assert (taken.milliseconds["the name"], taken.commands["the name"]) == ([1.0], 7)


def test_when_a_name_was_drawn_is_seen_on_a_terminal(tmp_path: Path) -> None:
    """A program reports when it was told, the terminal when the text came out of it: later, on the same clock."""
    with Terminal(["benchmarks.greeting", "floor"], environment(tmp_path)) as terminal:
        terminal.wait("ready")
        for _ in range(2):
            terminal.settle()
            terminal.order("in")
            told = terminal.wait("event")
            assert terminal.drawn(HOLDER.given_name) > told
            terminal.order("out")
            terminal.wait("gone")
