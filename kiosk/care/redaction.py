"""What of the log and the audit may leave the house (M4): only what matches a list of known shapes.

The log and the audit hold no personal data by their own rules (K6). A bundle goes to people who have no right to any,
so this is the second line: what is of no known shape is counted, not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from db.audit import AuditRow

_TYPE: Final = r"[A-Za-z_][A-Za-z0-9_.]{0,60}"
_SIGN: Final = r"[a-z_]{1,40}"
_COUNT: Final = r"[0-9]{1,12}"
_WHY: Final = r"[A-Za-z0-9 .,:;()/_+-]{0,200}"
"""A reason in our own English: no @, no letters beyond ASCII; what looks like a code or number is taken out of it."""
_ROLE: Final = r"(?:operator|supervisor|technician|administrator)"
_COUNTER: Final = r"[0-9A-Z]{1,4}"
_URL: Final = r"https?://[A-Za-z0-9.:/_-]{1,200}"

_MESSAGES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"a card could not be kept: {_SIGN}",
        rf"the card desk stumbled over {_TYPE}",
        r"a session ended while the database is away; its lease runs out there",
        r"a lease waits: the database is away",
        rf"renewing leases stumbled over {_TYPE}",
        rf"{_SIGN}: {_SIGN} could not be audited, the database is away",
        r"the database went away while letters were delivered; they will be tried again",
        rf"letter {_COUNT} \({_SIGN}\) is given up: {_WHY}",
        rf"letter {_COUNT} \({_SIGN}\) is put off after attempt {_COUNT}: {_WHY}",
        r"the outbox waits: the database is away",
        rf"the outbox stumbled over {_TYPE}",
        rf"{_SIGN} of {_SIGN}: {_SIGN}; the database is away and could not be told",
        rf"the sweeper stumbled over {_TYPE}",
        rf"telling of this machine stumbled over {_TYPE}",
        rf"a trial stumbled over {_TYPE}",
        rf"the watch over health stumbled over {_TYPE}",
        rf"the board's voice stumbled over {_TYPE}",
        rf"the board's {_SIGN} command failed: {_WHY}",
        rf"the probe {_SIGN} stumbled over {_TYPE}",
        rf"addresses of revocation lists cannot be remembered: {_WHY}",
        rf"no revocation list from {_URL}: {_WHY}",
        rf"the registry did not answer: {_WHY}",
        rf"the registry was not told of call {_COUNT} after attempt {_COUNT}: {_WHY}",
        r"calls to the registry wait: the database is away",
        rf"telling the registry stumbled over {_TYPE}",
        rf"the payment terminal stumbled over {_TYPE}",
        rf"the web stumbled over {_TYPE}",
        rf"fetching revocation lists stumbled over {_TYPE}",
        rf"the signing component stumbled over {_TYPE}",
        rf"readiness: {_SIGN} stumbled over {_TYPE}",
        rf"a request stumbled over {_TYPE}",
        rf"a session could not be ended: {_TYPE}",
        rf"no other process can put cards in: {_WHY}",
        r"cards from other processes go to another kiosk of this user",
        rf"{_TYPE}: unexpected refusal {_SIGN}",
        rf"out of service could not be changed: {_TYPE}",
        rf"the bundle could not be (?:made|copied): {_TYPE}",
        rf"the figures could not be written: {_TYPE}",
        rf"the event loop reports: {_WHY}",
        rf"crashed with {_TYPE}",
        r"fatal error",
        r"panic",
        r"the station could not be built; trying again",
        r"a document could not be looked into: its process did not start",
        rf"a document could not be looked into: {_TYPE}",
        r"a stored document is not what was kept",
        rf"the watch over sticks stumbled over {_TYPE}",
        r"the table of mounts cannot be watched; it is read now and then",
    )
)
_HEAD: Final = re.compile(
    rf"(?P<head>\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d,\d{{3}} [A-Z]{{4,8}} {_TYPE}) (?P<message>.*)", re.ASCII
)
_FRAME: Final = re.compile(
    r'  File "(?:[^"]*/)?(?P<place>(?:kiosk|screens|hardware|db|site-packages|python3\.[0-9]+)/[A-Za-z0-9_/]+\.py)"'
    r", line (?P<line>[0-9]+), in (?P<name>[A-Za-z0-9_<>]+)",
)
"""A frame of a trace: what is above our packages and the libraries' is a folder of somebody's machine."""

_LOOKS_PERSONAL: Final = re.compile(
    r"""
    \S*@\S*                                     # an address
    | [+]?[0-9][0-9 ()-]{6,}[0-9]               # a phone number, a booking's or document's number
    | \b[0-9]{6,}\b                             # a confirmation code
    | \b(?=[A-Z]*[0-9])[0-9A-Z]{7}\b            # a FİN
    | \b[0-9A-Z]{4}(?:-[0-9A-Z]{3,4})+\b        # an order code, a booking's reference
    | [^\W\d_]*[^\x00-\x7f]\S*                  # a word with letters beyond English
    """,
    re.VERBOSE,
)
_WITHHELD: Final = "[…]"

_DETAILS: Final[dict[str, re.Pattern[str]]] = {
    "citizen_sign_in": re.compile(r"[a-z_]{1,20}(?: [a-z_]{1,40})?"),
    "clock_reset": re.compile(rf"ahead by {_COUNT} s"),
    "tidy": re.compile(_COUNT),
    "purge": re.compile(rf"(?:[A-Za-z ]{{1,40}}: {_COUNT}(?:, |$)){{1,20}}"),
    "staff_add": re.compile(rf"(?:staff {_COUNT}, )?{_ROLE}"),
    "staff_rename": re.compile(rf"staff {_COUNT}"),
    "staff_role": re.compile(rf"staff {_COUNT}, {_ROLE}(?: [a-z_]{{1,20}}){{0,8}}"),
    "staff_active": re.compile(rf"staff {_COUNT}, (?:left|back)"),
    "staff_password": re.compile(rf"staff {_COUNT}"),
    "counter_sit": re.compile(_COUNTER),
    "counter_leave": re.compile(_COUNTER),
    "counter_add": re.compile(_COUNTER),
    "counter_open": re.compile(_COUNTER),
    "counter_close": re.compile(_COUNTER),
    "counter_services": re.compile(_COUNTER),
    "counter_direction": re.compile(_COUNTER),
    "counter_free": re.compile(rf"{_COUNTER}(?:, staff {_COUNT})?"),
    "close_hours": re.compile(rf"closed hours {_COUNT}: {_COUNT}"),
    "open_hours": re.compile(rf"closed hours {_COUNT}"),
    "tell_closures": re.compile(_COUNT),
    "set_limit": re.compile(rf"[a-z0-9-]{{1,40}}: {_COUNT}, {_COUNT}"),
    **{
        step: re.compile(_COUNTER)
        for step in ("call_next", "call", "call_again", "start", "park", "put_back", "transfer", "finish", "no_show")
    },
    "undo": re.compile(rf"{_COUNTER} [a-z_]{{1,20}}"),
    "see_person": re.compile(rf"{_COUNTER} (?:here|asked)"),
    "pin_change": re.compile(r"pin1|pin2|user_pin|puk"),
    "pin_unblock": re.compile(r"pin1|pin2|user_pin|puk"),
    "maintenance_enter": re.compile(r"card|password"),
    "maintenance_leave": re.compile(r"left|idle"),
    "maintenance_act": re.compile(r"[a-z_]{1,40}(?:: ?[a-z_ ]{1,40})?(?: \([0-9]{1,9} s ago\))?"),
}
"""What may stand beside an act in the audit; details of other acts are left out."""


def scrubbed(text: str) -> str:
    """A technicians' text without whatever looks like a person's: addresses, numbers, codes, names beyond English."""
    return _LOOKS_PERSONAL.sub(_WITHHELD, text)


def log_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a log file that are of a known shape; of others when, where and how long they were."""
    for line in lines:
        head = _HEAD.fullmatch(line)
        if head is not None:
            message = head["message"]
            known = any(shape.fullmatch(message) for shape in _MESSAGES)
            yield f"{head['head']} {scrubbed(message) if known else f'[withheld, {len(message)} signs]'}"
        elif frame := _FRAME.fullmatch(line):
            yield f"  {frame['place']}:{frame['line']} {frame['name']}"


def audit_values(row: AuditRow) -> dict[str, str | int | None]:
    """A row of the audit: when, which act, how it ended; its detail where that is of a known shape.

    Who it was stays here: the staff member is told by row id.
    """
    shape = _DETAILS.get(row.act)
    detail = row.detail if shape is not None and row.detail is not None and shape.fullmatch(row.detail) else None
    return {
        "at": row.at,
        "act": row.act if re.fullmatch(_SIGN, row.act) else _WITHHELD,
        "outcome": row.outcome if re.fullmatch(_SIGN, row.outcome) else _WITHHELD,
        "staff": row.staff,
        "detail": detail,
    }
