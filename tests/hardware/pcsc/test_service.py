"""The service over a real pcscd with virtual readers: it lives through everything that happens to readers."""

from __future__ import annotations

import os
import resource
import signal
import threading
from pathlib import Path

import pytest

from hardware.errors import CardBusy, CardError, CardFault, CardGone, CardMute, ServiceDown
from hardware.pcsc.service import PcscService
from hardware.readers import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderRemoved,
    ServiceStarted,
    ServiceStopped,
)
from tests.frozen import freeze
from tests.hardware.pcsc.plugged import ATR, OK, SECONDS, UNREADABLE_ATR, Desk, Heard, PluggedCard
from tests.pcscd import Pcscd, private_pcscd

MOST_OPEN = 14
"""File descriptors: a worker has 5 and needs 7 more for a moment, to ask for a version."""
CHALLENGE = bytes.fromhex("0084000008")


def test_it_finds_a_reader_service_that_comes_after_it() -> None:
    """M3: no pcscd at start."""
    with private_pcscd(started=False) as pcscd, Desk(pcscd) as desk:
        assert desk.heard.next() == ServiceStopped("pcsc", "service_down")
        assert desk.service.condition().error == "service_down"
        with pytest.raises(ServiceDown):
            desk.service.connect(1)
        pcscd.start()
        desk.settle()
        assert desk.service.condition().up


@pytest.mark.parametrize("end", [Pcscd.stop, Pcscd.kill])
def test_it_finds_everything_again_after_the_reader_service_ended(end: object, desk: Desk) -> None:
    """Card, readers and service are reported gone in this order; later the card is a new insertion."""
    assert callable(end)
    with desk.card() as first:
        link = desk.service.connect(first.insertion)
        end(desk.pcscd)
        gone = [desk.heard.next() for _ in range(4)]
        assert gone[-1] == ServiceStopped("pcsc", "service_down")
        assert CardRemoved(first.event.reader, first.insertion) in gone
        assert sum(isinstance(event, ReaderRemoved) for event in gone) == 2
        assert gone.index(CardRemoved(first.event.reader, first.insertion)) < gone.index(
            ReaderRemoved(first.event.reader)
        )
        with pytest.raises(ServiceDown):
            link.transmit(CHALLENGE)
        link.close()
    desk.pcscd.start()
    with desk.card() as second:
        assert second.insertion != first.insertion
        assert desk.service.connect(second.insertion).transmit(CHALLENGE) == OK
    condition = desk.service.condition()
    assert condition.restarts == 0
    assert condition.last_fault is not None and condition.last_fault_at is not None


def test_it_lives_through_many_ends_of_the_reader_service_without_leaking(desk: Desk) -> None:
    """File descriptors of this process stay as many; the worker, which may open few, is never replaced."""
    resource.prlimit(desk.worker, resource.RLIMIT_NOFILE, (MOST_OPEN, MOST_OPEN))
    open_before: int | None = None
    for _ in range(MOST_OPEN):
        with desk.card() as card:
            link = desk.service.connect(card.insertion)
            assert link.transmit(CHALLENGE) == OK
            link.close()
        desk.pcscd.kill()
        desk.heard.until(ServiceStopped)
        desk.pcscd.start()
        desk.heard.until(ReaderAdded)
        open_now = len(list(Path("/proc/self/fd").iterdir()))
        assert open_before is None or open_now <= open_before
        open_before = open_now
    assert desk.service.condition().restarts == 0


def test_a_hung_reader_service_is_told_and_blocks_nobody(pcscd: Pcscd) -> None:
    """pcsc.md, 4: libpcsclite has no timeout; the worker that hangs in it is killed."""
    with Desk(pcscd, quiet_seconds=0.8) as desk:
        desk.settle()
        pcscd.pause()
        assert [type(desk.heard.next()) for _ in range(3)] == [ReaderRemoved, ReaderRemoved, ServiceStopped]
        assert not desk.service.condition().up
        with pytest.raises(CardError):
            desk.service.connect(1)
        pcscd.resume()
        desk.settle()
        assert desk.service.condition().restarts >= 1
        with desk.card() as card:
            assert desk.service.connect(card.insertion).transmit(CHALLENGE) == OK


def test_a_hung_reader_service_ends_a_command_by_its_deadline(pcscd: Pcscd) -> None:
    with Desk(pcscd, wait_seconds=0.8) as desk:
        desk.settle()
        with desk.card() as card:
            link = desk.service.connect(card.insertion)
            pcscd.pause()
            with pytest.raises(ServiceDown):
                link.transmit(CHALLENGE)
            link.close()
            pcscd.resume()
            desk.heard.until(ServiceStarted)


