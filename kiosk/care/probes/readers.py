"""The reader service, each reader, the card inside, and vendors' PKCS#11 modules."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from hardware.cards import known_cards
from hardware.readers import ReaderCondition, ReaderEvent, ServiceCondition
from kiosk.care.facts import Facts, Finding, Message, hexadecimal
from kiosk.care.probes.scene import Scene
from kiosk.care.words import card_error, said
from kiosk.identity.card_facts import CardSight
from kiosk.settings import Settings

if TYPE_CHECKING:
    from hardware.cards.vendor import VendorCondition

SOCKET: Final = "run/pcscd/pcscd.comm"
_CCID: Final = "0b"
"""USB's interface class of smart card readers."""
_QUIET_SECONDS: Final = 0.4
"""A service that posted nothing for so long has told what is there."""
Listen = Callable[[Settings], ServiceCondition]


class Readers:
    """Looks at service, readers and cards together, and remembers the readers it once saw.

    Args:
        listen: asks a service of its own where there is no station that has one.
    """

    def __init__(self, listen: Listen | None = None) -> None:
        self._listen = listen or listen_for_a_moment
        self._seen: list[str] = []

    def look(self, scene: Scene) -> tuple[Finding, ...]:
        """The findings `reader_service`, `reader:N` and `card:N`."""
        if scene.station is not None and scene.station.cards is None:
            return (Finding("reader_service", "absent", "care.service.not_opened"),)
        condition, sight = self._condition(scene)
        findings = [_service(scene, condition)]
        if not condition.up:
            return tuple(findings)
        for reader in condition.readers:
            if reader.name not in self._seen:
                self._seen.append(reader.name)
        if not self._seen:
            findings.append(_no_reader(scene))
        there = {reader.name: reader for reader in condition.readers}
        for number, name in enumerate(self._seen, 1):
            found = there.get(name)
            findings.append(_reader(number, name, found))
            if found is not None and (found.insertion is not None or number == 1):
                findings.append(_card(number, found, sight))
        return tuple(findings)

    def _condition(self, scene: Scene) -> tuple[ServiceCondition, CardSight | None]:
        if scene.station is not None and scene.station.cards is not None:
            return scene.station.cards.condition(), scene.station.cards.sight
        return self._listen(scene.settings), None


def listen_for_a_moment(settings: Settings) -> ServiceCondition:
    """Start the reader service, hear what it tells first, and stop it; for `doctor`, which has no station.

    A simulated reader lives in the kiosk's own process, so there is nothing to hear of it here.
    """
    if settings.card_reader == "simulated":
        return ServiceCondition("simulated", up=True, readers=())
    from hardware.pcsc.service import PcscService

    service = PcscService(
        only_reader=settings.cards.only_reader,
        pin_pad=settings.cards.pin_pad,
        wait_seconds=settings.maintenance.probe_seconds,
    )
    heard = threading.Event()

    def post(_event: ReaderEvent) -> None:
        heard.set()

    until = time.monotonic() + 0.8 * settings.maintenance.probe_seconds
    service.start(post)
    try:
        wait = until - time.monotonic()
        while wait > 0 and heard.wait(wait):
            heard.clear()
            wait = min(_QUIET_SECONDS, until - time.monotonic())
        return service.condition()
    finally:
        service.stop()


def _service(scene: Scene, condition: ServiceCondition) -> Finding:
    last = Message("care.told", {"what": said(condition.last_fault)}) if condition.last_fault else None
    light, key, advice, facts = _service_words(scene, condition)
    return Finding(
        "reader_service",
        light,
        key,
        facts,
        advice,
        last_fault=last,
        last_fault_at=condition.last_fault_at if last is not None else None,
        trial="service",
    )


def _service_words(
    scene: Scene, condition: ServiceCondition
) -> tuple[Literal["good", "warning", "fault"], str, str | None, Facts]:
    if condition.service == "simulated":
        light: Literal["good", "warning"] = "warning" if scene.settings.station.production else "good"
        return light, "care.service.simulated", None, {}
    if condition.up:
        facts: Facts = {"version": condition.version or "–", "count": len(condition.readers)}
        return "good", "care.service.good", None, facts
    socket = _socket(scene)
    if condition.error == "access_denied":
        return "fault", "care.service.denied", "care.service.denied.advice", {}
    if not socket.exists():
        return "fault", "care.service.not_running", "care.service.not_running.advice", {"file": str(socket)}
    if not _is_open(socket):
        return "fault", "care.service.closed", "care.service.closed.advice", {"file": str(socket)}
    return "fault", "care.service.down", "care.service.down.advice", {}


def _socket(scene: Scene) -> Path:
    """Where pcscd listens: libpcsclite takes it from the environment first."""
    return Path(os.environ.get("PCSCLITE_CSOCK_NAME") or scene.root / SOCKET)


