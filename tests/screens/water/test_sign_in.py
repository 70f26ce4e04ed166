"""Signing in for a service: the choice of a way, and each way to its end (I1 to I8, I12)."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from kiosk.errors import SlowDown, Unavailable
from kiosk.identity.e_gov import PhoneSignIn
from kiosk.identity.open_id import Asked
from kiosk.identity.refused import (
    AnswerNotGood,
    NoFin,
    PasswordLocked,
    PasswordWrong,
    PhoneCancelled,
    PhoneRanOut,
    ProviderAway,
    SessionElsewhere,
    SignInRefused,
    WrongCard,
    WrongNumber,
)
from kiosk.identity.sign_in import CitizenSession
from kiosk.identity.signed_in import SignedIn
from kiosk.identity.typed_password import TypedPassword
from kiosk.identity.ways import Way
from screens.citizen.first import FirstScreen
from screens.citizen.telling import TellingScreen
from screens.citizen.water.sign_in import ChooseWayScreen, sign_in
from screens.citizen.water.sign_in_fields import FinScreen
from screens.citizen.water.sign_in_phone import PhoneNumberScreen, PhoneScreen
from screens.citizen.wizard import Stage
from tests.screens.fakes import NOW
from tests.screens.fakes_cards import CardStation
from tests.screens.opened import languages, tap_keys
from tests.screens.running import FULL, LARGE, Face, running
from tests.screens.test_messages import whole

NEW_CONSUMER = (
    Way("fin", True),
    Way("sima_imza", False, "ways.not_here"),
    Way("asan_imza", False, "ways.not_here"),
    Way("sima_token", True),
    Way("bank", True),
)
STATEMENT = (
    Way("card", True),
    Way("e_gov", True),
    Way("asan_imza", False, "ways.not_here"),
    Way("password", True),
)
EVERY = (
    Way("fin", True), Way("card", True), Way("sima_token", False, "reader.unavailable"), Way("bank", True),
    Way("asan_imza", False, "ways.not_here"), Way("sima_imza", False, "ways.not_here"),
    Way("e_gov", False, "ways.not_set_up"), Way("password", True),
)  # fmt: skip
MANUAL = {
    "fin": "İdentifikasiya nömrəsi ilə",
    "sima_imza": "SİMA İmza ilə",
    "asan_imza": "Asan İmza ilə",
    "sima_token": "SİMA Token (Elektron İmza) ilə",
    "bank": "Bank Sertifikat Xidmətləri Mərkəzi tərəfindən təqdim olunan Elektron İmza ilə",
}
"""What S2 prints."""
RIGHT = "sirr.5"


def begun(way: str, token: str) -> SignedIn:
    """Somebody signed in by another system."""
    session = CitizenSession(
        token=token, insertion=None, given_name="Aygün", surname="Məmmədova", patronymic="", fin="5ABC123",
        verdict=None, started_at=NOW, ends_at=NOW + timedelta(minutes=500),
    )  # fmt: skip
    return SignedIn(way, "5ABC123", "Aygün", "Məmmədova", "", session)  # type: ignore[arg-type]


@dataclass
class FakePhones:
    """e-gov identity: the phone comes back when a test says so."""

    refuse: SignInRefused | None = None
    come_back: bool = False
    number: str = "4821"
    begun: list[PhoneSignIn] = field(default_factory=list)
    cancelled: list[PhoneSignIn] = field(default_factory=list)
    ends_in: timedelta = timedelta(minutes=5)

    def begin(self) -> PhoneSignIn:
        self._perhaps()
        url = "https://kiosk.example.az/e-gov/AAAAAAAAAAAAAAAAAAAAAA"
        self.begun.append(PhoneSignIn(url, NOW + self.ends_in, Asked("s", "n", "v")))
        return self.begun[-1]

    def arrived(self, phone: PhoneSignIn) -> bool:
        self._perhaps()
        return self.come_back

    def finish(self, phone: PhoneSignIn, number: str) -> SignedIn:
        self._perhaps()
        if number != self.number:
            phone.tries_left -= 1
            raise WrongNumber(phone.tries_left)
        return begun("e_gov", "phone")

    def cancel(self, phone: PhoneSignIn) -> None:
        self.cancelled.append(phone)

    def _perhaps(self) -> None:
        if self.refuse is not None:
            refused, self.refuse = self.refuse, None
            raise refused


@dataclass
class FakeWays:
    """Ways as a test wants them; what was typed is noted without being kept as a password would be."""

    ways: tuple[Way, ...] = STATEMENT
    refuse: Exception | None = None
    passwords: list[tuple[str, bytes]] = field(default_factory=list)
    going_on: threading.Event | None = None
    wrong_card: bool = False
    e_gov: FakePhones = field(default_factory=FakePhones)

    def offered(self, service: str) -> tuple[Way, ...]:
        return self.ways

    def by_fin(self, fin: str) -> SignedIn:
        if self.refuse is not None:
            refused, self.refuse = self.refuse, None
            raise refused
        return SignedIn("fin", fin)

    def check_card(self, card: Any, way: str) -> None:
        if self.wrong_card:
            raise WrongCard("bank")

    def by_card(self, session: CitizenSession, way: str) -> SignedIn:
        return SignedIn(way, session.fin, session.given_name, session.surname, "", session)  # type: ignore[arg-type]

    def by_password(self, user: str, password: TypedPassword) -> SignedIn:
        with password:
            self.passwords.append((user, bytes(password.json())))
        if self.going_on is not None:
            self.going_on.wait(60)
        if self.refuse is not None:
            refused, self.refuse = self.refuse, None
            raise refused
        return begun("password", f"password{len(self.passwords)}")


class WaysStation(CardStation):
    """A station with ways."""

    def __init__(self, ways: tuple[Way, ...] = STATEMENT) -> None:
        super().__init__()
        self.ways = FakeWays(ways)


@dataclass
class Errand:
    """A sign-in under way, and what came of it."""

    face: Face
    came: list[SignedIn | None]

    @property
    def who(self) -> SignedIn | None:
        assert len(self.came) == 1
        return self.came[0]


@asynccontextmanager
async def signing_in(station: WaysStation, **more: Any) -> AsyncIterator[Errand]:
    async with running(station, **more) as face:
        errand = Errand(face, [])
        begin(errand)
        await face.settle()
        face.elapsed.pass_by(1.0)
        yield errand


def begin(errand: Errand) -> None:
    """Sign in for a service, as the errand of the water company does."""
    app = errand.face.app

    async def work() -> None:
        errand.came.append(await sign_in(app, Stage(app), "statement"))

    app.start_errand(work)


@pytest.mark.parametrize("size", [FULL, LARGE])
@pytest.mark.parametrize("ways", [NEW_CONSUMER, STATEMENT])
async def test_the_ways_stand_whole(size: tuple[int, int], ways: tuple[Way, ...]) -> None:
    """S2, S4: each way by its whole name in every language, in the settings' order, large enough to touch."""
    async with signing_in(WaysStation(ways), size=size) as errand:
        face = errand.face
        async for language in languages(face):
            for way in ways:
                name = face.app.text(f"ways.name.{way.name}").replace("\n", " ")
                assert whole(face, name), name
                assert language != "az" or name == MANUAL.get(way.name, name)
            assert "…" not in face.shown
        spots = face.widget("#ways").spots()
        assert [spot.name for spot in spots] == [way.name for way in ways]
        assert all(spot.region.height >= 3 and spot.region.width >= 30 for spot in spots)


