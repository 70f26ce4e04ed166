"""Rights in PostgreSQL: what a stolen login of a kiosk, or of a counter, gets to see and to change (K6, C6).

The logins are real members of the real roles; what they try here is what a thief with a database client would.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from psycopg import sql

from db import grants, migrate, rights, roles
from db.engine import Database
from db.schema import metadata
from kiosk.care.health import Health
from kiosk.errors import NotAllowed, NotFound
from kiosk.identity import staff
from tests.logins import Connect, as_login, login_of, refused
from tests.postgres import Server
from tests.stations import PERSON, START, Trial, at, moment, new_key, person

PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: rights are tried here, not the hash."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "_hasher", lambda: hasher)


def test_every_table_stands_in_every_role() -> None:
    """A table that was forgotten would be out of everybody's reach; a new one has to be thought about."""
    for role, may in grants.MAY.items():
        assert set(may) == {*metadata.tables, "alembic_version"}, role


def test_a_kiosk_sees_no_person_whom_nobody_presented(filled: Trial, by_login: Connect) -> None:
    """K6: whoever stole a kiosk's password reads none of these tables, however they ask."""
    stolen = by_login(grants.KIOSK)
    for table in rights.KIOSK_ROWS.keys() - {"outbox", "work_orders", "application_documents", "payment_orders"}:
        name = sql.Identifier(table)
        assert filled.query(f"SELECT count(*) AS n FROM {table}")[0]["n"] > 0, table  # noqa: S608 - a table's name
        assert stolen.execute(sql.SQL("SELECT * FROM {}").format(name)).fetchall() == [], table
        assert stolen.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone() == (0,), table


def test_a_kiosk_has_nothing_to_look_up_there(by_login: Connect) -> None:
    """W7, W9: the company's work, others' documents, the words of the search, colleagues' notes, the audit."""
    stolen = by_login(grants.KIOSK)
    for table in ("work_orders", "application_documents", "subscriber_words", "ticket_steps", "audit"):
        with refused():
            stolen.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))


def test_a_kiosk_reads_no_column_about_a_person(by_login: Connect) -> None:
    """K6: of letters and tickets it sees that they are there."""
    stolen = by_login(grants.KIOSK)
    for table, column in (
        ("outbox", "recipient"), ("outbox", "facts"), ("outbox", "recipient_digest"), ("tickets", "note"),
        ("tickets", "late_reason"), ("counters", "staff"),
    ):  # fmt: skip
        stolen.execute(sql.SQL("SELECT id FROM {}").format(sql.Identifier(table)))
        with refused():
            stolen.execute(sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table)))


def test_the_seats_that_a_kiosk_sees_name_nobody(filled: Trial, by_login: Connect) -> None:
    """Q5: the grid's hours, and no reference by which a booking could be opened."""
    seats = by_login(grants.KIOSK).execute("SELECT * FROM asan.seats").fetchall()
    assert len(seats) == 2 and {seat[-1] for seat in seats} == {""}
    assert not any("5AB1C2D" in map(str, seat) for seat in seats)


def test_a_booking_is_seen_by_its_code_and_no_longer_than_that(kiosk: Trial, by_login: Connect) -> None:
    """Q10: in the transaction that presented the code, and the next one starts with nothing."""
    reference = kiosk.hold().booking.replace("-", "")
    stolen = by_login(grants.KIOSK)
    with stolen.transaction():
        stolen.execute("SELECT set_config('asan.reference', %s, true)", (reference,))
        assert stolen.execute("SELECT fin FROM bookings").fetchall() == [(PERSON["fin"],)]
    assert stolen.execute("SELECT fin FROM bookings").fetchall() == []


def test_nobody_reads_a_password_hash(trial_of: Callable[..., Trial], by_login: Connect) -> None:
    """C6: not the administrator's login either, and not by a function."""
    trial_of("postgres").station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    for role in grants.ROLES:
        stolen = by_login(role)
        for statement in ("SELECT password_hash FROM staff", "SELECT * FROM staff", "SELECT salt FROM asan.own",
                          "SELECT 1 FROM staff WHERE password_hash > ''"):  # fmt: skip
            with refused():
                stolen.execute(statement)
    known, invented = (
        stolen.execute("SELECT asan.password_form(%s)", (name,)).fetchone() for name in ("leyla", "nobody")
    )
    assert known is not None and invented is not None
    assert known[0].endswith("$" + "A" * 43) and invented[0].endswith("$" + "A" * 43)
    assert known[0].rsplit("$", 2)[0] == invented[0].rsplit("$", 2)[0]
    assert len(known[0]) == len(invented[0])
    assert stolen.execute("SELECT asan.password_form('nobody')").fetchone() == invented, "a steady salt"


