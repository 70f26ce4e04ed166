"""What production forbids (K7): example data, settable clocks, simulated devices, post in folders, plain http."""

from __future__ import annotations

from kiosk.settings import Settings


class ForbiddenInProduction(Exception):
    """`[station] production = true`, and something is set that only a trial may have; the text lists all of it."""


def check(settings: Settings, *, has_example_data: bool) -> None:
    """Pass unless this is production and something forbids it.

    Args:
        settings: what the station is told.
        has_example_data: whether the database says that example data were loaded into it.

    Raises:
        ForbiddenInProduction: with every reason.
    """
    if not settings.station.production:
        return
    # only where production is meant: reading certificates takes a library that no trial has to wait for
    from kiosk.signature.trust import example_anchors
    from kiosk.web_call import is_allowed

    addresses = {
        "[e_gov] issuer": settings.e_gov.issuer,
        "[password] url": settings.password.url,
        "[registry] url": settings.registry.url,
        "[sms] url": settings.sms.url,
    }
    reasons = [
        f"{name} is not https" for name, url in addresses.items() if url and not is_allowed(url, production=True)
    ]
    reasons += [
        reason
        for holds, reason in (
            (settings.example.data, "[example] data = true"),
            (has_example_data, "the database holds example data"),
            (settings.clock.settable, "[clock] settable = true"),
            (settings.mail.transport == "maildir", '[mail] transport = "maildir"'),
            (settings.sms_transport == "folder", '[sms] transport = "folder"'),
            (settings.payment_terminal == "simulated", '[payments] terminal = "simulated"'),
            (settings.printer.device == "simulated", '[printer] device = "simulated"'),
            (settings.cards.reader in {"simulated", "auto"}, f'[cards] reader = "{settings.cards.reader}"'),
            (example_anchors(settings), "[trust] folder holds the invented authorities of the example data"),
        )
        if holds
    ]
    if reasons:
        raise ForbiddenInProduction("production forbids: " + "; ".join(reasons))
