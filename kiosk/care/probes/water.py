"""What the water company's services need: the registry, the payment terminal, the public address."""

from __future__ import annotations

from typing import Final

from db import registry_calls
from db.engine import DatabaseAway
from hardware.payment_terminal import open_terminal
from hardware.payment_terminal.port import TerminalState, TerminalStatus
from kiosk.care.facts import Facts, Finding
from kiosk.care.probes.scene import Scene
from kiosk.care.words import said
from kiosk.clock import MINUTE
from kiosk.settings import state_folder

HEALTH: Final = "/healthz"
"""The page of `asan-kiosk web` that says that it is there."""
_OLD_CALL: Final = 15 * MINUTE
_SECONDS: Final = 3.0
_TERMINAL_KEYS: Final[dict[TerminalState, str]] = {
    "ok": "care.terminal.good",
    "busy": "care.terminal.busy",
    "unplugged": "care.terminal.unplugged",
    "error": "care.terminal.error",
}
_TERMINAL_ADVICE: Final[dict[TerminalState, str]] = {
    "unplugged": "care.terminal.unplugged.advice",
    "error": "care.terminal.error.advice",
}


def registry(scene: Scene) -> Finding:
    """Where subscribers are, and what the company's system was not told yet."""
    if scene.settings.registry.source == "own":
        return Finding("registry", "good", "care.registry.own")
    if scene.database is None:
        raise DatabaseAway("not opened")
    with scene.database.reading() as (connection, now):
        count, oldest = registry_calls.waiting(connection)
    if oldest is not None and now - oldest > _OLD_CALL:
        return Finding("registry", "fault", "care.registry.stuck", {"count": count}, "care.registry.stuck.advice")
    return Finding("registry", "good", "care.registry.good", {"count": count})


def payment_terminal(scene: Scene) -> Finding:
    """How the payment terminal stands."""
    status = _terminal_status(scene)
    if status is None:
        return Finding("payment_terminal", "absent", "care.terminal.none")
    facts: Facts = {"what": said(status.detail)}
    key = _TERMINAL_KEYS[status.state]
    if status.state in ("ok", "busy"):
        return Finding("payment_terminal", "good", key)
    return Finding("payment_terminal", "fault", key, facts, _TERMINAL_ADVICE[status.state])


def _terminal_status(scene: Scene) -> TerminalStatus | None:
    if scene.station is not None:
        return scene.station.water.payments.terminal_status()
    opened = open_terminal(scene.settings.payment_terminal, state_folder() / "payment-terminal")
    return opened.status() if opened is not None else None


def web(scene: Scene) -> Finding:
    """Whether citizens' phones can reach us at the public address."""
    from kiosk.web_call import NotReached, Request, call

    settings = scene.settings.web
    if not settings.public_url:
        return Finding("web", "absent", "care.web.none")
    facts: Facts = {"name": settings.public_url}
    try:
        # as phones ask: with the certificates that everybody trusts
        is_there = call(Request("GET", settings.public_url.rstrip("/") + HEALTH), _SECONDS).status == 200
    except NotReached:
        is_there = False
    if not is_there:
        return Finding("web", "fault", "care.web.away", facts, "care.web.away.advice")
    return Finding("web", "good", "care.web.good", facts)
