"""A certificate of twelve months at the desk: issued once, printed and mailed (W8)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.geometry import Region, Size

from kiosk.clock import in_baku, to_instant
from kiosk.errors import BadRequest, SlowDown
from kiosk.language import clock
from screens.base import Placed
from screens.citizen.water.words import moment_words
from screens.counter.key_bar import Key
from screens.counter.late import FormButton
from screens.counter.water.cash_view import CashView
from screens.counter.water.desk import DeskScreen, Operator
from screens.counter.water.slips import Slips
from screens.widgets.field import HEIGHT, Field
from screens.widgets.question import Question
from screens.widgets.touch_area import TouchArea

if TYPE_CHECKING:
    from kiosk.water.facts import Certificate, Statement

_WIDTH: Final = 72


class EmailField(Field, can_focus=False):
    """The address; the screen hands it the keys."""


class CertificateScreen(DeskScreen):
    """Its number as soon as it is issued; F4 prints it, an address and Enter mail it."""

    KEYS: ClassVar = {"f4": "print", "enter": "mail", "escape": "back"}

    def __init__(self, operator: Operator, statement: Statement) -> None:
        super().__init__(operator)
        self.statement = statement
        self.certificate: Certificate | None = None
        self.question = Question(lambda: self._words(0), lambda: self._words(1))
        self.view = CashView(self._lines, lambda: self.certificate is not None)
        self.email = EmailField("email", "field.label.water_email", hint="desk.mail_hint", longest=254)
        self.send = FormButton("mail", "main")
        self.paper = FormButton("print")
        self._slips = Slips(self)
        self._issue_key = secrets.token_hex(16)
        self._mail_keys: dict[str, str] = {}
        self._mailed_to = ""

    def _words(self, line: int) -> str:
        if line:
            found = self.statement.subscriber
            return f"{self.text('water.subscriber', code=found.code)} · {found.name}"
        return self.text("water.certificate.title").partition("\n")[0]

    def _lines(self) -> list[tuple[str, str]]:
        issued = self.certificate
        if issued is None:
            return [(self.text("water.certificate.number"), self.text("note.wait"))]
        return [
            (self.text("water.certificate.number"), issued.number),
            (self.text("water.certificate.issued"), moment_words(self.kiosk, issued.issued_at)),
        ]

    def compose(self) -> ComposeResult:
        """All of it; printing only where there is a printer."""
        yield self.question
        yield self.view
        yield self.email
        yield self.paper
        yield self.send
        yield from super().compose()

    def places(self, size: Size) -> Placed:
        """One column."""
        yield from super().places(size)
        frame = self.desk_frame
        x, y, room = frame.title[:3]
        width = min(_WIDTH, room)
        x += (room - width) // 2
        yield self.question, Region(x, y, width, 2)
        yield self.view, Region(x, y + 3, width, 5)
        yield self.email, Region(x, y + 9, width, HEIGHT)
        half = (width - 2) // 2
        row = y + 9 + HEIGHT + (0 if frame.compact else 1)
        if self._slips.there:
            yield self.paper, Region(x, row, half, 3)
            yield self.send, Region(x + half + 2, row, width - half - 2, 3)
        else:
            yield self.send, Region(x, row, width, 3)

    def write(self) -> None:
        """The buttons."""
        self.send.label = self.text("button.mail")
        self.paper.label = self.text("button.print")
        self.view.refresh()

    def keys_here(self) -> Sequence[Key]:
        """Mail, and print where there is a printer."""
        keys = [Key("mail", "Enter", "button.mail")]
        if self._slips.there:
            keys.append(Key("print", "F4", "button.print"))
        return keys

    def on_mount(self) -> None:
        """Issue it: the same key until it is there."""
        self.email.current = True
        self.start(self._issue(), group="issue", exclusive=False)

    def follow(self) -> None:
        """When the database was away at the first try."""
        if self.certificate is None and not self.busy:
            self.start(self._issue(), group="issue", exclusive=False)

    async def _issue(self) -> None:
        if self.busy or self.certificate is not None:
            return
        self.busy = True
        try:
            issue = self.kiosk.station.water.certificates.issue
            self.certificate = await self.ask(issue, self._issue_key, self.statement, self._slips.language)
        finally:
            self.busy = False
        self.read_again()
        self.view.refresh()

    def typed_into(self) -> Field:
        """The address."""
        return self.email

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.email.problem = None

    def do_key(self, name: str) -> None:
        """Print or mail."""
        if name == "print":
            issued, certificates = self.certificate, self.kiosk.station.water.certificates
            if issued is not None and self._slips.there:
                language = self._slips.language
                self._slips.print(
                    lambda: certificates.print_slip(issued, self.statement, language), "water.certificate.printed"
                )
        elif name == "mail":
            if self.certificate is not None and not self.busy:
                self.busy = True
                self.start(self._mail(self.certificate, self.email.value.strip()), group="mail", exclusive=False)
        else:
            super().do_key(name)

    @on(TouchArea.Touched)
    def _touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if event.area.id in ("mail", "print"):
            self.do_key(event.area.id)

    @property
    def has_typed(self) -> bool:
        """An address to which it was not mailed."""
        return self.email.value.strip() not in ("", self._mailed_to)

    async def _mail(self, issued: Certificate, email: str) -> None:
        """The same key for the same address until it was answered."""
        certificates = self.kiosk.station.water.certificates
        key = self._mail_keys.setdefault(email, secrets.token_hex(16))
        try:
            await self.ask(certificates.mail, key, issued, email, self._slips.language)
        except BadRequest:
            self.email.problem = "field.short.email"
        except SlowDown as slow:
            self.tell("error.slow_down", "warning", time=clock(in_baku(to_instant(slow.retry_at))))
        else:
            self.answered()
            self._mailed_to = email
            self.tell("water.certificate.mailed", email=email)
        finally:
            self.busy = False
