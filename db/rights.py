"""What a kiosk's login can do in PostgreSQL besides its tables: the owner's functions and the rows it sees.

Everything here stands in the schema `asan` and is made anew by `db.roles.grant`. A function runs with the owner's
rights where it says SECURITY DEFINER, always with a fixed search path, and shows no person.
"""

from __future__ import annotations

from typing import Final

WRONG_TRIES: Final = 100
"""Wrong passwords, and as many wrong codes of a contact, that the database itself takes in an hour from one login: not
for one name, or a stolen login could shut everybody else out."""

LOOKS: Final = 1500
"""How many persons, order codes and subscribers one login of a kiosk presents in an hour, found or not, and how many
bookings it writes. The owner gives a login another number in `asan.own_limits`."""

BUCKETS: Final = 64
"""Over how many counters logins are spread."""

_KEPT: Final = """
CREATE SCHEMA IF NOT EXISTS asan;
COMMENT ON SCHEMA asan IS 'what stations may do with tables of asan-kiosk; made anew by asan-kiosk init';
-- a random text of this database alone, from which names that nobody has get a steady salt
CREATE TABLE IF NOT EXISTS asan.own (salt text NOT NULL);
INSERT INTO asan.own SELECT gen_random_uuid()::text || gen_random_uuid()::text
    WHERE NOT EXISTS (SELECT FROM asan.own);
-- logins that may look more often than others, such as the one that answers payment services; written by hand
CREATE TABLE IF NOT EXISTS asan.own_limits (login text PRIMARY KEY, looks bigint NOT NULL);
-- holds that ended at a kiosk, which may not know whom to tell; whoever carries letters tells them
CREATE TABLE IF NOT EXISTS asan.untold (booking bigint PRIMARY KEY, wrong_codes integer);
-- counted by sequences, since nobody can roll them back
DO $make$ BEGIN
    FOR bucket IN 0..{last_bucket} LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS asan.wrong_%s', bucket);
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS asan.codes_%s', bucket);
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS asan.looks_%s', bucket);
    END LOOP;
END $make$;
"""

DROPPED: Final = """
DO $drop$ DECLARE found text[]; one text; BEGIN
    SELECT array_agg(oid::regclass::text) INTO found
        FROM pg_class WHERE relnamespace = to_regnamespace('asan') AND relkind = 'v';
    FOREACH one IN ARRAY coalesce(found, '{}') LOOP
        EXECUTE 'DROP VIEW IF EXISTS ' || one || ' CASCADE';
    END LOOP;
    SELECT array_agg(oid::regprocedure::text) INTO found
        FROM pg_proc WHERE pronamespace = to_regnamespace('asan');
    FOREACH one IN ARRAY coalesce(found, '{}') LOOP
        EXECUTE 'DROP FUNCTION IF EXISTS ' || one || ' CASCADE';
    END LOOP;
    SELECT array_agg(format('%I ON %s', polname, polrelid::regclass)) INTO found
        FROM pg_policy WHERE polname LIKE 'asan %';
    FOREACH one IN ARRAY coalesce(found, '{}') LOOP
        EXECUTE 'DROP POLICY ' || one;
    END LOOP;
END $drop$;
"""
"""What is made anew; policies hang on the functions and tables, and nothing may stand in a migration's way."""

