"""Settings that are each allowed and do nothing together; the page of health and `doctor` tell them."""

from __future__ import annotations

from kiosk.settings import Settings
from kiosk.water.registry import code_bounds
from kiosk.web_call import is_allowed


def contradictions(settings: Settings) -> tuple[str, ...]:
    """What of the settings does not go together, by their keys; for technicians, in English as the keys are."""
    web, payments, e_gov = settings.web, settings.payments, settings.e_gov
    shortest, longest = code_bounds(settings.water.code_digits)
    is_production = settings.station.production
    found = (
        (shortest > longest, "[water] code_digits: MIN over MAX"),
        (
            settings.registry.source == "http" and not is_allowed(settings.registry.url, production=is_production),
            '[registry] source = "http" without an https url',
        ),
        (bool(e_gov.issuer) and not e_gov.client_id, "[e_gov] issuer without client_id"),
        (bool(e_gov.issuer) and not web.public_url, "[e_gov] issuer without [web] public_url"),
        (bool(web.key) and not web.certificate, "[web] key without certificate"),
        (bool(payments.qr_scheme) != bool(payments.qr_merchant), "[payments] qr_scheme or qr_merchant alone"),
        (settings.sms_transport == "smpp" and is_production and not settings.sms.tls, "[sms] tls = false"),
    )
    return tuple(what for holds, what in found if holds)
