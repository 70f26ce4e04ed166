"""Trusted certificates with their dates, revocation lists with their age, and the OCSP responder (I11)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kiosk.care.facts import Facts, Finding
from kiosk.care.probes.scene import Scene
from kiosk.care.words import said
from kiosk.clock import to_datetime
from kiosk.signature.facts import Light

if TYPE_CHECKING:
    from kiosk.signature.condition import AnchorCondition, ListCondition, ListState, TrustCondition

_SOON: Final = timedelta(days=30)
_LIST_ORDER: Final[tuple[ListState, ...]] = ("missing", "dropped", "future", "stale", "fresh")
"""The worst first: a list may come in parts, and the worst of them counts."""


def trust(scene: Scene) -> tuple[Finding, ...]:
    """The findings `anchor:NAME`, `crl:NAME`, `ocsp`, and `trust` where there is something to say of all of it."""
    condition = _condition(scene)
    findings = [_anchor(scene, anchor, condition.folder) for anchor in condition.anchors]
    facts: Facts = {"folder": condition.folder}
    for name in condition.missing:
        findings.append(Finding(f"anchor:{name}", "fault", "care.anchor.missing", facts, "care.anchor.advice"))
    for file in condition.unreadable:
        findings.append(Finding(f"anchor:{file}", "fault", "care.anchor.unreadable", facts, "care.anchor.advice"))
    if not condition.anchors and condition.folder == str(scene.settings.example_trust_folder):
        # nothing is missing: the first face that starts makes the invented ones
        return (Finding("trust", "absent", "care.trust.not_made"), *_ocsp(scene, condition))
    if not findings:
        findings.append(Finding("trust", "absent", "care.trust.none"))
    elif condition.is_example and scene.settings.station.production:
        findings.append(Finding("trust", "fault", "care.trust.example", facts, "care.anchor.advice"))
    elif condition.not_kept is not None:
        kept: Facts = {"what": said(condition.not_kept)}
        findings.append(Finding("trust", "warning", "care.trust.not_kept", kept, "care.disk.closed.advice"))
    return (*findings, *_lists(scene, condition), *_ocsp(scene, condition))


def _condition(scene: Scene) -> TrustCondition:
    if scene.station is not None and scene.station.cards is not None:
        return scene.station.trust.condition()
    from kiosk.signature.trust import Trust

    # looked at as it lies there: nothing is fetched and nobody is asked
    return Trust(scene.settings, lambda: to_datetime(scene.now())).condition()


def _anchor(scene: Scene, anchor: AnchorCondition, folder: str) -> Finding:
    probe = f"anchor:{anchor.name}"
    until: Facts = {"until": anchor.facts.not_after.date(), "folder": folder}
    if anchor.state == "expired":
        return Finding(probe, "fault", "care.anchor.expired", until, "care.anchor.advice", trial="chain")
    if anchor.state == "not_yet_valid":
        begins: Facts = {"until": anchor.facts.not_before.date()}
        return Finding(probe, "fault", "care.anchor.early", begins, "care.anchor.early.advice", trial="chain")
    if anchor.facts.not_after - to_datetime(scene.now()) < _SOON:
        return Finding(probe, "warning", "care.anchor.soon", until, "care.anchor.advice", trial="chain")
    return Finding(probe, "good", "care.anchor.good", until, trial="chain")


def _lists(scene: Scene, condition: TrustCondition) -> list[Finding]:
    worst: dict[str, ListCondition] = {}
    for one in condition.lists:
        known = worst.get(one.authority)
        if known is None or _LIST_ORDER.index(one.state) < _LIST_ORDER.index(known.state):
            worst[one.authority] = one
    fault = next((fetch.fault for fetch in condition.fetches if fetch.fault is not None), None)
    findings = [_list(scene, one, fault) for one in worst.values()]
    for file, why in condition.refused_lists:
        refused: Facts = {"what": said(why)}
        findings.append(Finding(f"crl:{file}", "warning", "care.crl.refused", refused, "care.crl.refused.advice"))
    return findings


def _list(scene: Scene, one: ListCondition, fault: str | None) -> Finding:
    probe = f"crl:{one.authority}"
    facts: Facts = {"what": said(fault)} if fault is not None else {}
    advice = "care.crl.advice" if fault is not None else "care.crl.advice.address"
    if one.told_at is not None:
        facts = {**facts, "moment": one.told_at}
    match one.state:
        case "fresh":
            return Finding(probe, "good", "care.crl.good", facts, trial="chain")
        case "stale":
            return Finding(probe, "warning", "care.crl.grace", facts, advice, trial="chain")
        case "future":
            return Finding(probe, "fault", "care.crl.future", facts, "care.anchor.early.advice", trial="chain")
        case "dropped":
            return Finding(probe, "fault", "care.crl.expired", facts, advice, trial="chain")
        case "missing":
            light: Light = "warning" if scene.settings.trust.ocsp else "fault"
            return Finding(probe, light, "care.crl.none", facts, advice, trial="chain")


def _ocsp(scene: Scene, condition: TrustCondition) -> list[Finding]:
    if not scene.settings.trust.ocsp:
        return [Finding("ocsp", "absent", "care.ocsp.off")]
    asked = condition.ocsp
    if asked is None:
        return [Finding("ocsp", "absent", "care.ocsp.unasked")]
    if asked.fault is not None:
        facts: Facts = {"what": said(asked.fault)}
        return [Finding("ocsp", "warning", "care.ocsp.failed", facts, "care.ocsp.advice", trial="chain")]
    answered: Facts = {"moment": asked.asked_at, "count": asked.milliseconds or 0}
    return [Finding("ocsp", "good", "care.ocsp.good", answered, trial="chain")]
