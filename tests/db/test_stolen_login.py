"""A stolen login of a kiosk in the hands of somebody who knows PostgreSQL well (K6, C6).

What is tried here goes around the station's program: bulk reading, guessing, side doors of the server, forging.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg import sql

from db import grants, migrate, rights
from db.changes import Listener
from db.ears import PAUSE_SECONDS
from db.engine import Database
from db.roles import RolesMissing
from kiosk.errors import NotFound, SlowDown
from kiosk.identity import staff
from kiosk.wrong_tries import subject
from tests.logins import Connect, login_of, refused
from tests.postgres import Server
from tests.stations import PERSON, START, Trial, at

PASSWORD = "a-long-password"
_A_BOOKING = (
    "INSERT INTO bookings (reference, service, centre, starts_at, seat, fin, state, held_at, held_until, code,"
    " code_sent_at, station, language, given_name, surname, patronymic, phone, email)"
    " VALUES (%s, 's', 'c', 1, %s, %s, 'held', 1, 1, '1', 1, 'k', 'az', '', '', '', '', '')"
)


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: rights are tried here, not the hash."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff, "_hasher", lambda: hasher)


@pytest.fixture
def stolen(by_login: Connect) -> psycopg.Connection[Any]:
    """The thief's connection."""
    return by_login(grants.KIOSK)


def used_up(owner: psycopg.Connection[Any], kind: str, most: int) -> None:
    """Every login has one left of this hour."""
    hour = "floor(extract(epoch FROM clock_timestamp()) / 3600)::bigint * 1000000"
    for bucket in range(rights.BUCKETS):
        owner.execute(
            sql.SQL("SELECT setval({}, " + hour + " + {})").format(
                sql.Literal(f"asan.{kind}_{bucket}"), sql.Literal(most - 1)
            )
        )


