"""The service over a worker whose `smartcard` a test wrote: readers with a pad, and a reader service that refuses."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.errors import AccessDenied, CardFault
from hardware.pcsc.service import PcscService
from hardware.readers import CardInserted, ServiceStopped
from tests.hardware.pcsc.plugged import Heard

HEAD = """
from tests.hardware.pcsc.fake import FakeCalls, PRESENT
from tests.hardware.pcsc.test_pin_pad import FEATURES, TLV_PROPERTIES, VERIFY, properties
from hardware.pcsc.pin_pad import GET_FEATURE_REQUEST
calls = FakeCalls()
calls.looked = lambda: (0, PRESENT | 1 << 16)
"""
FOOT = """
globals().update({name: getattr(calls, name) for name in dir(calls) if name.startswith("SCard")})
SCARD_PCI_T0, SCARD_PCI_T1 = calls.SCARD_PCI_T0, calls.SCARD_PCI_T1
"""
REFUSED = "calls.established = lambda: 0x8010006A - (1 << 32)"
PAD = """
answers = {GET_FEATURE_REQUEST: FEATURES, VERIFY: bytes.fromhex("6401"), TLV_PROPERTIES: properties(VENDOR, PRODUCT)}
calls.controlled = lambda code, data: (0, list(answers[code])) if code in answers else (0x8010001F, [])
"""
HEADER = bytes.fromhex("00200081")

Open = Callable[..., tuple[PcscService, Heard]]


@pytest.fixture
def invented(tmp_path: Path) -> Iterator[Open]:
    """Starts a service over PC/SC that does what the given lines say."""
    opened: list[PcscService] = []

    def open_one(lines: str, *, pin_pad: bool = True) -> tuple[PcscService, Heard]:
        package = tmp_path / "smartcard"
        package.mkdir()
        (package / "__init__.py").write_text("", "utf-8")
        (package / "scard.py").write_text(HEAD + lines + FOOT, "utf-8")
        service, heard = PcscService(environment=os.environ | {"PYTHONPATH": str(tmp_path)}, pin_pad=pin_pad), Heard()
        opened.append(service)
        service.start(heard.post)
        return service, heard

    yield open_one
    for service in opened:
        service.stop()


def test_a_reader_service_that_refuses_is_told_as_such(invented: Open) -> None:
    """M3: polkit; the technician reads which rule is missing, not that the service is down."""
    service, heard = invented(REFUSED)
    assert heard.next() == ServiceStopped("pcsc", "access_denied")
    condition = service.condition()
    assert (condition.up, condition.error) == (False, "access_denied")
    assert condition.last_fault == "SCardEstablishContext: 8010006A SCARD_W_SECURITY_VIOLATION"
    with pytest.raises(AccessDenied):
        service.connect(1)


def pad(vendor: int, product: int) -> str:
    """Lines for a reader with a pad, by its ids."""
    return PAD.replace("VENDOR", hex(vendor)).replace("PRODUCT", hex(product))


def test_a_reader_with_a_pad_takes_the_pin_itself(invented: Open) -> None:
    service, heard = invented(pad(0x08E6, 0x3478))
    event = heard.until(CardInserted)
    assert service.condition().readers[0].pin_pad is None
    link = service.connect(event.insertion)
    assert service.condition().readers[0].pin_pad is True
    typed = link.pin_pad()
    assert typed is not None
    assert typed.verify(HEADER, shortest=4, longest=8, block=8, seconds=30) == 0x6401
    link.close()
    assert service.connect(event.insertion).pin_pad() is not None


@pytest.mark.parametrize(("product", "pin_pad"), [(0x3031, True), (0x3478, False)])
def test_a_pad_that_is_none_or_switched_off_is_not_used(product: int, pin_pad: bool, invented: Open) -> None:
    """A known false claim (vendor 076B), or `[cards] pin_pad = false`."""
    service, heard = invented(pad(0x076B, product), pin_pad=pin_pad)
    link = service.connect(heard.until(CardInserted).insertion)
    assert link.pin_pad() is None
    assert service.condition().readers[0].pin_pad is False


def test_a_code_that_nobody_knows_is_a_fault_with_its_number(invented: Open) -> None:
    service, heard = invented("calls.connected = lambda: 0x8010000F")
    insertion = heard.until(CardInserted).insertion
    with pytest.raises(CardFault) as caught:
        service.connect(insertion)
    assert caught.value.code == 0x8010000F


def test_a_call_that_crashes_costs_one_worker(invented: Open, tmp_path: Path) -> None:
    """A fault in libpcsclite or pyscard ends a worker, not the kiosk."""
    service, heard = invented(
        f"""
import ctypes, pathlib
crashed = pathlib.Path({str(tmp_path / "crashed")!r})
def connected():
    if not crashed.exists():
        crashed.touch()
        ctypes.string_at(0)
    return 0
calls.connected = connected
"""
    )
    first = heard.until(CardInserted).insertion
    with pytest.raises(Exception, match="service_down"):
        service.connect(first)
    second = heard.until(CardInserted).insertion
    assert second != first
    assert service.connect(second).transmit(HEADER) == b"\x90\x00"
    condition = service.condition()
    assert condition.restarts == 1
    assert condition.last_fault is not None and "(-11)" in condition.last_fault