async def test_all_eight_ways_have_room() -> None:
    """A setting may offer every way: on the smallest terminal too, by a shorter name where it must be."""
    async with signing_in(WaysStation(EVERY), size=LARGE) as errand:
        face = errand.face
        spots = face.widget("#ways").spots()
        assert len(spots) == 8 and all(spot.region.bottom <= face.widget("#ways").size.height for spot in spots)
        async for _ in languages(face):
            assert "…" not in face.shown


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_way_that_is_not_here_says_so(size: tuple[int, int]) -> None:
    """Its place is ready; touched or chosen by its digit it tells, and nothing else happens."""
    station = WaysStation(EVERY)
    async with signing_in(station, size=size) as errand:
        face = errand.face
        for name, key in (
            ("asan_imza", "ways.not_here"),
            ("e_gov", "ways.not_set_up"),
            ("sima_token", "reader.unavailable"),
        ):
            await face.touch("#ways", name)
            assert whole(face, face.app.text(key)) and face.is_on(ChooseWayScreen)
        await face.press("6")
        assert whole(face, face.app.text("ways.not_here"))
        await face.press("escape")
        assert errand.who is None


async def test_a_service_without_a_way() -> None:
    """The setting may be empty: then a member of staff is named."""
    async with signing_in(WaysStation(())) as errand:
        assert whole(errand.face, errand.face.app.text("ways.none"))


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_by_fin(size: tuple[int, int]) -> None:
    """I1: typed or touched; O and I are put right, which is said; it begins no session. One way alone is not asked."""
    async with signing_in(WaysStation((Way("fin", True),)), size=size) as errand:
        face = errand.face
        assert face.is_on(FinScreen)
        async for _ in languages(face):
            assert whole(face, face.app.text("ways.fin_title").split("\n")[0])
        face.app.set_language("az")
        await tap_keys(face, "5A")
        await face.press("b", "o")
        assert whole(face, face.app.text("ways.fin_mended"))
        await face.press("enter")
        assert errand.came == [] and face.app.text("field.short.fin") in face.shown
        await face.press("1", "2", "3", "enter")
        assert errand.who == SignedIn("fin", "5AB0123")
        assert face.app.session.who == errand.who and face.app.session.identity is None


