"""The probes of reader service, readers, cards and modules: each trouble is told apart, with what helps (M2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hardware.cards.vendor import VendorCondition
from hardware.readers import ReaderCondition, ServiceCondition
from kiosk.care.facts import Finding
from kiosk.care.probes.readers import Readers, listen_for_a_moment, modules
from kiosk.identity.card_facts import CardFacts, CardSight, Holder
from kiosk.settings import Settings
from tests.kiosk.care.scenes import ATR, NOW, READER, FakeDesk, FakeStation, by_probe, scene, settings_of, with_reader

Look = Callable[..., dict[str, Finding]]


@dataclass
class Place:
    """A machine whose folders a test fills, and one page of health that remembers readers."""

    settings: Settings
    root: Path
    readers: Readers

    def look(self, condition: ServiceCondition, sight: CardSight | None = None) -> dict[str, Finding]:
        desk = FakeDesk(condition, sight or CardSight("waiting"))
        return by_probe(self.readers.look(scene(self.settings, self.root, FakeStation(desk))))

    def plug_usb_reader(self) -> None:
        kind = self.root / "sys/bus/usb/devices/1-1:1.0/bInterfaceClass"
        kind.parent.mkdir(parents=True)
        kind.write_text("0b\n", "ascii")

    def make_socket(self, mode: int = 0o666) -> Path:
        socket = self.root / "run/pcscd/pcscd.comm"
        socket.parent.mkdir(parents=True)
        socket.touch(mode)
        return socket


@pytest.fixture
def place(tmp_path: Path) -> Place:
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, cards={"reader": "pcsc"})
    return Place(settings, tmp_path / "root", Readers())


def _down(error: str) -> ServiceCondition:
    return ServiceCondition("pcsc", up=False, error=error, last_fault="the worker was killed", last_fault_at=NOW)


def test_a_service_that_is_refused_names_the_polkit_rule(place: Place) -> None:
    """The classic trap of a kiosk: pcscd runs and lets nobody in; the rule to install is named."""
    found = place.look(_down("access_denied"))["reader_service"]
    assert found.light == "fault"
    assert "50-asan-kiosk-pcsc.rules" in found.words("en").advice


def test_a_service_that_does_not_run_is_told_by_its_socket(place: Place) -> None:
    """Pcscd is not there: how it is started."""
    found = place.look(_down("service_down"))["reader_service"]
    assert found.finding_key == "care.service.not_running"
    assert "systemctl start" in found.words("en").advice


def test_a_closed_socket_is_no_dead_service(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that only a group may open looks like a dead service to us; the group is what helps."""
    place.make_socket()
    monkeypatch.setattr("os.access", lambda *_: False)
    assert place.look(_down("service_down"))["reader_service"].finding_key == "care.service.closed"


def test_a_service_that_hangs_is_restarted(place: Place) -> None:
    """The socket is there and open, and nobody answers behind it."""
    place.make_socket()
    found = place.look(_down("service_down"))["reader_service"]
    assert found.finding_key == "care.service.down"
    assert found.trial == "service"
    assert found.last_fault is not None
    assert found.last_fault_at == NOW


def test_no_reader_at_all(place: Place) -> None:
    """Nothing is plugged in: plug one in."""
    found = place.look(ServiceCondition("pcsc", up=True))["reader:1"]
    assert (found.light, found.finding_key) == ("fault", "care.reader.none")


def test_a_reader_without_a_driver_is_told_apart(place: Place) -> None:
    """USB shows a card reader that the service does not: its driver is missing."""
    place.plug_usb_reader()
    found = place.look(ServiceCondition("pcsc", up=True))["reader:1"]
    assert (found.light, found.finding_key) == ("fault", "care.reader.no_driver")


def test_a_reader_that_was_there_and_is_gone_is_red_by_its_name(place: Place) -> None:
    """13-health: a reader that went is told for as long as it is gone, under its own number."""
    place.look(with_reader())
    found = place.look(ServiceCondition("pcsc", up=True))
    assert found["reader:1"].light == "fault"
    assert READER in found["reader:1"].words("en").finding
    assert "card:1" not in found
    assert place.look(with_reader())["reader:1"].light == "good"


def test_readers_keep_their_numbers(place: Place) -> None:
    """The second reader stays the second when the first is pulled."""
    two = ServiceCondition("pcsc", up=True, readers=(ReaderCondition("A"), ReaderCondition("B", pin_pad=True)))
    place.look(two)
    found = place.look(ServiceCondition("pcsc", up=True, readers=two.readers[1:]))
    assert (found["reader:1"].light, found["reader:2"].light) == ("fault", "good")
    assert found["reader:2"].finding_key == "care.reader.with_pad"


def test_an_empty_reader_has_no_card_to_tell_of(place: Place) -> None:
    """A missing card is no fault."""
    assert place.look(with_reader())["card:1"].light == "absent"