_FUNCTIONS: Final = """
CREATE FUNCTION asan.shown(kind text, value text) RETURNS boolean LANGUAGE sql STABLE
    RETURN value = ANY (string_to_array(current_setting('asan.' || kind, true), E'\\n'));

CREATE FUNCTION asan.this_hour() RETURNS bigint LANGUAGE sql VOLATILE
    RETURN floor(extract(epoch FROM clock_timestamp()) / 3600)::bigint * 1000000;

-- logins are made one after the other, so that their numbers seldom meet
CREATE FUNCTION asan.counter_of(kind text) RETURNS regclass LANGUAGE sql STABLE
    RETURN format('asan.%s_%s', kind, quote_ident(session_user)::regrole::oid::bigint % {buckets})::regclass;

-- whether this login may go on; asks only
CREATE FUNCTION asan.has_left(kind text, most bigint) RETURNS boolean LANGUAGE sql VOLATILE {owner}
    RETURN coalesce(pg_sequence_last_value(asan.counter_of(kind)), 0) < asan.this_hour() + most;

-- counts one of this login, which no rollback takes back; whether that was still allowed
CREATE FUNCTION asan.counted(kind text, most bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE {owner} AS $$
DECLARE
    counter regclass := asan.counter_of(kind);
    hour bigint := asan.this_hour();
    reached bigint := nextval(counter);
BEGIN
    IF reached <= hour THEN
        PERFORM setval(counter, hour + 1);
        RETURN most >= 1;
    ELSIF reached > hour + most THEN
        PERFORM setval(counter, hour + most);
        RETURN false;
    END IF;
    RETURN true;
END $$;

-- counts a look; too many are refused, which the station tells as a right that it has not
CREATE FUNCTION asan.looks() RETURNS boolean LANGUAGE plpgsql VOLATILE COST 10000 {owner} AS $$
BEGIN
    IF NOT asan.counted(
        'looks', coalesce((SELECT one.looks FROM asan.own_limits one WHERE one.login = session_user), {looks})
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'too many looks of this login in an hour';
    END IF;
    RETURN true;
END $$;

-- what only this database can write for what this login presented: whoever sets `asan.fin` by hand has none of it
CREATE FUNCTION asan.seal(kind text, value text) RETURNS text LANGUAGE sql STABLE STRICT COST 100 {owner} AS $$
    SELECT encode(sha256(convert_to(
        concat_ws('|', salt, session_user, floor(extract(epoch FROM now()) / 3600), kind, value, salt), 'UTF8'
    )), 'hex') FROM asan.own LIMIT 1
$$;

CREATE FUNCTION asan.looked(kind text, value text) RETURNS boolean LANGUAGE sql STABLE COST 200 {owner} AS $$
    SELECT asan.seal(kind, value) = ANY (string_to_array(current_setting('asan.' || kind, true), E'\\n'))
$$;

-- presents, until the transaction ends, what could be tried out: each is counted once in a transaction
CREATE FUNCTION asan.look(kind text, value text) RETURNS void LANGUAGE plpgsql VOLATILE STRICT {owner} AS $$
BEGIN
    IF asan.looked(kind, value) IS NOT TRUE THEN
        PERFORM asan.looks();
        PERFORM set_config('asan.' || kind, concat_ws(
            E'\\n', nullif(current_setting('asan.' || kind, true), ''), asan.seal(kind, value)
        ), true);
    END IF;
END $$;

CREATE VIEW asan.seats AS
    SELECT centre, service, starts_at, seat, state, held_until, station,
           CASE WHEN asan.shown('reference', reference) THEN reference ELSE '' END AS reference
    FROM {tables}.bookings;

-- counts of a person or an address that need not have been presented: each is a look
CREATE FUNCTION asan.open_of_person(fin_ text, since bigint, at bigint) RETURNS bigint
LANGUAGE sql VOLATILE {owner} AS $$
    SELECT asan.looks();
    SELECT count(*) FROM bookings WHERE fin = fin_ AND {live}
        AND (state = 'held' OR (state = 'confirmed' AND starts_at >= since))
$$;

CREATE FUNCTION asan.holds_of_email(email_ text, at bigint) RETURNS bigint LANGUAGE sql VOLATILE {owner} AS $$
    SELECT asan.looks();
    SELECT count(*) FROM bookings WHERE email = email_ AND {live} AND state = 'held'
$$;

CREATE FUNCTION asan.live_in_hour(fin_ text, hour bigint, besides bigint, at bigint) RETURNS bigint
LANGUAGE sql VOLATILE {owner} AS $$
    SELECT asan.looks();
    SELECT count(*) FROM bookings WHERE fin = fin_ AND starts_at = hour AND id <> besides AND {live}
$$;

-- no station has a later time than this: a trial's database keeps the instant that was set, which production cannot be
CREATE FUNCTION asan.at_most() RETURNS bigint LANGUAGE sql VOLATILE {owner} AS $$
    SELECT greatest(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, last_instant) FROM clock
$$;

CREATE FUNCTION asan.end_in_the_way(service_ text, centre_ text, hour bigint, fin_ text, at bigint) RETURNS void
LANGUAGE sql VOLATILE {owner} AS $$
    WITH ended AS (
        UPDATE bookings SET state = 'expired', ended_by = 'ran_out', ended_at = held_until
        WHERE state = 'held' AND held_until <= least(at, asan.at_most()) AND starts_at = hour
            AND ((centre = centre_ AND service = service_) OR fin = fin_)
        RETURNING id
    )
    INSERT INTO asan.untold (booking) SELECT id FROM ended ON CONFLICT DO NOTHING
$$;

-- the reference of the live booking that has this contact and this code; a wrong code counts against every hold of it
CREATE FUNCTION asan.of_contact(
    contact text, code_ text, service_ text, centre_ text, hour bigint, since bigint, most integer, at bigint
) RETURNS text LANGUAGE plpgsql VOLATILE {owner} AS $$
DECLARE found_one text;
BEGIN
    IF NOT asan.has_left('codes', {wrong}) THEN
        RETURN NULL;
    END IF;
    SELECT reference INTO found_one FROM bookings
        WHERE (fin = contact OR email = contact) AND {live} AND (state <> 'confirmed' OR starts_at >= since)
            AND (service_ IS NULL OR (service = service_ AND centre = centre_ AND starts_at = hour)) AND code = code_
        ORDER BY starts_at, id LIMIT 1;
    IF found_one IS NULL THEN
        PERFORM asan.counted('codes', {wrong});
        WITH wrong AS (
            UPDATE bookings SET wrong_codes = wrong_codes + 1,
                state = CASE WHEN wrong_codes + 1 >= most THEN 'cancelled' ELSE state END,
                ended_by = CASE WHEN wrong_codes + 1 >= most THEN 'wrong_codes' ELSE ended_by END,
                ended_at = CASE WHEN wrong_codes + 1 >= most THEN at ELSE ended_at END
            WHERE (fin = contact OR email = contact) AND state = 'held' AND held_until > at
                AND (service_ IS NULL OR (service = service_ AND centre = centre_ AND starts_at = hour))
            RETURNING id, wrong_codes, state
        )
        INSERT INTO asan.untold SELECT id, wrong_codes FROM wrong WHERE state = 'cancelled' ON CONFLICT DO NOTHING;
    END IF;
    RETURN found_one;
END $$;

CREATE FUNCTION asan.open_application(code text) RETURNS text LANGUAGE sql STABLE {owner} AS $$
    SELECT number FROM applications WHERE subscriber = code AND state IN ('registered', 'in_work', 'asked_back')
$$;

CREATE FUNCTION asan.letters_to(digest text, kind_ text, since bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE {owner} AS $$
    SELECT created_at FROM outbox WHERE recipient_digest = digest AND kind = kind_ AND created_at > since
        ORDER BY created_at
$$;

CREATE FUNCTION asan.live_sessions(at bigint) RETURNS bigint LANGUAGE sql STABLE {owner} AS $$
    SELECT count(*) FROM sessions WHERE lease_until > at AND ends_at > at
$$;

CREATE FUNCTION asan.last_audit() RETURNS bigint LANGUAGE sql STABLE {owner} AS $$
    SELECT at FROM audit ORDER BY id DESC LIMIT 1
$$;

-- a hash with its last part blanked: what a password is computed with. A name that nobody has gets one too, always the
-- same and of the same shape
CREATE FUNCTION asan.password_form(name_ text) RETURNS text LANGUAGE sql STABLE {owner} AS $$
    SELECT coalesce(
        (SELECT regexp_replace(password_hash, '[^$]*$', '')
                || repeat('A', length(substring(password_hash FROM '[^$]*$')))
            FROM staff WHERE name = name_),
        (SELECT coalesce(
                (SELECT substring(password_hash FROM '^(\\$[^$]*\\$[^$]*\\$[^$]*\\$)') FROM staff ORDER BY id LIMIT 1),
                '$argon2id$v=19$m=65536,t=3,p=4$'
            ) || rtrim(encode(substring(sha256(convert_to(salt || name_, 'UTF8')) FOR 16), 'base64'), '=')
            || '$' || repeat('A', 43) FROM asan.own LIMIT 1)
    )
$$;

-- the row id of the staff member whose name and computed hash go together; wrong tries are counted here as well
CREATE FUNCTION asan.password_fits(name_ text, computed text) RETURNS bigint LANGUAGE plpgsql VOLATILE {owner} AS $$
DECLARE member bigint;
BEGIN
    IF asan.has_left('wrong', {wrong}) THEN
        SELECT id INTO member FROM staff WHERE name = name_ AND password_hash = computed;
        IF member IS NULL THEN
            PERFORM asan.counted('wrong', {wrong});
        END IF;
    END IF;
    RETURN member;
END $$;
"""

