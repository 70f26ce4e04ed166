"""A real `asan-kiosk web` over real TLS, the kiosk that offers uploads to it, and phones that come to it."""

from __future__ import annotations

import os
import queue
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from kiosk.settings import Settings, parse
from kiosk.station import Station
from tests.ports import free_port
from tests.stations import written_settings
from tests.tls import Certificates

_START_SECONDS = 60
_addresses = count(2)


def png() -> bytes:
    """A small picture that is one."""
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (8, 6), (9, 99, 199)).save(buffer, format="PNG")
    return buffer.getvalue()


def pdf() -> bytes:
    """A PDF with one empty page."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@dataclass
class Web:
    """The server's process and how it is reached."""

    settings: Settings
    file: Path
    certificates: Certificates
    log: Path
    environment: Mapping[str, str] | None = None
    """What the process gets to see; None: what we see."""
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)
    _reader: threading.Thread | None = None
    _lines: queue.Queue[str] = field(default_factory=queue.Queue)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.settings.web.port

    @property
    def url(self) -> str:
        """Its public address."""
        return self.settings.web.public_url

    def start(self) -> None:
        """Start the process and wait until it listens."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "web", "--config", str(self.file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ if self.environment is None else self.environment),
        )
        assert self.process.stderr is not None
        lines = self._lines = queue.Queue()
        stderr = self.process.stderr

        def read() -> None:
            with stderr:
                for line in stderr:
                    self.said.append(line)
                    lines.put(line)
            lines.put("")

        self._reader = threading.Thread(target=read)
        self._reader.start()
        self.hear("listening")

    def hear(self, told: str) -> None:
        """Wait until it says something."""
        while told not in (line := self._lines.get(timeout=_START_SECONDS)):
            assert line, "".join(self.said)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self._ended()

    def stop(self) -> int:
        """End it as systemd does; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def _ended(self) -> int:
        assert self.process is not None
        assert self._reader is not None
        status = self.process.wait(_START_SECONDS)
        self._reader.join()
        self.process = None
        return status

    def tls(self) -> ssl.SSLContext:
        """What a phone trusts."""
        return ssl.create_default_context(cafile=self.certificates.ca)

    @contextmanager
    def phone(self, language: str = "az") -> Iterator[httpx.Client]:
        """A phone with an address of its own, so that no test uses up what another may ask."""
        transport = httpx.HTTPTransport(verify=self.tls(), local_address=own_address())
        with httpx.Client(
            transport=transport, base_url=self.url, timeout=60, trust_env=False, headers={"Accept-Language": language}
        ) as client:
            yield client

    @contextmanager
    def line(self) -> Iterator[ssl.SSLSocket]:
        """A bare connection, for what no client would say."""
        with (
            socket.create_connection(("127.0.0.1", self.port), 60, (own_address(), 0)) as raw,
            self.tls().wrap_socket(raw, server_hostname="127.0.0.1") as secure,
        ):
            yield secure


def own_address() -> str:
    """An address of this machine that nobody used yet."""
    number = next(_addresses)
    return f"127.0.{number // 250}.{number % 250 + 2}"


def file(data: bytes, name: str) -> Mapping[str, tuple[str, bytes]]:
    """The form with a file, as httpx takes it."""
    return {"document": (name, data)}


def settings_at(
    url: str, folder: Path, secrets: Path, certificates: Certificates, **more: Any
) -> tuple[Settings, Path]:
    """The kiosk.toml of a server and its kiosk; the real clock, since they are two processes."""
    port = free_port()
    written = written_settings(
        url,
        folder,
        secrets,
        clock={"settable": False},
        web={
            "public_url": f"https://127.0.0.1:{port}",
            "port": port,
            "certificate": str(certificates.server),
            **more.pop("web", {}),
        },
        **more,
    )
    path = folder / "kiosk.toml"
    lines = []
    for section, values in written.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return parse(written, path), path


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, int) else f'"{value}"'


@contextmanager
def running(url: str, folder: Path, secrets: Path, certificates: Certificates, **more: Any) -> Iterator[Web]:
    """A server on a ready database."""
    settings, path = settings_at(url, folder, secrets, certificates, **more)
    web = Web(settings, path, certificates, settings.log_file)
    web.start()
    try:
        yield web
    finally:
        web.kill()


@contextmanager
def kiosk_of(web: Web) -> Iterator[Station]:
    """The kiosk beside it, on the same database."""
    station = Station(web.settings)
    try:
        yield station
    finally:
        station.close()
