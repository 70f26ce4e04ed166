"""Pages that people mail to themselves: so many an hour to an address and from a station, and no more.

Nobody has to be signed in to ask for one: without a limit a stranger could be flooded in the centre's name.
"""

from __future__ import annotations

from collections import deque

from db import outbox as rows
from kiosk.acts import Acts, Unit
from kiosk.clock import HOUR, Instant, to_datetime
from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.applicant import problem, tidy
from kiosk.names import Language
from kiosk.post.page import PageFacts, PageKind
from kiosk.settings import Settings


class HourOfStation:
    """How many pages a station mails in an hour; a restart begins anew, which the limit of an address outlives.

    Args:
        settings: the limit.
    """

    def __init__(self, settings: Settings) -> None:
        self._sent: deque[Instant] = deque(maxlen=settings.limits.pages_per_station)

    def count(self, now: Instant) -> None:
        """Count a page that is about to be written.

        Raises:
            SlowDown: it is one too many.
        """
        if len(self._sent) == self._sent.maxlen and self._sent[0] + HOUR > now:
            raise SlowDown(to_datetime(self._sent[0] + HOUR))
        self._sent.append(now)


class MailedPages:
    """Mails pages for one station.

    Args:
        acts: writes the outbox and the audit.
        settings: the limits.
    """

    def __init__(self, acts: Acts, settings: Settings) -> None:
        self._acts = acts
        self._per_email = settings.limits.pages_per_email
        self._hour = HourOfStation(settings)

    def mail(self, kind: PageKind, email: str, page: PageFacts, language: Language) -> None:
        """Mail a page.

        Raises:
            BadRequest: the address is none.
            SlowDown: too many in the last hour, to this address or from this station; nothing was sent.
            Unavailable: the database is away; nothing was sent.
        """
        if problem("email", email) is not None:
            raise BadRequest("email", "not an address")
        recipient = tidy("email", email)

        def do(unit: Unit) -> None:
            self._count(unit, recipient, kind)
            unit.post_page(kind, language, recipient, page)

        self._acts.perform(f"mail_{kind}", None, {}, do)

    def _count(self, unit: Unit, recipient: str, kind: PageKind) -> None:
        to_them = rows.sent_to(unit.connection, recipient, kind, unit.now - HOUR)
        if len(to_them) >= self._per_email:
            raise SlowDown(to_datetime(to_them[-self._per_email] + HOUR))
        self._hour.count(unit.now)
