"""The worker over calls that do what a test says: what no virtual reader can be made to do."""

from __future__ import annotations

import threading

import pytest

from hardware.pcsc import codes
from hardware.pcsc.protocol import Kind, Message, blank, pack
from tests.hardware.pcsc.fake import EMPTY, MUTE, PRESENT, READER, FakeCalls, working
from tests.hardware.pcsc.memory import holding, remains
from tests.hardware.pcsc.plugged import SECONDS


def counted(state: int, counter: int) -> int:
    """A state with the reader's event counter above it."""
    return state | counter << 16


def present(scard: FakeCalls, counter: int = 1) -> None:
    """Let a card be in the reader."""
    scard.looked = lambda: (codes.SUCCESS, counted(PRESENT, counter))


def test_a_reader_service_that_refuses_this_user_is_told_apart_from_a_dead_one() -> None:
    """pcsc.md, 7: `SCardEstablishContext` answers 8010006A as long as polkit refuses."""
    scard = FakeCalls()
    scard.established = lambda: codes.SECURITY_VIOLATION
    with working(scard) as (line, _):
        told = line.next()
        assert (told.kind, told.extra, told.code) == (Kind.STOPPED, 1, codes.SECURITY_VIOLATION)
        assert scard.tries == 3
        scard.established = lambda: codes.NO_SERVICE
        told = line.next()
        assert (told.kind, told.extra, told.code) == (Kind.STOPPED, 0, codes.NO_SERVICE)
        scard.established = lambda: codes.SUCCESS
        assert line.next().kind is Kind.STARTED


def test_a_refusal_while_the_reader_service_ends_is_no_refusal() -> None:
    """pcsc.md, 4: a dying pcscd answers 8010006A once, from any call."""
    scard = FakeCalls()
    answers = iter([codes.SUCCESS, codes.SECURITY_VIOLATION, codes.SECURITY_VIOLATION])
    scard.established = lambda: next(answers, codes.NO_SERVICE)
    with working(scard) as (line, _):
        line.until(Kind.VERSION)
        scard.looked = lambda: (codes.SECURITY_VIOLATION, 0)
        assert line.next().kind is Kind.READER_OUT
        told = line.next()
        assert (told.kind, told.extra) == (Kind.STOPPED, 0)
        scard.looked = lambda: (codes.SUCCESS, EMPTY)
        scard.established = lambda: codes.SUCCESS
        assert line.next().kind is Kind.STARTED


@pytest.mark.parametrize("code", [codes.COMM_ERROR, codes.NO_SERVICE, codes.INVALID_HANDLE, 0x80100001, 0x12345678])
def test_any_unexpected_code_ends_the_context_and_everything_is_reported_gone(code: int) -> None:
    """pcsc.md, 4: bad codes are not listed; another context is made after a pause."""
    scard = FakeCalls()
    present(scard)
    with working(scard) as (line, _):
        card = line.until(Kind.CARD_IN)
        scard.looked = lambda: (code, 0)
        gone, reader, stopped = line.next(), line.next(), line.next()
        assert (gone.kind, gone.number, gone.text) == (Kind.CARD_OUT, card.number, READER)
        assert (reader.kind, reader.text) == (Kind.READER_OUT, READER)
        assert (stopped.kind, stopped.code, stopped.text) == (Kind.STOPPED, code, "SCardGetStatusChange")
        assert scard.released == 1
        present(scard, 5)
        assert line.until(Kind.CARD_IN).number != card.number


def test_whatever_a_call_raises_ends_the_context_and_not_the_worker() -> None:
    """pcsc.md, 4: pyscard 2.2.2 raises `SystemError` when the service dies inside a call."""
    scard = FakeCalls()

    def broken() -> tuple[int, list[str]]:
        raise SystemError("returned a result with an exception set")

    with working(scard) as (line, _):
        line.until(Kind.READER_IN)
        scard.listed = broken
        assert line.until(Kind.STOPPED).text == "SystemError"
        scard.listed = lambda: (codes.SUCCESS, [READER])
        assert line.until(Kind.READER_IN).text == READER


def test_what_a_call_raises_while_a_request_is_done_is_answered() -> None:
    scard = FakeCalls()
    present(scard)

    def broken(command: list[int]) -> tuple[int, list[int]]:
        raise SystemError

    scard.answered = broken
    with working(scard) as (line, _):
        card = line.until(Kind.CARD_IN)
        link = line.ask(Kind.CONNECT, card.number).extra
        assert line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08").code == codes.COMM_ERROR
        assert line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08").code == codes.NO_SERVICE


