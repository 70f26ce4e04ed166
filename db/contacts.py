"""A hold known by its contact and its code, at a kiosk: the database compares, and counts the wrong ones (Q8, Q10).

A kiosk's login must not see what goes with an e-mail address or a FİN alone.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from db.bookings import BookingRow, by_reference


def find(
    connection: Connection,
    contact: str,
    code: str,
    slot: tuple[str, str, int] | None,
    since: int,
    most_wrong: int,
    now: int,
) -> BookingRow | None:
    """The live booking of a contact that has this code; without one the code counts against every hold of theirs.

    Args:
        connection: a kiosk's.
        contact: an e-mail address or a FİN.
        code: the confirmation code as typed.
        slot: (service, centre, hour in ms UTC) where an hour was chosen.
        since: confirmed bookings count from this hour on (ms UTC).
        most_wrong: the wrong code that ends a hold.
        now: ms UTC.
    """
    service, centre, hour = slot if slot is not None else (None, None, None)
    asked = select(func.asan.of_contact(contact, code, service, centre, hour, since, most_wrong, now))
    reference: str | None = connection.execute(asked).scalar_one()
    return None if reference is None else by_reference(connection, reference)
