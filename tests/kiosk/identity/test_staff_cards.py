"""Staff who sign in by card, and their enrolment by an administrator (C6, M1)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from db import staff as staff_rows
from hardware.errors import PinWrong
from kiosk.errors import NotFound
from kiosk.identity.refused import CardNotEnrolled, CardTaken, NotProved, NotTrusted, WrongRole
from kiosk.identity.staff import Role, StaffMember
from kiosk.identity.staff_cards import StaffCards
from tests.kiosk.identity.cards import FakeDesk, World, pin
from tests.kiosk.signature.authorities import DAY, NOW, SIGN_IN
from tests.stations import Trial

ROLES: dict[str, Role] = {"admin": "administrator", "texnik": "technician", "operator": "operator"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.make(tmp_path / "trust")


@pytest.fixture
def members(trial: Trial) -> dict[str, StaffMember]:
    """One of each role, without a password that anybody has."""

    def add(connection: Any, now: int) -> dict[str, StaffMember]:
        made = {}
        for name, role in ROLES.items():
            row = staff_rows.add(connection, name, name.title(), role, frozenset(), "nobody's", now)
            assert row is not None
            made[name] = StaffMember(row, name, name.title(), role, frozenset())
        return made

    return trial.station.database.write(add)


@pytest.fixture
def administrator(members: dict[str, StaffMember]) -> StaffMember:
    return members["admin"]


MakeCards = Callable[..., StaffCards]


@pytest.fixture
def make_cards(trial: Trial, world: World) -> MakeCards:
    def make(desk: FakeDesk, **trust: Any) -> StaffCards:
        station = trial.station
        return StaffCards(station.acts, station.settings, desk, world.trust(**trust), station.clock)

    return make


def _last(trial: Trial) -> tuple[str, str, int | None]:
    row = trial.query("SELECT act, outcome, staff FROM audit ORDER BY id DESC LIMIT 1")[0]
    return row["act"], row["outcome"], row["staff"]


def test_enrolled_and_signed_in(trial: Trial, world: World, make_cards: MakeCards, administrator: StaffMember) -> None:
    """An administrator enrols the card in the reader; from then on it signs its holder in, with its role's rights."""
    desk = FakeDesk(world.card())
    cards = make_cards(desk)
    made = cards.enrol(administrator, "texnik", 1)
    assert made.withdrawn_at is None and cards.of("texnik") == (made,)
    assert desk.card.verified == [], "enrolling needs no PIN of the holder"
    assert _last(trial) == ("staff_card_enrol", "done", administrator.id)
    typed = pin()
    member = cards.sign_in(1, typed)
    assert (member.name, member.role, member.rights) == ("texnik", "technician", frozenset())
    assert typed.digits == [] and _last(trial) == ("sign_in_by_card", "done", member.id)


def test_a_renewed_certificate_for_the_same_key(
    world: World, make_cards: MakeCards, administrator: StaffMember
) -> None:
    """The card is known by its key, which is what it proves; another key is another card."""
    desk = FakeDesk(world.card())
    make_cards(desk).enrol(administrator, "texnik", 1)
    assert desk.card.sign_in is not None
    renewed = world.hierarchy.ica.issue(SIGN_IN, key=desk.card.sign_in.key)
    desk.card.sign_in = renewed
    assert make_cards(desk).sign_in(1, pin()).name == "texnik"
    desk.card.sign_in = world.hierarchy.ica.issue(SIGN_IN)
    with pytest.raises(CardNotEnrolled):
        make_cards(desk).sign_in(1, pin())


def test_nobodys_card_costs_no_try(
    trial: Trial, world: World, make_cards: MakeCards, administrator: StaffMember
) -> None:
    """Not enrolled, withdrawn, or of a member who has left: told before the PIN is sent, and audited."""
    desk = FakeDesk(world.card())
    cards = make_cards(desk)
    with pytest.raises(CardNotEnrolled):
        cards.sign_in(1, pin())
    assert _last(trial) == ("sign_in_by_card", "card_not_enrolled", None)
    made = cards.enrol(administrator, "texnik", 1)
    cards.withdraw(administrator, made.id)
    with pytest.raises(CardNotEnrolled):
        cards.sign_in(1, pin())
    cards.enrol(administrator, "texnik", 1)
    trial.change("UPDATE staff SET active = 0 WHERE name = 'texnik'")
    with pytest.raises(CardNotEnrolled):
        cards.sign_in(1, pin())
    assert desk.card.verified == []


@pytest.mark.parametrize(
    ("roles", "good"),
    [
        (None, True),
        ({"technician"}, True),
        ({"operator", "technician"}, True),
        ({"administrator"}, False),
        (set(), False),
    ],
)
def test_who_may_sign_in_here(
    trial: Trial,
    world: World,
    make_cards: MakeCards,
    administrator: StaffMember,
    roles: Collection[Role] | None,
    good: bool,
) -> None:
    """M1: a place names its roles; another's card is refused before its PIN is spent."""
    desk = FakeDesk(world.card())
    cards = make_cards(desk)
    cards.enrol(administrator, "texnik", 1)
    if good:
        assert cards.sign_in(1, pin(), roles).name == "texnik"
        return
    with pytest.raises(WrongRole) as refused:
        cards.sign_in(1, pin(), roles)
    assert refused.value.role == "technician" and desk.card.verified == []
    assert _last(trial)[:2] == ("sign_in_by_card", "wrong_role")


