"""e-gov identity on the citizen's own phone: whom it signs in, and whom and what it does not (I7, I12)."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.acts import Unit
from kiosk.clock import Clock
from kiosk.errors import Unavailable
from kiosk.identity import phone_answer
from kiosk.identity.e_gov import EGov, PhoneSignIn
from kiosk.identity.refused import (
    AnswerNotGood,
    NoFin,
    PhoneCancelled,
    PhoneRanOut,
    ProviderAway,
    SessionElsewhere,
    SignInRefused,
    WrongNumber,
)
from kiosk.identity.sign_in import Person, SignIns
from tests.kiosk.identity import providers
from tests.kiosk.identity.providers import CLIENT, FIN, PUBLIC, ScriptedProvider
from tests.stations import START, MakeTrial, at

NOW = at(START) // 1000
SECRET = "not-to-be-seen-anywhere"


class Phones:
    """A station where e-gov identity is set up, and the citizen's phone."""

    def __init__(self, make_trial: MakeTrial, issuer: str, folder: Path, clock: Clock | None = None, **e_gov: Any):
        secret = folder / "e-gov-secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        name = e_gov.pop("station", "kiosk-1")
        told = {
            "issuer": issuer,
            "client_id": CLIENT,
            "client_secret_file": str(secret),
            "timeout_seconds": 60,
            **e_gov,
        }
        self.trial = make_trial(station={"name": name}, e_gov=told, web={"public_url": PUBLIC})
        station = self.trial.station
        # no card is in this: whoever asks for the desk or for trust fails
        self.sign_ins = SignIns(station.acts, station.settings, cast(Any, None), cast(Any, None), station.clock)
        self.e_gov = EGov(station.acts, station.settings, clock or station.clock, self.sign_ins)

    def address(self, phone: PhoneSignIn) -> str:
        """Where the address in the QR leads."""
        path, _, state = phone.url.removeprefix(PUBLIC).rpartition("/")
        assert path == phone_answer.PATH
        with self.trial.station.acts.reading() as (connection, now):
            found = phone_answer.sent_to(connection, state, now)
        assert found is not None
        return found

    def bring(self, state: str | None, code: str | None = None, error: str | None = None) -> str | None:
        """What the phone is shown when it comes back to us."""

        def do(unit: Unit) -> str | None:
            return phone_answer.receive(unit.connection, state, code, error, unit.now)

        return self.trial.station.acts.perform("phone_came_back", None, {}, do)

    def back(self, phone: PhoneSignIn, code: str = "a-code") -> str:
        """The phone comes back with a code; the number it shows."""
        number = self.bring(phone.asked.state, code)
        assert number is not None
        return number

    def audit(self) -> list[tuple[str, str | None]]:
        """Sign-ins and refusals: outcome and detail."""
        rows = self.trial.query("SELECT outcome, detail FROM audit WHERE act = 'citizen_sign_in' ORDER BY id")
        return [(row["outcome"], row["detail"]) for row in rows]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with providers.running_provider() as found:
        yield found


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with providers.scripted_provider(NOW) as found:
        yield found


@pytest.fixture
def make_phones(make_trial: MakeTrial, tmp_path: Path) -> Iterator[Callable[..., Phones]]:
    made: list[Phones] = []

    def make(issuer: str, **told: Any) -> Phones:
        made.append(Phones(make_trial, issuer, tmp_path, **told))
        return made[-1]

    yield make
    for one in made:
        one.sign_ins.close()


MakePhones = Callable[..., Phones]


def begun(phones: Phones, provider: ScriptedProvider) -> PhoneSignIn:
    """A sign-in that the provider has seen begin."""
    phone = phones.e_gov.begin()
    provider.look_at(phones.address(phone))
    return phone


def refused(phones: Phones, provider: ScriptedProvider) -> SignInRefused:
    """What a whole sign-in on a phone comes to when the provider is not right."""
    phone = begun(phones, provider)
    phones.back(phone)
    with pytest.raises(SignInRefused) as found:
        phones.e_gov.arrived(phone)
    with pytest.raises(PhoneRanOut):
        phones.e_gov.finish(phone, "0000")
    assert phones.trial.query("SELECT * FROM sessions") == []
    return found.value


