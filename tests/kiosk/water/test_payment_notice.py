"""Notices of payments: only from who has the key, only in the form that was agreed, bounded (W6)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kiosk.errors import BadRequest
from kiosk.secret_files import SecretTooOpen
from kiosk.settings import parse
from kiosk.water import references
from kiosk.water.payment_notice import MOST_BYTES, BadSignature, UnusableKey, notice_key, read, sign
from tests.architecture.tree import ROOT
from tests.kiosk.water.cash_desk import CODE, KEY, notice_of
from tests.stations import moment

DOCUMENT = ROOT / "docs" / "openapi" / "payments.json"


def test_a_notice_is_read() -> None:
    reference = references.new_reference()
    told = read(*notice_of(order=reference.lower(), extra="ignored"), KEY)
    assert (told.order, told.subscriber, told.amount, told.receipt) == (reference, CODE, Decimal("3.40"), "BANK-1")
    assert told.paid_at == moment("2026-11-20 09:00")
    assert "BANK-1" not in repr(told)


def test_only_who_has_the_key_is_heard() -> None:
    """HMAC-SHA256 over the very bytes, in either case of its hexadecimal digits; without a key nobody is heard."""
    body, signature = notice_of()
    assert read(body, f" {signature.swapcase()} ", KEY).subscriber == CODE
    for wrong in (
        "",
        signature[:-1],
        signature[:-1] + "g",
        "ə" * 64,
        sign(body, KEY[:-1] + b"x"),
        sign(body + b" ", KEY),
    ):
        with pytest.raises(BadSignature):
            read(body, wrong, KEY)
    with pytest.raises(BadSignature):
        read(body, signature, None)
    with pytest.raises(BadSignature):
        read(b"no JSON", signature, KEY)


def test_the_signature_is_the_standards() -> None:
    """RFC 4231, test case 2: the same bytes that `openssl dgst -sha256 -hmac` writes."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", b"Jefe") == expected


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"amount": None}, "amount", "empty"),
        ({"amount": 3.4}, "amount", "format"),
        ({"amount": "3.4"}, "amount", "format"),
        ({"amount": "-3.40"}, "amount", "format"),
        ({"amount": "3,40"}, "amount", "format"),
        ({"amount": "٣.٤٠"}, "amount", "format"),
        ({"receipt": None}, "receipt", "empty"),
        ({"receipt": 7}, "receipt", "format"),
        ({"at": None}, "at", "empty"),
        ({"at": "yesterday"}, "at", "format"),
        ({"at": "2026-11-20T09:00:00"}, "at", "format"),
        ({"at": "0001-01-01T00:00:00+04:00"}, "at", "format"),
        ({"subscriber": None}, "order", "empty"),
        ({"subscriber": "A1"}, "subscriber", "format"),
        ({"order": "0" * 11 + "1"}, "order", "format"),
    ],
)
def test_a_notice_of_another_form_is_refused(changed: dict[str, object], field: str, why: str) -> None:
    """The field that is wrong is named; money is a text with two places, an instant has its zone."""
    with pytest.raises(BadRequest) as refused:
        read(*notice_of(**changed), KEY)
    assert (refused.value.field, refused.value.why) == (field, why)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"a":', b"\xff", b"[" * 4000, b'{"amount":"3.40","amount":"0.01"}']
)
def test_what_is_no_notice_is_refused(body: bytes) -> None:
    """Nothing crashes, and a name that stands twice has no two meanings."""
    with pytest.raises(BadRequest) as refused:
        read(body, sign(body, KEY), KEY)
    assert refused.value.field == "body"


def test_a_notice_is_bounded() -> None:
    """Told before the signature is reckoned."""
    with pytest.raises(BadRequest, match="bad_request"):
        read(b" " * (MOST_BYTES + 1), "", KEY)
    body = notice_of()[0]
    longest = body + b" " * (MOST_BYTES - len(body))
    assert read(longest, sign(longest, KEY), KEY).subscriber == CODE


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_no_body_does_more_than_be_refused(body: bytes) -> None:
    """Signed nonsense is refused in words."""
    with pytest.raises(BadRequest):
        read(body, sign(body, KEY), KEY)


def test_the_key_is_a_secret_of_enough_signs(tmp_path: Path) -> None:
    """A file of this user's alone; one that is too short is told, not used."""
    told = parse({"secrets": {"folder": str(tmp_path)}}, tmp_path / "kiosk.toml")
    assert notice_key(told) is None
    file = tmp_path / "payment-notice-key"
    file.write_bytes(KEY + b"\n")
    file.chmod(0o600)
    assert notice_key(told) == KEY
    file.write_bytes(KEY[:-1])
    with pytest.raises(UnusableKey, match="openssl rand"):
        notice_key(told)
    file.chmod(0o644)
    with pytest.raises(SecretTooOpen):
        notice_key(told)


def test_the_document_describes_what_is_read() -> None:
    """docs/openapi/payments.json is OpenAPI, and its schema takes the notices that are taken and no others."""
    document = json.loads(DOCUMENT.read_text("utf-8"))
    validate(document)
    schema = document["components"]["schemas"]["Notice"]
    judge = Draft202012Validator(schema)
    taken = json.loads(notice_of()[0])
    assert judge.is_valid(taken)
    order = references.new_reference()
    assert judge.is_valid({**{name: value for name, value in taken.items() if name != "subscriber"}, "order": order})
    for wrong in ({"amount": "3.4"}, {"amount": 3.4}, {"receipt": ""}, {"subscriber": "A1"}, {"order": "short"}):
        assert not judge.is_valid(taken | wrong), wrong
    for name in ("amount", "receipt", "at", "subscriber"):
        assert not judge.is_valid({key: value for key, value in taken.items() if key != name}), name