async def test_what_was_typed_stays() -> None:
    """Back and again, in another language: the FİN stands there, the password does not."""
    async with signing_in(WaysStation(EVERY)) as errand:
        face = errand.face
        await face.press("1")
        await face.press(*"5ab")
        await face.press("escape")
        face.app.set_language("ru")
        await face.press("1")
        assert face.widget("#fin").value == "5AB"
        await face.press("escape", "8")
        await face.press(*"aygun", "tab", *"abc")
        assert face.widget("#password").value == "•••"
        await face.press("escape", "8")
        assert (face.widget("#user_name").value, face.widget("#password").value) == ("aygun", "")


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_by_password(size: tuple[int, int]) -> None:
    """I8: typed and touched, masked, sent as typed and once; the session is the visit's."""
    station = WaysStation((Way("password", True),))
    async with signing_in(station, size=size) as errand:
        face = errand.face
        async for _ in languages(face):
            assert whole(face, face.app.text("password.title").split("\n")[0])
            assert "…" not in face.shown
        await face.press("enter", "enter")
        assert station.ways.passwords == [] and face.app.text("field.short.empty") in face.shown
        await tap_keys(face, "ay")
        await face.press("enter", *"sirx", "backspace")
        await tap_keys(face, "r")
        await face.press("full_stop", "5")
        assert "••••••" in face.shown and "sir" not in face.shown
        await face.press("enter")
        assert station.ways.passwords == [("ay", b'"sirr.5"')]
        identity = face.app.session.identity
        assert errand.who is face.app.session.who and errand.who is not None and identity is errand.who.session


REFUSED: dict[str, Exception] = {
    "password.wrong": PasswordWrong(),
    "password.locked": PasswordLocked(),
    "ways.away": ProviderAway(),
    "ways.answer_not_good": AnswerNotGood("form"),
    "ways.no_fin": NoFin(),
    "session.elsewhere": SessionElsewhere("kiosk-2"),
    "password.database_away": Unavailable(),
}


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_password_that_does_not_sign_in(size: tuple[int, int]) -> None:
    """Each reason in its own words; the name stays, the password is typed anew, and is never sent by itself."""
    station = WaysStation((Way("password", True),))
    async with signing_in(station, size=size) as errand:
        face = errand.face
        await face.press(*"ay", "enter")
        for number, (key, refused) in enumerate(REFUSED.items(), start=1):
            station.ways.refuse = refused
            await face.press("a", "enter")
            assert whole(face, face.app.text(key)), key
            assert (face.widget("#user_name").value, face.widget("#password").value) == ("ay", "")
            assert len(station.ways.passwords) == number
        station.ways.refuse = SlowDown(NOW + timedelta(minutes=1))
        await face.press("a", "enter")
        assert face.app.text("password.slow_down", time="").split("\n")[0] in face.shown
        await face.press("a", "enter")
        assert errand.who is not None