def test_a_card_exchanged_between_two_looks_is_another_card() -> None:
    """The event counter (upper 16 bits of the state) went on by two; both cards are of one model."""
    scard = FakeCalls()
    present(scard, 0xFFFF)
    with working(scard) as (line, _):
        first = line.until(Kind.CARD_IN)
        present(scard, 1)
        gone, second = line.next(), line.next()
        assert (gone.kind, gone.number) == (Kind.CARD_OUT, first.number)
        assert (second.kind, second.data) == (Kind.CARD_IN, first.data)
        assert second.number != first.number


def test_a_card_exchanged_while_it_is_being_connected_is_not_reached() -> None:
    """The insertion is compared after connecting too."""
    scard = FakeCalls()
    present(scard)

    def swap() -> int:
        present(scard, 3)
        return codes.SUCCESS

    with working(scard) as (line, _):
        card = line.until(Kind.CARD_IN)
        scard.connected = swap
        answer = line.ask(Kind.CONNECT, card.number)
        assert answer.code == codes.REMOVED_CARD
        assert scard.disconnects == [1]


def test_a_card_that_does_not_answer_when_it_is_connected_is_told_as_mute() -> None:
    scard = FakeCalls()
    present(scard)
    scard.connected = lambda: codes.UNRESPONSIVE_CARD
    with working(scard) as (line, _):
        card = line.until(Kind.CARD_IN)
        assert not card.extra
        line.send(pack(Message(Kind.CONNECT, 1, card.number)))
        gone, again, answer = line.next(), line.next(), line.next()
        assert (gone.kind, gone.number) == (Kind.CARD_OUT, card.number)
        assert (again.kind, again.extra, bytes(again.data)) == (Kind.CARD_IN, 1, b"")
        assert (answer.kind, answer.code) == (Kind.ANSWER, codes.UNRESPONSIVE_CARD)
        assert line.ask(Kind.CONNECT, again.number).code == codes.UNRESPONSIVE_CARD


def test_a_mute_card_that_answers_after_all_is_a_new_card() -> None:
    scard = FakeCalls()
    scard.looked = lambda: (codes.SUCCESS, counted(MUTE, 1))
    with working(scard) as (line, _):
        mute = line.until(Kind.CARD_IN)
        assert mute.extra == 1
        present(scard)
        assert line.next().kind is Kind.CARD_OUT
        spoke = line.next()
        assert (spoke.kind, spoke.extra) == (Kind.CARD_IN, 0)


def test_no_answer_from_a_card_that_is_still_there_is_a_mute_card() -> None:
    """pcsc.md, 3: success with fewer than two bytes. Whether the card was pulled, the reader is asked."""
    scard = FakeCalls()
    present(scard)
    with working(scard) as (line, _):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        scard.answered = lambda command: (codes.SUCCESS, [0x90])
        answer = line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08")
        assert (answer.code, bytes(answer.data)) == (codes.SUCCESS, b"")


@pytest.mark.parametrize("code", [codes.SUCCESS, codes.NOT_TRANSACTED, codes.UNRESPONSIVE_CARD])
def test_a_card_pulled_in_the_middle_of_a_command_is_gone_whatever_the_code_is(code: int) -> None:
    scard = FakeCalls()
    present(scard)

    def pulled(command: list[int]) -> tuple[int, list[int]]:
        scard.looked = lambda: (codes.SUCCESS, counted(EMPTY, 2))
        return code, []

    with working(scard) as (line, _):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        scard.answered = pulled
        assert line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08").code == codes.REMOVED_CARD
        assert scard.disconnects == [1]
        assert line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08").code == codes.REMOVED_CARD


def test_the_numbers_of_a_command_are_wiped_once_it_was_sent() -> None:
    """A command may hold a PIN; pyscard takes a list of numbers."""
    scard = FakeCalls()
    present(scard)
    kept: list[list[int]] = []

    def keep(command: list[int]) -> tuple[int, list[int]]:
        kept.append(command)
        return codes.SUCCESS, [0x90, 0x00]

    scard.answered = keep
    with working(scard) as (line, _):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        line.ask(Kind.TRANSMIT, link, data=bytes.fromhex("002000810431323334"))
    assert kept == [[0] * 9]


