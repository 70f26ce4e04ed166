"""Citizens who sign in by card: what is judged first, what costs a try, and what ends it (I2, I9, I11, I12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.cards.card import Holder
from hardware.errors import CardError, CardGone, CardMute, PinBlocked, PinFormat, PinWrong
from kiosk.errors import Unavailable
from kiosk.identity.refused import NoCertificate, NotProved, NotTrusted, SessionElsewhere
from kiosk.identity.sign_in import SignIns, person_key
from tests.kiosk.identity.cards import FakeCard, FakeDesk, World, pin
from tests.kiosk.signature.authorities import DAY, FIN, NOW, SIGN_IN, Authority, name, rsa_key
from tests.stations import MakeTrial, Trial

MakeSignIns = Callable[..., SignIns]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "trust")


@pytest.fixture
def make_sign_ins(trial: Trial, world: World) -> Iterator[MakeSignIns]:
    opened: list[SignIns] = []

    def make(desk: FakeDesk, at: Trial = trial, **trust: Any) -> SignIns:
        station = at.station
        opened.append(SignIns(station.acts, station.settings, desk, world.trust(**trust), station.clock))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def _audit(trial: Trial) -> list[tuple[str, str, str | None]]:
    rows = trial.query("SELECT act, outcome, detail FROM audit ORDER BY id")
    return [(row["act"], row["outcome"], row["detail"]) for row in rows]


def test_a_citizen_signs_in(trial: Trial, world: World, make_sign_ins: MakeSignIns) -> None:
    """The certificate names them; the card proved its key; the PIN is gone and no other use was made of it."""
    desk = FakeDesk(world.card())
    sign_ins, typed = make_sign_ins(desk), pin()
    session = sign_ins.by_card(1, typed)
    assert (session.given_name, session.surname, session.patronymic, session.fin) == (
        "Aygün", "Nümunəyeva", "Misal qızı", FIN,
    )  # fmt: skip
    assert session.verdict is not None and session.verdict.state == "good" and sign_ins.is_alive(session)
    assert (session.ends_at - session.started_at).total_seconds() == 500 * 60
    assert typed.digits == [] and desk.card.verified == ["pin1"] and desk.used.count(True) == 1
    assert (desk.held, len(desk.card.challenges)) == (1, 1)
    assert "Aygün" not in repr(session) and FIN not in repr(session)
    assert _audit(trial)[-1] == ("citizen_sign_in", "done", "good")
    sign_ins.end(session, "left")
    sign_ins.end(session, "left")
    assert (sign_ins.is_alive(session), desk.held) == (False, None)
    assert trial.query("SELECT * FROM sessions") == []
    assert _audit(trial)[-1] == ("citizen_sign_out", "done", "left")


def test_rsa_cards_and_the_readers_own_pad(world: World, make_sign_ins: MakeSignIns) -> None:
    """Either kind of key; without a PIN the card's reader asks for it."""
    desk = FakeDesk(FakeCard(world.hierarchy.ica.issue(SIGN_IN, key=rsa_key())))
    assert make_sign_ins(desk).by_card(1, None).fin == FIN
    assert desk.card.verified == []


def test_every_challenge_is_another(world: World, make_sign_ins: MakeSignIns) -> None:
    """What one sign-in proved is worth nothing at the next."""
    desk = FakeDesk(world.card())
    sign_ins = make_sign_ins(desk)
    for _ in range(3):
        sign_ins.end(sign_ins.by_card(1, pin()), "left")
    assert len(set(desk.card.challenges)) == 3


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (lambda world: world.card(ends=NOW - DAY), "expired"),
        (lambda world: world.card(begins=NOW + DAY), "not_yet_valid"),
        (lambda _world: FakeCard(Authority("Yad").issue(SIGN_IN)), "unknown_issuer"),
        (lambda world: FakeCard(world.hierarchy.ica.issue({"key_agreement"})), "wrong_use"),
    ],
)
def test_a_bad_certificate_costs_no_try(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, make: Callable[[World], FakeCard], state: str
) -> None:
    """S5's complaint: that a certificate has expired is told before the PIN is spent; the try is audited."""
    desk, typed = FakeDesk(make(world)), pin()
    with pytest.raises(NotTrusted) as refused:
        make_sign_ins(desk).by_card(1, typed)
    assert refused.value.verdict.state == state
    assert desk.card.verified == [] and True not in desk.used and typed.digits == []
    assert _audit(trial)[-1] == ("citizen_sign_in", "not_trusted", None)


