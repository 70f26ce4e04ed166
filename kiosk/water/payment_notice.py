"""What a payment service tells us of a payment: a small JSON text, signed with a key that both have.

`docs/openapi/payments.json` describes it. A notice says nothing that makes a repeat harmful, so it carries no time
limit: services repeat until they are answered, and a payment counts once by its receipt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kiosk.errors import BadRequest
from kiosk.secret_files import read_secret
from kiosk.settings import Settings
from kiosk.water import references
from kiosk.water.registry import read_code

MOST_BYTES: Final = 4096
"""How long a notice may be."""
_SHORTEST_KEY: Final = 32
_AMOUNT: Final = re.compile(r"[0-9]{1,8}\.[0-9]{2}")
_EVERY_CODE: Final = "1-99"


class BadSignature(Exception):
    """The notice is not from who has the key, or no notices are taken here."""


class UnusableKey(Exception):
    """The file of the notice key holds too little to be one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A payment as a payment service tells of it: for an order of ours, or for a subscriber."""

    order: str | None
    subscriber: str | None
    amount: Decimal
    receipt: str = field(repr=False)
    paid_at: datetime


def notice_key(settings: Settings) -> bytes | None:
    """The key of payment notices, or None when there is none.

    Raises:
        SecretTooOpen: others can read its file.
        UnusableKey: it is shorter than 32 signs.
        OSError: the file that `kiosk.toml` names cannot be read.
    """
    key = read_secret(settings, settings.payments.notice_key_file, "payment-notice-key")
    if key is None:
        return None
    if len(key) < _SHORTEST_KEY:
        raise UnusableKey("payment-notice-key is too short: openssl rand -hex 32")
    return key.encode()


def sign(body: bytes, key: bytes) -> str:
    """The signature of a notice: HMAC-SHA256, hexadecimal."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def read(body: bytes, signature: str, key: bytes | None) -> Notice:
    """A notice whose signature is right.

    Args:
        body: as it came.
        signature: as it came.
        key: None takes no notice.

    Raises:
        BadSignature: it is wrong; told before anything of the body is looked at.
        BadRequest: the body is not what was agreed.
    """
    if len(body) > MOST_BYTES:
        raise BadRequest("body", "too_long")
    given = signature.strip().lower().encode(errors="replace")
    if key is None or not hmac.compare_digest(sign(body, key).encode(), given):
        raise BadSignature
    try:
        values = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        raise BadRequest("body", "format") from None
    if not isinstance(values, dict):
        raise BadRequest("body", "format")
    order, subscriber = _order(values), _subscriber(values)
    if order is None and subscriber is None:
        raise BadRequest("order", "empty")
    amount = _text(values, "amount")
    if not _AMOUNT.fullmatch(amount):
        raise BadRequest("amount", "format")
    return Notice(order, subscriber, Decimal(amount), _text(values, "receipt"), _moment(values))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without a name twice: two readers would take different ones for true."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name stands twice")
    return values


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        raise BadRequest(name, "empty" if value is None else "format")
    return value


def _order(values: dict[str, Any]) -> str | None:
    if values.get("order") is None:
        return None
    reference = references.read(_text(values, "order"))
    if reference is None:
        raise BadRequest("order", "format")
    return reference


def _subscriber(values: dict[str, Any]) -> str | None:
    return None if values.get("subscriber") is None else read_code(_text(values, "subscriber"), _EVERY_CODE)


def _moment(values: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(values, "at"))
    except ValueError:
        raise BadRequest("at", "format") from None
    if moment.tzinfo is None or not 2000 <= moment.year <= 9000:
        raise BadRequest("at", "format")
    return moment
