"""`asan-kiosk card`: a virtual card in a real pcscd, what the product makes of it, and a signature strangers accept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.pcscd import Pcscd, private_pcscd

KIOSK = (str(Path(sys.executable).with_name("asan-kiosk")),)
WAIT = "60"


class Place:
    """A state folder and settings for the commands, beside a pcscd of the tests' own."""

    def __init__(self, folder: Path, pcscd: Pcscd) -> None:
        self.folder = folder
        self.port = pcscd.ports[0]
        self.environment = {**os.environ, **pcscd.environment, "XDG_STATE_HOME": str(folder)}
        self.settings = folder / "kiosk.toml"
        self.settings.write_text('[cards]\nreader = "pcsc"\n')

    def command(self, *arguments: str) -> list[str]:
        return [*KIOSK, *arguments, "--config", str(self.settings)]

    @contextmanager
    def inserted(self, profile: str, *options: str) -> Iterator[None]:
        """A card that is in the reader."""
        where = options if "--simulated" in options else (*options, "--vpcd", f"127.0.0.1:{self.port}")
        process = subprocess.Popen(
            self.command("card", "insert", profile, *where), env=self.environment, stderr=subprocess.PIPE, text=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        assert process.returncode == 0

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, input=typed, timeout=120
        )

    def shown(self) -> tuple[int, dict[str, Any]]:
        done = self.run("card", "show", "--json", "--wait", WAIT)
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with private_pcscd() as pcscd:
        yield Place(tmp_path, pcscd)


@pytest.mark.parametrize("profile", ["pkcs15", "azedit", "piv"])
def test_a_card_is_shown(place: Place, profile: str) -> None:
    """ATR, type, holder, FİN, certificates with verdicts, PINs with tries."""
    with place.inserted(profile):
        status, card = place.shown()
    assert status == 0
    assert (card["state"], card["type"]) == ("ready", profile)
    assert card["holder"]["surname"]
    assert card["fin"]
    verdicts = {one["purpose"]: one["verdict"] for one in card["certificates"] if one["purpose"]}
    assert verdicts == {"sign_in": "good", "signature": "good"}
    # PIV tells what is left, and no maximum
    assert all(pin["tries_left"] == (pin["tries_most"] or 3) for pin in card["pins"] if pin["tries_left"] is not None)


@pytest.mark.parametrize(("profile", "state"), [("unknown", "unknown"), ("mute", "mute")])
def test_a_card_that_cannot_be_read_is_told(place: Place, profile: str, state: str) -> None:
    with place.inserted(profile):
        assert place.shown()[0] == 1
        assert place.shown()[1]["state"] == state


@pytest.mark.parametrize(
    ("fault", "verdict"), [("expired", "expired"), ("suspended", "suspended"), ("wrong-issuer", "unknown_issuer")]
)
def test_the_certificate_has_its_verdict(place: Place, fault: str, verdict: str) -> None:
    """I11, E3."""
    with place.inserted("pkcs15", "--fault", fault):
        card = place.shown()[1]
    assert {one["verdict"] for one in card["certificates"] if one["purpose"]} == {verdict}
    assert not any(one["accepted"] for one in card["certificates"] if one["purpose"])


@pytest.mark.parametrize(("fault", "left", "blocked"), [("last-try", 1, False), ("blocked", 0, True)])
def test_the_tries_are_told(place: Place, fault: str, left: int, blocked: bool) -> None:
    """I9."""
    with place.inserted("azedit", "--fault", fault):
        pins = {pin["name"]: pin for pin in place.shown()[1]["pins"]}
    assert (pins["pin1"]["tries_left"], pins["pin1"]["blocked"]) == (left, blocked)


@pytest.mark.parametrize(("profile", "pin"), [("pkcs15", "12345"), ("azedit", "12345"), ("piv", "123456")])
def test_a_signature_is_one_for_openssl(place: Place, tmp_path: Path, profile: str, pin: str) -> None:
    """PIN2 as one line of stdin; a changed file is refused."""
    file = tmp_path / "letter.txt"
    file.write_text("salam\n", encoding="utf-8")
    root = tmp_path / "asan-kiosk" / "example-trust" / "root.pem"
    with place.inserted(profile):
        done = place.run("card", "sign", str(file), "--wait", WAIT, typed=f"{pin}\n")
    assert done.returncode == 0, done.stderr
    assert pin not in done.stdout + done.stderr

    def verify() -> subprocess.CompletedProcess[bytes]:
        arguments = ["-verify", "-binary", "-inform", "DER", "-in", f"{file}.p7s", "-content", str(file)]
        return subprocess.run(
            ["openssl", "cms", *arguments, "-CAfile", str(root), "-purpose", "any"], capture_output=True, check=False
        )

    assert verify().returncode == 0
    file.write_text("changed\n", encoding="utf-8")
    assert verify().returncode != 0


def test_a_wrong_pin_costs_one_try(place: Place, tmp_path: Path) -> None:
    """I9: sent once; nothing is written."""
    file = tmp_path / "letter.txt"
    file.write_text("salam\n", encoding="utf-8")
    with place.inserted("azedit"):
        done = place.run("card", "sign", str(file), "--wait", WAIT, typed="99999\n")
        pins = {pin["name"]: pin["tries_left"] for pin in place.shown()[1]["pins"]}
    assert (done.returncode, pins["pin2"]) == (1, 2)
    assert "tries left: 2" in done.stderr
    assert not Path(f"{file}.p7s").exists()


def test_no_card_is_told(place: Place) -> None:
    done = place.run("card", "show", "--json", "--wait", "0.5")
    assert (done.returncode, json.loads(done.stdout)["state"]) == (1, "waiting")


def test_a_card_goes_into_the_simulated_reader(place: Place) -> None:
    """The same card, without any PC/SC."""
    place.settings.write_text('[cards]\nreader = "simulated"\n')
    with place.inserted("pkcs15", "--simulated"):
        assert place.shown()[1]["state"] == "ready"


def test_a_fault_that_is_none_is_told(place: Place) -> None:
    done = place.run("card", "insert", "pkcs15", "--fault", "tired")
    assert done.returncode == 1
    assert "pull@" in done.stderr