def test_a_citizen_signs_in_on_a_phone(make_phones: MakePhones, issuer: str) -> None:
    """I7: the whole flow with a real provider; FİN and names are the provider's, and the session is the person's."""
    phones = make_phones(issuer, clock=Clock())
    phone = phones.e_gov.begin()
    assert len(phone.url) <= 62  # a QR of 37 modules at level M, which a terminal of 76x22 has room for
    assert (phone.ends_at - phones.trial.station.now()).total_seconds() == 300
    assert not phones.e_gov.arrived(phone)
    came = providers.sign_in_on_phone(phones.address(phone), "holder")
    number = phones.bring(came["state"], came["code"])
    assert number is not None and len(number) == 4 and number.isdigit()
    assert phones.e_gov.arrived(phone) and phones.e_gov.arrived(phone)
    who = phones.e_gov.finish(phone, number)
    assert (who.way, who.proof, who.fin) == ("e_gov", "middle", FIN)
    assert (who.given_name, who.surname, who.patronymic) == ("Aygün", "Nümunəyeva", "Misal qızı")
    assert who.session is not None and who.session.insertion is None and phones.sign_ins.is_alive(who.session)
    assert [row["person"] for row in phones.trial.query("SELECT person FROM sessions")] == [FIN]
    assert phones.audit()[-1] == ("done", "e_gov")
    phones.sign_ins.end(who.session, "left")
    assert phones.trial.query("SELECT * FROM sessions") == phones.trial.query("SELECT * FROM phone_sign_ins") == []


def test_declined_on_the_phone(make_phones: MakePhones, issuer: str) -> None:
    """The phone hears that it is over; so does the kiosk."""
    phones = make_phones(issuer, clock=Clock())
    phone = phones.e_gov.begin()
    came = providers.sign_in_on_phone(phones.address(phone), None)
    assert "code" not in came and phones.bring(came["state"], error=came["error"]) == ""
    with pytest.raises(PhoneCancelled):
        phones.e_gov.arrived(phone)
    assert phones.audit()[-1] == ("phone_cancelled", "e_gov")


def test_a_person_without_a_fin(make_phones: MakePhones, issuer: str) -> None:
    """A foreigner may have an account and no FİN: neither token nor userinfo tells one."""
    phones = make_phones(issuer, clock=Clock())
    phone = phones.e_gov.begin()
    came = providers.sign_in_on_phone(phones.address(phone), "stranger")
    phones.bring(came["state"], came["code"])
    with pytest.raises(NoFin):
        phones.e_gov.arrived(phone)


