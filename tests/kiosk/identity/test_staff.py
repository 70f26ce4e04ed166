"""Staff sign in by name and password, with a role's rights; wrong tries are even and slowed (C3, C6)."""

from __future__ import annotations

import pytest

from kiosk.errors import BadRequest, NotFound, SlowDown
from kiosk.identity import staff
from kiosk.identity.staff import ACCEPT_LATE, StaffMember
from tests.stations import Trial, moment

PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: the rules are tried here, not the hash."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "_hasher", lambda: hasher)
    monkeypatch.setattr(staff, "_hash_of_nobody", lambda: hasher.hash("nobody"))


def test_a_member_signs_in_with_the_rights_of_the_role(trial: Trial) -> None:
    """C6: an operator has none of his own; a supervisor may accept a late arrival; a right can be given beside."""
    desk = trial.station.staff
    desk.add("leyla", "Leyla Nümunəyeva", "operator", frozenset(), PASSWORD)
    desk.add("rauf", "Rauf", "supervisor", frozenset(), PASSWORD)
    desk.add("nigar", "Nigar", "operator", frozenset({ACCEPT_LATE}), PASSWORD)
    leyla = desk.sign_in("leyla", PASSWORD)
    assert (leyla.name, leyla.display_name, leyla.role, leyla.rights) == (
        "leyla",
        "Leyla Nümunəyeva",
        "operator",
        frozenset(),
    )
    assert desk.sign_in(" LEYLA ", PASSWORD) == leyla
    assert ACCEPT_LATE in desk.sign_in("rauf", PASSWORD).rights
    assert ACCEPT_LATE in desk.sign_in("nigar", PASSWORD).rights


def test_a_password_is_kept_as_a_hash(trial: Trial) -> None:
    """Argon2id, salted."""
    for name in ("one", "two"):
        trial.station.staff.add(name, name, "operator", frozenset(), PASSWORD)
    hashes = [row["password_hash"] for row in trial.query("SELECT password_hash FROM staff")]
    assert all(each.startswith("$argon2id$") for each in hashes) and hashes[0] != hashes[1]


@pytest.mark.parametrize(("name", "password"), [
    ("leyla", "wrong-password"), ("nobody", PASSWORD), ("", ""), ("LEYLƏ", PASSWORD), ("leyla\x00", PASSWORD),
    ("\ud800", PASSWORD), ("leyla", "\ud800"),
])  # fmt: skip
def test_a_wrong_pair_is_answered_evenly(trial: Trial, name: str, password: str) -> None:
    """Whichever of the two is wrong, and whatever was typed."""
    trial.station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    with pytest.raises(NotFound) as caught:
        trial.station.staff.sign_in(name, password)
    assert caught.value.facts == {}


def test_one_who_left_does_not_sign_in(trial: Trial) -> None:
    """An inactive member is answered like an unknown one."""
    trial.station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    trial.change("UPDATE staff SET active = 0")
    with pytest.raises(NotFound):
        trial.station.staff.sign_in("leyla", PASSWORD)


@pytest.mark.parametrize("name", ["leyla", "nobody"])
def test_wrong_tries_are_slowed_by_name(trial: Trial, name: str) -> None:
    """From the fifth on a wait, whether the name exists or not; the right password waits too, then starts anew."""
    desk = trial.station.staff
    desk.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    for _ in range(5):
        with pytest.raises(NotFound):
            desk.sign_in(name, "wrong-password")
    with pytest.raises(SlowDown) as caught:
        desk.sign_in(name, PASSWORD)
    assert caught.value.retry_at == moment("2026-11-20 09:00:30")
    trial.at("2026-11-20 09:00:30")
    if name == "leyla":
        assert isinstance(desk.sign_in(name, PASSWORD), StaffMember)
        with pytest.raises(NotFound):
            desk.sign_in(name, "wrong-password")
    else:
        with pytest.raises(NotFound):
            desk.sign_in(name, PASSWORD)


def test_every_sign_in_is_audited(trial: Trial) -> None:
    """M1, C2: with the member where there is one; the tried name or password is not written down."""
    desk = trial.station.staff
    number = desk.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    member = desk.sign_in("leyla", PASSWORD)
    desk.sign_out(member)
    with pytest.raises(NotFound):
        desk.sign_in("leyla", "wrong-password")
    rows = trial.query("SELECT act, outcome, staff, detail FROM audit ORDER BY id")
    assert [(row["act"], row["outcome"], row["staff"]) for row in rows] == [
        ("staff_add", "done", None),
        ("sign_in", "done", number),
        ("sign_out", "done", number),
        ("sign_in", "not_found", None),
    ]
    assert PASSWORD not in str(rows) and "wrong-password" not in str(rows)


@pytest.mark.parametrize(("given", "field"), [
    ({"name": "x"}, "name"), ({"name": "Leyla"}, "name"), ({"name": "-leyla"}, "name"), ({"name": "ley la"}, "name"),
    ({"display_name": " "}, "display_name"), ({"role": "boss"}, "role"), ({"rights": frozenset({"fly"})}, "rights"),
    ({"password": "short"}, "password"),
])  # fmt: skip
def test_a_member_that_cannot_be_enrolled_is_told(trial: Trial, given: dict[str, object], field: str) -> None:
    """Which part, and what is allowed."""
    values: dict[str, object] = {
        "name": "leyla", "display_name": "Leyla", "role": "operator", "rights": frozenset(), "password": PASSWORD,
    }  # fmt: skip
    with pytest.raises(BadRequest) as caught:
        trial.station.staff.add(**(values | given))  # type: ignore[arg-type]
    assert caught.value.field == field and caught.value.why
    assert trial.query("SELECT id FROM staff") == []


def test_a_name_is_enrolled_once(trial: Trial) -> None:
    """The first one stays."""
    trial.station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    with pytest.raises(BadRequest) as caught:
        trial.station.staff.add("leyla", "Another", "administrator", frozenset(), "other-password")
    assert caught.value.facts == {"field": "name", "why": "in use"}
    assert trial.station.staff.sign_in("leyla", PASSWORD).role == "operator"
