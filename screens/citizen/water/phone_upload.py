"""A document from the citizen's phone: a QR for this one upload, its countdown, and what became of it (W9)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.clock import in_baku, to_instant
from kiosk.errors import DocumentRefused, Refusal
from kiosk.language import clock, time_left
from screens.base import Placed
from screens.calls import in_thread
from screens.citizen.step import AnsweringScreen, Notice
from screens.citizen.water.refused import refused_notice
from screens.citizen.water.stick_files import Taken
from screens.frame import Frame
from screens.widgets.link_qr import LinkQr
from screens.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.water.facts import DocumentRole
    from kiosk.water.uploads import Offer, UploadState

LOOK_SECONDS: Final = 2.0
"""How often it is asked what became of the upload."""
_QR_COLUMNS: Final = 45


class PhoneUploadScreen(AnsweringScreen):
    """Ends with `Taken` as soon as a good document came, or with `Back`; the address ends with the screen."""

    HAS_MAIN: ClassVar[bool] = True
    BARE: ClassVar[bool] = True

    def __init__(self, role: DocumentRole, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self.role = role
        self.qr = LinkQr(id="qr")
        self.heading = Words(self.title_words, "ink", bold=True, id="heading")
        self.advice = Words(self._advice, "ink", id="advice")
        self.state_words = Words(self._state_words, "ink", bold=True, id="state")
        self._offer: Offer | None = None
        self._state: UploadState | None = None
        self._asking = False

    def title_words(self) -> str:
        """What to do."""
        return self.text("document.scan_qr").partition("\n")[0]

    def help_words(self) -> str:
        """Which document it is to be."""
        return self.text(f"document.{self.role}").partition("\n")[0]

    def _advice(self) -> str:
        return self.text("document.phone_steps")

    @property
    def _is_over(self) -> bool:
        return self._state is not None and self._state.state == "ended"

    def _state_words(self) -> str:
        """How far it has come, and until when the address is good."""
        offer, state = self._offer, self._state
        if offer is None:
            return ""
        if self._is_over:
            return self.text("document.qr_over")
        left = max(timedelta(0), offer.ends_at - self.kiosk.now())
        until = self.text(
            "document.qr_until",
            time=clock(in_baku(to_instant(offer.ends_at))),
            left=time_left(self.kiosk.language, left),
        )
        # Why a file was refused says which one to choose; that it has to be chosen need not stand there twice.
        opened = state is not None and state.state == "opened" and state.refused is None
        return f"{self.text('document.phone_opened')}\n{until}" if opened else until

    def compose_answer(self) -> Iterable[Widget]:
        """Advice and state at the left, the QR at the right."""
        return [self.qr, self.heading, self.advice, self.state_words]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """In large type the QR takes the whole height, and the buttons stand beside it."""
        if frame.large:
            yield from self._place_large(area)
            return
        wide = min(_QR_COLUMNS + 6, area.width // 2)
        left = area.width - wide - 4
        yield self.advice, Region(area.x, area.y, left, 9)
        yield self.state_words, Region(area.x, area.y + 11, left, 4)
        yield self.qr, Region(area.right - wide, area.y, wide, area.height)

    def _place_large(self, area: Region) -> Placed:
        wide = min(area.width // 2 + 4, max(41, self.qr.columns) + 1)
        left = area.width - wide
        x, width = self.kiosk.margin, left - self.kiosk.margin - 2
        foot = area.height - 4
        yield self.heading, Region(x, 1, width, 2)
        yield self.advice, Region(x, 3, width, 6)
        # Two sentences of two lines each, once the page is open on the phone.
        yield self.state_words, Region(x, 10, width, 4)
        yield self.note, Region(x, 14, width, foot - 14)
        if self.main.label:
            yield self.back, Region(x, foot, 14, 3)
            yield self.main, Region(x + 15, foot, width - 15, 3)
        else:
            yield self.back, Region(x, foot, 14, 3)
        yield self.qr, Region(left, 0, wide, area.height)

    def on_mount(self) -> None:
        """Ask for an address, and look now and then what became of it. Typing goes on elsewhere: idle waits longer."""
        self.idle_seconds = self.kiosk.settings.face.idle_code_seconds
        self.start(self._begin(), group="offer")
        self.set_interval(LOOK_SECONDS, self.look)

    @on(events.Unmount)
    def _left(self) -> None:
        self._withdraw()

    def _withdraw(self) -> None:
        """Nobody sends anything to an address that nobody waits for."""
        offer, self._offer = self._offer, None
        if offer is None or (self._state is not None and self._state.state in ("done", "ended")):
            return
        uploads = self.kiosk.station.water.uploads

        async def work() -> None:
            # It ends by itself too.
            with contextlib.suppress(Refusal):
                await in_thread(lambda: uploads.withdraw(offer.token))

        self.kiosk.run_worker(work, group="withdraw", exit_on_error=False)  # type: ignore[arg-type]

    async def _begin(self) -> None:
        self._withdraw()
        self._state = None
        offer = await self.ask(self.kiosk.station.water.uploads.offer, self.role, self.kiosk.language)
        self._offer = offer
        self.qr.show(offer.url)
        self.write()
        self.place_anew()

    def write(self) -> None:
        """A new address when this one is over, or could not be had."""
        super().write()
        self.set_main(self.text("document.new_qr") if self._is_over else "")
        self.state_words.refresh()

    def go_on(self) -> None:
        """A new address."""
        if self._is_over:
            self.start(self._begin(), group="offer")

    def look(self) -> None:
        """Ask what became of it; the words count down."""
        self.state_words.refresh()
        if self._offer is None:
            if not self._asking:
                self.start(self._begin(), group="offer")
        elif not self._asking and not self._is_over and not self.outcome.done():
            self._asking = True
            self.start(self._ask(self._offer), group="look", exclusive=False)

    def follow(self) -> None:
        """Something changed in the database: it may be this."""
        self.look()

    async def _ask(self, offer: Offer) -> None:
        try:
            state = await self.kiosk.ask(self.kiosk.station.water.uploads.state, offer.token)
        finally:
            self._asking = False
        if offer is not self._offer:
            return
        before, self._state = self._state, state
        if before is None or (before.state, before.refused) != (state.state, state.refused):
            self._changed(state)

    def _changed(self, state: UploadState) -> None:
        # Whoever taps on the phone is here.
        self.kiosk.touched()
        if state.document is not None:
            self.answer(Taken(state.document))
            return
        if state.refused is not None:
            notice = refused_notice(self.kiosk, DocumentRefused(state.refused))
            self.tell(notice.key, notice.kind, **notice.values)
        self.write()
