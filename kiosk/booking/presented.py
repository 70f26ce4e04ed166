"""Finds the booking of whatever a person presents: order code, QR content or booking reference (C1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import bookings as rows
from db.bookings import BookingRow
from kiosk.booking import order_code, order_qr
from kiosk.booking.order_qr import Verifier


def find_presented(connection: Any, presented: str, keys: Mapping[int, Verifier]) -> BookingRow | None:
    """The booking of a typed or scanned text, or None.

    A QR whose signature is wrong is nobody's. A moved booking's older QR counts as its code alone, and so does a QR
    signed by a key that is not known here.
    """
    text = presented.strip()
    if order_qr.looks_like_qr(text):
        qr = order_qr.decode(text, keys)
        return None if qr is None or qr.signed is False else rows.by_order_code(connection, qr.order_code)
    code = order_code.read(text)
    if code is None:
        return None
    by = rows.by_reference if order_code.is_reference(code) else rows.by_order_code
    return by(connection, code)


def canonical(presented: str, keys: Mapping[int, Verifier]) -> str:
    """One spelling for every way of presenting the same code, to tell a repeat and to count wrong tries."""
    text = presented.strip()
    if order_qr.looks_like_qr(text):
        qr = order_qr.decode(text, keys)
        return text if qr is None or qr.signed is False else qr.order_code
    return order_code.read(text) or text
