"""Administration of staff: by right, never the last administrator, never one's own last access (C6)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.errors import CHANGED_MEANWHILE, BadRequest, NotAllowed, NotFound, Refusal, SlowDown
from kiosk.identity import staff
from kiosk.identity.staff import ACCEPT_LATE, MANAGE_HALL, MANAGE_STAFF, RIGHTS, SEE_FIGURES
from kiosk.identity.staff_office import StaffOffice
from tests.kiosk.hall.invented_staff import enrolled
from tests.stations import MakeTrial, Trial, new_key

PASSWORD = "a-long-password"
NONE: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: the rules are tried here, not the hash."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "_hasher", lambda: hasher)
    monkeypatch.setattr(staff, "_hash_of_nobody", lambda: hasher.hash("nobody"))


@pytest.fixture
def office(trial: Trial) -> StaffOffice:
    return trial.station.staff_office


@pytest.fixture
def admin(trial: Trial) -> int:
    return enrolled(trial, "administrator")


def test_who_is_enrolled_signs_in(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: with the role's rights and those beside them; a repeat enrols nobody twice."""
    made = office.add("one-key", admin, "leyla", " Leyla  Nümunəyeva ", "operator", frozenset({ACCEPT_LATE}), PASSWORD)
    assert (made.display_name, made.role, made.rights, made.active) == (
        "Leyla Nümunəyeva", "operator", frozenset({ACCEPT_LATE}), True,
    )  # fmt: skip
    again = office.add(
        "one-key", admin, "leyla", "Leyla Nümunəyeva", "operator", frozenset({ACCEPT_LATE}), "another-one"
    )
    assert again == made
    member = trial.station.staff.sign_in("leyla", PASSWORD)
    assert (member.id, member.rights) == (made.id, frozenset({ACCEPT_LATE}))
    assert [entry.name for entry in office.all(admin) if entry.id != admin] == ["leyla"]


def test_neither_password_nor_name_lies_in_answers_or_audit(trial: Trial, office: StaffOffice, admin: int) -> None:
    """K6: row ids alone."""
    made = office.add(new_key(), admin, "leyla", "Leyla Nümunəyeva", "operator", NONE, PASSWORD)
    office.rename(new_key(), admin, made.id, "Leyla Sınaqova")
    office.set_password(admin, made.id, "another-password")
    kept = str(trial.query("SELECT * FROM answers") + trial.query("SELECT * FROM audit"))
    for secret in (PASSWORD, "another-password", "leyla", "Nümunəyeva", "Sınaqova"):
        assert secret not in kept
    rows = trial.query("SELECT act, staff, detail FROM audit ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("staff_add", admin, f"staff {made.id}, operator"),
        ("staff_rename", admin, f"staff {made.id}"),
        ("staff_password", admin, f"staff {made.id}"),
    ]


