"""The card in the reader: who it greets, what becomes of it when it goes, and using it alone (I2, I9, I12)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from hardware.cards.card import PinName
from hardware.readers import CardLink
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import Profile, make_card
from hardware.simulated.service import SimulatedService
from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardBusy, CardFault, CardGone, CardSight, CardWasReset, Pin, PinFormat, PinWrong
from kiosk.identity.card_use import LINGER_SECONDS

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MakeCard = Callable[..., VirtualCard]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ExampleAuthority:
    return ExampleAuthority.open(tmp_path_factory.mktemp("authority"), NOW)


@pytest.fixture
def card_of(authority: ExampleAuthority) -> MakeCard:
    def make(profile: Profile = "pkcs15", *faults: str) -> VirtualCard:
        return make_card(profile, authority, faults, now=NOW)

    return make


class Desk:
    """A desk over a simulated reader, and every sight that it told."""

    def __init__(self) -> None:
        self.service = SimulatedService()
        self.seen: queue.SimpleQueue[CardSight] = queue.SimpleQueue()
        self.audited: list[tuple[str, PinName, str]] = []
        self.desk = CardDesk(self.service, simulated=self.service, audit=lambda *row: self.audited.append(row))
        self.desk.watch(self.seen.put)
        self.desk.start()

    def until(self, fits: Callable[[CardSight], bool]) -> CardSight:
        """The next sight that fits."""
        while True:
            sight = self.seen.get(timeout=30)
            if fits(sight):
                return sight

    def ready(self) -> int:
        """The insertion of the next card that was read."""
        insertion = self.until(lambda sight: sight.state == "ready").insertion
        assert insertion is not None
        return insertion


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.desk.close()


def test_a_card_is_greeted_by_name_before_the_rest_is_read(desk: Desk, card_of: MakeCard) -> None:
    """The name comes with `reading`; certificates and PINs with `ready`."""
    desk.service.insert(card_of())
    named = desk.until(lambda sight: sight.card is not None)
    assert (named.state, named.card and named.card.certificates) == ("reading", ())
    assert named.card is not None
    assert named.card.holder is not None
    assert named.card.holder.given_name
    ready = desk.until(lambda sight: sight.state == "ready").card
    assert ready is not None
    assert ready.sign_in_pin is not None
    assert ready.signature_pin is not None
    assert ready.certificate("sign_in") is not None
    assert ready.certificate("signature") is not None


@pytest.mark.parametrize(("profile", "state"), [("mute", "mute"), ("unknown", "unknown")])
def test_a_card_that_cannot_be_read_is_told_apart(desk: Desk, card_of: MakeCard, profile: Profile, state: str) -> None:
    desk.service.insert(card_of(profile))
    assert desk.until(lambda sight: sight.state not in {"reading", "waiting", "no_reader"}).state == state


@pytest.mark.parametrize(("first", "counts"), [("unknown", 2), ("mute", 2), ("azedit", 1)])
def test_of_two_readers_the_first_card_that_can_be_used_counts(card_of: MakeCard, first: Profile, counts: int) -> None:
    """One that nobody can use does not keep the other reader from serving; one that can be used keeps its person."""
    service = SimulatedService(readers=2)
    desk = CardDesk(service, simulated=service)
    seen: queue.SimpleQueue[CardSight] = queue.SimpleQueue()
    desk.watch(seen.put)
    desk.start()

    def heard(insertion: int | None) -> bool:
        try:
            desk.pins(insertion or 0)
        except CardGone:
            return False
        return True

    try:
        insertions = {1: service.insert(card_of(first), reader=1)}
        while (sight := seen.get(timeout=30)).state not in {"unknown", "mute", "ready"}:
            pass
        insertions[2] = service.insert(card_of(), reader=2)
        if counts == 2:
            while (sight := seen.get(timeout=30)).state != "ready":
                pass
        while not heard(insertions[2]):
            pass
        assert desk.sight.insertion == sight.insertion == insertions[counts]
    finally:
        desk.close()


def test_a_card_that_is_pulled_says_so(desk: Desk, card_of: MakeCard) -> None:
    """I12: the session that hangs on it ends by this sight."""
    desk.service.insert(card_of())
    desk.ready()
    desk.service.remove()
    gone = desk.until(lambda sight: sight.ended is not None)
    assert (gone.state, gone.ended, gone.insertion) == ("waiting", "card_gone", None)


def test_another_card_of_the_same_model_is_another(desk: Desk, card_of: MakeCard) -> None:
    """Told as swapped, and nothing is done on it that was meant for the first."""
    desk.service.insert(card_of())
    first = desk.ready()
    desk.service.insert(card_of())
    assert desk.until(lambda sight: sight.ended is not None).ended == "card_swapped"
    second = desk.ready()
    assert second != first
    with pytest.raises(CardGone), desk.desk.using(first):
        pass


def test_a_reader_that_is_pulled_says_so(desk: Desk, card_of: MakeCard) -> None:
    desk.service.insert(card_of())
    desk.ready()
    desk.service.unplug()
    assert desk.until(lambda sight: sight.ended is not None).ended == "reader_gone"
    assert desk.desk.sight.state == "no_reader"
    desk.service.plug()
    desk.until(lambda sight: sight.state == "waiting")


def test_a_service_that_stops_says_so_and_comes_back(desk: Desk, card_of: MakeCard) -> None:
    desk.service.insert(card_of())
    desk.ready()
    desk.service.stop_service()
    assert desk.until(lambda sight: sight.ended is not None).ended == "service_down"
    assert desk.desk.sight.state == "service_down"
    desk.service.start_service()
    desk.until(lambda sight: sight.state in {"waiting", "ready"})


def test_another_program_that_holds_the_card_is_waited_for(desk: Desk, card_of: MakeCard) -> None:
    desk.service.hold()
    desk.service.insert(card_of())
    desk.until(lambda sight: sight.state == "busy")
    desk.service.let_go()
    assert desk.ready()


def test_a_card_that_answered_wrongly_once_is_read_anew(
    desk: Desk, card_of: MakeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without being taken out: its contact slipped, or the service has not seen a swap."""
    connect, faults = desk.service.connect, [CardFault(0x80100016)]

    def connect_at_last(insertion: int) -> CardLink:
        if faults:
            raise faults.pop()
        return connect(insertion)

    monkeypatch.setattr(desk.service, "connect", connect_at_last)
    desk.service.insert(card_of())
    desk.until(lambda sight: sight.state == "faulty")
    assert desk.ready()


