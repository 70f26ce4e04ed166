"""What of the log and the audit may leave the house: known shapes alone (M4, K6)."""

from __future__ import annotations

import ast
import re

import pytest

from db.audit import AuditRow
from kiosk.care.redaction import audit_values, log_lines, scrubbed
from tests.architecture.tree import sources, told

HEAD = "2026-11-20 09:00:00,123 WARNING kiosk.post.outbox"
PERSONAL = (
    "aygun@example.az",
    "+994 50 123 45 67",
    "+994501234567",
    "0501234567",
    "5AB1C2D",
    "7NUMN24",
    "K7MP-4XRT",
    "K7MP-4XRT-9ABC",
    "123456",
    "Nümunəyeva",
    "Əsmər",
    "Иванов",
)


@pytest.mark.parametrize("personal", PERSONAL)
def test_what_looks_personal_is_taken_out(personal: str) -> None:
    """K6: addresses, phones, FİN, codes, and letters that are not English."""
    assert personal not in scrubbed(f"recipient {personal} refused: SMTP 550")
    assert scrubbed(f"recipient {personal} refused").startswith("recipient ")


@pytest.mark.parametrize(
    "plain",
    [
        "recipient refused: SMTP 550",
        "no answer within 5.0 s",
        "/var/lib/asan-kiosk",
        "Example CCID Reader 00 00",
        "1.10.1",
    ],
)
def test_what_helps_stays(plain: str) -> None:
    """A technician's words are left alone."""
    assert scrubbed(plain) == plain


def _log(*messages: str) -> list[str]:
    return list(log_lines(f"{HEAD} {message}" for message in messages))


def test_a_line_of_a_known_shape_is_told() -> None:
    """M4: what our own program says of itself."""
    line = "letter 12 (code) is put off after attempt 2: the mail server does not answer"
    assert _log(line) == [f"{HEAD} {line}"]


@pytest.mark.parametrize("personal", PERSONAL)
def test_a_known_shape_carries_nobody_out(personal: str) -> None:
    """K6: also where somebody's data came into a reason."""
    told = "\n".join(_log(f"letter 12 (code) is given up: {personal} refused", f"crashed with {personal}"))
    assert personal not in told


@pytest.mark.parametrize(
    "line",
    [
        f"{HEAD} Aygun signed in with 1234",
        f"{HEAD} letter 12 (code) is given up: x\tAygun",
        "Aygun Numunayeva",
        "ValueError: Aygun",
        '    raise ValueError("Aygun")',
        '  File "/srv/Aygun/x.txt", line 3, in y',
        '  File "/srv/x/Aygun/station.py", line 3, in y',
        "2026-11-20 Aygun",
        "",
    ],
)
def test_a_line_of_no_known_shape_is_not_told(line: str) -> None:
    """K6: names in plain letters look like any word, so only known shapes pass."""
    assert "Aygun" not in "\n".join(log_lines([line]))


def test_where_a_crash_happened_is_told() -> None:
    """M4: file, line and function of each frame, without the folder above and without the source's text."""
    frames = list(
        log_lines(
            [
                f"{HEAD} crashed with ValueError",
                '  File "/srv/somebody/kiosk/station.py", line 12, in start',
                '    raise ValueError("Aygun")',
            ]
        )
    )
    assert frames == [f"{HEAD} crashed with ValueError", "  kiosk/station.py:12 start"]


def test_every_line_that_we_log_has_a_known_shape() -> None:
    """A new message in the product is added to the list, else support would not see it."""
    samples = {"%s": "x", "%d": "1"}
    withheld = []
    for path in sources("kiosk", "screens", "hardware"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("_log", "log", "logger")
                and node.func.attr in ("debug", "info", "warning", "error", "critical", "exception")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                message = str(node.args[0].value).partition("\n")[0]
                message = message.replace("from %s", "from http://x").replace("letter %s", "letter 1")
                message = message.replace("attempt %s", "attempt 1").replace("are set to %s", "are set to 1")
                shown = re.sub("%[sd]", lambda found: samples[found[0]], message)
                if any("withheld" in line for line in _log(shown)):
                    withheld.append((told(path), shown))
    assert withheld == []


def _row(act: str, detail: str | None, outcome: str = "done") -> AuditRow:
    return AuditRow(1, "kiosk-1", 3, act, outcome, detail)


@pytest.mark.parametrize(
    ("act", "detail"),
    [
        ("purge", "persons of bookings: 0, letters: 12"),
        ("clock_reset", "ahead by 90 s"),
        ("pin_change", "pin1"),
        ("maintenance_act", "trial: card"),
        ("maintenance_act", "bundle (90 s ago)"),
        ("maintenance_leave", "idle"),
        ("staff_add", "technician"),
        ("call_next", "A3"),
        ("undo", "7 call_next"),
        ("see_person", "12 asked"),
    ],
)
def test_details_of_known_shapes_are_told(act: str, detail: str) -> None:
    """M4: what was done, of acts whose details are counts and words of ours."""
    assert audit_values(_row(act, detail))["detail"] == detail


@pytest.mark.parametrize(
    ("act", "detail"),
    [
        ("accept_late", "aygun came late"),
        ("print_order", "aygun"),
        ("staff_card_add", "staff 3, card of Aygun"),
        ("purge", "aygun"),
        ("pin_change", "1234"),
        ("park", "surət çəkir"),
        ("maintenance_act", "trial: Aygün"),
        ("maintenance_act", "mail: aygun@example.az"),
    ],
)
def test_details_of_other_shapes_are_left_out(act: str, detail: str) -> None:
    """K6: a reason or a label that somebody typed stays here."""
    assert audit_values(_row(act, detail))["detail"] is None


def test_neither_station_nor_words_of_an_outcome_leave() -> None:
    """K6: only words of ours stand in the columns."""
    values = audit_values(_row("Aygün", None, "5AB1C2D"))
    assert (values["act"], values["outcome"]) == ("[…]", "[…]")