def test_a_card_is_told_by_its_answer_and_kind_and_not_by_its_holder(place: Place) -> None:
    """M2, K6: ATR and type; nothing of the person."""
    holder = Holder("Aygün", "Nümunəyeva", "Misal qızı", "5AB1C2D")
    facts = CardFacts(1, READER, ATR, "azedit", holder)
    found = place.look(with_reader(insertion=1, atr=ATR), CardSight("ready", facts, 1))["card:1"]
    assert found.light == "good"
    told = str(found) + found.words("az").finding
    assert "3B8001804F00" in told
    assert "azedit" in told
    assert not [part for part in ("Aygün", "Nümunəyeva", "Misal", "5AB1C2D") if part in told]


@pytest.mark.parametrize(
    ("sight", "key"),
    [
        (CardSight("unknown", insertion=1), "care.card.unknown"),
        (CardSight("busy", insertion=1), "care.card.busy"),
        (CardSight("faulty", insertion=1, error="card_fault"), "care.card.faulty"),
        (CardSight("reading", insertion=1), "care.card.inside"),
        (CardSight("waiting"), "care.card.inside"),
    ],
)
def test_a_card_that_could_not_be_read_says_why(place: Place, sight: CardSight, key: str) -> None:
    """M2: unknown, held by another program, broken, or still being read."""
    assert place.look(with_reader(insertion=1, atr=ATR), sight)["card:1"].finding_key == key


def test_a_card_that_is_known_by_its_answer_is_named(place: Place) -> None:
    """M2: a model that no driver speaks with yet is told by its name."""
    atr = bytes.fromhex("3BFF9600008131804380318065B08503010F120FFF82900086")
    found = place.look(with_reader(insertion=1, atr=atr), CardSight("unknown", insertion=1))["card:1"]
    assert found.finding_key == "care.card.no_driver"
    assert "national identity card" in found.words("az").finding


def test_a_mute_card_is_a_warning(place: Place) -> None:
    """A card the wrong way round is no broken reader."""
    found = place.look(with_reader(insertion=1, mute=True))
    assert (found["card:1"].light, found["card:1"].finding_key) == ("warning", "care.card.mute")
    assert found["reader:1"].light == "good"


def test_a_simulated_reader_is_told_as_one(tmp_path: Path) -> None:
    """A trial's reader is never mistaken for a real one; it lives in the kiosk, so `doctor` sees no reader."""
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, cards={"reader": "simulated"})
    found = by_probe(Readers().look(scene(settings, tmp_path)))
    assert found["reader_service"].finding_key == "care.service.simulated"
    assert found["reader:1"].light == "absent"


def test_without_a_station_the_service_is_asked_for_a_moment(place: Place) -> None:
    """M4: `doctor` asks by itself, and its card is told by its answer alone."""
    readers = Readers(listen=lambda _: with_reader(insertion=7, atr=ATR))
    found = by_probe(readers.look(scene(place.settings, place.root)))
    assert found["card:1"].finding_key == "care.card.inside"


def test_a_station_that_opened_no_readers_looks_for_none(place: Place) -> None:
    """A program without a face says so, and starts no reader service of its own."""

    def listen(_: Settings) -> ServiceCondition:
        raise AssertionError

    found = by_probe(Readers(listen).look(scene(place.settings, place.root, FakeStation())))
    assert [(finding.probe, finding.light) for finding in found.values()] == [("reader_service", "absent")]


def test_listening_to_a_simulated_reader_starts_nothing(tmp_path: Path) -> None:
    """Nothing of a simulated reader is to be heard from outside."""
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, cards={"reader": "simulated"})
    assert listen_for_a_moment(settings) == ServiceCondition("simulated", up=True)


def _modules(tmp_path: Path, *conditions: VendorCondition) -> dict[str, Finding]:
    file = tmp_path / "module.so"
    settings = settings_of("sqlite:///none", tmp_path, tmp_path, cards={"pkcs11": f"SIMA={file}"})
    desk = FakeDesk(modules=conditions)
    return by_probe(modules(scene(settings, tmp_path, FakeStation(desk))))


@pytest.mark.parametrize(
    ("told", "light", "key"),
    [
        ({"is_there": False}, "fault", "care.pkcs11.no_file"),
        ({"is_there": True, "loads": False}, "fault", "care.pkcs11.broken"),
        ({"is_there": True, "loads": True, "fails": True}, "fault", "care.pkcs11.fails"),
        ({"is_there": True, "loads": True, "tokens": 1}, "good", "care.pkcs11.good"),
        ({"is_there": True, "loads": None}, "good", "care.pkcs11.good"),
    ],
)
def test_each_module_is_told(tmp_path: Path, told: dict[str, Any], light: str, key: str) -> None:
    """M2: its file, whether it loads, its tokens; each with its own last fault."""
    condition = VendorCondition("SIMA", tmp_path / "module.so", last_fault="it crashed", last_fault_at=NOW, **told)
    found = _modules(tmp_path, condition)["pkcs11_module:SIMA"]
    assert (found.light, found.finding_key) == (light, key)
    assert found.last_fault_at == NOW


def test_no_module_is_no_fault(tmp_path: Path) -> None:
    """Without [cards] pkcs11 there is nothing to look at."""
    settings = settings_of("sqlite:///none", tmp_path, tmp_path)
    assert by_probe(modules(scene(settings, tmp_path)))["pkcs11"].light == "absent"
