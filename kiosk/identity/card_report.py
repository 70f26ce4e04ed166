"""What the product makes of the card in the reader, as plain values for other programs (`asan-kiosk card show`)."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Any, Final

from kiosk.identity.card_desk import CardDesk
from kiosk.identity.card_facts import CardCertificate, CardFacts, CardSight, PinState, SightState
from kiosk.signature.facts import CertificateVerdict, Use

_SETTLED: Final[frozenset[SightState]] = frozenset({"ready", "mute", "unknown", "faulty"})
_USE: Final[dict[str, Use]] = {"sign_in": "sign_in", "signature": "signature"}

Judge = Callable[[bytes, Use], CertificateVerdict]


def wait_for_card(desk: CardDesk, seconds: float) -> CardSight:
    """The sight of a card that was read or cannot be, or of what stands there when the time is over.

    Args:
        desk: started already or not; it is started.
        seconds: how long to wait for a card at most.
    """
    seen: queue.SimpleQueue[CardSight] = queue.SimpleQueue()
    stop = desk.watch(seen.put)
    try:
        desk.start()
        until = time.monotonic() + seconds
        while desk.sight.state not in _SETTLED and (left := until - time.monotonic()) > 0:
            try:
                seen.get(timeout=left)
            except queue.Empty:
                break
    finally:
        stop()
    return desk.sight


def report(sight: CardSight, judge: Judge) -> dict[str, Any]:
    """Everything that is known of the card without a PIN.

    Args:
        sight: what stands in the reader.
        judge: what is made of a certificate for a use.

    Returns:
        JSON values: `state`; of a card that was read also reader, atr (hexadecimal), type, holder, fin, certificates
        (each with its verdict and reason) and pins (with tries left, or null where the card does not tell); of one that
        could not be, `error` and `code` where there are any.
    """
    card = sight.card
    if card is None:
        return {"state": sight.state, "error": sight.error, "code": f"{sight.code:X}" if sight.code else None}
    certificates = [_certificate(certificate, judge) for certificate in card.certificates]
    return {
        "state": sight.state,
        "reader": card.reader,
        "atr": card.atr.hex(" ").upper(),
        "type": card.kind,
        "holder": _holder(card),
        "fin": _fin(card, certificates),
        "certificates": certificates,
        "pins": [_pin(pin) for pin in card.pins],
    }


def _holder(card: CardFacts) -> dict[str, Any] | None:
    holder = card.holder
    if holder is None:
        return None
    return {
        "given_name": holder.given_name,
        "surname": holder.surname,
        "patronymic": holder.patronymic,
        "document": holder.document,
    }


def _fin(card: CardFacts, certificates: list[dict[str, Any]]) -> str | None:
    if card.holder is not None and card.holder.fin is not None:
        return card.holder.fin
    return next((one["fin"] for one in certificates if one.get("fin")), None)


def _certificate(certificate: CardCertificate, judge: Judge) -> dict[str, Any]:
    values: dict[str, Any] = {"purpose": certificate.purpose, "pin": certificate.pin, "label": certificate.label}
    if certificate.purpose is None:
        return values
    verdict = judge(certificate.der, _USE[certificate.purpose])
    facts, revocation = verdict.facts, verdict.revocation
    if facts is not None:
        values |= {
            "subject": facts.subject,
            "issuer": facts.issuer,
            "fin": facts.fin,
            "serial": facts.serial,
            "not_before": facts.not_before.isoformat(),
            "not_after": facts.not_after.isoformat(),
            "fingerprint": facts.fingerprint,
            "key": facts.key,
            "uses": list(facts.uses),
        }
    return values | {
        "verdict": verdict.state,
        "accepted": verdict.accepted,
        "reason": verdict.reason,
        "chain": [link.facts.subject for link in verdict.chain],
        "revocation": {
            "source": revocation.source,
            "told_at": revocation.told_at.isoformat() if revocation.told_at is not None else None,
            "stale": revocation.stale,
        },
    }


def _pin(pin: PinState) -> dict[str, Any]:
    tries = pin.tries
    return {
        "name": pin.name,
        "label": pin.label,
        "tries_left": tries.left,
        "tries_most": tries.most,
        "blocked": tries.blocked,
        "shortest": pin.shortest,
        "longest": pin.longest,
        "must_change": pin.must_change,
    }