def test_a_password_signs_in_without_its_hash(trial_of: Callable[..., Trial]) -> None:
    """M1, C6: the station computes, the database compares."""
    trial_of("postgres").station.staff.add("leyla", "Leyla", "supervisor", frozenset(), PASSWORD)
    for role in (grants.KIOSK, grants.COUNTER):
        desk = trial_of(role).station.staff
        assert desk.sign_in("leyla", PASSWORD).display_name == "Leyla"
        for name, password in (("leyla", "another-password"), ("nobody", PASSWORD)):
            with pytest.raises(NotFound):
                desk.sign_in(name, password)


def test_wrong_passwords_are_counted_whatever_is_rolled_back(filled: Trial, by_login: Connect) -> None:
    """C6: a thief who undoes each try is stopped all the same, for the right password too, until the hour is over."""
    owner = by_login("postgres")
    owner.execute(
        "INSERT INTO staff (name, display_name, role, password_hash, created_at)"
        " VALUES ('rauf', 'R', 'operator', 'h', 1)"
    )
    stolen = by_login(grants.KIOSK)

    def fits(computed: str) -> object:
        with stolen.transaction(force_rollback=True):
            found = stolen.execute("SELECT asan.password_fits('rauf', %s)", (computed,)).fetchone()
        return found and found[0]

    assert fits("h") is not None
    for _ in range(rights.WRONG_TRIES):
        assert fits("wrong") is None
    assert fits("h") is None
    for name in ("wrong", "looks"):
        for bucket in range(rights.BUCKETS):
            owner.execute(sql.SQL("SELECT setval({}, 1)").format(sql.Literal(f"asan.{name}_{bucket}")))
    assert fits("h") is not None, "the next hour begins anew"


def test_a_login_is_shown_so_many_persons_an_hour(filled: Trial, by_login: Connect) -> None:
    """K6: subscribers' codes can be tried one after the other, but not all of them."""
    owner, stolen = by_login("postgres"), by_login(grants.KIOSK)
    hour = "floor(extract(epoch FROM clock_timestamp()) / 3600)::bigint * 1000000"
    for bucket in range(rights.BUCKETS):
        owner.execute(
            sql.SQL(f"SELECT setval({{}}, {hour} + {rights.LOOKS - 1})").format(sql.Literal(f"asan.looks_{bucket}"))
        )

    def look(code: str) -> int:
        with stolen.transaction(force_rollback=True):
            for _ in range(3):  # once in a transaction, however many tables are read
                stolen.execute("SELECT asan.look('subscriber', %s)", (code,))
            return len(stolen.execute("SELECT surname FROM subscribers").fetchall())

    assert look("1204587") == 1
    for code in ("1204588", "1204587", "nobody's"):
        with refused():
            look(code)
    owner.execute("INSERT INTO asan.own_limits VALUES (%s, %s)", (login_of(grants.KIOSK), rights.LOOKS + 10))
    assert look("1204588") == 1, "the owner gives a login a limit of its own"
    owner.execute("DELETE FROM asan.own_limits")


def test_nobody_changes_the_audit(filled: Trial, by_login: Connect) -> None:
    """C2: what stands there stands there."""
    for role in grants.ROLES:
        stolen = by_login(role)
        for statement in (
            "UPDATE audit SET outcome = 'done'", "UPDATE audit SET staff = NULL", "TRUNCATE audit", "DROP TABLE audit",
            "ALTER TABLE audit DISABLE ROW LEVEL SECURITY", 'DROP POLICY "asan adds" ON audit',
        ):  # fmt: skip
            with refused():
                stolen.execute(statement)


def test_only_an_administrator_deletes_from_the_audit_and_only_what_is_old(filled: Trial, by_login: Connect) -> None:
    """K6: `purge` does; the last month is out of its reach."""
    for role in (grants.KIOSK, grants.COUNTER):
        with refused():
            by_login(role).execute("DELETE FROM audit")
    owner, administrator = by_login("postgres"), by_login(grants.ADMINISTRATOR)
    old, young = "extract(epoch FROM now()) * 1000 - 31 * 86400000::bigint", "extract(epoch FROM now()) * 1000"
    owner.execute("DELETE FROM audit")
    for instant in (old, young):
        owner.execute(f"INSERT INTO audit (at, station, act, outcome) SELECT {instant}, 'kiosk-1', 'act', 'done'")
    assert administrator.execute("DELETE FROM audit").rowcount == 1
    assert owner.execute("SELECT count(*) FROM audit").fetchone() == (1,)