def count(connection: psycopg.Connection[Any], statement: str) -> int:
    """The first column of the one row."""
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_what_is_presented_by_hand_shows_nothing_that_could_be_guessed(
    filled: Trial, stolen: psycopg.Connection[Any]
) -> None:
    """K6: order codes, subscribers and FİNs by the thousand, straight into the settings that the policies read."""
    codes = "\n".join(row["order_code"] or "-" for row in filled.query("SELECT order_code FROM bookings"))
    for kind, values in (
        ("order_code", codes), ("fin", PERSON["fin"]), ("subscriber", "1204587\n1204588"), ("certificate", "1"),
        ("receipt", "r"), ("terminal", "kiosk-9\nkiosk-1"), ("person", PERSON["fin"]),
    ):  # fmt: skip
        stolen.execute("SELECT set_config(%s, %s, false)", (f"asan.{kind}", values))
    for table in (
        "bookings", "applications", "subscribers", "invoices", "payments", "payment_orders", "certificates", "sessions",
    ):  # fmt: skip
        assert count(stolen, f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - a table's name
    with refused():
        stolen.execute("SELECT asan.seal('fin', '5AB1C2D')")


def test_order_codes_are_not_guessed(filled: Trial, by_login: Connect, stolen: psycopg.Connection[Any]) -> None:
    """K6, Q10: each guess is counted, a wrong one too, and whatever is rolled back."""
    (code,) = (
        row["order_code"] for row in filled.query("SELECT order_code FROM bookings WHERE order_code IS NOT NULL")
    )
    used_up(by_login("postgres"), "looks", rights.LOOKS)
    with stolen.transaction(force_rollback=True):
        stolen.execute("SELECT asan.look('order_code', 'GUESSED1')")
    with refused(), stolen.transaction():
        stolen.execute("SELECT asan.look('order_code', %s)", (code,))
    assert count(stolen, "SELECT count(*) FROM bookings") == 0


def test_answers_are_not_read_by_keys_that_were_guessed(
    kiosk: Trial, by_login: Connect, stolen: psycopg.Connection[Any]
) -> None:
    """K6: an answer holds an order code, and another program's keys may be numbers in a row."""
    kiosk.hold(key="1")
    kiosk.hold("2026-11-23 11:00", key="2")
    used_up(by_login("postgres"), "looks", rights.LOOKS)
    guessed = "\n".join(map(str, range(100)))
    with refused(), stolen.transaction():
        stolen.execute("SELECT set_config('asan.answer', %s, true)", (guessed,))
        stolen.execute("SELECT answer FROM answers")


def test_a_seal_is_of_one_login_kind_and_value(filled: Trial, stolen: psycopg.Connection[Any]) -> None:
    """K6: what was looked at as one thing opens nothing else."""
    with stolen.transaction(force_rollback=True):
        stolen.execute("SELECT asan.look('fin', '1204587')")
        stolen.execute("SELECT set_config('asan.subscriber', current_setting('asan.fin'), true)")
        assert count(stolen, "SELECT count(*) FROM subscribers") == 0
        stolen.execute("SELECT asan.look('subscriber', '1204587')")
        assert count(stolen, "SELECT count(*) FROM subscribers") == 1
    assert count(stolen, "SELECT count(*) FROM subscribers") == 0, "no longer than the transaction"


def test_no_unique_index_tells_who_has_booked(
    filled: Trial, by_login: Connect, stolen: psycopg.Connection[Any]
) -> None:
    """K6: a booking written and rolled back is a question too, and so is a function that counts."""
    used_up(by_login("postgres"), "looks", rights.LOOKS)
    with stolen.transaction(force_rollback=True):
        stolen.execute("SELECT set_config('asan.reference', 'MINE', true)")
        stolen.execute(_A_BOOKING, ("MINE", 1, "7ZZ9999"))
    with refused(), stolen.transaction():
        stolen.execute("SELECT set_config('asan.reference', 'MINE', true)")
        stolen.execute(_A_BOOKING, ("MINE", 1, "7ZZ9998"))
    for question in (
        "SELECT asan.open_of_person('5AB1C2D', 0, 0)",
        "SELECT asan.live_in_hour('5AB1C2D', 0, 0, 0)",
        "SELECT asan.holds_of_email('aygun@example.az', 0)",
    ):
        with refused():
            stolen.execute(question)


def test_no_booking_is_moved_onto_a_guess(kiosk: Trial, by_login: Connect, stolen: psycopg.Connection[Any]) -> None:
    """K6: one's own booking changed over and over would tell which order codes there are."""
    reference = kiosk.hold().booking.replace("-", "")
    used_up(by_login("postgres"), "looks", rights.LOOKS)

    def guess(code: str) -> None:
        with stolen.transaction(force_rollback=True):
            stolen.execute("SELECT set_config('asan.reference', %s, true)", (reference,))
            stolen.execute("UPDATE bookings SET order_code = %s", (code,))

    guess("GUESSED1")
    with refused():
        guess("GUESSED2")


def test_a_new_subscribers_person_is_not_seen_before_they_have_a_code(
    filled: Trial, stolen: psycopg.Connection[Any]
) -> None:
    """K6: what waits for the company's own system has an empty code, and a person in it."""
    filled.change(
        "INSERT INTO registry_calls (reference, kind, subscriber, facts, created_at, due_at)"
        " VALUES ('y', 'new_subscriber', '', '{}', 1, 1)"
    )
    with stolen.transaction(force_rollback=True):
        stolen.execute("SELECT asan.look('subscriber', ''), set_config('asan.subscriber', E'\\n', true)")
        stolen.execute("SELECT asan.look('subscriber', '')")
        assert count(stolen, "SELECT count(*) FROM registry_calls") == 0


def test_a_standing_hold_is_not_ended_by_a_time_that_was_made_up(
    kiosk: Trial, by_login: Connect, stolen: psycopg.Connection[Any]
) -> None:
    """Q8: a hold runs out when the database's clock says so, whatever instant a client names."""
    kiosk.hold()
    owner, until = by_login("postgres"), at("2099-01-01 00:00")
    owner.execute("UPDATE bookings SET held_until = %s", (until,))
    row = owner.execute("SELECT service, centre, starts_at, fin FROM bookings").fetchone()
    assert row is not None
    stolen.execute("SELECT asan.end_in_the_way(%s, %s, %s, %s, %s)", (*row, until + 1))
    assert owner.execute("SELECT state FROM bookings").fetchall() == [("held",)]
    owner.execute("UPDATE bookings SET held_until = 1")
    stolen.execute("SELECT asan.end_in_the_way(%s, %s, %s, %s, %s)", (*row, until + 1))
    assert owner.execute("SELECT state FROM bookings").fetchall() == [("expired",)]


def test_no_side_door_of_the_server_is_open(filled: Trial, stolen: psycopg.Connection[Any]) -> None:
    """K6: files, programs, other sessions, other roles, the catalogue of passwords, statistics of columns."""
    for statement in (
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/out'",
        "COPY audit TO STDOUT",
        "COPY staff (name, password_hash) TO STDOUT",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT pg_ls_dir('.')",
        "SELECT lo_import('/etc/hostname')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM pg_statistic",
        "SELECT query_to_xml('SELECT * FROM audit', true, true, '')",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
        "SET SESSION AUTHORIZATION postgres",
        "GRANT asan_counter TO CURRENT_USER",
        "ALTER ROLE CURRENT_USER CREATEROLE",
        "SELECT setval('audit_id_seq', 1)",
        "SELECT nextval('asan.looks_1')",
        "SELECT last_value FROM asan.looks_1",
        "SELECT asan.counted('looks', 1)",
        "SELECT * FROM asan.own_limits",
        "SELECT * FROM asan.untold",
        "SELECT to_jsonb(staff) FROM staff",
        "SELECT tickets FROM tickets",
        "SELECT 1 FROM staff ORDER BY password_hash",
        "UPDATE outbox SET last_error = recipient",
        "CREATE STATISTICS told ON fin, surname FROM bookings",
        "CREATE TRIGGER mine BEFORE INSERT ON bookings FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ):
        with refused():
            stolen.execute(statement.encode())
    shown = "SELECT count(*) FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename"
    filled.change("ANALYZE bookings, subscribers, staff, outbox, audit")
    assert count(stolen, f"{shown} IN ('bookings', 'subscribers', 'applications', 'audit')") == 0
    assert count(stolen, f"{shown} = 'staff' AND attname = 'password_hash'") == 0
    assert stolen.execute("SELECT DISTINCT query FROM pg_stat_activity WHERE usename = 'postgres'").fetchall() in (
        [], [("<insufficient privilege>",)],
    )  # fmt: skip


def test_row_security_is_not_turned_off(filled: Trial, stolen: psycopg.Connection[Any]) -> None:
    """K6: to turn it off is to be refused."""
    stolen.execute("SET row_security = off")
    with refused():
        stolen.execute("SELECT fin FROM bookings")


def test_no_function_of_ones_own_sees_a_row_before_the_policy(filled: Trial, stolen: psycopg.Connection[Any]) -> None:
    """K6: a cheap condition that tells what it is given is asked after the policy; and nobody makes one here."""
    for statement in (
        "CREATE FUNCTION pg_temp.tell(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
        " $$ BEGIN RAISE NOTICE '%', t; RETURN true; END $$",
        "CREATE FUNCTION public.tell() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION asan.counted(kind text, most integer) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE TEMP TABLE bookings (fin text)",
        "CREATE SCHEMA mine",
        "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = textne)",
    ):
        with refused():
            stolen.execute(statement.encode())
    for leaky in ("surname::integer = 1", "1 / (length(surname) - length(surname)) = 1", "fin::date > now()"):
        asked = f"SELECT 1 FROM bookings WHERE {leaky}"  # noqa: S608 - from above
        assert stolen.execute(asked.encode()).fetchall() == [], leaky


def test_the_audit_is_added_to_at_its_end_only(filled: Trial, by_login: Connect) -> None:
    """C2: nobody chooses a row's number, to write history in between or to stand in the way of what comes."""
    for role in grants.ROLES:
        thief = by_login(role)
        with refused():
            thief.execute("INSERT INTO audit (id, at, station, act, outcome) VALUES (99999, 1, 'k', 'a', 'o')")
        thief.execute("INSERT INTO audit (at, station, act, outcome) VALUES (1, 'k', 'a', 'o')")


def test_a_stolen_login_shuts_nobody_else_out(
    filled: Trial, by_login: Connect, stolen: psycopg.Connection[Any]
) -> None:
    """C6: a thief who uses up every wrong password there is uses up those of the stolen login."""
    owner, counter = by_login("postgres"), by_login(grants.COUNTER)
    owner.execute(
        "INSERT INTO staff (name, display_name, role, password_hash, created_at)"
        " VALUES ('rauf', 'R', 'operator', 'h', 1)"
    )
    for number in range(rights.WRONG_TRIES):
        stolen.execute("SELECT asan.password_fits(%s, 'wrong')", (f"name-{number % 7}",))
        stolen.execute("SELECT asan.of_contact(%s, '1', NULL, NULL, NULL, 0, 5, 0)", (f"7ZZ{number:04d}",))
    fits = "SELECT asan.password_fits('rauf', 'h')"
    assert stolen.execute(fits).fetchone() == (None,)
    row = counter.execute(fits).fetchone()
    assert row is not None and row[0] is not None


def test_a_stolen_login_locks_no_name_at_counters(
    trial_of: Callable[..., Trial], counter: Trial, kiosk: Trial, stolen: psycopg.Connection[Any]
) -> None:
    """C6: wrong tries that a kiosk counts, or that a thief makes up, hold for kiosks."""
    trial_of("postgres").station.staff.add("leyla", "Leyla", "operator", frozenset(), PASSWORD)
    theirs = subject("staff", "leyla")
    with refused(), stolen.transaction():
        stolen.execute("SELECT set_config('asan.subject', %s, true)", (theirs,))
        stolen.execute("INSERT INTO wrong_tries VALUES (%s, 99, %s)", (theirs, at(START)))
    for _ in range(kiosk.station.settings.limits.wrong_passwords):
        with pytest.raises(NotFound):
            kiosk.station.staff.sign_in("leyla", "another-password")
    with pytest.raises(SlowDown):
        kiosk.station.staff.sign_in("leyla", PASSWORD)
    assert counter.station.staff.sign_in("leyla", PASSWORD).name == "leyla"


def test_a_kiosk_sets_the_time_in_trials_alone(filled: Trial, by_login: Connect) -> None:
    """K7: where the owner's settings have no settable clock, no kiosk moves the database's time."""
    from db import roles

    stolen = by_login(grants.KIOSK)
    stolen.execute("UPDATE clock SET last_instant = last_instant")
    with filled.station.database.connected() as connection:
        connection.exec_driver_sql("BEGIN")
        roles.grant(connection)
        connection.exec_driver_sql("COMMIT")
    try:
        with refused():
            stolen.execute("UPDATE clock SET last_instant = last_instant")
    finally:
        with filled.station.database.connected() as connection:
            connection.exec_driver_sql("BEGIN")
            roles.grant(connection, trials=True)
            connection.exec_driver_sql("COMMIT")


def test_a_storm_of_notices_is_heard_as_a_few(counter: Trial, stolen: psycopg.Connection[Any]) -> None:
    """K5: anybody may NOTIFY; who listens reads anew a few times a second, not once for each."""
    heard = threading.Semaphore(0)
    watcher = Listener(counter.station.database).watch(heard.release)
    try:
        assert heard.acquire(timeout=30), "listening begins"
        begun = time.monotonic()
        for number in range(300):
            stolen.execute("SELECT pg_notify('asan_kiosk', %s)", (str(number),))
        assert heard.acquire(timeout=30)
        times, last = 1, time.monotonic()
        while heard.acquire(timeout=0.5):
            times, last = times + 1, time.monotonic()
        assert times <= 2 + (last - begun) / PAUSE_SECONDS
        stolen.execute("NOTIFY asan_kiosk")
        assert heard.acquire(timeout=30), "what comes after it is heard too"
    finally:
        watcher.stop()


def test_nobody_makes_anything_where_the_tables_are(postgres: Server, by_login: Connect) -> None:
    """K6: PostgreSQL before 15 lets everybody; `init` takes it back, or says who has to."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE other_owner LOGIN CREATEROLE")
        connection.execute("CREATE DATABASE older OWNER other_owner TEMPLATE template0")
    try:
        with psycopg.connect(postgres.dsn("older"), autocommit=True) as connection:
            connection.execute("ALTER SCHEMA public OWNER TO postgres")
            connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        for owner, words in (("other_owner", "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"), ("postgres", "")):
            database = Database(postgres.url("older").replace("postgres@", f"{owner}@"), lambda: at(START))
            try:
                if words:
                    with pytest.raises(RolesMissing, match=words):
                        migrate.upgrade(database)
                    assert migrate.state(database) == "empty", "nothing was changed"
                else:
                    migrate.upgrade(database)
            finally:
                database.close()
        thief = postgres.dsn("older").replace("postgres@", f"{login_of(grants.KIOSK)}@")
        with psycopg.connect(thief, autocommit=True) as connection, refused():
            connection.execute("CREATE TABLE mine (x integer)")
    finally:
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            connection.execute("DROP DATABASE older WITH (FORCE)")
            connection.execute("DROP ROLE other_owner")
