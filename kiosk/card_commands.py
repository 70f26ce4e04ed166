"""`asan-kiosk card`: what is in the reader, a signature with PIN2, and a virtual card for trials."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from kiosk.clock import machine_now, to_datetime
from kiosk.command import Failed, configured, log_to, say
from kiosk.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.identity.card_desk import CardDesk
    from kiosk.identity.card_facts import CardFacts
    from kiosk.signature.trust import Trust

_WAIT_SECONDS = 5.0
_PROFILES = ("pkcs15", "azedit", "piv", "unknown", "mute")


@click.group()
def card() -> None:
    """Look at the card in the reader, sign with it, or insert a virtual one."""


@card.command("show")
@configured
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.option("--wait", type=float, default=_WAIT_SECONDS, show_default=True, help="Seconds to wait for a card.")
def show(settings: Settings, as_json: bool, wait: float) -> None:
    """Print what is known of the card in the reader without a PIN.

    ATR, type, holder, FİN, certificates each with its verdict and reason, PINs with tries left (null where the card
    does not tell). Ends with 0 when a card was read, with 1 when there is none or it cannot be read.
    """
    from kiosk.identity.card_report import report, wait_for_card

    log_to(settings)
    with _desk(settings) as (desk, trust):
        sight = wait_for_card(desk, wait)
        values = report(sight, lambda der, use: trust.judge(der, use))
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        for line in _lines(values):
            click.echo(line)
    sys.exit(0 if values["state"] == "ready" else 1)


@card.command("sign")
@configured
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to. Default: FILE.p7s.")
@click.option("--wait", type=float, default=_WAIT_SECONDS, show_default=True, help="Seconds to wait for a card.")
def sign(settings: Settings, file: Path, output: Path | None, wait: float) -> None:
    """Sign FILE with the signature key of the card in the reader.

    PIN2 (a token's user PIN) is asked for at the terminal, or read as one line from stdin; it is sent to the card once.
    Writes a detached CMS signature with the certificates: `openssl cms -verify -binary -inform DER -in FILE.p7s
    -content FILE -CAfile root.pem` accepts it.
    """
    from kiosk.identity.card_report import wait_for_card
    from kiosk.signature.signing import detached_cms
    from kiosk.typed_pin import read_pin

    log_to(settings)
    target = output or file.with_name(file.name + ".p7s")
    _check_target(target, file)
    with _desk(settings) as (desk, trust):
        sight = wait_for_card(desk, wait)
        if sight.card is None or sight.state != "ready":
            raise Failed(f"no card that can sign: {sight.error or sight.state}")
        certificate, state = sight.card.certificate("signature"), sight.card.signature_pin
        if certificate is None or state is None:
            raise Failed("the card has no signature certificate")
        verdict = trust.judge(certificate.der, "signature")
        if not verdict.accepted:
            raise Failed(f"the signature certificate is not accepted: {verdict.state}; no try was used")
        _check_tries(sight.card)
        at = to_datetime(machine_now())
        with read_pin(f"{state.label or 'PIN'}: ") as pin, desk.using(sight.card.insertion, proves=True) as opened:
            made = detached_cms(file, opened, certificate.der, trust.chain_of(certificate.der), pin, at)
    target.write_bytes(made)
    say(f"signed: {target}")


def _check_target(target: Path, file: Path) -> None:
    """Refuse a place that cannot be written before anybody signs: a signature that is made and lost still binds."""
    if target.is_dir() or (target.exists() and target.samefile(file)):
        raise Failed(f"the signature cannot be written there: {target}")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise Failed(f"{target} cannot be written; no try was used")


def _check_tries(found: CardFacts) -> None:
    """Tell what is left (I9); at a terminal the last try needs a yes, as on the screen."""
    pin = found.signature_pin
    if pin is None:
        return
    if pin.tries.blocked:
        raise Failed(f"{pin.name} is blocked; unblock it with the PUK")
    if pin.tries.left is not None:
        say(f"tries left for {pin.name}: {pin.tries.left}")
    if pin.tries.is_last:
        say(f"this is the last try; a wrong {pin.name} blocks it")
        if sys.stdin is not None and sys.stdin.isatty() and not click.confirm("Go on?", err=True):
            raise Failed("nothing was sent; no try was used")


@card.command("insert")
@configured
@click.argument("profile", type=click.Choice(_PROFILES))
@click.option(
    "--vpcd", default="127.0.0.1:35963", show_default=True, metavar="HOST:PORT", help="pcscd's virtual reader."
)
@click.option("--simulated", is_flag=True, help="Into the simulated reader of the running kiosk instead.")
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help="What goes wrong; can be given several times.")
def insert(settings: Settings, profile: Any, vpcd: str, simulated: bool, faults: tuple[str, ...]) -> None:
    """Insert a virtual card, until this command is ended.

    PROFILE is an e-signature card by PKCS#15, an AzeDIT card, a PIV card, a card nobody knows, or one that is mute.
    Its keys are made anew each time, its person and issuer are invented. FAULT is one of pull@N, mute@N, 6f00@N,
    endless61@N (at the Nth command), slow@N:MS, broken-tlv, blocked, last-try, expired, suspended, revoked,
    wrong-issuer, transport-pin. docs/cards.md tells more.
    """
    from hardware.simulated.authority import ExampleAuthority
    from hardware.simulated.profiles import example_pins, make_card
    from hardware.simulated.vpcd import VpcdAddress, plug_into

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    now = to_datetime(machine_now())
    authority = ExampleAuthority.open(settings.example_trust_folder, now)
    try:
        made = make_card(profile, authority, faults, now=now)
        where = settings.reader_socket if simulated else VpcdAddress.read(vpcd)
    except ValueError as error:
        raise Failed(str(error)) from None
    say(f"{profile} card, invented; {example_pins(profile)}; in {where} until this is ended (Ctrl+C)")
    plug_into(where, made, stopped, say)


@contextmanager
def _desk(settings: Settings) -> Iterator[tuple[CardDesk, Trust]]:
    """A card desk and a trust store for one look, without a database."""
    from kiosk.identity.card_desk import CardDesk
    from kiosk.identity.opening import open_desk_parts
    from kiosk.signature.example_trust import example_authority
    from kiosk.signature.trust import Trust

    example_authority(settings, to_datetime(machine_now()))
    parts = open_desk_parts(settings)
    desk = CardDesk(parts.service, parts.vendor, simulated=parts.simulated)
    trust = Trust(settings, lambda: to_datetime(machine_now()))
    try:
        yield desk, trust
    finally:
        desk.close()


def _lines(values: dict[str, Any]) -> Iterator[str]:
    if values["state"] != "ready":
        yield f"card: {values['state']} {values.get('error') or ''}".rstrip()
        return
    holder = cast("dict[str, str] | None", values["holder"])
    yield f"reader: {values['reader']}"
    yield f"card: {values['type']}, ATR {values['atr']}"
    if holder is not None:
        yield f"holder: {' '.join(filter(None, (holder['surname'], holder['given_name'], holder['patronymic'])))}"
    yield f"FİN: {values['fin'] or 'not told'}"
    for one in values["certificates"]:
        if one["purpose"] is not None:
            until = str(one.get("not_after", ""))[:10]
            yield f"{one['purpose']}: {one['verdict']}, until {until} {one['reason']}".rstrip()
    for pin in values["pins"]:
        left = "not told" if pin["tries_left"] is None else f"{pin['tries_left']} of {pin['tries_most'] or '?'}"
        yield f"{pin['name']}: tries left {'none, blocked' if pin['blocked'] else left}"