def test_unchecked_is_refused_where_that_is_set(world: World, make_sign_ins: MakeSignIns) -> None:
    """`[trust] unchecked_sign_in`: the same card at two stations."""
    (world.folder / "crl" / "ica.crl").unlink()
    desk = FakeDesk(world.card())
    with pytest.raises(NotTrusted) as refused:
        make_sign_ins(desk, unchecked_sign_in="refuse").by_card(1, pin())
    assert refused.value.verdict.state == "unchecked" and desk.card.verified == []
    accepted = make_sign_ins(desk, unchecked_sign_in="accept").by_card(1, pin())
    assert accepted.verdict is not None and accepted.verdict.state == "unchecked"


@pytest.mark.parametrize(
    ("spoil", "digits", "error", "tries"),
    [
        ({}, "9999", PinWrong, 2),
        ({"pin1": 1}, "9999", PinWrong, 0),
        ({"pin1": 0}, "1234", PinBlocked, 0),
        ({}, "123", PinFormat, 3),
    ],
)
def test_what_the_card_says_of_a_pin(
    trial: Trial,
    world: World,
    make_sign_ins: MakeSignIns,
    spoil: dict[str, int],
    digits: str,
    error: type[CardError],
    tries: int,
) -> None:
    """I9: told as it is, never repeated by itself, wiped, audited by name; nobody is signed in."""
    desk, typed = FakeDesk(world.card()), pin(digits)
    desk.card.tries |= spoil
    with pytest.raises(error):
        make_sign_ins(desk).by_card(1, typed)
    assert desk.card.tries["pin1"] == tries and len(desk.card.verified) <= 1 and typed.digits == []
    assert _audit(trial)[-1] == ("citizen_sign_in", error.error, None)
    assert trial.query("SELECT * FROM sessions") == []


def test_a_card_with_another_key_is_no_true_one(trial: Trial, world: World, make_sign_ins: MakeSignIns) -> None:
    """A copied certificate proves nothing: the answer must fit its key."""
    desk = FakeDesk(world.card())
    desk.card.answers_by = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(NotProved):
        make_sign_ins(desk).by_card(1, pin())
    assert trial.query("SELECT * FROM sessions") == [] and desk.held is None