def _is_open(socket: Path) -> bool:
    return os.access(socket, os.R_OK | os.W_OK)


def _no_reader(scene: Scene) -> Finding:
    if scene.settings.card_reader == "simulated":
        return Finding("reader:1", "absent", "care.reader.elsewhere")
    if _has_usb_reader(scene.root):
        return Finding("reader:1", "fault", "care.reader.no_driver", {}, "care.reader.no_driver.advice")
    return Finding("reader:1", "fault", "care.reader.none", {}, "care.reader.none.advice", trial="card")


def _has_usb_reader(root: Path) -> bool:
    """Whether a card reader is plugged in by USB, whatever the reader service makes of it."""
    for kind in (root / "sys/bus/usb/devices").glob("*/bInterfaceClass"):
        try:
            if kind.read_text(encoding="ascii").strip() == _CCID:
                return True
        except OSError:
            continue  # it was pulled between the listing and here
    return False


def _reader(number: int, name: str, reader: ReaderCondition | None) -> Finding:
    probe = f"reader:{number}"
    if reader is None:
        return Finding(probe, "fault", "care.reader.gone", {"name": name}, "care.reader.gone.advice", trial="card")
    facts: Facts = {"name": name}
    if reader.pin_pad:
        return Finding(probe, "good", "care.reader.with_pad", facts, trial="card")
    return Finding(probe, "good", "care.reader.good", facts, trial="card")


def _card(number: int, reader: ReaderCondition, sight: CardSight | None) -> Finding:
    """The card inside, told by its answer to reset and its kind; nothing of its holder."""
    probe = f"card:{number}"
    if reader.insertion is None:
        return Finding(probe, "absent", "care.card.none")
    if reader.mute:
        return Finding(probe, "warning", "care.card.mute", {}, "care.card.mute.advice", trial="card")
    facts: Facts = {"atr": hexadecimal(reader.atr)}
    if sight is None or sight.insertion != reader.insertion:
        return Finding(probe, "good", "care.card.inside", facts, trial="card")
    match sight.state:
        case "unknown" if model := known_cards.by_atr(reader.atr).name:
            named: Facts = {**facts, "name": model}
            return Finding(probe, "warning", "care.card.no_driver", named, "care.card.unknown.advice", trial="card")
        case "unknown":
            return Finding(probe, "warning", "care.card.unknown", facts, "care.card.unknown.advice", trial="card")
        case "busy":
            return Finding(probe, "warning", "care.card.busy", facts, "care.card.busy.advice", trial="card")
        case "faulty":
            broken: Facts = {**facts, "error": card_error(sight.error or "card_fault")}
            return Finding(probe, "warning", "care.card.faulty", broken, "care.card.faulty.advice", trial="card")
        case _ if sight.card is not None:
            return Finding(probe, "good", "care.card.good", {**facts, "name": sight.card.kind}, trial="card")
        case _:
            return Finding(probe, "good", "care.card.inside", facts, trial="card")


def modules(scene: Scene) -> tuple[Finding, ...]:
    """Each vendor's PKCS#11 module that the settings name: is its file there, does it load, is a token in it."""
    named = scene.settings.pkcs11_modules
    if not named:
        return (Finding("pkcs11", "absent", "care.pkcs11.none"),)
    if scene.station is not None and scene.station.cards is None:
        return (Finding("pkcs11", "absent", "care.service.not_opened"),)
    return tuple(_module(condition) for condition in _vendor_conditions(scene))


def _vendor_conditions(scene: Scene) -> tuple[VendorCondition, ...]:
    if scene.station is not None and scene.station.cards is not None:
        return scene.station.cards.vendor_condition()
    from hardware.cards.vendor import VendorModules

    opened = VendorModules(scene.settings.pkcs11_modules, scene.settings.maintenance.probe_seconds)
    try:
        opened.tokens()
        return opened.condition()
    finally:
        opened.close()


def _module(condition: VendorCondition) -> Finding:
    last = Message("care.told", {"what": said(condition.last_fault)}) if condition.last_fault else None
    at = condition.last_fault_at if last is not None else None
    probe = f"pkcs11_module:{condition.name}"
    facts: Facts = {"name": condition.about or condition.name, "file": str(condition.path), "count": condition.tokens}
    if not condition.is_there:
        return Finding(probe, "fault", "care.pkcs11.no_file", facts, "care.pkcs11.no_file.advice", last, at)
    if condition.loads is False:
        return Finding(probe, "fault", "care.pkcs11.broken", facts, "care.pkcs11.broken.advice", last, at, "card")
    if condition.fails:
        return Finding(probe, "fault", "care.pkcs11.fails", facts, "care.pkcs11.fails.advice", last, at, "card")
    return Finding(probe, "good", "care.pkcs11.good", facts, None, last, at, "card")