def test_only_an_administrator_enrols(
    trial: Trial,
    world: World,
    make_cards: MakeCards,
    administrator: StaffMember,
    members: dict[str, StaffMember],
) -> None:
    """By the database, not by what the face believes: who lost the role or left enrols and withdraws nothing more."""
    desk, operator = FakeDesk(world.card()), members["operator"]
    cards = make_cards(desk)
    for by in (operator, StaffMember(operator.id, "operator", "", "administrator", frozenset())):
        with pytest.raises(WrongRole):
            cards.enrol(by, "texnik", 1, pin())
        assert desk.card.verified == [], "refused before the PIN is spent"
        assert _last(trial) == ("staff_card_enrol", "wrong_role", operator.id)
    made = cards.enrol(administrator, "texnik", 1)
    with pytest.raises(WrongRole):
        cards.withdraw(operator, made.id)
    trial.change("UPDATE staff SET active = 0 WHERE name = 'admin'")
    with pytest.raises(WrongRole):
        cards.withdraw(administrator, made.id)
    assert cards.of("texnik") == (made,)


def test_a_card_is_one_members(trial: Trial, world: World, make_cards: MakeCards, administrator: StaffMember) -> None:
    """Enrolled twice for the same member changes nothing; for another it is refused until it is withdrawn."""
    cards = make_cards(FakeDesk(world.card()))
    made = cards.enrol(administrator, "texnik", 1)
    assert cards.enrol(administrator, "texnik", 1) == made
    assert _last(trial)[:2] == ("staff_card_enrol", "was_enrolled")
    with pytest.raises(CardTaken):
        cards.enrol(administrator, "operator", 1)
    assert _last(trial)[:2] == ("staff_card_enrol", "card_taken")
    cards.withdraw(administrator, made.id)
    again = cards.enrol(administrator, "operator", 1)
    assert again.id != made.id and cards.sign_in(1, pin()).name == "operator"
    assert [one.withdrawn_at is None for one in cards.of("texnik")] == [False]
    with pytest.raises(NotFound):
        cards.withdraw(administrator, made.id)


@pytest.mark.parametrize("name", ["nobody", "texnik'; --"])
def test_for_nobody(world: World, make_cards: MakeCards, administrator: StaffMember, name: str) -> None:
    """A name that nobody has."""
    cards = make_cards(FakeDesk(world.card()))
    with pytest.raises(NotFound):
        cards.enrol(administrator, name, 1)
    with pytest.raises(NotFound):
        cards.of(name)


def test_a_bad_certificate_is_not_enrolled_and_signs_nobody_in(
    trial: Trial, world: World, make_cards: MakeCards, administrator: StaffMember
) -> None:
    """Staff certificates are judged as citizens' are, with a setting of their own for unchecked ones."""
    expired = make_cards(FakeDesk(world.card(ends=NOW - DAY)))
    with pytest.raises(NotTrusted):
        expired.enrol(administrator, "texnik", 1)
    assert _last(trial) == ("staff_card_enrol", "not_trusted", administrator.id)
    desk = FakeDesk(world.card())
    make_cards(desk).enrol(administrator, "texnik", 1)
    (world.folder / "crl" / "ica.crl").unlink()
    with pytest.raises(NotTrusted):
        make_cards(desk, unchecked_staff="refuse").sign_in(1, pin())
    assert make_cards(desk, unchecked_sign_in="refuse").sign_in(1, pin()).name == "texnik"


def test_a_wrong_pin_and_a_false_card(
    trial: Trial, world: World, make_cards: MakeCards, administrator: StaffMember
) -> None:
    """Every try is audited; enrolling with a PIN lets the card prove its key at once."""
    desk = FakeDesk(world.card())
    cards = make_cards(desk)
    cards.enrol(administrator, "texnik", 1)
    typed = pin("9999")
    with pytest.raises(PinWrong):
        cards.sign_in(1, typed)
    assert typed.digits == [] and _last(trial)[:2] == ("sign_in_by_card", "pin_wrong")
    desk.card.answers_by = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(NotProved):
        cards.sign_in(1, pin())
    other = FakeDesk(world.card())
    other.card.answers_by = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(NotProved):
        make_cards(other).enrol(administrator, "operator", 1, pin())
    assert make_cards(other).of("operator") == ()


def test_withdrawn_while_the_pin_was_typed(
    world: World, make_cards: MakeCards, administrator: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is the moment of signing in, not of putting the card in."""
    desk = FakeDesk(world.card())
    cards = make_cards(desk)
    made, answer = cards.enrol(administrator, "texnik", 1), desk.card.answer

    def slow(*asked: Any) -> bytes:
        cards.withdraw(administrator, made.id)
        return answer(*asked)

    monkeypatch.setattr(desk.card, "answer", slow)
    with pytest.raises(CardNotEnrolled):
        cards.sign_in(1, pin())
