"""Lines that are no request get an error answer, and the next line is served (issue 2, section 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.batch.request import LONGEST_LINE
from tests.batch.talk import Talk, check
from tests.stations import START, at, open_station

NEXT = b'{"id":"next","do":"services"}\n'


@pytest.fixture
def talk(ready_sqlite_url: str, tmp_path: Path, secrets_folder: Path) -> Iterator[Talk]:
    station = open_station(ready_sqlite_url, tmp_path, secrets_folder)
    station.clock.set(at(START))
    yield Talk(station)
    station.close()


LINES: list[tuple[bytes, str, object]] = [
    (b"", "not_json", None),
    (b"   ", "not_json", None),
    (b"\x00", "not_json", None),
    (b"nonsense", "not_json", None),
    (b"{", "not_json", None),
    (b'{"id":1,}', "not_json", None),
    (b'{"id":1}{"id":2}', "not_json", None),
    (b"'id'", "not_json", None),
    (b'\xef\xbb\xbf{"id":1}', "not_json", None),
    (b'{"id":NaN}', "not_json", None),
    (b'{"id":1,"x":Infinity}', "not_json", None),
    (b'{"id":1e999}', "not_json", None),
    (b'{"id":-1e999}', "not_json", None),
    (b'{"id":' + b"9" * 5000 + b"}", "not_json", None),
    (b'{"id":1,"do":"\xff"}', "not_utf_8", None),
    (b"\xc3(", "not_utf_8", None),
    (b"\xed\xa0\x80", "not_utf_8", None),
    (b"\xff\xfe{\x00", "not_utf_8", None),
    (b"[]", "not_an_object", None),
    (b'[{"id":1,"do":"services"}]', "not_an_object", None),
    (b"null", "not_an_object", None),
    (b"1", "not_an_object", None),
    (b'"services"', "not_an_object", None),
    (b"true", "not_an_object", None),
    (b'{"id":[1],"do":"services"}', "id_is_not_a_text_or_number", None),
    (b'{"id":{},"do":"services"}', "id_is_not_a_text_or_number", None),
    (b'{"id":true,"do":"services"}', "id_is_not_a_text_or_number", None),
    (b'{"id":"\\ud800","do":"services"}', "id_is_not_a_text_or_number", None),
    (b'{"id":"a","do":"booking","order_code":"\\ud800"}', "not_unicode", "a"),
    (b'{"id":7,"do":"hold","applicant":{"fin":"\\udfff"}}', "not_unicode", 7),
    (b'{"id":7,"\\ud800":1}', "not_unicode", 7),
    (b"[" * 100_000, "not_json", None),
    (b'{"a":' * 100_000, "not_json", None),
    (b'{"id":1,"do":"' + b"x" * LONGEST_LINE + b'"}', "line_too_long", None),
    (b"x" * (3 * LONGEST_LINE), "line_too_long", None),
]


@pytest.mark.parametrize(("line", "why", "id_"), LINES, ids=range(len(LINES)))
def test_a_malformed_line_is_answered_and_the_next_served(talk: Talk, line: bytes, why: str, id_: object) -> None:
    """With its id where one could be read; nothing of it is repeated."""
    for end in (b"\n", b"\r\n"):
        malformed, served = talk.lines(line + end, NEXT)
        answer = json.loads(malformed)
        check("malformed", answer)
        assert answer == {"id": id_, "ok": False, "error": "bad_request", "field": "line", "why": why}
        assert json.loads(served)["id"] == "next" and json.loads(served)["ok"] is True


@pytest.mark.parametrize("id_", ["", "a", 'ə\u2028\x00"\\', "x" * 5000, 0, -1, 10**30, 1.5, 1e300, None])
def test_an_id_comes_back_as_it_was(talk: Talk, id_: object) -> None:
    """Texts and numbers of any kind, or none; an answer is one line whatever stands in it."""
    (line,) = talk.lines(json.dumps({"id": id_, "do": "booking", "order_code": "x"}).encode() + b"\n")
    answer = json.loads(line)
    assert answer == {"id": id_, "ok": False, "error": "not_found"}
    (line,) = talk.lines(b'{"do":"booking","order_code":"x"}\n')
    assert json.loads(line)["id"] is None


def test_a_line_may_be_as_long_as_is_said(talk: Talk) -> None:
    """1,000,000 bytes without the line's end; one more is too long."""
    frame = b'{"id":1,"do":"services","x":"%s"}'
    fill = LONGEST_LINE - len(frame % b"")
    good, bad = talk.lines(frame % (b"x" * fill) + b"\n", frame % (b"x" * (fill + 1)) + b"\n")
    assert json.loads(good)["ok"] is True and json.loads(bad)["why"] == "line_too_long"


def test_the_last_line_needs_no_end(talk: Talk) -> None:
    """Input that ends within a line is answered too; no input, no answer."""
    (line,) = talk.lines(NEXT.strip())
    assert json.loads(line)["ok"] is True
    assert talk.lines() == []


def test_answers_come_in_order(talk: Talk) -> None:
    """As many as lines."""
    answers = talk.lines(*(b'{"id":%d,"do":"booking","order_code":"x"}\n' % number for number in range(100)))
    assert [json.loads(line)["id"] for line in answers] == list(range(100))


def test_a_fault_is_told_as_unavailable(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is answered, its kind alone is logged, and the next line is served."""

    def stumble() -> None:
        raise ValueError("Aygün Nümunəyeva, 5AB1C2D")

    monkeypatch.setattr(talk.station.bookings, "services", stumble)
    first, second = talk.lines(NEXT, b'{"id":2,"do":"booking","order_code":"x"}\n')
    assert json.loads(first) == {"id": "next", "ok": False, "error": "unavailable"}
    assert json.loads(second)["error"] == "not_found"
    assert "ValueError" in caplog.text and "Aygün" not in caplog.text and "5AB1C2D" not in caplog.text
