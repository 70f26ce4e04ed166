"""What a payment service is answered, as `docs/openapi/payments.json` says (W6)."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from kiosk.errors import BadRequest, NotFound, ReceiptReused, Refusal, RegistryAway, Unavailable, UnknownSubscriber
from kiosk.water.facts import Payment
from kiosk.water.payment_notice import BadSignature
from kiosk.web import answers


def answer(notice: Callable[[bytes, str], Payment], body: bytes, signature: str) -> web.Response:
    """Count a payment and answer; blocks.

    Args:
        notice: counts it.
        body: the notice as it came.
        signature: as it came.
    """
    try:
        payment = notice(body, signature)
    except BadSignature:
        return answers.values({"error": "bad_signature"}, 401)
    except BadRequest as bad:
        return answers.values({"error": bad.error, "field": bad.field, "why": bad.why}, 400)
    except (NotFound, UnknownSubscriber) as refusal:
        return answers.values({"error": refusal.error}, 404)
    except ReceiptReused as refusal:
        return answers.values({"error": refusal.error}, 409)
    except (RegistryAway, Unavailable) as refusal:
        return answers.values({"error": refusal.error}, 503)
    except Refusal as refusal:
        return answers.values({"error": refusal.error}, 422)
    return answers.values({"receipt": payment.receipt, "amount": f"{payment.amount:.2f}"})