_FILLED: Final = {
    "owner": "SECURITY DEFINER SET search_path = {tables}, pg_temp",
    "live": "state IN ('held', 'confirmed', 'active') AND (state <> 'held' OR held_until > at)",
    "wrong": str(WRONG_TRIES),
    "looks": str(LOOKS),
    "buckets": str(BUCKETS),
    "last_bucket": str(BUCKETS - 1),
}


def made() -> str:
    """What is made: first what outlives a new version, then the functions and views; `{tables}` is their schema."""
    script = _KEPT + _FUNCTIONS
    for name, text in _FILLED.items():
        script = script.replace("{" + name + "}", text)
    return script


CALLED_BY_ALL: Final = ("asan.password_form(text)", "asan.password_fits(text, text)")
CALLED_BY_KIOSKS: Final = (
    "asan.shown(text, text)",
    "asan.looks()",
    "asan.look(text, text)",
    "asan.looked(text, text)",
    "asan.open_of_person(text, bigint, bigint)",
    "asan.holds_of_email(text, bigint)",
    "asan.live_in_hour(text, bigint, bigint, bigint)",
    "asan.end_in_the_way(text, text, bigint, text, bigint)",
    "asan.of_contact(text, text, text, text, bigint, bigint, integer, bigint)",
    "asan.open_application(text)",
    "asan.letters_to(text, text, bigint)",
    "asan.live_sessions(bigint)",
    "asan.last_audit()",
)

