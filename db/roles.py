"""The group roles of PostgreSQL, and giving them their rights: `init` does it in the transaction of the migrations.

A station has a login of its own that is a member of one of them. What is done here can be done again at any time: it
takes everything back first. The rights belong to the version of the program, not to a revision of the tables, so they
do not stand in a migration.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from db import grants, rights

_LOCK: Final = 4_702_160_002
"""Any number; whoever gives rights in one database waits for the other."""

_PLACES: Final = f"""
REVOKE CREATE ON SCHEMA {{tables}} FROM PUBLIC, {", ".join(grants.ROLES)};
DO $places$ BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {grants.ADMINISTRATOR}', current_database());
END $places$;
"""
"""Nobody makes tables or functions here; an administrator's import has temporary tables. Where the schema or the
database is another's the server only warns."""


class RolesMissing(Exception):
    """What only a superuser may do was not done yet, and this login may not do it; the text says what to run."""


def grant(connection: Connection, *, trials: bool = False) -> None:
    """Make the roles that are missing, and give each its rights; within the caller's transaction.

    On SQLite nothing is done: whoever can open the file can do everything.

    Args:
        connection: the owner's.
        trials: whether stations may set the clock here, which production forbids.

    Raises:
        RolesMissing: nothing was changed.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    _make_roles(connection)
    tables = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())
    withdraw(connection)
    script = [rights.made(), _PLACES, *_calls(), *_tables(), *_rows()]
    if trials:
        script.append(f"GRANT {grants.KIOSK_MAY_IN_TRIALS} TO {grants.KIOSK};")
    # many statements in one go, as the driver takes them where there are no values
    driver: Any = connection.connection.driver_connection
    driver.execute("\n".join(script).replace("{tables}", tables))
    if driver.execute("SELECT has_schema_privilege(%s, current_schema(), 'CREATE')", (grants.KIOSK,)).fetchone()[0]:
        wanted = f"REVOKE CREATE ON SCHEMA {tables} FROM PUBLIC"
        raise RolesMissing(f"run this first as a superuser of PostgreSQL: {wanted};")


def withdraw(connection: Connection) -> None:
    """Take away what hangs on tables, so that a migration can change them; nothing where nothing was granted."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        driver.execute(rights.DROPPED)


def _make_roles(connection: Connection) -> None:
    known = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'asan%%'").scalars())
    missing = [role for role in grants.ROLES if role not in known]
    wanted = [f"CREATE ROLE {role} NOLOGIN" for role in missing]
    if not _is_member(connection, known):
        wanted.append(f"GRANT {grants.COUNTER} TO {grants.ADMINISTRATOR}")
    if not wanted:
        return
    may = connection.exec_driver_sql("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not may.scalar_one():
        raise RolesMissing(f"run this first as a superuser of PostgreSQL: {'; '.join(wanted)};")
    for statement in wanted:
        # roles belong to the whole server: the init of another database may make them at this moment
        connection.exec_driver_sql(
            f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )


def _is_member(connection: Connection, known: set[str]) -> bool:
    if not {grants.COUNTER, grants.ADMINISTRATOR} <= known:
        return False
    asked = f"SELECT pg_has_role('{grants.ADMINISTRATOR}', '{grants.COUNTER}', 'MEMBER')"
    return bool(connection.exec_driver_sql(asked).scalar_one())


def _calls() -> list[str]:
    everybody = ", ".join(grants.ROLES)
    return [
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA asan FROM PUBLIC;",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA asan FROM PUBLIC, {everybody};",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA asan FROM PUBLIC, {everybody};",
        f"GRANT USAGE ON SCHEMA {{tables}}, asan TO {everybody};",
        *(f"GRANT EXECUTE ON FUNCTION {name} TO {everybody};" for name in rights.CALLED_BY_ALL),
        *(f"GRANT EXECUTE ON FUNCTION {name} TO {grants.KIOSK};" for name in rights.CALLED_BY_KIOSKS),
        f"GRANT SELECT ON asan.seats TO {grants.KIOSK};",
        f"GRANT SELECT, DELETE ON asan.untold TO {grants.COUNTER};",
    ]


def _tables() -> list[str]:
    everybody = ", ".join(("PUBLIC", *grants.ROLES))
    given = [
        f"GRANT {may} ON {{tables}}.{table} TO {role};"
        for role, tables in grants.MAY.items()
        for table, may in tables.items()
        if may != grants.NOTHING
    ]
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {{tables}} FROM {everybody};",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {{tables}} FROM {everybody};",
        *given,
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {{tables}} TO {', '.join(grants.ROLES)};",
    ]


def _rows() -> list[str]:
    script = []
    for table, seen in rights.KIOSK_ROWS.items():
        added, changed = rights.KIOSK_ADDS.get(table, seen), rights.KIOSK_CHANGES.get(table, seen)
        left = rights.KIOSK_LEAVES.get(table, changed)
        to = f"ON {{tables}}.{table} FOR"
        script += [
            f"ALTER TABLE {{tables}}.{table} ENABLE ROW LEVEL SECURITY;",
            f'CREATE POLICY "asan kiosk looks" {to} SELECT TO {grants.KIOSK} USING ({seen});',
            f'CREATE POLICY "asan kiosk adds" {to} INSERT TO {grants.KIOSK} WITH CHECK ({added});',
            f'CREATE POLICY "asan kiosk changes" {to} UPDATE TO {grants.KIOSK} USING ({changed}) WITH CHECK ({left});',
            f'CREATE POLICY "asan kiosk deletes" {to} DELETE TO {grants.KIOSK} USING ({changed});',
            f'CREATE POLICY "asan staff" {to} ALL TO {grants.COUNTER}, {grants.ADMINISTRATOR} USING (true);',
        ]
    month = grants.AUDIT_KEPT_DAYS * 86_400_000
    old = f"at < floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint - {month}"
    everybody = ", ".join(grants.ROLES)
    return [
        *script,
        "ALTER TABLE {tables}.audit ENABLE ROW LEVEL SECURITY;",
        f'CREATE POLICY "asan adds" ON {{tables}}.audit FOR INSERT TO {everybody} WITH CHECK (true);',
        f'CREATE POLICY "asan looks" ON {{tables}}.audit FOR SELECT TO {grants.COUNTER} USING (true);',
        f'CREATE POLICY "asan deletes" ON {{tables}}.audit FOR DELETE TO {grants.ADMINISTRATOR} USING ({old});',
    ]