def test_what_was_changed_since_it_was_shown_is_not_replaced(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: the later of two administrators is told; name and role are told apart."""
    leyla = enrolled(trial, "operator")
    shown = next(entry for entry in office.all(admin) if entry.id == leyla)
    office.set_role(new_key(), admin, leyla, "supervisor", NONE, was=shown)
    office.rename(new_key(), admin, leyla, "Leyla Sınaqova", was=shown)
    with pytest.raises(BadRequest) as refused:
        office.set_role(new_key(), admin, leyla, "technician", NONE, was=shown)
    assert refused.value.facts == {"field": "role", "why": CHANGED_MEANWHILE}
    with pytest.raises(BadRequest) as refused:
        office.rename(new_key(), admin, leyla, "Leyla Maketova", was=shown)
    assert refused.value.facts == {"field": "display_name", "why": CHANGED_MEANWHILE}
    now = next(entry for entry in office.all(admin) if entry.id == leyla)
    assert (now.display_name, now.role) == ("Leyla Sınaqova", "supervisor")
    assert office.set_role(new_key(), admin, leyla, "supervisor", NONE, was=shown) == now
    assert office.rename(new_key(), admin, leyla, "Leyla Maketova", was=now).display_name == "Leyla Maketova"


def test_another_role_and_other_rights(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: from the next act on; what was given before and is not named now is gone."""
    leyla = enrolled(trial, "operator", ACCEPT_LATE)
    changed = office.set_role(new_key(), admin, leyla, "supervisor", frozenset({MANAGE_STAFF}))
    assert changed.all_rights == {ACCEPT_LATE, MANAGE_HALL, SEE_FIGURES, MANAGE_STAFF}
    changed = office.set_role(new_key(), admin, leyla, "operator", NONE)
    assert changed.all_rights == NONE
    for bad in ({"role": "boss"}, {"rights": frozenset({"fly"})}):
        values: dict[str, object] = {"role": "operator", "rights": NONE}
        with pytest.raises(BadRequest):
            office.set_role(new_key(), admin, leyla, **(values | bad))  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        office.set_role(new_key(), admin, 9999, "operator", NONE)


def test_who_leaves_signs_in_no_more_and_leaves_the_counter(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: and comes back with the same password."""
    made = office.add(new_key(), admin, "leyla", "Leyla", "operator", NONE, PASSWORD)
    trial.station.counters.sit(new_key(), made.id, "7")
    assert not office.set_active(new_key(), admin, made.id, active=False).active
    with pytest.raises(NotFound):
        trial.station.staff.sign_in("leyla", PASSWORD)
    assert [counter.staff for counter in trial.station.counters.of()] == [None]
    assert [entry.active for entry in office.all(admin)] == [True, False]
    assert office.set_active(new_key(), admin, made.id, active=True).active
    assert trial.station.staff.sign_in("leyla", PASSWORD).id == made.id


def test_a_new_password(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: the old one is no good; whoever was slowed down after wrong ones may try the new one at once."""
    made = office.add(new_key(), admin, "leyla", "Leyla", "operator", NONE, PASSWORD)
    for _ in range(5):
        with pytest.raises(NotFound):
            trial.station.staff.sign_in("leyla", "wrong-password")
    with pytest.raises(SlowDown):
        trial.station.staff.sign_in("leyla", PASSWORD)
    office.set_password(admin, made.id, "another-password")
    assert trial.station.staff.sign_in("leyla", "another-password").id == made.id
    with pytest.raises(NotFound):
        trial.station.staff.sign_in("leyla", PASSWORD)
    with pytest.raises(BadRequest):
        office.set_password(admin, made.id, "short")


def test_nobody_takes_away_their_own_access(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: not even where another administrator is left; another role that keeps the right may be taken."""
    enrolled(trial, "administrator")
    acts: list[Callable[[], object]] = [
        lambda: office.set_active(new_key(), admin, admin, active=False),
        lambda: office.set_role(new_key(), admin, admin, "supervisor", NONE),
    ]
    for act in acts:
        with pytest.raises(BadRequest) as caught:
            act()
        assert caught.value.why == "own_access"
    kept = office.set_role(new_key(), admin, admin, "supervisor", frozenset({MANAGE_STAFF}))
    assert MANAGE_STAFF in kept.all_rights


def test_the_last_administrator_stays(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: neither by another role nor by leaving; one who left already counts for nothing."""
    other = enrolled(trial, "administrator")
    office.set_active(new_key(), admin, other, active=False)
    with pytest.raises(BadRequest) as caught:
        office.set_role(new_key(), admin, admin, "supervisor", frozenset({MANAGE_STAFF}))
    assert caught.value.facts == {"field": "role", "why": "last_administrator"}
    office.set_active(new_key(), admin, other, active=True)
    office.set_role(new_key(), admin, admin, "supervisor", frozenset({MANAGE_STAFF}))
    with pytest.raises(NotAllowed):  # who is none touches no administrator at all
        office.set_active(new_key(), admin, other, active=False)


def test_two_administrators_who_take_each_other_away(make_trial: MakeTrial) -> None:
    """C6: at the same moment, on two machines: one of them stays."""
    trials = [make_trial(station={"name": f"counter-{number}"}) for number in range(2)]
    both = [enrolled(trials[0], "administrator") for _ in trials]

    def take_away(place: int) -> Refusal | None:
        try:
            trials[place].station.staff_office.set_active(new_key(), both[place], both[1 - place], active=False)
        except (NotAllowed, BadRequest) as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(2) as pool:
        refused = list(pool.map(take_away, range(2)))
    assert refused.count(None) == 1
    left = trials[0].query("SELECT id FROM staff WHERE role = 'administrator' AND active = 1")
    assert len(left) == 1


def _acts(office: StaffOffice, by: int, member: int) -> list[Callable[[], object]]:
    return [
        lambda: office.all(by),
        lambda: office.add(new_key(), by, "rauf", "Rauf", "operator", NONE, PASSWORD),
        lambda: office.rename(new_key(), by, member, "Rauf"),
        lambda: office.set_role(new_key(), by, member, "technician", NONE),
        lambda: office.set_active(new_key(), by, member, active=False),
        lambda: office.set_password(by, member, "another-password"),
    ]


def test_only_who_may_manage_staff(trial: Trial, office: StaffOffice) -> None:
    """C6: asked of the database in the act itself; refused tries are audited."""
    member = enrolled(trial, "operator")
    others = [enrolled(trial, role) for role in ("operator", "supervisor", "technician")]
    before = trial.query("SELECT * FROM staff ORDER BY id")
    for act in [act for by in others for act in _acts(office, by, member)]:
        with pytest.raises(NotAllowed) as caught:
            act()
        assert caught.value.right == MANAGE_STAFF
    assert trial.query("SELECT * FROM staff ORDER BY id") == before
    assert {row["outcome"] for row in trial.query("SELECT outcome FROM audit")} == {"not_allowed"}


def test_an_administrator_who_left_a_moment_ago(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: the screen still knows them as one."""
    enrolled(trial, "administrator")
    trial.change("UPDATE staff SET active = 0 WHERE id = :id", id=admin)
    for act in _acts(office, admin, enrolled(trial, "operator")):
        with pytest.raises(NotAllowed):
            act()


def test_a_right_to_manage_staff_is_none_to_become_administrator(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: who is no administrator gives only what they have, and touches no administrator."""
    rauf, leyla = enrolled(trial, "operator", MANAGE_STAFF), enrolled(trial, "operator")
    office.set_role(new_key(), rauf, leyla, "operator", frozenset({MANAGE_STAFF}))
    acts: list[Callable[[], object]] = [
        lambda: office.set_role(new_key(), rauf, rauf, "administrator", NONE),
        lambda: office.set_role(new_key(), rauf, leyla, "supervisor", NONE),
        lambda: office.set_role(new_key(), rauf, leyla, "operator", RIGHTS),
        lambda: office.add(new_key(), rauf, "nigar", "Nigar", "administrator", NONE, PASSWORD),
        lambda: office.set_password(rauf, admin, "another-password"),
        lambda: office.set_active(new_key(), rauf, admin, active=False),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    row = trial.query("SELECT role, rights FROM staff WHERE id = :id", id=leyla)
    assert row == [{"role": "operator", "rights": MANAGE_STAFF}]


def test_who_gives_a_password_could_use_it(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: so nobody but an administrator gives one to somebody who may do more than they may themselves."""
    rauf = enrolled(trial, "operator", MANAGE_STAFF)
    boss, trusted = enrolled(trial, "supervisor"), enrolled(trial, "operator", ACCEPT_LATE)
    like_himself, leyla = enrolled(trial, "operator", MANAGE_STAFF), enrolled(trial, "operator")
    for member in (boss, trusted):
        with pytest.raises(NotAllowed):
            office.set_password(rauf, member, "another-password")
        office.set_password(admin, member, "another-password")
    for member in (like_himself, leyla, rauf):
        office.set_password(rauf, member, "another-password")
    hashes = {row["password_hash"] for row in trial.query("SELECT password_hash FROM staff WHERE id <> :id", id=admin)}
    assert "no hash" not in hashes


BAD: tuple[tuple[str, object], ...] = (
    ("name", "x"),
    ("name", "Leyla"),
    ("display_name", " "),
    ("display_name", "ə" * 61),
    ("display_name", "Ley\x1b[2Jla"),
    ("role", "boss"),
    ("rights", frozenset({"fly"})),
    ("password", "short"),
)


def test_a_member_that_cannot_be_enrolled_is_told(trial: Trial, office: StaffOffice, admin: int) -> None:
    """C6: which part; nobody is enrolled."""
    values: dict[str, object] = {
        "name": "leyla", "display_name": "Leyla", "role": "operator", "rights": NONE, "password": PASSWORD,
    }  # fmt: skip
    for field, given in BAD:
        with pytest.raises(BadRequest) as caught:
            office.add(new_key(), admin, **(values | {field: given}))  # type: ignore[arg-type]
        assert caught.value.field == field
    assert len(trial.query("SELECT id FROM staff")) == 1