def test_nothing_secret_is_left_lying_about(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """Neither table, audit nor repr holds a state, a code, a verifier or the client's secret after a sign-in."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    kept = json.dumps(phones.trial.query("SELECT * FROM phone_sign_ins"))
    assert phone.asked.state not in kept and phone.asked.verifier not in kept
    number = phones.back(phone, "code-of-this-sign-in")
    assert phones.e_gov.arrived(phone)
    who = phones.e_gov.finish(phone, number)
    told = repr((phone, phone.asked, who, phones.trial.query("SELECT * FROM audit")))
    for secret in (phone.asked.state, phone.asked.nonce, phone.asked.verifier, "code-of-this", SECRET, FIN, "Aygün"):
        assert secret not in told
    # the secret goes in the header, the verifier to the token endpoint alone
    redeemed = next(one for one in provider.seen if one[1] == "/token")
    assert redeemed[3]["code_verifier"] == phone.asked.verifier and "client_secret" not in redeemed[3]
    assert base64.b64decode(redeemed[2]["Authorization"].split()[1]).decode() == f"{CLIENT}:{SECRET}"
    assert all(SECRET not in path and phone.asked.verifier not in path for path in provider.paths())


def test_a_fin_that_is_none(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """What is no FİN signs nobody in, whatever it is."""
    phones = make_phones(provider.issuer)
    for told in (None, "12345", 1234567, ["5AB1C2D"], "АБ12345"):
        provider.claims["fin"] = provider.userinfo["fin"] = told
        assert isinstance(refused(phones, provider), NoFin)


def test_the_phones_number(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """A QR that was photographed or passed on signs nobody in: who sees the phone knows the number. Three tries."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    number = phones.back(phone)
    assert phones.e_gov.arrived(phone)
    wrong = f"{(int(number) + 1) % 10_000:04d}"
    for left in (2, 1, 0):
        with pytest.raises(WrongNumber) as found:
            phones.e_gov.finish(phone, wrong)
        assert found.value.tries_left == left
    with pytest.raises(PhoneRanOut):
        phones.e_gov.finish(phone, number)
    assert phones.trial.query("SELECT * FROM sessions") == []
    assert [outcome for outcome, _ in phones.audit()] == ["wrong_number"] * 3 + ["phone_ran_out"]


def test_a_right_number_after_a_wrong_one(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """And it signs in once."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    number = phones.back(phone)
    assert phones.e_gov.arrived(phone)
    with pytest.raises(WrongNumber):
        phones.e_gov.finish(phone, "ıı\ud800")
    assert phones.e_gov.finish(phone, number).fin == FIN
    with pytest.raises(PhoneRanOut):
        phones.e_gov.finish(phone, number)


def test_an_answer_that_is_not_good_is_audited(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """With its reason, which names nobody; the provider's answers themselves are test_open_id.py's."""
    provider.claims["nonce"] = "another"
    phones = make_phones(provider.issuer)
    found = refused(phones, provider)
    assert isinstance(found, AnswerNotGood) and found.reason == "token_nonce"
    assert phones.audit() == [("answer_not_good", "e_gov token_nonce"), ("phone_ran_out", "e_gov")]
    provider.answers["/.well-known/openid-configuration"] = lambda: (500, {}, b"")
    with pytest.raises(ProviderAway):
        make_phones(provider.issuer, station="kiosk-2").e_gov.begin()
    assert phones.audit()[-1] == ("provider_away", "e_gov")


def test_a_phone_comes_back_once(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """Whatever else comes for the same state, before or after, is not looked at; nor what nobody waits for."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    state = phone.asked.state
    assert phones.bring(state, "") is phones.bring(state) is phones.bring(None, "code") is None
    assert phones.bring("nobody-asked", "code") is phones.bring(state, "x" * 5000) is None
    assert phones.bring("\ud800", "code") is phones.bring(state, "a\ncode") is None
    assert phones.bring(state, "first") == phone_answer.number_of("first")
    assert phones.bring(state, "second") is phones.bring(state, error="access_denied") is None
    with phones.trial.station.acts.reading() as (connection, now):
        assert phone_answer.sent_to(connection, state, now) is phone_answer.sent_to(connection, "other", now) is None
    assert phones.e_gov.arrived(phone)
    assert next(one[3] for one in provider.seen if one[1] == "/token")["code"] == "first"


def test_the_phone_s_number_is_shown_again_while_it_is_waited_for(
    make_phones: MakePhones, provider: ScriptedProvider
) -> None:
    """The code is gone as soon as it is redeemed; the number ends with the sign-in, however that ends."""
    phones = make_phones(provider.issuer, minutes=5)

    def again(phone: PhoneSignIn) -> str | None:
        with phones.trial.station.acts.reading() as (connection, now):
            return phone_answer.again(connection, phone.asked.state, "a-code", now)

    def arrived() -> tuple[PhoneSignIn, str]:
        phone = begun(phones, provider)
        assert again(phone) is None
        number = phones.back(phone)
        assert again(phone) == number
        assert phones.e_gov.arrived(phone) and again(phone) == number
        assert phones.bring(phone.asked.state, "a-code") is None
        return phone, number

    phone, number = arrived()
    assert [row["code"] for row in phones.trial.query("SELECT code FROM phone_sign_ins")] == [""]
    who = phones.e_gov.finish(phone, number)
    assert again(phone) is None and who.session is not None
    phones.sign_ins.end(who.session, "left")

    phone, number = arrived()
    for left in (2, 1, 0):
        with pytest.raises(WrongNumber):
            phones.e_gov.finish(phone, "none")
        assert again(phone) == (number if left else None)

    phone, _ = arrived()
    phones.e_gov.cancel(phone)
    assert again(phone) is None

    phone, number = arrived()
    phones.trial.set_instant(at(START) + 5 * 60_000 - 1)
    assert again(phone) == number
    phones.trial.set_instant(at(START) + 5 * 60_000)
    assert again(phone) is None

    provider.answers["/token"] = lambda: (500, {}, b"")
    phone = begun(phones, provider)
    phones.back(phone)
    with pytest.raises(ProviderAway):
        phones.e_gov.arrived(phone)
    assert again(phone) is None


def test_a_sign_in_that_runs_out(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """At exactly its end nothing is taken any more."""
    phones = make_phones(provider.issuer, minutes=5)
    phone = begun(phones, provider)
    phones.trial.set_instant(at(START) + 5 * 60_000 - 1)
    assert not phones.e_gov.arrived(phone)
    phones.trial.set_instant(at(START) + 5 * 60_000)
    assert phones.bring(phone.asked.state, "code") is None
    with pytest.raises(PhoneRanOut):
        phones.e_gov.arrived(phone)
    assert phones.trial.query("SELECT * FROM phone_sign_ins") == []
    assert phones.audit() == [("phone_ran_out", "e_gov")]


def test_given_up_at_the_kiosk(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """What the phone does afterwards is worth nothing; not even a number it was shown before."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    phones.e_gov.cancel(phone)
    phones.e_gov.cancel(phone)
    assert phones.bring(phone.asked.state, "code") is None
    phone = begun(phones, provider)
    number = phones.back(phone)
    assert phones.e_gov.arrived(phone)
    phones.e_gov.cancel(phone)
    with pytest.raises(PhoneRanOut):
        phones.e_gov.finish(phone, number)
    assert phones.trial.query("SELECT * FROM sessions") == []


def test_a_code_is_presented_once(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """Of many who look at the same moment one asks the provider; the others hear of one and the same sign-in."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    phones.back(phone)
    seen: list[bool] = []
    threads = [threading.Thread(target=lambda: seen.append(phones.e_gov.arrived(phone))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 8 and provider.paths().count("/token") == 1


def test_one_session_a_person_by_whatever_way(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """I12: who is signed in at one station is refused at another until that ends, without a card as with one."""
    here, there = make_phones(provider.issuer), make_phones(provider.issuer, station="kiosk-2")
    held = there.sign_ins.begin(Person(FIN), "password")
    phone = begun(here, provider)
    number = here.back(phone)
    assert here.e_gov.arrived(phone)
    with pytest.raises(SessionElsewhere) as found:
        here.e_gov.finish(phone, number)
    assert found.value.station == "kiosk-2" and here.audit()[-1] == ("session_elsewhere", None)
    there.sign_ins.end(held, "left")
    # who signed out there need not begin anew here
    who = here.e_gov.finish(phone, number)
    with pytest.raises(SessionElsewhere):
        there.sign_ins.begin(Person(FIN), "password")
    assert who.session is not None


def test_of_many_stations_one_signs_in(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """I12: the same person at the same moment at six stations by two ways: exactly one session begins."""
    stations = [make_phones(provider.issuer, station=f"kiosk-{number}") for number in range(6)]
    gate = threading.Barrier(6)
    outcomes: list[object] = []

    def run(one: Phones, way: str) -> None:
        gate.wait()
        try:
            outcomes.append(one.sign_ins.begin(Person(FIN), way))
        except SessionElsewhere as elsewhere:
            outcomes.append(elsewhere)

    threads = [
        threading.Thread(target=run, args=(one, "e_gov" if place % 2 else "password"))
        for place, one in enumerate(stations)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not isinstance(one, SessionElsewhere) for one in outcomes) == 1 and len(outcomes) == 6
    assert len(stations[0].trial.query("SELECT * FROM sessions")) == 1


def test_without_a_card_a_lease_ends_a_session_too(make_phones: MakePhones, provider: ScriptedProvider) -> None:
    """I12: 60 seconds unrenewed, and another station may take over; the first has lost it."""
    here, there = make_phones(provider.issuer), make_phones(provider.issuer, station="kiosk-2")
    held = here.sign_ins.begin(Person(FIN), "e_gov")
    there.trial.set_instant(at(START) + 60_000 - 1)
    with pytest.raises(SessionElsewhere):
        there.sign_ins.begin(Person(FIN), "e_gov")
    there.trial.set_instant(at(START) + 60_000)
    there.sign_ins.begin(Person(FIN), "e_gov")
    assert not here.sign_ins.renew(held)


def test_with_the_database_away(
    make_phones: MakePhones, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number may be typed again when it is back; nothing is told of the person meanwhile."""
    phones = make_phones(provider.issuer)
    phone = begun(phones, provider)
    number = phones.back(phone)
    assert phones.e_gov.arrived(phone)

    def away(*_told: Any) -> Any:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(phones.sign_ins, "begin", away)
        with pytest.raises(Unavailable):
            phones.e_gov.finish(phone, number)
    assert phones.e_gov.finish(phone, number).fin == FIN


def test_where_it_is_offered(make_trial: MakeTrial) -> None:
    """https, or a provider on this very machine in a trial; and phones must be able to come back."""
    issuer = "https://e-gov.example.az"
    trial = make_trial(e_gov={"issuer": issuer, "client_id": CLIENT}, web={"public_url": PUBLIC})
    settings = trial.station.settings

    def is_set_up(**told: Any) -> bool:
        return EGov(trial.station.acts, replace(settings, **told), trial.station.clock, cast(Any, None)).is_set_up

    here = replace(settings.e_gov, issuer="http://127.0.0.1:9400")
    production = replace(settings.station, production=True)
    assert is_set_up() and is_set_up(station=production) and is_set_up(e_gov=here)
    assert not is_set_up(e_gov=here, station=production)
    assert not is_set_up(e_gov=replace(settings.e_gov, issuer="http://e-gov.example.az"))
    assert not is_set_up(e_gov=replace(settings.e_gov, issuer=""))
    assert not is_set_up(e_gov=replace(settings.e_gov, client_id=""))
    assert not is_set_up(web=replace(settings.web, public_url=""))