def test_a_reset_by_another_program_ends_what_was_proved(desk: Desk, card_of: MakeCard) -> None:
    desk.service.insert(card_of())
    insertion = desk.ready()
    desk.desk.hold(insertion)
    desk.service.reset_by_other()
    with pytest.raises(CardWasReset):
        desk.desk.pins(insertion)
    assert desk.until(lambda sight: sight.ended is not None).ended == "card_reset"
    assert desk.ready() == insertion


def test_a_wrong_pin_costs_one_try_and_the_sight_follows(desk: Desk, card_of: MakeCard) -> None:
    """I9: one PIN, one VERIFY; the tries are read anew. The audit tells which PIN, and no value."""
    desk.service.insert(card_of())
    insertion = desk.ready()
    with pytest.raises(PinWrong) as caught:
        desk.desk.change_pin(insertion, "pin1", Pin([9, 9, 9, 9]), Pin([5, 8, 2, 0]))
    assert caught.value.left == 2
    assert next(pin for pin in desk.desk.pins(insertion) if pin.name == "pin1").tries.left == 2
    followed = desk.until(lambda sight: sight.card is not None and sight.card.pins[0].tries.left == 2)
    assert followed.insertion == insertion
    assert desk.audited == [("pin_change", "pin1", "pin_wrong")]


def test_a_pin_of_the_wrong_form_is_not_sent(desk: Desk, card_of: MakeCard) -> None:
    """I9: the local check costs no try."""
    desk.service.insert(card_of())
    insertion = desk.ready()
    with pytest.raises(PinFormat):
        desk.desk.change_pin(insertion, "pin1", Pin([1]), Pin([5, 8, 2, 0]))
    assert next(pin for pin in desk.desk.pins(insertion) if pin.name == "pin1").tries.left == 3


def test_both_pins_are_wiped_whatever_comes_of_it(desk: Desk, card_of: MakeCard) -> None:
    desk.service.insert(card_of())
    insertion = desk.ready()
    old, new = Pin([1, 2, 3, 4]), Pin([5, 8, 2, 0])
    desk.desk.change_pin(insertion, "pin1", old, new)
    assert (len(old), len(new)) == (0, 0)
    old, new = Pin([1, 2, 3, 4]), Pin([5, 8, 2, 0])
    with pytest.raises(CardGone):
        desk.desk.change_pin(insertion + 1, "pin1", old, new)
    assert (len(old), len(new)) == (0, 0)


def test_nothing_stays_proved_on_the_card(desk: Desk, card_of: MakeCard) -> None:
    """After a PIN the card is reset, also while somebody is signed in by it and it is held."""
    card = card_of()
    desk.service.insert(card)
    insertion = desk.ready()
    desk.desk.hold(insertion)
    with desk.desk.using(insertion, proves=True) as opened:
        opened.answer(bytes(32), "sha256", Pin([1, 2, 3, 4]))
    assert not any(pin.proved for pin in card.pins.values())


def test_two_who_use_it_come_one_after_the_other(desk: Desk, card_of: MakeCard) -> None:
    desk.service.insert(card_of())
    insertion = desk.ready()
    order: list[str] = []
    asked = threading.Event()

    def second() -> None:
        asked.set()
        with desk.desk.using(insertion):
            order.append("second")

    thread = threading.Thread(target=second)
    with desk.desk.using(insertion):
        thread.start()
        asked.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_an_unused_card_is_let_go_after_a_while(card_of: MakeCard) -> None:
    """So that other programs of a counter reach it; while somebody is signed in by it, it is kept."""
    time = [0.0]
    service = SimulatedService()
    desk = CardDesk(service, simulated=service, elapsed=lambda: time[0])
    seen: queue.SimpleQueue[CardSight] = queue.SimpleQueue()
    desk.watch(seen.put)
    desk.start()

    def others_reach(insertion: int) -> bool:
        try:
            service.connect(insertion).close()
        except CardBusy:
            return False
        return True

    try:
        service.insert(card_of())
        while (sight := seen.get(timeout=30)).state != "ready":
            pass
        assert sight.insertion is not None
        assert not others_reach(sight.insertion)
        time[0] = LINGER_SECONDS + 1
        while not others_reach(sight.insertion):
            threading.Event().wait(0.01)
        desk.hold(sight.insertion)
        time[0] += 10 * LINGER_SECONDS
        desk.pins(sight.insertion)
        assert not others_reach(sight.insertion)
        desk.let_go(sight.insertion)
        assert others_reach(sight.insertion)
    finally:
        desk.close()