def test_a_kiosk_makes_itself_nobody_else(by_login: Connect) -> None:
    """C6: no staff, no cards, no roles, no tables."""
    stolen = by_login(grants.KIOSK)
    for statement in (
        "UPDATE staff SET role = 'administrator'",
        "INSERT INTO staff (name, display_name, role, password_hash, created_at)"
        " VALUES ('thief', 'T', 'administrator', 'h', 1)",
        "INSERT INTO staff_cards (staff, fingerprint, label, enrolled_by, enrolled_at) VALUES (1, 'f', 'l', 1, 1)",
        "UPDATE offers SET capacity = 0",
        "DELETE FROM bookings",
        "CREATE TABLE mine (x integer)",
        "SET ROLE asan_counter",
        "SET ROLE postgres",
    ):
        with refused():
            stolen.execute(statement)


def test_a_kiosk_changes_only_what_was_presented(filled: Trial, by_login: Connect) -> None:
    """Q10: nobody's booking can be ended, and nobody's letter withdrawn, without its code."""
    stolen = by_login(grants.KIOSK)
    assert stolen.execute("UPDATE bookings SET state = 'cancelled'").rowcount == 0
    assert stolen.execute("UPDATE outbox SET recipient = 'thief@example.az'").rowcount == 0
    assert stolen.execute("DELETE FROM sessions").rowcount == 0
    assert stolen.execute("UPDATE applications SET state = 'dropped'").rowcount == 0


def test_a_kiosk_does_what_citizens_do_there(kiosk: Trial, by_login: Connect) -> None:
    """Q4 to Q10, C1: hold, see one's own hour, correct the address, confirm by contact, move, open, arrive, cancel."""
    held = kiosk.hold()
    mine = kiosk.station.bookings.slots("identity-card-issue", "baku-2", date(2026, 11, 23), held.booking)
    assert [slot.held_by_me for slot in mine.slots if slot.state != "free"] == [True]
    kiosk.station.bookings.correct_email(new_key(), held.booking, "another@example.az")
    with pytest.raises(NotFound):
        kiosk.station.bookings.confirm_by_contact("another@example.az", "no code")
    code = by_login("postgres").execute("SELECT code FROM bookings").fetchone()
    assert code is not None
    confirmed = kiosk.station.bookings.confirm_by_contact(PERSON["fin"], code[0])
    moved = kiosk.station.bookings.move(new_key(), confirmed.order_code, PERSON["fin"], moment("2026-11-23 12:00"))
    assert kiosk.station.bookings.open(moved.order_code, PERSON["fin"]).state == "confirmed"
    kiosk.at("2026-11-23 11:55")
    arrived = kiosk.arrive(moved.qr)
    assert (arrived.verdict, arrived.ticket is not None) == ("early", True)
    assert kiosk.arrive(moved.order_code).verdict == "already_active"
    kiosk.at(START)


def test_a_wrong_code_counts_against_the_hold_of_a_contact(kiosk: Trial, counter: Trial, by_login: Connect) -> None:
    """Q10: at a kiosk the database counts; the fifth ends the hold, and a counter's station tells its person."""
    held = kiosk.hold()
    row = by_login("postgres").execute("SELECT code FROM bookings").fetchone()
    assert row is not None
    wrong = f"{(int(row[0]) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(NotFound):
            kiosk.station.bookings.confirm_by_contact(PERSON["email"], wrong)
    found = by_login("postgres").execute("SELECT state, ended_by, wrong_codes FROM bookings").fetchall()
    assert (held.tries_left, found) == (5, [("cancelled", "wrong_codes", 5)])
    assert ("hold_ended", PERSON["email"]) not in counter.letters()
    assert counter.station.tidy() == 0
    assert counter.letters().count(("hold_ended", PERSON["email"])) == 1
    counter.station.tidy()
    assert counter.letters().count(("hold_ended", PERSON["email"])) == 1, "each is told once"


def test_a_run_out_hold_is_ended_by_a_kiosk_that_does_not_know_whose_it_was(kiosk: Trial, counter: Trial) -> None:
    """Q8: the hour can be taken, and the person is told by who may know them."""
    kiosk.hold("2026-11-23 10:00", person(1))
    kiosk.at("2026-11-20 10:00")
    counter.at("2026-11-20 10:00")
    kiosk.hold("2026-11-23 10:00", person(2))
    assert ("hold_ended", "person1@example.az") not in counter.letters()
    counter.station.tidy()
    assert ("hold_ended", "person1@example.az") in counter.letters()


