"""Another real module: OpenSC's, over a pcscd of the test's own, with our virtual PKCS#15 card in the reader."""

from __future__ import annotations

import hashlib
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardware.cards import verify
from hardware.cards.card import Card
from hardware.cards.vendor import VendorModules
from hardware.errors import CardGone, NotSupported, PinBlocked, PinFormat, PinWrong
from hardware.pcsc.service import PcscService
from hardware.readers import CardInserted, CardRemoved
from hardware.simulated.authority import ExampleAuthority
from hardware.simulated.card import VirtualCard
from hardware.simulated.profiles import CardKeys, make_card
from hardware.simulated.vpcd import VpcdAddress, plug_into
from tests.hardware.cards.vendor import people
from tests.hardware.cards.vendor.conftest import pin
from tests.hardware.pcsc.plugged import Heard
from tests.pcscd import Pcscd, private_pcscd

MODULE = Path("/usr/lib", sysconfig.get_config_var("MULTIARCH") or "", "opensc-pkcs11.so")
DIGEST = hashlib.sha256(b"what is signed").digest()


@dataclass
class Reader:
    """The reader, and what its pcscd told."""

    pcscd: Pcscd
    heard: Heard

    @contextmanager
    def holding(self, card: VirtualCard) -> Iterator[None]:
        """With that card in it, until pcscd knows that it is gone again."""
        stopped = threading.Event()
        where = VpcdAddress("127.0.0.1", self.pcscd.ports[0])
        hosting = threading.Thread(target=plug_into, args=(where, card, stopped, lambda _told: None))
        hosting.start()
        try:
            self.heard.until(CardInserted)
            yield
        finally:
            stopped.set()
            hosting.join()
        self.heard.until(CardRemoved)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    with private_pcscd() as pcscd:
        monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(pcscd.socket))
        heard = Heard()
        service = PcscService()
        service.start(heard.post)
        yield Reader(pcscd, heard)
        service.stop()


@pytest.fixture
def modules(reader: Reader) -> Iterator[VendorModules]:
    opened = VendorModules((("OpenSC", MODULE),), 60)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def virtual(tmp_path_factory: pytest.TempPathFactory) -> VirtualCard:
    now = datetime(2026, 11, 20, 5, tzinfo=UTC)
    authority = ExampleAuthority.open(tmp_path_factory.mktemp("authority"), now)
    return make_card("pkcs15", authority, now=now, keys=CardKeys(people.rsa_key(), people.rsa_key(1)))


def opened(modules: VendorModules) -> Card:
    (token,) = modules.tokens()
    return modules.open(token)


def test_a_card_in_two_slots_is_one_card(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """PIN1 and PIN2 stand in slots of their own; the certificate behind each says which is which (I9)."""
    assert modules.tokens() == ()
    with reader.holding(virtual):
        card = opened(modules)
        first, second = card.pins()
        assert [(pin.name, pin.label, pin.shortest) for pin in (first, second)] == [
            ("pin1", "PIN1", 4),
            ("pin2", "PIN2", 5),
        ]
        assert [(one.purpose, one.pin) for one in card.certificates()] == [
            ("sign_in", "pin1"),
            ("signature", "pin2"),
            (None, None),
        ]
        holder = card.holder()
        assert holder is not None
        assert holder.fin == "7NUMN24"
    assert modules.tokens() == ()


def test_both_keys_prove_themselves(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """The signature key asks for PIN2 before each signature (CKA_ALWAYS_AUTHENTICATE)."""
    with reader.holding(virtual):
        card = opened(modules)
        first, second, _ = card.certificates()
        verify.check(first.der, card.answer(DIGEST, "sha256", pin("1234")), DIGEST, "sha256")
        for _ in range(2):
            verify.check(second.der, card.sign(DIGEST, "sha256", pin("12345")), DIGEST, "sha256")


def test_a_wrong_pin_costs_one_try(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """One PIN that was typed is one VERIFY, also where PKCS#11 wants it twice; a locally refused one is none (I9)."""
    with reader.holding(virtual):
        card = opened(modules)
        before = virtual.pins["pin2"].left
        with pytest.raises(PinWrong) as wrong:
            card.sign(DIGEST, "sha256", pin("99999"))
        assert wrong.value.left is None
        assert virtual.pins["pin2"].left == before - 1
        with pytest.raises(PinFormat):
            card.sign(DIGEST, "sha256", pin("1234"))
        assert virtual.pins["pin2"].left == before - 1
        card.sign(DIGEST, "sha256", pin("12345"))
        assert virtual.pins["pin2"].left == before


def test_a_pin_is_changed(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """E4, on a card that OpenSC calls write-protected."""
    with reader.holding(virtual):
        card = opened(modules)
        card.change("pin1", pin("1234"), pin("7294"))
        assert card.answer(DIGEST, "sha256", pin("7294"))
        card.change("pin1", pin("7294"), pin("1234"))
        with pytest.raises(NotSupported):
            card.unblock("pin1", pin("12345678"), pin("1234"))


def test_a_blocked_pin_is_blocked(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """CKR_PIN_LOCKED, or the flag for it."""
    left = virtual.pins["pin1"].left
    virtual.pins["pin1"].left = 0
    try:
        with reader.holding(virtual), pytest.raises(PinBlocked):
            opened(modules).answer(DIGEST, "sha256", pin("1234"))
    finally:
        virtual.pins["pin1"].left = left


def test_a_pulled_card_is_gone(reader: Reader, modules: VendorModules, virtual: VirtualCard) -> None:
    """I12: and the module finds it again when it is back, also behind a pcscd that was started anew."""
    with reader.holding(virtual):
        card = opened(modules)
    with pytest.raises(CardGone):
        card.answer(DIGEST, "sha256", pin("1234"))
    with reader.holding(virtual):
        assert opened(modules).answer(DIGEST, "sha256", pin("1234"))
    reader.pcscd.restart()
    with reader.holding(virtual):
        assert opened(modules).answer(DIGEST, "sha256", pin("1234"))