async def test_who_leaves_while_the_password_is_checked() -> None:
    """I12: the session that begins after the person has left is ended again."""
    station = WaysStation((Way("password", True),))
    station.ways.going_on = threading.Event()
    async with signing_in(station) as errand:
        face = errand.face
        await face.press(*"ay", "enter")
        face.elapsed.pass_by(1.0)
        for key in ("a", "enter"):
            face.elapsed.pass_by(1.0)
            await face.pilot.press(key)
        await face.until(lambda: station.ways.passwords)
        face.app.end_visit()
        await face.until(lambda: face.is_on(FirstScreen))
        station.ways.going_on.set()
        await face.until(lambda: station.sign_ins.ended)
        assert station.sign_ins.ended == [("password1", "cancelled")]
        assert face.app.session.identity is None and face.app.session.who is None and errand.came == []


async def come_back(face: Face, station: WaysStation) -> None:
    """The phone signs in."""
    station.ways.e_gov.come_back = True
    screen = face.screen
    assert isinstance(screen, PhoneScreen)
    screen.follow()
    await face.settle()
    face.elapsed.pass_by(1.0)


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_by_phone(size: tuple[int, int]) -> None:
    """I7: the QR whole beside its words, then the phone's number; and nothing is given up."""
    station = WaysStation((Way("e_gov", True),))
    async with signing_in(station, size=size) as errand:
        face = errand.face
        qr = face.widget("#qr")
        assert qr.columns <= qr.size.width and qr.rows <= qr.size.height
        async for _ in languages(face):
            for line in face.app.text("phone.steps").split("\n"):
                assert whole(face, line), line
            assert whole(face, face.app.text("button.cancel"))
            assert "…" not in face.shown
        await come_back(face, station)
        assert face.is_on(PhoneNumberScreen)
        async for _ in languages(face):
            assert whole(face, face.app.text("phone.number_title").split("\n")[0])
            assert whole(face, face.app.text("phone.number_advice"))
        await face.press("enter")
        await face.touch("#pad", "4")
        await face.press("8", "2", "1", "enter")
        assert errand.who is not None and errand.who.way == "e_gov"
        assert face.app.session.identity is errand.who.session
        assert station.ways.e_gov.cancelled == []


@pytest.mark.parametrize("size", [FULL, LARGE])
async def test_a_wrong_number(size: tuple[int, int]) -> None:
    """Tries are counted before one's eyes; with none left the way is chosen anew."""
    station = WaysStation()
    async with signing_in(station, size=size) as errand:
        face = errand.face
        await face.press("2")
        await come_back(face, station)
        for left in (2, 1):
            await face.press(*"0000", "enter")
            assert whole(face, face.app.text("phone.number_wrong", tries=left))
            assert not face.screen.query_one("#pad").region.overlaps(face.screen.message_band.region)  # type: ignore[attr-defined]
        await face.press(*"0000", "enter")
        assert face.is_on(ChooseWayScreen) and whole(face, face.app.text("phone.number_over"))
        assert errand.came == []


ENDED: dict[str, SignInRefused] = {
    "phone.cancelled": PhoneCancelled(),
    "phone.ran_out": PhoneRanOut(),
    "ways.away": ProviderAway(),
    "ways.answer_not_good": AnswerNotGood("token_nonce"),
    "ways.no_fin": NoFin(),
}


async def test_a_phone_that_does_not_sign_in() -> None:
    """Why, where the way is chosen anew: when it begins, and later."""
    station = WaysStation()
    async with signing_in(station, size=LARGE) as errand:
        face = errand.face
        station.ways.e_gov.refuse = ENDED["ways.away"]
        await face.press("2")
        assert face.is_on(ChooseWayScreen) and whole(face, face.app.text("ways.away"))
        for key, refused in ENDED.items():
            station.ways.e_gov.come_back = False
            await face.press("2")
            station.ways.e_gov.refuse = refused
            await come_back(face, station)
            assert face.is_on(ChooseWayScreen) and whole(face, face.app.text(key)), key
        assert errand.came == []