def test_a_technician_sees_the_page_of_health_at_a_kiosk(kiosk: Trial) -> None:
    """M2: every probe finds what it looks for with a kiosk's rights; none stumbles or finds it away."""
    findings = Health(kiosk.station.settings, kiosk.station).examine()
    wrong = [one.probe for one in findings if one.finding_key in ("care.stumbled", "care.database.away")]
    assert len(findings) > 10 and wrong == []


def test_a_kiosk_leaves_its_letters_to_others(kiosk: Trial, counter: Trial, trial_of: Callable[..., Trial]) -> None:
    """Q6: it writes them; whoever may read them carries them."""
    assert (kiosk.station.carries, counter.station.carries) == (False, True)
    kiosk.hold()
    assert counter.station.outbox.state().waiting == 1
    carrier = trial_of(grants.COUNTER, mail={"transport": "maildir"})
    assert carrier.station.outbox.run_due() == 1
    assert kiosk.station.outbox.state().waiting == 0, "how many wait a kiosk sees too"
    kiosk.station.start()


def test_a_counter_does_what_the_administrators_login_is_for_not(
    counter: Trial, trial_of: Callable[..., Trial]
) -> None:
    """C6: staff are enrolled by an administrator's login; a counter's says so in a refusal, not in a fault."""
    with pytest.raises(NotAllowed) as caught:
        counter.station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    assert caught.value.right == "database"
    administrator = trial_of(grants.ADMINISTRATOR)
    assert administrator.station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD) > 0


def test_an_administrator_purges(filled: Trial, trial_of: Callable[..., Trial]) -> None:
    """K6: everything that `purge` deletes, by the administrator's login."""
    from kiosk.care.purge import purge

    administrator = trial_of(grants.ADMINISTRATOR)
    administrator.at("2031-01-01 00:00")
    deleted = purge(administrator.station)
    assert (deleted["persons of bookings"], deleted["ended sessions"], deleted["applications"]) == (2, 0, 0)


def test_rights_are_given_anew_as_often_as_one_likes(filled: Trial, by_login: Connect) -> None:
    """What somebody gave away by hand is taken back by the next `init`, and nothing else changes."""
    owner = by_login("postgres")
    owner.execute("GRANT ALL ON staff TO asan_kiosk")
    owner.execute("GRANT SELECT ON bookings TO PUBLIC")
    salt = owner.execute("SELECT salt FROM asan.own").fetchone()
    migrate.upgrade(filled.station.database)
    assert owner.execute("SELECT salt FROM asan.own").fetchone() == salt
    stolen = by_login(grants.KIOSK)
    with refused():
        stolen.execute("SELECT password_hash FROM staff")
    assert stolen.execute("SELECT * FROM bookings").fetchall() == []


def test_without_the_right_to_make_roles_it_says_what_to_run(
    ready_postgres_url: str, by_login: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An owner who may not make roles gets the statements for who may, and nothing is changed."""
    monkeypatch.setattr(grants, "ROLES", (*grants.ROLES, "asan_other"))
    database = Database(as_login(ready_postgres_url, grants.ADMINISTRATOR), lambda: at(START))
    try:
        with (
            database.connected() as connection,
            pytest.raises(roles.RolesMissing, match="CREATE ROLE asan_other NOLOGIN;"),
        ):
            roles.grant(connection)
    finally:
        database.close()


def test_an_owner_without_a_superusers_rights_gives_them(postgres: Server, by_login: Connect) -> None:
    """K5: as `docs/operating.md` has it: the owner of the database makes everything, the stations' logins use it."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE plain_owner LOGIN CREATEROLE")
        connection.execute("CREATE DATABASE owned OWNER plain_owner TEMPLATE template0")
    try:
        with psycopg.connect(postgres.dsn("owned"), autocommit=True) as connection:
            connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO plain_owner")
        database = Database(postgres.url("owned").replace("postgres@", "plain_owner@"), lambda: at(START))
        try:
            migrate.upgrade(database)
            assert (migrate.state(database), database.is_kiosk()) == ("current", False)
        finally:
            database.close()
        stolen = postgres.dsn("owned").replace("postgres@", f"{login_of(grants.KIOSK)}@")
        with psycopg.connect(stolen, autocommit=True) as connection:
            assert connection.execute("SELECT asan.open_of_person('5AB1C2D', 0, 0)").fetchone() == (0,)
            assert connection.execute("SELECT * FROM asan.seats").fetchall() == []
            with refused():
                connection.execute("SELECT * FROM staff")
    finally:
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            connection.execute("DROP DATABASE owned WITH (FORCE)")
            connection.execute("DROP ROLE plain_owner")