def test_neither_end_of_the_line_keeps_a_command() -> None:
    """A PIN in a command is nowhere in this process once the command was answered, though both ends are in it."""
    scard = FakeCalls()
    present(scard)
    control = bytearray(b"86420975")
    assert remains(list(control)) > 0, "the search finds what is there"
    digits = [0x37, 0x33, 0x39, 0x31, 0x35, 0x38, 0x32, 0x36]
    with working(scard) as (line, _):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        command = holding(digits)
        packet = pack(Message(Kind.TRANSMIT, 2, link, data=command))
        line.send(packet)
        blank(packet)
        blank(command)
        assert line.until(Kind.ANSWER).code == codes.SUCCESS
        assert remains(digits) == 0


def test_a_reset_that_worked_waits_for_nothing() -> None:
    """Each PIN is followed by one; only what failed has the reader asked for its card."""
    scard = FakeCalls()
    present(scard)
    with working(scard) as (line, _):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        scard.waited.clear()
        answer = line.ask(Kind.RESET, link)
        assert (answer.code, answer.extra) == (codes.SUCCESS, 2)
        assert not any(scard.waited)
        scard.reconnected = lambda: codes.UNRESPONSIVE_CARD
        assert line.ask(Kind.RESET, link).code == codes.UNRESPONSIVE_CARD
        assert any(scard.waited)


def test_a_refusal_of_the_card_alone_is_told_as_one() -> None:
    """Polkit knows two actions: access_pcsc, asked at the context, and access_card, asked at connecting."""
    scard = FakeCalls()
    present(scard)
    scard.connected = lambda: codes.SECURITY_VIOLATION
    with working(scard) as (line, _):
        card = line.until(Kind.CARD_IN)
        assert line.ask(Kind.CONNECT, card.number).code == codes.SECURITY_VIOLATION
        assert scard.released == 0

        def dying() -> int:
            scard.looked = lambda: (codes.NO_SERVICE, 0)
            return codes.SECURITY_VIOLATION

        scard.connected = dying
        assert line.ask(Kind.CONNECT, card.number).code == codes.NO_SERVICE
        assert scard.released == 1


def test_a_reader_whose_state_is_not_known_has_no_card() -> None:
    """SCARD_STATE_UNAVAILABLE: what was in it is reported gone; what is there later is another card."""
    scard = FakeCalls()
    present(scard)
    with working(scard) as (line, _):
        first = line.until(Kind.CARD_IN)
        scard.looked = lambda: (codes.SUCCESS, 0x0A)
        gone = line.next()
        assert (gone.kind, gone.number) == (Kind.CARD_OUT, first.number)
        present(scard)
        assert line.until(Kind.CARD_IN).number != first.number


def test_all_calls_come_from_one_thread() -> None:
    """pcsc.md, 4: with two threads a hung pcscd freezes the whole interpreter."""
    scard = FakeCalls()
    present(scard)
    with working(scard) as (line, thread):
        link = line.ask(Kind.CONNECT, line.until(Kind.CARD_IN).number).extra
        line.ask(Kind.TRANSMIT, link, data=b"\0\x84\0\0\x08")
        line.ask(Kind.CLOSE, link)
        assert scard.threads == {thread.ident}
        assert threading.get_ident() not in scard.threads


def test_only_readers_of_the_set_name_are_used() -> None:
    """`[cards] only_reader`, in capitals or not."""
    scard = FakeCalls()
    scard.listed = lambda: (codes.SUCCESS, ["Another Reader", READER])
    with working(scard, "invented") as (line, _):
        assert line.until(Kind.READER_IN).text == READER
        line.until(Kind.VERSION)
        scard.listed = lambda: (codes.SUCCESS, ["Another Reader"])
        assert line.next().kind is Kind.READER_OUT


def test_no_reader_is_no_fault() -> None:
    """8010002E from SCardListReaders."""
    scard = FakeCalls()
    scard.listed = lambda: (codes.NO_READERS, ["garbage"])
    with working(scard) as (line, _):
        assert line.next().kind is Kind.STARTED
        line.until(Kind.VERSION)
        scard.listed = lambda: (codes.SUCCESS, [READER])
        assert line.next().kind is Kind.READER_IN


@pytest.mark.parametrize("packet", [b"\x01", b"\xff" * 15, b"\x02" + bytes(12) + b"\xff\xff"])
def test_what_is_no_message_ends_the_worker(packet: bytes) -> None:
    """Nobody but the service is at the other end; a garbled message is a fault to be restarted from."""
    with working(FakeCalls()) as (line, thread):
        line.send(packet)
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_the_worker_ends_when_the_service_hangs_up() -> None:
    scard = FakeCalls()
    with working(scard) as (line, thread):
        line.until(Kind.READER_IN)
        line.hang_up()
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert scard.released == 1
