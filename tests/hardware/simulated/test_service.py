"""The simulated readers: events in order, exclusive links, and the errors of the real ones (hardware/readers.py)."""

from __future__ import annotations

import threading

import pytest

from hardware.errors import CardBusy, CardError, CardGone, CardMute, CardWasReset, ReaderGone, ServiceDown
from hardware.readers import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderCondition,
    ReaderRemoved,
    ServiceCondition,
    ServiceStarted,
    ServiceStopped,
    Transport,
)
from hardware.simulated.faults import CardPulled
from hardware.simulated.service import SimulatedService
from tests.cards import Cards, block
from tests.hardware.simulated.told import Told, readers

_READER = "Simulated reader 1"
_SELECT = bytes.fromhex("00a4000c")
_STATUS = bytes.fromhex("00200081")


def test_what_is_there_is_told_at_the_start(cards: Cards) -> None:
    """Service, readers, and cards put in before the start, in this order."""
    service = SimulatedService(2)
    card = cards.make("pkcs15")
    assert service.insert(card, reader=2) is None
    told = Told(service)
    service.start(told.events.put)
    try:
        assert told.take(4) == [
            ServiceStarted("simulated"),
            ReaderAdded(_READER),
            ReaderAdded("Simulated reader 2"),
            CardInserted("Simulated reader 2", 1, card.atr),
        ]
    finally:
        service.stop()
    assert told.nothing_more(), "stop tells nothing"
    service.stop()


def test_starting_twice_is_starting_once(cards: Cards) -> None:
    with readers() as told:
        told.service.start(told.events.put)
        told.service.insert(cards.make("unknown"))
        assert isinstance(told.next(), CardInserted)


def test_a_reader_unplugged_while_the_service_is_away_stays_away(cards: Cards) -> None:
    with readers() as told:
        told.service.insert(cards.make("unknown"))
        told.service.stop_service()
        told.service.stop_service()
        told.service.unplug()
        told.service.start_service()
        told.service.plug()
        events = told.take(7)
        assert events[3:6] == [
            ServiceStopped("simulated", "service_down"), ServiceStarted("simulated"), ReaderAdded(_READER),
        ]  # fmt: skip
        assert isinstance(events[6], CardInserted)


class _Gone:
    """A card of a program that went without a word."""

    atr = bytes.fromhex("3b00")
    transport: Transport = "T=0"

    def __init__(self) -> None:
        self.gone = False

    def power_on(self) -> bytes:
        if self.gone:
            raise CardPulled
        return self.atr

    reset = power_on

    def power_off(self) -> None:
        pass

    taken_out = power_off

    def transmit(self, command: bytes | bytearray) -> bytes:
        raise CardPulled


def test_a_card_whose_program_went_is_gone() -> None:
    """At connecting, at a reset and at a command."""
    for connected in (False, True):
        with readers() as told:
            card = _Gone()
            insertion = told.service.insert(card)
            assert insertion is not None
            link = told.service.connect(insertion) if connected else None
            card.gone = True
            with pytest.raises(CardGone):
                link.reset() if link is not None else told.service.connect(insertion)


def test_each_insertion_has_another_number(cards: Cards) -> None:
    """Also of the same card, and of one swapped for another of its model."""
    card, same_model = cards.make("pkcs15"), cards.make("pkcs15")
    with readers() as told:
        first = told.service.insert(card)
        second = told.service.insert(same_model)
        told.service.remove()
        third = told.service.insert(card)
        assert told.take(5) == [
            CardInserted(_READER, 1, card.atr),
            CardRemoved(_READER, 1),
            CardInserted(_READER, 2, card.atr),
            CardRemoved(_READER, 2),
            CardInserted(_READER, 3, card.atr),
        ]
        assert (first, second, third) == (1, 2, 3)
        told.service.remove()
        told.service.remove()
        assert told.next() == CardRemoved(_READER, 3)


def test_a_reader_unplugged_loses_its_card_first(cards: Cards) -> None:
    card = cards.make("pkcs15")
    with readers() as told:
        told.service.insert(card)
        told.service.unplug()
        told.service.unplug()
        told.service.plug()
        assert told.take(5) == [
            CardInserted(_READER, 1, card.atr),
            CardRemoved(_READER, 1),
            ReaderRemoved(_READER),
            ReaderAdded(_READER),
            CardInserted(_READER, 2, card.atr),
        ]


def test_a_service_that_dies_takes_everything_with_it(cards: Cards) -> None:
    card = cards.make("pkcs15")
    with readers() as told:
        told.service.insert(card)
        told.service.restart()
        assert told.take(7) == [
            CardInserted(_READER, 1, card.atr),
            CardRemoved(_READER, 1),
            ReaderRemoved(_READER),
            ServiceStopped("simulated", "service_down"),
            ServiceStarted("simulated"),
            ReaderAdded(_READER),
            CardInserted(_READER, 2, card.atr),
        ]


def test_what_happens_while_the_service_is_away_is_told_when_it_is_back(cards: Cards) -> None:
    card = cards.make("azedit")
    with readers() as told:
        told.service.stop_service()
        assert told.service.insert(card) is None
        assert told.service.condition() == ServiceCondition("simulated", False, (), "service_down")
        with pytest.raises(ServiceDown):
            told.service.connect(1)
        told.service.start_service()
        assert told.take(5)[-1] == CardInserted(_READER, 1, card.atr)


