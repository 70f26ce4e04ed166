"""The promises of a payment terminal: an adapter for a bank's is held to them as well as the simulated one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hardware.payment_terminal import open_terminal
from hardware.payment_terminal.port import Approved, Cancelled, Declined, Outcome, Unknown
from hardware.payment_terminal.simulated import SimulatedTerminal

REFERENCE = "0123456789AB"


def _terminal(folder: Path, fault: str = "", limit: float = 0.0) -> SimulatedTerminal:
    return SimulatedTerminal(folder / "terminal", seconds=0, limit_seconds=limit, fault=fault)


def _start(terminal: SimulatedTerminal, reference: str = REFERENCE) -> Outcome:
    return terminal.start(reference, 340, threading.Event())


def test_a_payment_is_approved_with_a_receipt_of_its_own(tmp_path: Path) -> None:
    terminal = _terminal(tmp_path)
    first, second = _start(terminal), _start(terminal, "0123456789AC")
    assert isinstance(first, Approved)
    assert isinstance(second, Approved)
    assert first.receipt != second.receipt
    assert terminal.taken() == {REFERENCE: 340, "0123456789AC": 340}


def test_a_reference_is_charged_once(tmp_path: Path) -> None:
    """Also by another process, and after the station was killed: the terminal remembers."""
    first = _start(_terminal(tmp_path))
    assert _start(_terminal(tmp_path)) == _terminal(tmp_path).ask(REFERENCE) == first


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("decline", Declined("funds")), ("decline:pin", Declined("pin")), ("cancel", Cancelled())],
)
def test_what_is_refused_stays_refused(tmp_path: Path, fault: str, outcome: Outcome) -> None:
    terminal = _terminal(tmp_path, fault)
    assert _start(terminal) == terminal.ask(REFERENCE) == outcome
    terminal.fault = ""
    assert _start(terminal) == outcome
    assert terminal.taken() == {}


def test_a_lost_answer_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    terminal = _terminal(tmp_path, "lost")
    assert _start(terminal) == Unknown()
    assert isinstance(terminal.ask(REFERENCE), Approved)
    assert terminal.taken() == {REFERENCE: 340}


def test_a_late_approval_is_unknown_until_it_comes(tmp_path: Path) -> None:
    terminal = _terminal(tmp_path, "late:2")
    outcomes = [_start(terminal), *(terminal.ask(REFERENCE) for _ in range(3))]
    assert outcomes[:3] == [Unknown()] * 3
    assert isinstance(outcomes[3], Approved)


def test_a_request_that_never_came_took_nothing(tmp_path: Path) -> None:
    terminal = _terminal(tmp_path, "lost-request")
    assert _start(terminal) == Unknown()
    assert terminal.ask(REFERENCE) == Cancelled()


@pytest.mark.parametrize(("fault", "state"), [("hang", "error"), ("unplugged", "unplugged")])
def test_a_dead_terminal_knows_nothing_and_took_nothing(tmp_path: Path, fault: str, state: str) -> None:
    terminal = _terminal(tmp_path, fault)
    assert terminal.status().state == state
    assert _start(terminal) == terminal.ask(REFERENCE) == Unknown()
    terminal.fault = ""
    assert (terminal.status().state, terminal.ask(REFERENCE)) == ("ok", Cancelled())


def test_one_under_way_is_unknown_and_can_be_cancelled(tmp_path: Path) -> None:
    """Whoever asks while a card is awaited is not told that nothing will be taken."""
    slow = SimulatedTerminal(tmp_path, seconds=60, limit_seconds=60)
    stop, outcomes = threading.Event(), list[Outcome]()
    paying = threading.Thread(target=lambda: outcomes.append(slow.start(REFERENCE, 340, stop)))
    paying.start()
    while paying.is_alive() and not (tmp_path / f"{REFERENCE}.json").exists():
        pass
    assert SimulatedTerminal(tmp_path, limit_seconds=60).ask(REFERENCE) == Unknown()
    stop.set()
    paying.join()
    assert outcomes == [slow.ask(REFERENCE)] == [Cancelled()]


def test_cancelling_goes_before_the_card(tmp_path: Path) -> None:
    terminal = _terminal(tmp_path)
    terminal.cancel(REFERENCE)
    assert _start(terminal) == Cancelled()


def test_a_file_orders_a_fault(tmp_path: Path) -> None:
    """Trials on the real kiosk: the file counts while it lies there."""
    terminal = open_terminal("simulated", tmp_path)
    assert terminal is not None
    (tmp_path / "fault").write_text("unplugged\n", encoding="utf-8")
    assert terminal.status().state == "unplugged"
    (tmp_path / "fault").unlink()
    assert terminal.status().state == "ok"
    terminal.close()


def test_settings_name_a_terminal_or_none(tmp_path: Path) -> None:
    assert open_terminal("none", tmp_path) is None
    with pytest.raises(ValueError, match="no payment terminal"):
        open_terminal("other", tmp_path)