KIOSK_ROWS: Final = {
    # keys are made up by other programs, some of them one after the other
    "answers": "asan.shown('answer', key) AND asan.looks()",
    "application_documents": "false",
    "application_steps": "EXISTS (SELECT FROM {tables}.applications one WHERE one.id = application)",
    "applications": "asan.looked('fin', fin) OR asan.looked('subscriber', subscriber)",
    "bookings": "asan.shown('reference', reference) OR asan.looked('order_code', order_code)",
    "certificates": "asan.shown('certificate', check_code)",
    "documents": "asan.shown('document', digest)",
    "invoices": "asan.looked('subscriber', subscriber)",
    "outbox": "true",  # its columns with a person are not granted
    "payment_orders": "asan.shown('order', reference) OR asan.looked('terminal', station)",
    "payments": "asan.looked('subscriber', subscriber) OR asan.looked('receipt', receipt)"
    " OR asan.shown('order', payment_order)",
    "phone_sign_ins": "asan.shown('sign_in', state)",
    # a new subscriber has no code yet, and a person in the facts
    "registry_calls": "subscriber <> '' AND asan.looked('subscriber', subscriber)",
    "sessions": "asan.looked('person', person) OR asan.shown('session', token)",
    "subscribers": "asan.looked('subscriber', code)",
    "uploads": "asan.shown('upload', token)",
    "work_orders": "false",
    # as `db/wrong_tries.py` writes them at a kiosk; what counters counted is theirs
    "wrong_tries": "subject LIKE 'kiosk %' AND asan.shown('subject', subject)",
}
"""Tables with row-level security, and which of their rows a kiosk sees and changes.

What is shown is known by something nobody guesses; what could be tried out has to be looked at, and looks are counted.
"""

KIOSK_ADDS: Final = {
    "answers": "asan.shown('answer', key)",
    "application_documents": "EXISTS (SELECT FROM {tables}.applications one WHERE one.id = application)",
    # a unique index tells whether there is such a person or code already: each try is a look
    "bookings": "asan.shown('reference', reference) AND asan.looks()",
    "work_orders": "EXISTS (SELECT FROM {tables}.applications one WHERE one.id = application)",
}
"""Where a kiosk writes rows that it does not see, or is counted for it."""

KIOSK_CHANGES: Final = {
    "outbox": "EXISTS (SELECT FROM {tables}.bookings one WHERE one.id = booking)",
}
"""Where a kiosk changes fewer rows than it sees."""

KIOSK_LEAVES: Final = {
    "bookings": "(asan.shown('reference', reference) OR asan.looked('order_code', order_code)) AND asan.looks()",
}
"""What a row must be after a kiosk's change, where that is not what it must be before; each change is a look."""