@pytest.mark.parametrize("transport", ["T=0", "T=1"])
def test_a_link_reaches_the_card_alone(cards: Cards, transport: Transport) -> None:
    """A second one is refused until the first is closed, which resets the card."""
    card = cards.make("pkcs15", transport=transport)
    with readers() as told:
        insertion = told.service.insert(card)
        assert insertion is not None
        link = told.service.connect(insertion)
        assert (link.reader, link.insertion, link.atr, link.transport) == (_READER, 1, card.atr, transport)
        assert link.pin_pad() is None
        with pytest.raises(CardBusy):
            told.service.connect(insertion)
        assert link.transmit(bytes.fromhex("0020008108") + block("1234")) == b"\x90\x00"
        assert link.transmit(_STATUS) == b"\x90\x00"
        link.reset()
        assert link.transmit(_STATUS) == b"\x63\xc3"
        link.transmit(bytes.fromhex("0020008108") + block("1234"))
        link.close()
        link.close()
        assert not card.pins["pin1"].proved
        with pytest.raises(CardGone):
            link.transmit(_SELECT)
        assert told.service.connect(insertion).transmit(_SELECT) == b"\x90\x00"


@pytest.mark.parametrize(
    ("act", "error", "code"),
    [
        ("remove", CardGone, 0x80100069),
        ("unplug", ReaderGone, 0x80100009),
        ("stop_service", ServiceDown, 0x8010001D),
        ("reset_by_other", CardWasReset, 0x80100068),
    ],
)
def test_a_link_dies_with_what_it_stands_on(cards: Cards, act: str, error: type[CardError], code: int) -> None:
    """Every call says why, with PC/SC's code for it, and for ever; a card put in again does not bring it back."""
    with readers() as told:
        insertion = told.service.insert(cards.make("pkcs15"))
        assert insertion is not None
        link = told.service.connect(insertion)
        getattr(told.service, act)()
        for call in (lambda: link.transmit(_SELECT), link.reset):
            with pytest.raises(error) as caught:
                call()
            assert (type(caught.value), caught.value.code) == (error, code)
        link.close()


def test_an_insertion_that_is_over_is_gone(cards: Cards) -> None:
    with readers() as told:
        card = cards.make("pkcs15")
        first = told.service.insert(card)
        told.service.insert(card)
        assert first is not None
        with pytest.raises(CardGone):
            told.service.connect(first)


def test_another_program_keeps_the_card(cards: Cards) -> None:
    with readers() as told:
        insertion = told.service.insert(cards.make("pkcs15"))
        assert insertion is not None
        told.service.hold()
        with pytest.raises(CardBusy) as caught:
            told.service.connect(insertion)
        assert caught.value.code == 0x8010000B
        told.service.let_go()
        told.service.connect(insertion).close()


def test_another_programs_reset_forgets_what_was_proved(cards: Cards) -> None:
    card = cards.make("pkcs15")
    with readers() as told:
        insertion = told.service.insert(card)
        assert insertion is not None
        told.service.connect(insertion).transmit(bytes.fromhex("0020008108") + block("1234"))
        told.service.reset_by_other()
        assert not card.pins["pin1"].proved
        told.service.connect(insertion).close()


def test_a_mute_card_is_seen_and_not_reached(cards: Cards) -> None:
    with readers() as told:
        insertion = told.service.insert(cards.make("mute"))
        assert told.next() == CardInserted(_READER, 1, b"", mute=True)
        assert told.service.condition().readers == (ReaderCondition(_READER, 1, b"", mute=True, pin_pad=False),)
        assert insertion is not None
        with pytest.raises(CardMute):
            told.service.connect(insertion)


def test_a_card_that_falls_silent_is_mute(cards: Cards) -> None:
    with readers() as told:
        insertion = told.service.insert(cards.make("pkcs15", "mute@2"))
        assert insertion is not None
        link = told.service.connect(insertion)
        link.transmit(_SELECT)
        for call in (lambda: link.transmit(_SELECT), link.reset):
            with pytest.raises(CardMute):
                call()
        link.close()
        with pytest.raises(CardMute):
            told.service.connect(insertion)


def test_a_card_pulled_in_the_middle_is_told_as_gone(cards: Cards) -> None:
    card = cards.make("pkcs15", "pull@2")
    with readers() as told:
        insertion = told.service.insert(card)
        assert insertion is not None
        link = told.service.connect(insertion)
        link.transmit(_SELECT)
        with pytest.raises(CardGone) as caught:
            link.transmit(_SELECT)
        assert caught.value.code == 0x80100069
        assert told.take(2)[-1] == CardRemoved(_READER, 1)
        assert told.service.condition().readers[0].insertion is None


def test_pulling_a_slow_card_ends_its_command(cards: Cards) -> None:
    card = cards.make("pkcs15", "slow@1:900000")
    with readers() as told:
        insertion = told.service.insert(card)
        assert insertion is not None
        link = told.service.connect(insertion)
        raised: list[type[CardError]] = []

        def use() -> None:
            try:
                link.transmit(_SELECT)
            except CardError as error:
                raised.append(type(error))

        thread = threading.Thread(target=use)
        thread.start()
        while not card.commands:
            thread.join(0.001)
        told.service.remove()
        thread.join()
        assert raised == [CardGone]


def test_the_condition_names_what_is_there(cards: Cards) -> None:
    card = cards.make("azedit")
    with readers(2) as told:
        told.service.insert(card, reader=2)
        told.service.unplug(1)
        assert told.service.condition() == ServiceCondition(
            "simulated", True, (ReaderCondition("Simulated reader 2", 1, card.atr, pin_pad=False),)
        )