def test_a_card_that_takes_too_long_counts_as_hung(pcscd: Pcscd) -> None:
    """`[cards] pin_wait_seconds`: a slow card has no timeout in PC/SC."""
    go_on = threading.Event()

    def slow(command: bytes) -> bytes:
        go_on.wait(SECONDS)
        return OK

    with Desk(pcscd, wait_seconds=0.5) as desk:
        desk.settle()
        with desk.card(slow) as card:
            link = desk.service.connect(card.insertion)
            with pytest.raises(ServiceDown):
                link.transmit(CHALLENGE)
            assert desk.heard.until(CardRemoved).insertion == card.insertion
            go_on.set()
        desk.heard.until(ServiceStarted)


def test_readers_come_and_go(desk: Desk) -> None:
    """Unplugged: the service is up and has no reader."""
    desk.pcscd.restart(plugged=False)
    desk.heard.until(ServiceStopped)
    assert desk.heard.next() == ServiceStarted("pcsc")
    assert desk.service.condition().up and not desk.service.condition().readers
    desk.pcscd.restart()
    desk.heard.until(ServiceStopped)
    desk.settle()
    assert len(desk.service.condition().readers) == 2


def test_both_slots_hold_a_card_at_once(desk: Desk) -> None:
    with desk.card(lambda command: b"\x01" + OK) as one, desk.card(lambda command: b"\x02" + OK, slot=1) as two:
        links = [desk.service.connect(card.insertion) for card in (one, two)]
        assert [link.reader for link in links] == [one.event.reader, two.event.reader]
        assert [link.transmit(CHALLENGE) for link in links] == [b"\x01" + OK, b"\x02" + OK]


def test_a_card_exchanged_for_one_of_the_same_model_is_another_card(desk: Desk) -> None:
    """I11, S5: the session of the first ends. The worker did not look while it happened: the event counter tells."""
    with Desk(desk.pcscd) as witness:
        witness.settle()
        worker = desk.worker
        with desk.card() as first:
            witness.heard.until(CardInserted)
            link = desk.service.connect(first.insertion)
            freeze(worker)
        witness.heard.until(CardRemoved)
        with PluggedCard(desk.pcscd.ports[0]):
            witness.heard.until(CardInserted)
            os.kill(worker, signal.SIGCONT)
            assert desk.heard.next() == CardRemoved(first.event.reader, first.insertion)
            second = desk.heard.next()
            assert isinstance(second, CardInserted) and second.atr == first.event.atr
            assert second.insertion != first.insertion
            with pytest.raises(CardGone):
                link.transmit(CHALLENGE)
            with pytest.raises(CardGone):
                desk.service.connect(first.insertion)
            assert desk.service.connect(second.insertion).transmit(CHALLENGE) == OK


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_a_card_pulled_in_any_command_is_gone(number: int, desk: Desk) -> None:
    """pcsc.md, 3: the code is 0, 80100016 or 80100069, by who notices first."""
    sent: list[bytes] = []

    def answer(command: bytes) -> bytes | None:
        sent.append(command)
        return None if len(sent) == number else OK

    with desk.card(answer) as card:
        link = desk.service.connect(card.insertion)
        for _ in range(number - 1):
            assert link.transmit(CHALLENGE) == OK
        with pytest.raises(CardGone):
            link.transmit(CHALLENGE)
        assert desk.heard.next() == CardRemoved(card.event.reader, card.insertion)
        with pytest.raises(CardGone):
            link.transmit(CHALLENGE)
        link.close()


def test_a_card_that_another_program_holds_is_busy(desk: Desk) -> None:
    """8010000B; when it is let go, it is reached."""
    with Desk(desk.pcscd) as other:
        other.settle()
        with desk.card() as card:
            held = other.service.connect(other.heard.until(CardInserted).insertion)
            with pytest.raises(CardBusy) as caught:
                desk.service.connect(card.insertion)
            assert caught.value.code == 0x8010000B
            held.close()
            assert desk.service.connect(card.insertion).transmit(CHALLENGE) == OK


def test_a_card_that_cannot_be_powered_up_is_mute(desk: Desk) -> None:
    with desk.card(atr=UNREADABLE_ATR) as card:
        assert (card.event.mute, card.event.atr) == (True, b"")
        assert desk.service.condition().readers[0].mute
        with pytest.raises(CardMute):
            desk.service.connect(card.insertion)


def test_closing_resets_the_card(desk: Desk) -> None:
    """What was proved by a PIN does not outlive the link; twice is once."""
    with desk.card() as card:
        link = desk.service.connect(card.insertion)
        link.reset()
        assert card.card.resets == 1
        link.close()
        assert card.card.resets == 2
        link.close()
        assert card.card.resets == 2
        with pytest.raises(CardGone):
            link.transmit(CHALLENGE)


