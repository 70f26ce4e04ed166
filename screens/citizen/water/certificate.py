"""The electronic certificate (arayış) of a statement (W8): seen page by page, mailed, printed, checked by its QR."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.geometry import Region, Size
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.errors import BadRequest, DocumentRefused, Refusal, RegistryAway, SlowDown, Unavailable
from kiosk.language import clock, day_figures
from kiosk.water.facts import Certificate
from screens.base import Placed
from screens.citizen.acts import Acts
from screens.citizen.step import Answer, AnsweringScreen, Next, Notice
from screens.citizen.telling import Chosen
from screens.citizen.water.page_column import WIDTH as COLUMN_WIDTH
from screens.citizen.water.page_column import PageColumn
from screens.frame import Frame
from screens.screen import KioskScreen
from screens.widgets.link_qr import LinkQr
from screens.widgets.preview import PreviewPane
from screens.widgets.sheet import Sheet, wrap
from screens.widgets.touch_area import Drawn

if TYPE_CHECKING:
    from kiosk.water.facts import Statement
    from screens.app import KioskApp
    from screens.citizen.wizard import Stage

_TURN: Final = {"pageup": -1, "pagedown": 1}
_FACTS_WIDTH: Final = 44
_FACTS_LARGE: Final = 27
_FACTS_ROWS: Final = 5
_PAPER: Final = {"no_paper": "water.paper.no_paper", "cover_open": "water.paper.cover_open"}


async def certificate(app: KioskApp, stage: Stage, shown: Statement, keys: dict[str, str]) -> Answer | Notice:
    """Issue it, show it, mail it.

    Args:
        app: the face.
        stage: shows the screens.
        shown: what it certifies.
        keys: of its issue by language: opened again, or after a lost connection, it is the same certificate.

    Returns:
        `Back` to the statement, `Next` when the person is done, or why there is none.
    """
    try:
        key = keys.setdefault(app.language, token_hex(16))
        issued = await app.ask(app.station.water.certificates.issue, key, shown, app.language)
    except Unavailable:
        return Notice("database.away", "warning")
    except RegistryAway:
        return Notice("registry.away", "warning")
    except Refusal:
        return Notice("error.unexpected")
    notice: Notice | None = None
    while True:
        answer = await stage.show(CertificateScreen(shown, issued, notice))
        notice = None
        if not (isinstance(answer, Chosen) and answer.name == "mail"):
            return answer
        notice = await _mail(app, stage, issued)


async def _mail(app: KioskApp, stage: Stage, issued: Certificate) -> Notice | None:
    """Ask for an address and send it there; None: the person went back."""
    from screens.citizen.report_mail import REPORT_EMAIL, ReportMailScreen

    session = app.session
    if not session.typed.get(REPORT_EMAIL):
        session.typed[REPORT_EMAIL] = session.water.typed.get("water_email", "")
    notice: Notice | None = None
    keys: dict[str, str] = {}
    while True:
        screen = ReportMailScreen(session, notice, title="water.certificate.mail_title")
        if not isinstance(await stage.show(screen), Next):
            return None
        email = screen.email
        # Asking again for the same address, after the connection was away, is the same act.
        key = keys.setdefault(email, token_hex(16))
        try:
            await app.ask(app.station.water.certificates.mail, key, issued, email, app.language)
        except BadRequest:
            notice = Notice("field.email")
        except SlowDown as slow:
            notice = Notice("error.slow_down", values={"time": clock(slow.retry_at)})
        except Unavailable:
            notice = Notice("database.away", "warning")
        else:
            return Notice("water.certificate.mailed", "plain", {"email": email})


class CertificateFacts(Drawn):
    """Its number, when it was issued, and what its QR is for."""

    def __init__(self, issued: Certificate) -> None:
        super().__init__(id="facts")
        self._issued = issued

    def draw(self, sheet: Sheet) -> None:
        """Labels beside their values, over them where it is narrow."""
        moment = self._issued.issued_at
        when = f"{day_figures(self.kiosk.language, in_baku(to_instant(moment)).date())}, {clock(moment)}"
        beside = sheet.width >= _FACTS_WIDTH
        y = 0
        for label, value in (("water.certificate.number", self._issued.number), ("water.certificate.issued", when)):
            end = sheet.text(0, y, self.text(label), "soft")
            y += 0 if beside else 1
            sheet.text(end + 2 if beside else 0, y, value, bold=True)
            y += 1
        y += 1
        # Without an address of ours a QR leads nowhere: it holds what is told at the counter.
        leads = self.kiosk.station.water.certificates.check_url(self._issued)
        check = "water.certificate.check" if leads else "certificate.check_plain"
        for line in wrap(self.text(check), sheet.width, max(1, sheet.height - y)):
            sheet.put(0, y, sheet.width, line, "soft")
            y += 1


class CertificateScreen(AnsweringScreen):
    """Shows the pages beside number and QR; ends with `Chosen("mail")`, `Back`, or `Next`."""

    HAS_MAIN = True
    HAS_SECOND = True
    MAIN_WIDTH_LARGE = 18

    def __init__(self, shown: Statement, issued: Certificate, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.statement = shown
        self.issued = issued
        self.preview = PreviewPane()
        self.turn = PageColumn(lambda: (self.page, self.pages))
        self.facts = CertificateFacts(issued)
        self.qr = LinkQr(id="qr")
        self.page = 0
        """Which page is shown, counted from 0; in large type the last one is its QR."""
        self._acts = Acts(self)
        self._pane = Region()
        self._printing = False

    def title_words(self) -> str:
        """What it is."""
        return self.text("water.certificate.title").partition("\n")[0]

    def help_words(self) -> str:
        """What can be done with it here."""
        if self.kiosk.station.has_printer:
            return self.text("water.certificate.title").partition("\n")[2]
        return self.text("water.certificate.to_mail")

    @property
    def pages(self) -> int:
        """In large type the QR has a page of its own."""
        return max(1, self.issued.pages) + (1 if self.frame.large else 0)

    @property
    def _on_qr(self) -> bool:
        return self.frame.large and self.page >= max(1, self.issued.pages)

    def compose_answer(self) -> Iterable[Widget]:
        """Pages, what turns them, facts and QR."""
        return [self.turn, self.preview, self.facts, self.qr]

    def places(self, size: Size) -> Placed:
        """In large type the QR needs the whole height; beside it stand number, pages and the way back."""
        if not self._on_qr:
            for widget, region in super().places(size):
                if widget is self.question and not self.frame.large:
                    yield widget, Region(region.x, region.y, region.width - _FACTS_WIDTH - 2, region.height)
                else:
                    yield widget, region
            return
        yield from KioskScreen.places(self, size)
        x = self.kiosk.margin
        left = size.width - self.qr.columns - 1
        room = left - x - 1
        yield self.facts, Region(x, 1, room, 9)
        yield self.turn, Region(x, 10, COLUMN_WIDTH, 7)
        yield self.back, Region(x, size.height - 4, 14, 3)
        yield self.qr, Region(left, 0, size.width - left, size.height)

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Page left, what turns it beside it, facts over the QR right."""
        facts = _FACTS_LARGE if frame.large else _FACTS_WIDTH
        turned = COLUMN_WIDTH + 2 if self.pages > 1 else 0
        pane = Region(area.x, area.y, area.width - facts - turned - 3, area.height)
        right = area.right - facts
        yield self.preview, pane
        self._see(pane)
        if turned:
            yield self.turn, Region(pane.right + 2, area.y, COLUMN_WIDTH, area.height)
        if frame.large:
            yield self.facts, Region(right, area.y, facts, area.height)
            return
        # The QR needs nearly all the rows: the column at the right begins beside the question.
        top = frame.header.bottom + 1
        below = max(_FACTS_ROWS, area.bottom - top - self.qr.rows)
        yield self.facts, Region(right, top, facts, _FACTS_ROWS)
        yield self.qr, Region(right, top + below, facts, area.bottom - top - below)

    def _see(self, pane: Region) -> None:
        """A pane of another size wants the page drawn anew."""
        if pane.size != self._pane.size:
            self._pane = pane
            self.call_after_refresh(self._show_page)

    def _show_page(self) -> None:
        self.start(self._draw_page(), group="preview")

    async def _draw_page(self) -> None:
        """The page as pixels; without them number, mail and print are left."""
        columns, rows = PreviewPane.room(self._pane)
        documents = self.kiosk.station.water.documents
        try:
            found = await self.ask(documents.preview_pdf, self.issued.pdf, self.page + 1, columns, rows)
        except DocumentRefused:
            self.tell("water.certificate.no_preview", "warning")
        else:
            self.preview.show(found.cells)

    def on_mount(self) -> None:
        """The QR by which anybody checks it."""
        self.qr.show(self.kiosk.station.water.certificates.qr_text(self.issued))
        self.place_anew()

    def write(self) -> None:
        """Mail, and print where there is a printer."""
        super().write()
        self.set_main(self.text("button.mail"))
        has_printer = self.kiosk.station.has_printer
        self.set_second(self.text("button.print") if has_printer else "", usable=not self._printing)

    def on_key(self, event: events.Key) -> None:
        """Page keys turn the pages."""
        if event.key in _TURN:
            event.stop()
            self.turn_page(_TURN[event.key])

    @on(PageColumn.Turned)
    def _page_turned(self, event: PageColumn.Turned) -> None:
        event.stop()
        self.turn_page(event.by)

    def turn_page(self, by: int) -> None:
        """Show the page so many after this one, as far as there is one."""
        page = max(0, min(self.page + by, self.pages - 1))
        if page != self.page:
            self.page = page
            self.turn.refresh()
            self.place_anew()
            if page < max(1, self.issued.pages):
                self._show_page()

    def go_on(self) -> None:
        """Mail it."""
        self.answer(Chosen("mail"))

    def do_second(self) -> None:
        """Print it; what became of the paper is told."""
        if not self._printing:
            self._printing = True
            self.write()
            self.start(self._print(), group="print", exclusive=False)

    async def _print(self) -> None:
        try:
            certificates = self.kiosk.station.water.certificates
            state = await self.ask(certificates.print_slip, self.issued, self.statement, self.kiosk.language)
        finally:
            self._printing = False
            self.write()
        if state == "ok":
            self.tell("water.certificate.printed")
        else:
            self.tell(_PAPER.get(state, "water.paper.unavailable"), "warning")
