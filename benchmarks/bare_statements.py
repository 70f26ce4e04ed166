"""What has to be on the disk after each act of a visit, as statements for the driver alone.

No rule is looked at and no key that was used before; values stand where `%s` does, in this order. SQLite's driver calls
them `?`. The sample answers and letters are as long as real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kiosk.booking.order_code import new_order_code

DIGEST: Final = "0" * 64
HELD: Final = (
    '{"booking":"AAAA-AAAA-AAAA","service":"identity-card-issue","centre":"baku-2","time":1700000000000,'
    '"held_until":1700000000000,"email":"p…@example.az","resend_at":1700000000000}'
)
ARRIVED: Final = (
    '{"verdict":"on_time","at":1700000000000,"booking":"AAAA-AAAA-AAAA","service":"identity-card-issue",'
    '"centre":"baku-2","time":1700000000000,"ticket":"A-017"}'
)
CALLED: Final = (
    '{"ticket":"A-017","service":"identity-card-issue","state":"called","counter":"7","booked_for":1700000000000,'
    '"arrived_at":1700000000000,"called_at":1700000000000,"times":1}'
)
STEPPED: Final = '{"ticket":"A-017","service":"identity-card-issue","state":"finished","step":"finish"}'
WALKED_IN: Final = (
    '{"ticket":"A-017","service":"identity-card-issue","centre":"baku-2","place":12,"wait":{"from":10,"to":25}}'
)
REFUSED: Final = '{"error":"nobody_waiting"}'
LETTER: Final = '{"facts":"' + "A" * 400 + '"}'
BEFORE: Final = (
    '{"ticket":{"state":"waiting","service":"identity-card-issue","to_counter":null,"note":null,'
    '"changed_at":1700000000000},"call":null}'
)

HOLD: Final = (
    "INSERT INTO bookings (reference, service, centre, starts_at, seat, state, held_at, held_until, sequence, code,"
    " code_sent_at, wrong_codes, station, language, given_name, surname, patronymic, fin, phone, email)"
    " VALUES (%s, %s, %s, %s, %s, 'held', %s, %s, 0, '123456', %s, 0, %s, 'az', %s, %s, %s, %s, %s, %s) RETURNING id"
)
CONFIRM: Final = "UPDATE bookings SET state = 'confirmed', order_code = %s, confirmed_at = %s WHERE id = %s"
POST: Final = (
    "INSERT INTO outbox (booking, kind, language, recipient, facts, created_at, due_at, message_id, recipient_digest)"
    " VALUES (%s, %s, 'az', %s, %s, %s, %s, %s, %s)"
)
ACTIVATE: Final = (
    "UPDATE bookings SET state = 'active', activated_at = %s, activated_by = %s"
    " WHERE order_code = %s AND state = 'confirmed' RETURNING id, service, starts_at"
)
COUNT: Final = (
    "INSERT INTO ticket_counters (centre, day, letter, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (centre, day, letter) DO UPDATE SET last = ticket_counters.last + 1 RETURNING last"
)
TICKET: Final = (
    "INSERT INTO tickets (centre, day, letter, number, service, booking, state, issued_at, station, booked_for,"
    " language, changed_at) VALUES (%s, %s, %s, %s, %s, %s, 'waiting', %s, %s, %s, 'az', %s) RETURNING id"
)
TAKE_FIRST: Final = (
    "UPDATE tickets SET state = 'called', changed_at = %s WHERE id = (SELECT id FROM tickets WHERE centre = %s"
    " AND day = %s AND state = 'waiting' ORDER BY booked_for, issued_at, id LIMIT 1) RETURNING id, service"
)
"""Calls whoever the index has first, where nobody else calls at the same moment."""
BECOME: Final = "UPDATE tickets SET state = %s, changed_at = %s WHERE id = %s"
FINISH: Final = "UPDATE tickets SET state = %s, outcome = 'served', changed_at = %s WHERE id = %s"
OPEN: Final = (
    "INSERT INTO calls (ticket, counter, centre, day, service, staff, station, called_at, last_called_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
AGAIN: Final = "UPDATE calls SET last_called_at = %s, times = times + 1 WHERE id = %s"
BEGUN: Final = "UPDATE calls SET started_at = %s WHERE id = %s"
ENDED: Final = "UPDATE calls SET ended_at = %s, ended_as = %s WHERE id = %s"
STEP: Final = (
    "INSERT INTO ticket_steps (ticket, call, counter, staff, station, at, act, before)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
AUDIT: Final = (
    "INSERT INTO audit (at, station, act, outcome, booking, detail, ticket) VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
KEEP: Final = "INSERT INTO answers (key, request, answer, at) VALUES (%s, %s, %s, %s)"
COUNTER: Final = "INSERT INTO counters (centre, number) VALUES (%s, %s) ON CONFLICT DO NOTHING"
COUNTER_ID: Final = "SELECT id FROM counters WHERE centre = %s AND number = %s"
CLOCK: Final = "UPDATE clock SET last_instant = %s WHERE id = 1 AND last_instant < %s"
"""SQLite's, which keeps the latest instant."""

_TOLD: Final = "SELECT t.id, t.letter, t.number, t.service, t.state, t.booked_for, t.issued_at, t.changed_at, t.note"
WAITING: Final = f"{_TOLD} FROM tickets AS t WHERE t.centre = %s AND t.day = %s AND t.state = 'waiting'"
AT_COUNTERS: Final = (
    f"{_TOLD}, counters.number, calls.last_called_at FROM tickets AS t"
    " JOIN calls ON calls.ticket = t.id AND calls.ended_at IS NULL JOIN counters ON counters.id = calls.counter"
    " WHERE t.centre = %s AND t.day = %s AND t.state IN ('called', 'serving', 'parked')"
)
FIRST_OF_SERVICE: Final = (
    "SELECT id FROM tickets WHERE centre = %s AND day = %s AND state = 'waiting' AND service = %s"
    " ORDER BY booked_for, issued_at, id LIMIT 1"
)


def fresh_codes(station: int = 0) -> Iterator[str]:
    """Order codes, each once: a floor does not look, as `kiosk.booking` does, whether somebody has that one.

    Seven random signs of 31: among a hundred thousand codes two are the same in one run of six.

    Args:
        station: its number, below a thousand; no two that work on one database have the same.
    """
    begin = f"{station:03d}"
    given: set[str] = set()
    while True:
        code = begin + new_order_code()[len(begin) :]
        if code not in given:
            given.add(code)
            yield code