def test_an_answer_that_came_too_late_proves_nothing(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A challenge lives five minutes, however long the card took."""
    desk = FakeDesk(world.card())
    answer = desk.card.answer

    def late(*asked: Any) -> bytes:
        trial.set_instant(trial.station.clock.now() + 300_001)
        return answer(*asked)

    monkeypatch.setattr(desk.card, "answer", late)
    with pytest.raises(NotProved):
        make_sign_ins(desk).by_card(1, pin())


@pytest.mark.parametrize("error", [CardGone(), CardMute(0x80100066)])
def test_a_card_that_fails(trial: Trial, world: World, make_sign_ins: MakeSignIns, error: CardError) -> None:
    """Its error comes out as it is, and the PIN is wiped though it was never sent."""
    desk, typed = FakeDesk(world.card(), failing=error), pin()
    with pytest.raises(type(error)):
        make_sign_ins(desk).by_card(1, typed)
    assert typed.digits == []
    with pytest.raises(CardGone):
        make_sign_ins(FakeDesk(world.card())).by_card(2, pin())
    assert [row[1] for row in _audit(trial)][-2:] == [error.error, "card_gone"]


def test_a_card_without_a_certificate(world: World, make_sign_ins: MakeSignIns) -> None:
    """Nothing to sign in with is said so, and no PIN is spent."""
    desk = FakeDesk(FakeCard(None))
    with pytest.raises(NoCertificate):
        make_sign_ins(desk).by_card(1, pin())
    assert desk.card.verified == []


def test_signed_in_elsewhere(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, make_trial: Callable[..., Trial]
) -> None:
    """I12: refused with the other station's name, before the PIN is spent, until that session ends."""
    other = make_trial(station={"name": "kiosk-2"})
    first, second = FakeDesk(world.card()), FakeDesk(world.card())
    here, there = make_sign_ins(first), make_sign_ins(second, other)
    session = there.by_card(1, pin())
    with pytest.raises(SessionElsewhere) as refused:
        here.by_card(1, pin())
    assert refused.value.station == "kiosk-2" and first.card.verified == []
    assert _audit(trial)[-1] == ("citizen_sign_in", "session_elsewhere", None)
    there.end(session, "left")
    assert here.by_card(1, pin()).fin == FIN


def test_with_the_database_away_no_try_is_spent(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell then whether the person is signed in elsewhere: that is found out before the PIN is sent."""
    from db.engine import DatabaseAway

    def away(*_asked: Any, **_more: Any) -> Any:
        raise DatabaseAway("gone")

    desk = FakeDesk(world.card())
    sign_ins = make_sign_ins(desk)
    monkeypatch.setattr(trial.station.database, "reading", away)
    with pytest.raises(Unavailable):
        sign_ins.by_card(1, pin())
    assert desk.card.verified == []


def test_a_refusal_is_told_though_it_cannot_be_audited(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person hears what is wrong with the card, not that a database is away."""
    from db.engine import DatabaseAway

    def away(*_asked: Any, **_more: Any) -> Any:
        raise DatabaseAway("gone")

    sign_ins = make_sign_ins(FakeDesk(world.card(ends=NOW - DAY)))
    monkeypatch.setattr(trial.station.database, "write", away)
    with pytest.raises(NotTrusted):
        sign_ins.by_card(1, pin())


def test_whose_session_it_is_without_a_fin(world: World) -> None:
    """The subject's own number within its issuer, else the certificate; nothing of either can be read from the row."""
    assert person_key("5AB1C2D", "PNOAZ-5AB1C2D", b"ica", "f" * 64) == "5AB1C2D"
    same = person_key(None, "77", b"ica", "a" * 64)
    assert same == person_key(None, "77", b"ica", "b" * 64) != person_key(None, "77", b"bank", "a" * 64)
    assert "77" not in same.removeprefix("subject ")[:3] and len(same) == len("subject ") + 64
    assert person_key(None, None, b"ica", "a" * 64) == f"certificate {'a' * 64}"


def test_a_certificate_without_a_fin_signs_in_once_too(
    trial: Trial, make_trial: MakeTrial, world: World, make_sign_ins: MakeSignIns
) -> None:
    """The bank's issuer may write another number; one session holds for it all the same."""
    desk = FakeDesk(
        FakeCard(world.hierarchy.ica.issue(SIGN_IN, subject=name("X", given="A", surname="B", serial="Z-1")))
    )
    assert make_sign_ins(desk).by_card(1, pin()).fin is None
    with pytest.raises(SessionElsewhere):
        make_sign_ins(desk, make_trial(station={"name": "kiosk-2"})).by_card(1, pin())
    assert "Z-1" not in str(trial.query("SELECT * FROM sessions"))


def test_begun_elsewhere_while_the_pin_was_typed(
    trial: Trial,
    make_trial: MakeTrial,
    world: World,
    make_sign_ins: MakeSignIns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The look before the PIN only spares tries; what decides is the row, and the refusal is audited once."""
    first = FakeDesk(world.card())
    elsewhere = make_trial(station={"name": "kiosk-2"})
    here, there = make_sign_ins(first), make_sign_ins(FakeDesk(world.card()), elsewhere)
    answer = first.card.answer

    def slow(*asked: Any) -> bytes:
        there.by_card(1, pin())
        return answer(*asked)

    monkeypatch.setattr(first.card, "answer", slow)
    with pytest.raises(SessionElsewhere):
        here.by_card(1, pin())
    told = [(outcome, detail) for act, outcome, detail in _audit(trial) if act == "citizen_sign_in"]
    assert told == [("done", "good"), ("session_elsewhere", None)]
    assert first.held is None


@pytest.mark.parametrize("failing", [CardGone(), RuntimeError("the unforeseen")])
def test_what_nobody_was_given_is_ended(
    trial: Trial, world: World, make_sign_ins: MakeSignIns, monkeypatch: pytest.MonkeyPatch, failing: Exception
) -> None:
    """I12: a card that goes, or whatever else goes wrong, right after the session began locks nobody out for hours."""
    desk = FakeDesk(world.card())
    sign_ins, typed = make_sign_ins(desk), pin()

    def holder() -> Holder:
        raise failing

    monkeypatch.setattr(desk.card, "holder", holder)
    with pytest.raises(type(failing)):
        sign_ins.by_card(1, typed)
    assert (typed.digits, desk.held, trial.query("SELECT * FROM sessions")) == ([], None, [])
    assert ("citizen_sign_out", "done", "cancelled") in _audit(trial)
    monkeypatch.undo()
    assert sign_ins.is_alive(sign_ins.by_card(1, pin()))


def test_a_card_that_tells_no_patronymic_signs_in(
    world: World, make_sign_ins: MakeSignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is for people to read; a card that fails at it is there all the same."""
    desk = FakeDesk(world.card())

    def holder() -> Holder:
        raise CardMute

    monkeypatch.setattr(desk.card, "holder", holder)
    session = make_sign_ins(desk).by_card(1, pin())
    assert (session.patronymic, desk.held) == ("", 1)