async def test_one_way_alone_that_fails_is_told_and_tried_again() -> None:
    """There is no choice to come back to."""
    station = WaysStation((Way("e_gov", True),))
    station.ways.e_gov.refuse = ProviderAway()
    async with signing_in(station) as errand:
        face = errand.face
        assert face.is_on(TellingScreen) and whole(face, face.app.text("ways.away").split("\n")[0])
        await face.press("enter")
        assert face.is_on(PhoneScreen)
        await face.press("escape")
        assert errand.who is None


@pytest.mark.parametrize("leave", ["escape", "end"])
@pytest.mark.parametrize("at_number", [False, True])
async def test_what_is_left_is_given_up(leave: str, at_number: bool) -> None:
    """Whoever goes away from the QR or from the number leaves nothing that still signs in."""
    station = WaysStation((Way("e_gov", True),))
    async with signing_in(station, size=LARGE) as errand:
        face = errand.face
        if at_number:
            await come_back(face, station)
        if leave == "escape":
            await face.press("escape")
        else:
            face.app.end_visit()
        await face.until(lambda: station.ways.e_gov.cancelled)
        assert station.ways.e_gov.cancelled == station.ways.e_gov.begun
        assert errand.came in ([], [None])


async def test_at_the_qr_nobody_is_idle_before_its_time() -> None:
    """On the phone nobody touches this screen."""
    station = WaysStation((Way("e_gov", True),))
    async with signing_in(station) as errand:
        minutes = errand.face.app.settings.e_gov.minutes
        assert errand.face.app.idle_limit() > minutes * 60


async def test_by_card() -> None:
    """I2 to I4: the card's session is the visit's, by the way that was chosen; a card for another way is told."""
    station = WaysStation()
    async with signing_in(station) as errand:
        face = errand.face
        station.desk.insert()
        await face.settle()
        station.ways.wrong_card = True
        await face.press("1")
        assert face.is_on(ChooseWayScreen) and whole(face, face.app.text("ways.wrong_card"))
        assert station.sign_ins.begun == []
        station.ways.wrong_card = False
        await face.press("1")
        await face.press(*"1234", "enter")
        await face.until(lambda: errand.came)
        assert errand.who is not None and errand.who.way == "card"
        assert face.app.session.identity is errand.who.session is station.sign_ins.begun[0]


async def test_who_signed_in_is_not_asked_again() -> None:
    """For a second service that takes the same way; for another way one signs in anew, and the first session ends."""
    station = WaysStation((Way("password", True),))
    async with signing_in(station) as errand:
        face = errand.face
        await face.press(*"ay", "enter", "a", "enter")
        first = errand.came.pop()
        begin(errand)
        await face.settle()
        assert errand.came.pop() is first
        station.ways.ways = (Way("e_gov", True),)
        begin(errand)
        await face.settle()
        face.elapsed.pass_by(1.0)
        await come_back(face, station)
        await face.press(*"4821", "enter")
        assert errand.who is not first and ("password1", "replaced") in station.sign_ins.ended


async def test_a_card_does_not_end_a_session_without_one() -> None:
    """I12: only the card that signed in ends its session; another in the reader means nothing here."""
    station = WaysStation((Way("password", True),))
    async with signing_in(station) as errand:
        face = errand.face
        await face.press(*"ay", "enter", "a", "enter")
        station.desk.insert()
        await face.settle()
        station.desk.remove()
        await face.settle()
        assert face.app.session.identity is not None and station.sign_ins.ended == []
        face.app.end_visit()
        await face.until(lambda: station.sign_ins.ended)
        assert station.sign_ins.ended == [("password1", "left")]


async def test_a_session_without_a_card_that_was_lost() -> None:
    """I12: its lease gone or its time over, the visit ends and says so, on whatever screen."""
    station = WaysStation((Way("password", True),))
    async with signing_in(station) as errand:
        face = errand.face
        await face.press(*"ay", "enter", "a", "enter")
        assert errand.who is not None
        station.sign_ins.alive = False
        face.app.look_at_session()
        await face.until(lambda: face.is_on(TellingScreen))
        await face.settle()
        assert whole(face, face.app.text("session.lost")) and face.app.session.who is None
