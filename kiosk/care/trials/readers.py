"""Beginning the reader service anew, and putting cards into the simulated reader (M3)."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from kiosk.care.facts import TrialLine
from kiosk.care.words import card_error, said, service_name
from kiosk.identity.card_facts import CardSight, SightState
from kiosk.settings import Settings
from kiosk.signature.facts import Light

if TYPE_CHECKING:
    from hardware.simulated.card import VirtualCard
    from hardware.simulated.profiles import Profile
    from hardware.simulated.service import SimulatedService
    from kiosk.identity.card_desk import CardDesk

COMMAND_SECONDS: Final = 30
"""How long the command that restarts the service may take."""
SETTLE_SECONDS: Final = 10.0
"""How long a trial waits for the readers to come back, or for the card to be read."""
_REACT_SECONDS: Final = 2.0
"""… for what may change nothing, as taking out a card that is not there, and for readers to be found."""
_LOOK_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done with the simulated reader: a card of a profile with its faults, or something with the reader."""

    do: Literal["insert", "remove", "unplug", "plug"] = "insert"
    profile: Profile = "pkcs15"
    faults: tuple[str, ...] = ()


SCENARIOS: Final[dict[str, Scenario]] = {
    "good_card": Scenario(profile="pkcs15"),
    "identity_card": Scenario(profile="azedit"),
    "piv_card": Scenario(profile="piv"),
    "unknown_card": Scenario(profile="unknown"),
    "mute_card": Scenario(profile="mute"),
    "last_try": Scenario(profile="pkcs15", faults=("last-try",)),
    "blocked_pin": Scenario(profile="pkcs15", faults=("blocked",)),
    "transport_pin": Scenario(profile="pkcs15", faults=("transport-pin",)),
    "expired": Scenario(profile="pkcs15", faults=("expired",)),
    "suspended": Scenario(profile="pkcs15", faults=("suspended",)),
    "revoked": Scenario(profile="pkcs15", faults=("revoked",)),
    "wrong_issuer": Scenario(profile="pkcs15", faults=("wrong-issuer",)),
    "broken_data": Scenario(profile="pkcs15", faults=("broken-tlv",)),
    "pulled_while_read": Scenario(profile="pkcs15", faults=("pull@6",)),
    "slow_card": Scenario(profile="pkcs15", faults=("slow@1:200",)),
    "take_out": Scenario("remove"),
    "unplug_reader": Scenario("unplug"),
    "plug_reader": Scenario("plug"),
}


def restart_service(settings: Settings, desk: CardDesk) -> Iterator[TrialLine]:
    """Restart the reader service by `[maintenance] service_command`, where there is one, and begin anew with it."""
    begun = time.perf_counter()
    command = shlex.split(settings.maintenance.service_command)
    if command:
        yield _run(command, begun)
    else:
        yield TrialLine("good", "care.trial.own_worker")
    begun = time.perf_counter()
    real = desk.condition().service == "pcsc"
    desk.service.restart()
    if real:
        _until(lambda: not desk.condition().up, _REACT_SECONDS)  # what answered until now was the old worker
    up = _until(lambda: desk.condition().up, SETTLE_SECONDS)
    _until(lambda: bool(desk.condition().readers), _REACT_SECONDS)
    took = (time.perf_counter() - begun) * 1000
    condition = desk.condition()
    if not up:
        yield TrialLine(
            "fault", "care.trial.service_down", {"name": card_error(condition.error or "service_down")}, took
        )
        return
    yield TrialLine(
        "good", "care.trial.service_up", {"name": condition.version or service_name(condition.service)}, took
    )
    light: Light = "good" if condition.readers else "fault"
    yield TrialLine(light, "care.trial.readers", {"count": len(condition.readers)})


def _run(command: list[str], begun: float) -> TrialLine:
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own setting
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return TrialLine("fault", "care.trial.command_hangs", {"seconds": COMMAND_SECONDS})
    except OSError as error:
        return TrialLine("fault", "care.trial.command_failed", {"what": said(error.strerror or type(error).__name__)})
    took = (time.perf_counter() - begun) * 1000
    if done.returncode == 0:
        return TrialLine("good", "care.trial.command_done", milliseconds=took)
    words = done.stderr.decode(errors="replace").strip().partition("\n")[0][:200] or f"{done.returncode}"
    return TrialLine("fault", "care.trial.command_failed", {"what": words}, took)


def scenario(
    wanted: Scenario, name: str, desk: CardDesk, simulated: SimulatedService, settings: Settings
) -> Iterator[TrialLine]:
    """Do what a scenario says, and tell what the station makes of it."""
    if wanted.do == "insert" and settings.trust_folder != settings.example_trust_folder:
        yield TrialLine("fault", "care.trial.no_authority")
        return
    card = _card(wanted, settings) if wanted.do == "insert" else None
    begun = time.perf_counter()
    settled = threading.Event()
    before = desk.sight.insertion
    seen = threading.Event()
    if card is None:
        seen.set()

    def changed(sight: CardSight) -> None:
        # the card that was in there goes first, and a pulled one is told by what comes after it
        if sight.insertion not in (None, before):
            seen.set()
        if seen.is_set() and sight.state != "reading":
            settled.set()

    stop = desk.watch(changed)
    try:
        match wanted.do:
            case "remove":
                simulated.remove()
            case "unplug":
                simulated.unplug()
            case "plug":
                simulated.plug()
            case _ if card is not None:
                simulated.remove()
                simulated.insert(card)
        yield TrialLine("good", f"care.scenario.{name}")
        settled.wait(SETTLE_SECONDS if card is not None else _REACT_SECONDS)
    finally:
        stop()
    sight = desk.sight
    light: Light = "good" if sight.state in ("ready", "waiting") else "warning"
    yield TrialLine(light, _SIGHTS[sight.state], milliseconds=(time.perf_counter() - begun) * 1000)


def _card(wanted: Scenario, settings: Settings) -> VirtualCard:
    from hardware.simulated.authority import ExampleAuthority
    from hardware.simulated.profiles import make_card

    now = datetime.now(UTC)
    return make_card(wanted.profile, ExampleAuthority.open(settings.example_trust_folder, now), wanted.faults, now=now)


_SIGHTS: Final[dict[SightState, str]] = {
    "service_down": "care.sight.service_down",
    "access_denied": "care.sight.access_denied",
    "no_reader": "care.sight.no_reader",
    "waiting": "care.sight.waiting",
    "reading": "care.sight.reading",
    "mute": "care.sight.mute",
    "unknown": "care.sight.unknown",
    "busy": "care.sight.busy",
    "faulty": "care.sight.faulty",
    "ready": "care.sight.ready",
}


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether something held within a time."""
    until = time.monotonic() + seconds
    never = threading.Event()
    while not holds():
        if time.monotonic() > until:
            return False
        never.wait(_LOOK_SECONDS)
    return True
