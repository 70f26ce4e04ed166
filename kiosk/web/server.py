"""The process of `asan-kiosk web`: listens until it is told to end, over TLS or behind a proxy of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk.place import NotReady
from kiosk.settings import Settings
from kiosk.station import Station
from kiosk.web.connections import BoundedServer
from kiosk.web.site import Site, rooms_of

_HANDSHAKE_SECONDS: Final = 10
_FAREWELL_SECONDS: Final = 8
"""How long answers under way are waited for at the end."""


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Listen until SIGTERM or SIGINT; SIGHUP reads the certificate anew.

    Args:
        settings: what the station is told.
        say: tells where it listens, and what became of a new certificate.

    Raises:
        NotReady: the settings do not do, or the database is not ready.
        Unavailable: the database is away.
        OSError: the port is taken, or the certificate cannot be read.
    """
    web = settings.web
    if not web.public_url:
        raise NotReady("[web] public_url is empty: phones would not know where to find this")
    if not web.certificate and not _is_this_machine(web.host):
        raise NotReady("[web] host is open to the network without a certificate: set [web] certificate and key")
    tls = _tls(settings) if web.certificate else None
    # what stands at a kiosk is the kiosk's: this process has neither its terminal nor its printer
    station = Station(
        replace(
            settings,
            payments=replace(settings.payments, terminal="none"),
            printer=replace(settings.printer, device="none"),
        )
    )
    try:
        station.start()
        asyncio.run(_run(station, settings, tls, say))
    finally:
        station.close()


async def _run(station: Station, settings: Settings, tls: ssl.SSLContext | None, say: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    site = Site(rooms_of(station), settings)
    web = settings.web
    bounded = BoundedServer(
        site.answer,
        most=web.connections,
        most_of_address=None if site.behind_proxy else web.connections_per_address,
    )
    stopped = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stopped.set)
    if tls is not None:
        loop.add_signal_handler(signal.SIGHUP, _renew, tls, settings, say)
    listening = await loop.create_server(
        bounded,
        web.host,
        web.port,
        ssl=tls,
        ssl_handshake_timeout=_HANDSHAKE_SECONDS if tls is not None else None,
    )
    say(f"listening at {web.host} port {web.port}, {'over TLS' if tls is not None else 'behind a proxy'}")
    try:
        await stopped.wait()
    finally:
        listening.close()
        bounded.pre_shutdown()
        with contextlib.suppress(TimeoutError):
            await bounded.shutdown(_FAREWELL_SECONDS)
        site.close()


def _tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _read_certificate(context, settings)
    return context


def _renew(context: ssl.SSLContext, settings: Settings, say: Callable[[str], None]) -> None:
    """Read them anew; what cannot be read leaves the old ones in their place."""
    try:
        _read_certificate(context, settings)
    except NotReady as error:
        say(f"{error}; the old one stays in use")
    else:
        say("the certificate was read anew")


def _read_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    certificate = settings.path(settings.web.certificate, "")
    key: Path | None = settings.path(settings.web.key, "") if settings.web.key else None
    try:
        # a trial first: a key that does not fit, in the middle of a renewal, would spoil what is in use
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise NotReady(f"[web] certificate or key cannot be used: {type(error).__name__}") from None


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
