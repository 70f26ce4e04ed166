"""One person at two kiosks of one database: signed in at one of them at a time (I12)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.card_place import CardHolder, HeldCard, set_up
from tests.e2e.citizen import SETTLED
from tests.e2e.place import Place
from tests.postgres import Server

_ASKED_AT_MOST: Final = 40


def beside(place: Place, folder: Path) -> Place:
    """A second station with the same database, trust and letters, and a reader of its own."""
    folder.mkdir()
    settings = (place.folder / "kiosk.toml").read_text("utf-8")
    for written in ("sqlite:///kiosk.db", "secrets", "mail", "kiosk.log"):
        settings = settings.replace(f'"{written}"', f'"{_anchored(written, place.folder)}"')
    (folder / "kiosk.toml").write_text(settings.replace('"e2e"', '"e2e-2"'), encoding="utf-8")
    home = folder / "state"
    shutil.copytree(Path(place.environment["XDG_STATE_HOME"]), home, ignore=lambda *_: ["virtual-card-reader"])
    return Place(folder, {**place.environment, "XDG_STATE_HOME": str(home)})


def _anchored(written: str, folder: Path) -> str:
    return f"sqlite:///{folder / 'kiosk.db'}" if written.startswith("sqlite") else str(folder / written)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def shared(request: pytest.FixtureRequest, place: Place) -> Iterator[Place]:
    """A place whose database others can use too."""
    set_up(place, "session", "lease_seconds = 10")
    if request.param == "sqlite":
        yield place
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        settings = place.folder / "kiosk.toml"
        url = server.url(name).replace("+psycopg", "")
        settings.write_text(settings.read_text("utf-8").replace("sqlite:///kiosk.db", url), encoding="utf-8")
        subprocess.run(
            place.command("init"), env=dict(place.environment), check=True, capture_output=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        yield place


def asks_to_sign_in(person: CardHolder) -> None:
    """From the page of the e-signature to the PIN sent."""
    person.face.tap(person.title("e_signature.sign_in"))
    person.sees(person.words("pin.tries_title"))
    person.types_digits("1234")
    person.sends()


def told(person: CardHolder) -> bool | None:
    """Whether the person is signed in, or refused because they are elsewhere; None: not yet answered."""
    if person.face.find(person.title("sign_in.done")):
        return True
    return False if person.face.find(person.title("session.elsewhere")) else None


def test_the_second_kiosk_waits_for_the_first_ones_lease(shared: Place, tmp_path: Path) -> None:
    """I12: refused without a try while the first lives; once its lease is over, nobody need do anything."""
    place = shared
    here, there = HeldCard(place), HeldCard(place)
    second = beside(place, tmp_path / "second")
    with place.face() as first_face, second.face() as second_face:
        one, two = CardHolder(first_face, place), CardHolder(second_face, second)
        one.comes()
        two.comes()
        with here.into_kiosk(place), there.into_kiosk(second):
            for person in (one, two):
                person.is_greeted()
                person.opens_e_signature()
            asks_to_sign_in(one)
            one.is_signed_in()
            asks_to_sign_in(two)
            two.is_told("session.elsewhere")
            second_face.rests(SETTLED)
            assert there.proofs == 0, "no try is spent on what is refused anyhow"
            first_face.process.kill()
            answers: list[bool | None] = []
            while not answers or (answers[-1] is False and len(answers) < _ASKED_AT_MOST):
                second_face.press("Escape")
                two.sees(two.title("e_signature.title"))
                asks_to_sign_in(two)
                second_face.until(lambda: told(two) is not None, "an answer")
                answers.append(told(two))
                second_face.rests(SETTLED)
            two.is_signed_in()
    assert there.proofs == 1