def test_a_worker_that_dies_is_replaced_and_its_card_is_reset(desk: Desk) -> None:
    """A crash is a fault that technicians see; what was proved on the card goes with it."""
    with desk.card() as card:
        link = desk.service.connect(card.insertion)
        os.kill(desk.worker, signal.SIGKILL)
        assert desk.heard.next() == CardRemoved(card.event.reader, card.insertion)
        assert desk.heard.until(ServiceStopped) == ServiceStopped("pcsc", "service_down")
        with pytest.raises(ServiceDown):
            link.transmit(CHALLENGE)
        link.close()
        again = desk.heard.until(CardInserted)
        assert again.insertion != card.insertion
        assert desk.service.connect(again.insertion).transmit(CHALLENGE) == OK
        assert card.card.resets >= 1
    condition = desk.service.condition()
    assert condition.restarts == 1
    assert condition.last_fault is not None and "(-9)" in condition.last_fault


def test_a_technician_can_begin_anew(desk: Desk) -> None:
    """`restart`: gone and found again, and no fault."""
    with desk.card() as card:
        worker = desk.worker
        desk.service.restart()
        assert desk.heard.next() == CardRemoved(card.event.reader, card.insertion)
        assert desk.heard.until(ServiceStarted) == ServiceStarted("pcsc")
        assert desk.heard.until(CardInserted).insertion != card.insertion
        assert desk.worker != worker
    assert desk.service.condition().restarts == 0
    assert desk.service.condition().last_fault is None


def test_nothing_is_told_after_the_end_and_no_process_is_left(desk: Desk) -> None:
    worker = desk.worker
    desk.service.stop()
    assert desk.heard.nothing()
    assert not Path(f"/proc/{worker}").exists()
    desk.service.stop()


def test_its_condition_tells_readers_cards_and_the_version(desk: Desk) -> None:
    """M3: what a technician reads of the reader service."""
    with desk.card() as card:
        reader = desk.service.condition().readers[0]
        assert (reader.insertion, reader.atr, reader.pin_pad) == (card.insertion, ATR, None)
        link = desk.service.connect(card.insertion)
        assert link.pin_pad() is None
        assert desk.service.condition().readers[0].pin_pad is False
    desk.heard.until(CardRemoved)
    condition = desk.service.condition()
    assert condition.readers[0].insertion is None
    assert condition.version is not None and "pcsc-lite" in condition.version


def test_who_hears_of_a_card_and_fails_does_not_end_the_watch(pcscd: Pcscd) -> None:
    heard = Heard()
    service = PcscService(environment=pcscd.environment)

    def fails(event: object) -> None:
        heard.post(event)  # type: ignore[arg-type]
        if isinstance(event, ReaderAdded):
            raise LookupError("a listener of the test")

    service.start(fails)
    try:
        heard.until(ReaderAdded)
        with PluggedCard(pcscd.ports[0]):
            heard.until(CardInserted)
        assert service.condition().last_fault == "a listener failed: LookupError"
    finally:
        service.stop()


def test_who_hears_of_a_card_cannot_wait_for_itself(pcscd: Pcscd) -> None:
    """A request from the thread that hears its answer would wait for ever."""
    heard = Heard()
    service = PcscService(environment=pcscd.environment)

    def reaches(event: object) -> None:
        if isinstance(event, CardInserted):
            try:
                service.connect(event.insertion)
            finally:
                heard.post(event)

    service.start(reaches)
    try:
        with PluggedCard(pcscd.ports[0]):
            heard.until(CardInserted)
        assert service.condition().last_fault == "a listener failed: RuntimeError"
    finally:
        service.stop()


@pytest.mark.parametrize("length", [5, 260, 65544])
def test_commands_and_answers_of_every_length_pass(length: int, desk: Desk) -> None:
    """ISO/IEC 7816-4, 5.1: a command has up to 65544 bytes; vpcd passes 65535 both ways."""
    length = min(length, 65535)
    command = bytes([0x00, 0xC2, 0x00, 0x00]) + bytes(number % 251 for number in range(length - 4))
    with desk.card(lambda got: got[2:] + OK) as card:
        assert desk.service.connect(card.insertion).transmit(command) == command[2:] + OK


def test_a_command_too_long_for_any_card_is_refused(desk: Desk) -> None:
    with desk.card() as card:
        link = desk.service.connect(card.insertion)
        with pytest.raises(CardFault):
            link.transmit(bytes(70_000))
