"""The composed machine: settings, clock, database and the rooms. The one object a face gets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from db import changes, migrate, run_out
from db import facts as fact_rows
from db.engine import DatabaseAway
from kiosk import production
from kiosk.acts import Acts, Unit
from kiosk.booking import notices
from kiosk.booking.bookings import Bookings
from kiosk.booking.catalogue import Catalogue
from kiosk.booking.plan import NoReferenceData, Plans
from kiosk.booking.signing_keys import load_keys
from kiosk.care.maintenance import MaintenanceDesk
from kiosk.care.out_of_service import OutOfService
from kiosk.care.scans import LastScan
from kiosk.clock import to_datetime
from kiosk.errors import Unavailable
from kiosk.hall.arrival import Hall
from kiosk.hall.board import Board
from kiosk.hall.closed_hours import ClosedHoursDesk
from kiosk.hall.counters import Counters
from kiosk.hall.figures import Figures
from kiosk.hall.limits import Limits
from kiosk.hall.people import PeopleDesk
from kiosk.hall.printing import TicketPrinting
from kiosk.hall.queue import Queue
from kiosk.hall.stations import Stations
from kiosk.hall.walk_ins import WalkIns
from kiosk.identity.staff import StaffDesk
from kiosk.identity.staff_office import StaffOffice
from kiosk.place import NotReady, place
from kiosk.post.maildir import Maildir, ReadLetter
from kiosk.post.mailed_pages import MailedPages
from kiosk.post.outbox import Outbox, OutboxSender
from kiosk.post.sms_folder import SmsFolder
from kiosk.post.way_out import open_delivery, open_sms
from kiosk.settings import Settings
from kiosk.signature.example_trust import example_authority
from kiosk.station_paper import PaperStation, open_printer_of

if TYPE_CHECKING:
    from hardware.simulated.authority import ExampleAuthority
    from kiosk.care.watch import HealthWatch
    from kiosk.identity.card_desk import CardDesk
    from kiosk.identity.card_facts import Pin, Purpose
    from kiosk.identity.sign_in import SignIns
    from kiosk.identity.signing_in import SigningIn
    from kiosk.identity.staff_cards import StaffCards
    from kiosk.identity.ways import Ways
    from kiosk.names import Language
    from kiosk.post.page import PageFacts, PageKind
    from kiosk.signature.readiness import ReadinessLine
    from kiosk.signature.trust import Trust
    from kiosk.water.services import WaterServices

_SWEEP_SECONDS = 60.0
_SWEEP_MOST = 200
_log = logging.getLogger(__name__)


class Station(PaperStation):
    """A running station.

    With a Maildir a letter lies there before its act answers; by SMTP it is sent beside.

    Args:
        settings: what it is told.

    Raises:
        NotReady: the database has another schema, no reference data, or production forbids what is set (K7).
        Unavailable: the database is away.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        found = place(settings)
        self.clock = found.clock
        self.database = found.database
        try:
            self._check()
            self.carries = not self.database.is_kiosk()
            """Whether this station's login may carry letters and tidy up. On PostgreSQL a kiosk's may not: it would
            have to read whom they are for; counters do, and `asan-kiosk carry`."""
        except DatabaseAway:
            self.database.close()
            raise Unavailable from None
        except BaseException:
            self.database.close()
            raise
        keys = load_keys(settings.secrets_folder)
        plans = Plans(shorter_before_holiday=settings.booking.shorter_day_before_holiday)
        delivery, sms = open_delivery(settings), open_sms(settings)
        outbox = Outbox(
            self.database,
            delivery,
            sender=settings.mail.sender,
            station=settings.station.name,
            example=settings.example.data,
            at_once=self.carries and isinstance(delivery, Maildir),
            sms=sms,
            sms_at_once=self.carries and isinstance(sms, SmsFolder),
        )
        self.sms_folder = sms if isinstance(sms, SmsFolder) else None
        self.maildir = delivery if isinstance(delivery, Maildir) else None
        self._plans = plans
        self.acts = Acts(self.database, settings.station.name, outbox)
        self.bookings = Bookings(self.acts, plans, keys, settings)
        self.hall = Hall(self.acts, plans, keys, settings)
        self.board = Board(self.acts, plans, settings)
        self.figures = Figures(self.acts, plans, settings)
        self.people = PeopleDesk(self.acts, plans, keys, settings)
        self.queue = Queue(self.acts, plans, settings)
        self.walk_ins = WalkIns(self.acts, plans, keys, settings)
        self.counters = Counters(self.acts, plans, settings)
        self.closed_hours = ClosedHoursDesk(self.acts, plans, settings)
        self.limits = Limits(self.acts, plans, settings)
        self.stations = Stations(self.acts, settings)
        self.staff = StaffDesk(self.acts, settings)
        self.staff_office = StaffOffice(self.acts)
        self.outbox = outbox
        self.delivery = delivery
        """The way out of letters, for the technician's mail test."""
        self.sms = sms
        """The way out of short messages, for the technician's test; None where none are sent."""
        self._pages = MailedPages(self.acts, settings)
        self.scans = LastScan()
        self.maintenance = MaintenanceDesk(self.acts)
        self.out_of_service = OutOfService(settings)
        self.cards: CardDesk | None = None
        """The card in the reader; None until `open_cards`."""
        self._signing_in: SigningIn | None = None
        self._water: WaterServices | None = None
        self._water_lock = threading.Lock()
        self._health_watch: HealthWatch | None = None
        printer = open_printer_of(settings)
        self._printing = TicketPrinting(printer, self.acts, settings) if printer is not None else None
        self._sender: OutboxSender | None = None
        self._sweeper: threading.Event | None = None
        self._listener = changes.Listener(self.database)

    def _check(self) -> None:
        state = migrate.state(self.database)
        if state == "newer":
            raise NotReady("the database was made by a newer version of asan-kiosk: update this station")
        if state != "current":
            raise NotReady("the database is not ready for this version: run `asan-kiosk init`")
        with self.database.reading() as (connection, _):
            example = fact_rows.value(connection, "example_data")
        production.check(self.settings, has_example_data=example is not None)

    def start(self) -> None:
        """Begin what a running station does by itself: carry the outbox, tidy run-out holds. Once is enough."""
        if self._sweeper is not None:
            return
        if self.carries:
            self._sender = OutboxSender(self.outbox)
            self._sender.start()
            self.acts.wake = self._sender.wake
        self._sweeper = threading.Event()
        threading.Thread(target=self._sweep, args=(self._sweeper,), name="sweeper", daemon=True).start()

    def open_cards(self) -> None:
        """Begin to look at the card readers and at this machine's health, as every face does. Once is enough."""
        if self.cards is not None:
            return
        from kiosk.care.health import Health
        from kiosk.care.watch import HealthWatch
        from kiosk.identity.card_desk import CardDesk
        from kiosk.identity.opening import open_desk_parts
        from kiosk.identity.signing_in import SigningIn

        parts = open_desk_parts(self.settings)
        desk = CardDesk(parts.service, parts.vendor, simulated=parts.simulated, audit=self._audit_pin)
        self._signing_in = SigningIn(self.acts, self.settings, desk, self.clock)
        self.cards = desk
        self._signing_in.trust.start()
        desk.start()
        self._health_watch = HealthWatch(Health(self.settings, self))
        self._health_watch.start()

    def example_authority(self) -> ExampleAuthority | None:
        """The invented authorities of the example set-up, for virtual cards; None where there are none.

        Raises:
            OSError: the state folder cannot be written.
        """
        return example_authority(self.settings, to_datetime(self.clock.now()))

    def _audit_pin(self, act: str, pin: str, outcome: str) -> None:
        def note(unit: Unit) -> None:
            unit.outcome, unit.detail = outcome, pin

        try:
            self.acts.perform(act, None, {}, note)
        except Unavailable:
            _log.warning("%s of %s: %s; the database is away and could not be told", act, pin, outcome)

    @property
    def signing_in(self) -> SigningIn:
        """Trust, sign-ins, staff cards and readiness.

        Raises:
            NotReady: `open_cards` was not called.
        """
        if self._signing_in is None:
            raise NotReady("the card readers are not opened")
        return self._signing_in

    @property
    def ways(self) -> Ways:
        """The ways in which citizens sign in; raises as `signing_in`."""
        return self.signing_in.ways

    @property
    def water(self) -> WaterServices:
        """The water company's services; made when they are first asked for, which takes some milliseconds.

        Raises:
            SecretTooOpen, OSError: a secret that they need cannot be read.
        """
        with self._water_lock:
            if self._water is None:
                from kiosk.water.services import WaterServices

                self._water = WaterServices(self.acts, self.settings, self.print_slip if self.has_printer else None)
            return self._water

    @property
    def trust(self) -> Trust:
        """Whether certificates are good; raises as `signing_in`."""
        return self.signing_in.trust

    @property
    def sign_ins(self) -> SignIns:
        """Citizens who sign in by card; raises as `signing_in`."""
        return self.signing_in.sign_ins

    @property
    def staff_cards(self) -> StaffCards:
        """Staff who sign in by card, and enrolment; raises as `signing_in`."""
        return self.signing_in.staff_cards

    def readiness(
        self,
        insertion: int | None,
        pin1: Pin | None,
        pin2: Pin | None,
        *,
        tried_only: bool = False,
        at_pad: Purpose | None = None,
    ) -> Iterator[ReadinessLine]:
        """Whether a person's e-signature is ready for its day, line by line (E3); blocks between lines.

        Args:
            insertion: which card; None: there is none.
            pin1: what signing in asks for; None: that is not tried.
            pin2: what a signature asks for; None: that is not tried.
            tried_only: only the lines that a PIN was given for.
            at_pad: the trial whose PIN is typed at the reader's own pad.

        Raises:
            NotReady: as `signing_in`.
        """
        return self.signing_in.readiness.lines(insertion, pin1, pin2, tried_only=tried_only, at_pad=at_pad)

    def _sweep(self, stopped: threading.Event) -> None:
        while not stopped.wait(_SWEEP_SECONDS):
            try:
                self.maintenance.settle()
                self.water.payments.recover()
                if self.carries:
                    self.tidy()
                    self.water.settle()
                    self.closed_hours.tell()
            except Unavailable:
                continue  # it is tried again, and nothing depends on it
            except Exception as error:  # the thread must live on, and a trace may hold a person's data
                _log.error("the sweeper stumbled over %s", type(error).__name__)

    def tidy(self) -> int:
        """End run-out holds and tell their people (Q8); no answer of any rule depends on it. How many there were."""
        with self.acts.reading() as (connection, now):
            if not run_out.has_run_out(connection, now) and not run_out.has_untold(connection):
                return 0

        def do(unit: Unit) -> int:
            ended = run_out.end_run_out(unit.connection, unit.now, _SWEEP_MOST)
            plan = self._plans.at(unit.connection)
            notices.holds_ended(unit, plan, ended)
            for hold, wrong_codes in run_out.take_untold(unit.connection):
                notices.holds_ended(unit, plan, [hold], wrong_codes)
            changes.announce(unit.connection)
            unit.detail = str(len(ended))
            return len(ended)

        return self.acts.perform("tidy", None, {}, do)

    def catalogue(self) -> Catalogue:
        """The current reference data.

        Raises:
            Unavailable: the database is away.
            NotReady: there are none.
        """
        with self.acts.reading() as (connection, _):
            try:
                return self._plans.at(connection).catalogue
            except NoReferenceData:
                raise NotReady("the database holds no centres and services: run `asan-kiosk init`") from None

    def now(self) -> datetime:
        """The rule's time, aware, in UTC.

        Raises:
            Unavailable: the database is away.
        """
        try:
            return to_datetime(self.database.now())
        except DatabaseAway:
            raise Unavailable from None

    def last_letter(self, to: str | None = None) -> ReadLetter | None:
        """The newest letter of the example set-up's Maildir, to one address or to anybody; None where there is none."""
        if self.maildir is None or not self.settings.example.data:
            return None
        return self.maildir.last_letter(to)

    def mail_page(self, kind: PageKind, email: str, page: PageFacts, language: Language) -> None:
        """Mail a page of labels and values, so many an hour and no more (`kiosk.post.mailed_pages`).

        Raises:
            BadRequest: the address is none.
            SlowDown: too many in the last hour; nothing was sent.
            Unavailable: the database is away; nothing was sent.
        """
        self._pages.mail(kind, email, page, language)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` from a thread of its own whenever the database changed; answers what stops it."""
        return self._listener.watch(changed).stop

    def watch_hall(self, changed: Callable[[], None], centre: str | None = None) -> Callable[[], None]:
        """The same whenever the queue or the counters of a centre changed; default: this station's centre."""
        hall = centre if centre is not None else self.settings.station.centre
        return self._listener.watch(changed, hall=hall).stop

    def close(self) -> None:
        """End the threads and close the database. Letters that wait are carried by the next station."""
        self._listener.stop()
        self.stations.end()
        if self._health_watch is not None:
            self._health_watch.stop()
        if self._signing_in is not None:
            self._signing_in.close()
        if self.cards is not None:
            self.cards.close()
        if self._sweeper is not None:
            self._sweeper.set()
        if self._sender is not None:
            self._sender.stop()
        if self._water is not None:
            self._water.close()
        if self._printing is not None:
            self._printing.close()
        self.database.close()
