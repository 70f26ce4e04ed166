"""Reading a card step by step, its certificates' chains as a tree, and what was said to it (M3)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hardware.cards.card import Card, CardCertificate
from hardware.errors import CardError
from hardware.readers import CardLink, PinPad, Transport
from kiosk.care.facts import Facts, Message, TrialLine, hexadecimal
from kiosk.care.trials.atr import decode
from kiosk.care.trials.command import UnusableCommand, read_commands
from kiosk.care.words import card_error, said, service_name, status_word
from kiosk.clock import to_datetime
from kiosk.signature.facts import CertificateVerdict, ChainLink, Light, RevocationSource, Use

if TYPE_CHECKING:
    from kiosk.identity.card_desk import CardDesk
    from kiosk.signature.trust import Trust

_SHOWN_BYTES: Final = 256
"""More of an answer than this is not shown."""
_LINE_BYTES: Final = 16
_SOURCES: Final[dict[RevocationSource, str]] = {"crl": "CRL", "ocsp": "OCSP"}
_USES: Final[dict[str, Use]] = {"sign_in": "sign_in", "signature": "signature"}


class _Counted:
    """A link that counts what goes over it."""

    def __init__(self, link: CardLink) -> None:
        self._link = link
        self.commands = 0

    @property
    def reader(self) -> str:
        return self._link.reader

    @property
    def insertion(self) -> int:
        return self._link.insertion

    @property
    def atr(self) -> bytes:
        return self._link.atr

    @property
    def transport(self) -> Transport:
        return self._link.transport

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.commands += 1
        return self._link.transmit(command)

    def pin_pad(self) -> PinPad | None:
        return self._link.pin_pad()

    def reset(self) -> None:
        self._link.reset()

    def close(self) -> None:
        """The desk that lent the link closes it."""


class _Watch:
    """Milliseconds since it was last asked."""

    def __init__(self) -> None:
        self._at = time.perf_counter()

    def lap(self) -> float:
        before, self._at = self._at, time.perf_counter()
        return (self._at - before) * 1000


def read_card(desk: CardDesk, *, show_holder: bool = False) -> Iterator[TrialLine]:
    """Read the card in the reader anew, telling each step with its time.

    Args:
        desk: the station's.
        show_holder: whether the holder's name is told; on the glass only, nothing keeps a line.
    """
    condition = desk.condition()
    yield TrialLine(
        "good" if condition.up else "fault", "care.trial.service", {"name": service_name(condition.service)}
    )
    if not condition.readers:
        yield TrialLine("fault", "care.trial.no_reader")
        return
    for reader in condition.readers:
        yield TrialLine("good", "care.trial.reader", {"name": reader.name}, depth=1)
    sight = desk.sight
    if sight.insertion is None:
        yield TrialLine("fault", "care.trial.no_card")
        return
    watch = _Watch()
    try:
        if sight.insertion < 0:
            with desk.using(sight.insertion) as card:
                yield TrialLine("good", "care.trial.module", milliseconds=watch.lap())
                yield from _contents(card, None, watch, show_holder=show_holder)
            return
        with desk.borrow(sight.insertion) as link:
            yield TrialLine("good", "care.trial.connected", {"name": link.transport}, watch.lap())
            yield _atr_line(link.atr)
            yield from _with_driver(desk, link, watch, show_holder=show_holder)
    except CardError as error:
        yield failed(error, watch.lap())


def _with_driver(desk: CardDesk, link: CardLink, watch: _Watch, *, show_holder: bool) -> Iterator[TrialLine]:
    from hardware.cards.registry import open_card

    counted = _Counted(link)
    card = open_card(counted, desk.trace)
    facts: Facts = {"name": card.kind, "count": counted.commands}
    yield TrialLine("good", "care.trial.driver", facts, watch.lap())
    yield from _contents(card, counted, watch, show_holder=show_holder)


def _contents(card: Card, link: _Counted | None, watch: _Watch, *, show_holder: bool) -> Iterator[TrialLine]:
    holder = card.holder()
    if holder is None:
        yield TrialLine("warning", "care.trial.no_holder", milliseconds=watch.lap())
    elif show_holder:
        name = " ".join(part for part in (holder.given_name, holder.patronymic, holder.surname) if part)
        yield TrialLine("good", "care.trial.holder_shown", {"name": name}, watch.lap())
    else:
        yield TrialLine("good", "care.trial.holder", milliseconds=watch.lap())
    certificates = card.certificates()
    light: Light = "good" if {one.purpose for one in certificates} >= set(_USES) else "warning"
    yield TrialLine(light, "care.trial.certificates", {"count": len(certificates)}, watch.lap())
    for certificate in certificates:
        yield TrialLine("good", _purpose_key(certificate), {"count": len(certificate.der)}, depth=1)
    pins = card.pins()
    yield TrialLine("good" if pins else "warning", "care.trial.pins", {"count": len(pins)}, watch.lap())
    for pin in pins:
        tries = pin.tries
        state: Light = "fault" if tries.blocked else "warning" if tries.is_last or pin.must_change else "good"
        left = Message("care.trial.tries_unknown") if tries.left is None else str(tries.left)
        yield TrialLine(state, "care.trial.pin", {"name": _PIN_NAMES[pin.name], "left": left}, depth=1)
    if link is not None:
        yield TrialLine("good", "care.trial.commands", {"count": link.commands})


_PIN_NAMES: Final = {"pin1": "PIN1", "pin2": "PIN2", "user_pin": "PIN", "puk": "PUK"}


def _purpose_key(certificate: CardCertificate) -> str:
    match certificate.purpose:
        case "sign_in":
            return "care.trial.certificate_sign_in"
        case "signature":
            return "care.trial.certificate_signature"
        case _:
            return "care.trial.certificate_other"


def _atr_line(atr: bytes) -> TrialLine:
    read = decode(atr)
    facts: Facts = {"atr": hexadecimal(atr), "name": ", ".join(read.protocols) or "?"}
    return TrialLine("good" if read.sound else "warning", "care.trial.atr", facts)


def failed(error: CardError, milliseconds: float | None = None) -> TrialLine:
    """What kept a trial from going on."""
    code = "–" if error.code is None else f"{error.code & 0xFFFFFFFF:04X}"
    return TrialLine("fault", "care.trial.failed", {"error": card_error(error.error), "status": code}, milliseconds)


def chain(desk: CardDesk, trust: Trust) -> Iterator[TrialLine]:
    """Fetch the revocation lists, then show the chains of the card's certificates, each from the root down.

    No name of a person is told.
    """
    watch = _Watch()
    trust.fetch()
    faults = [fetch.fault for fetch in trust.condition().fetches if fetch.fault is not None]
    if faults:
        yield TrialLine("warning", "care.trial.not_fetched", {"what": said(faults[0])}, watch.lap())
    else:
        yield TrialLine("good", "care.trial.fetched", milliseconds=watch.lap())
    card = desk.sight.card
    if card is None or not card.certificates:
        yield TrialLine("fault", "care.trial.no_card")
        return
    for certificate in card.certificates:
        if certificate.purpose is None:
            continue
        watch = _Watch()
        verdict = trust.judge(certificate.der, _USES[certificate.purpose], fresh=True)
        yield from _tree(certificate, verdict, watch.lap())


def _tree(certificate: CardCertificate, verdict: CertificateVerdict, milliseconds: float) -> Iterator[TrialLine]:
    yield TrialLine("good", _purpose_key(certificate), {"count": len(certificate.der)})
    depth = 1
    for link in reversed(verdict.chain):
        yield _link_line(link, depth)
        depth += 1
    if not verdict.chain or verdict.state == "unknown_issuer":
        yield TrialLine("fault", "care.trial.chain_open", depth=depth)
    light: Light = "good" if verdict.state == "good" else "warning" if verdict.accepted else "fault"
    state = Message(f"care.certificate.{verdict.state}")
    if verdict.facts is None:
        yield TrialLine(light, "care.trial.verdict", {"state": state}, milliseconds, depth)
        return
    facts: Facts = {"state": state, "until": verdict.facts.not_after.date(), "key": verdict.facts.key}
    yield TrialLine(light, "care.trial.verdict_dated", facts, milliseconds, depth)
    told = verdict.revocation
    if told.source is not None and told.told_at is not None:
        kept: Light = "warning" if told.stale else "good"
        yield TrialLine(
            kept, "care.trial.revocation", {"status": _SOURCES[told.source], "moment": told.told_at}, depth=depth
        )
    else:
        yield TrialLine("warning", "care.trial.revocation_unknown", {"what": said(told.why_not)}, depth=depth)


def _link_line(link: ChainLink, depth: int) -> TrialLine:
    facts: Facts = {
        "name": link.facts.subject,
        "until": link.facts.not_after.date(),
        "fingerprint": link.facts.fingerprint[:16],
    }
    return TrialLine("good" if link.known else "warning", "care.trial.authority", facts, depth=depth)


def trace(desk: CardDesk) -> Iterator[TrialLine]:
    """The last commands and answers, oldest first; what may hold a PIN was never written down."""
    lines = desk.trace.lines()
    if not lines:
        yield TrialLine("absent", "care.trial.trace_empty")
    for line in lines:
        status = line.error or ("–" if line.status is None else f"{line.status:04X}")
        facts: Facts = {
            "moment": to_datetime(line.at),
            "command": line.command,
            "status": status,
            "count": line.answered,
        }
        light: Light = "good" if line.error is None else "fault"
        yield TrialLine(light, "care.trial.trace", facts, line.milliseconds)


def apdu(desk: CardDesk, typed: str) -> Iterator[TrialLine]:
    """Send commands as they are typed, one a line, to the card in the reader; it is reset before and after.

    A command that could carry or touch a PIN is refused, and then none is sent. What the card answers is told here
    alone: nothing keeps it.
    """
    try:
        commands = read_commands(typed)
    except UnusableCommand as error:
        yield TrialLine("fault", error.why.key, error.why.facts)
        return
    insertion = desk.sight.insertion
    if insertion is None:
        yield TrialLine("fault", "care.trial.no_card")
        return
    watch = _Watch()
    try:
        with desk.borrow(insertion) as link:
            yield TrialLine("good", "care.trial.connected", {"name": link.transport}, watch.lap())
            for command in commands:
                answer = link.transmit(command)
                took = watch.lap()
                good = answer[-2] in (0x90, 0x61, 0x9F)
                facts: Facts = {"status": hexadecimal(answer[-2:]), "count": len(answer) - 2}
                yield TrialLine("good" if good else "warning", "care.trial.answer", facts, took)
                if meant := status_word(int.from_bytes(answer[-2:])):
                    yield TrialLine("good", "care.trial.meaning", {"what": meant}, depth=1)
                for place in range(0, min(len(answer) - 2, _SHOWN_BYTES), _LINE_BYTES):
                    shown = answer[:-2][place : place + _LINE_BYTES]
                    yield TrialLine("good", "care.trial.data", {"data": hexadecimal(shown, " ")}, depth=1)
    except CardError as error:
        yield failed(error, watch.lap())
