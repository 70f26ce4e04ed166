"""PIN entry, one question at a time: the PIN itself, or old (or PUK), new and new again (I9, E4; face.md 10-pin).

The digits leave the boxes once, for the thread that sends them, and are wiped there. Nothing is ever sent twice: after
a wrong PIN the boxes are empty and the tries are read from the card anew. Who leaves does not wait for the card, and
what it still answers is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar, Generic

from textual import events, on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.identity.card_facts import PAD_SECONDS, CardError, Pin, PinBlocked, PinName, PinState, PinWrong, Tries
from kiosk.identity.refused import SignInRefused
from screens.base import Placed
from screens.citizen.attempt import Attempt
from screens.citizen.card_words import Told, error_told, format_told, holder_name, pin_words
from screens.citizen.pin_cells import PinCells
from screens.citizen.pin_task import (
    STAY,
    CardWent,
    Done,
    Failed,
    PinTask,
    Stage,
    T,
    aside_of,
    hint_of,
    title_of,
    wipe_all,
)
from screens.citizen.step import Answer, AnsweringScreen, Back
from screens.frame import Frame
from screens.messages import CardSeen, ScannedOverSecret
from screens.widgets import number_pad
from screens.widgets.buttons import Button
from screens.widgets.pin_entry import HolderLine, PinBoxes, PinPad, ReaderCountdown, TriesPanel
from screens.widgets.touch_area import TouchArea


class PinScreen(AnsweringScreen, Generic[T]):
    """Asks for what a task wants. Ends with `Done`, `Failed`, `CardWent`, or `Back` when the person cancels."""

    HAS_MAIN = True
    TAKES_SECRETS: ClassVar[bool] = True

    def __init__(self, asked: PinTask[T]) -> None:
        super().__init__()
        self.asked = asked
        self.stage: Stage = asked.stages[0]
        self._states: dict[PinName, PinState] = {state.name: state for state in asked.card.pins}
        self._given: list[Pin] = []
        """What was typed at the stages before this one."""
        self._attempt: Attempt[T] | None = None
        self.agreed = False
        """Whether the person said yes to the last try."""
        self.at_reader = False
        self.boxes = PinBoxes(self.state.longest)
        self.pad = PinPad(self._pressed, self.boxes.wipe)
        self.tries = TriesPanel()
        holder = asked.card.holder
        self.holder = HolderLine(holder_name(holder) if holder is not None else "")
        self.agree = Button("last-try")

    @property
    def state(self) -> PinState:
        """The PIN that this stage asks for."""
        name: PinName = "puk" if self.stage == "puk" else self.asked.pin
        return self._states.get(name) or PinState(name, 4, 12)

    @property
    def working(self) -> bool:
        """Whether the card is at work on what was typed."""
        return self._attempt is not None

    @property
    def _is_last_stage(self) -> bool:
        return self.stage == self.asked.stages[-1]

    @property
    def counts_tries(self) -> bool:
        """Whether a wrong entry at this stage costs a try."""
        return self.stage in ("pin", "old", "puk")

    @property
    def needs_yes(self) -> bool:
        """Whether this is the last try, and nobody has said yes to it."""
        return self.counts_tries and self.state.tries.is_last and not self.agreed

    def _title(self) -> str:
        return title_of(self.text, self.stage, self.state, at_reader=self.at_reader)

    def title_words(self) -> str:
        """Which PIN."""
        return self._title().partition("\n")[0]

    def help_words(self) -> str:
        """How long it is, and that it is nobody else's."""
        return self._title().partition("\n")[2]

    def aside_or_none(self) -> Callable[[], str] | None:
        """That a card is in; with several stages, how far this one is."""
        return lambda: aside_of(self.text, self.asked.stages, self.stage)

    def compose_answer(self) -> Iterable[Widget]:
        """Boxes, pad and tries; the yes to a last try; or the reader's countdown."""
        cards = self.kiosk.settings.cards
        self.at_reader = cards.pin_pad and self.asked.may_be_at_reader
        if cards.shuffled_pad:
            self.pad.shuffle()
        self.countdown = ReaderCountdown(PAD_SECONDS, self.kiosk.elapsed)
        return [self.holder, self.boxes, self.tries, self.agree, self.pad, self.countdown]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Boxes and pad; or how long the reader still waits, while it does. The yes to a last try comes before."""
        cells = PinCells.of(area, large=frame.large)
        counting = self.at_reader and self.working
        yield self.holder, cells.holder
        if counting:
            yield self.countdown, cells.countdown
        elif not self.at_reader:
            yield self.boxes, cells.boxes
            yield self.pad, cells.pad
        if self.counts_tries:
            yield self.tries, cells.tries_below if counting else cells.tries
        if self.counts_tries and self.state.tries.is_last and not self.working:
            x, y, width, height = cells.agree
            yield self.agree, Region(x, y, min(width, max(24, len(self.agree.label) + 6)), height)

    def message_region(self, frame: Frame) -> Region:
        """In large type over the tries: boxes, all keys and the yes to a last try stay free."""
        if not frame.large:
            return super().message_region(frame)
        return Region(frame.left, frame.answer.y + 4, frame.width - number_pad.WIDTH_LARGE - 2, 5)

    def place_footer(self, frame: Frame) -> Placed:
        """While the reader itself waits for the PIN nothing here can end that."""
        for widget, region in super().place_footer(frame):
            if not (self.at_reader and self.working and widget in (self.back, self.main)):
                yield widget, region

    def on_mount(self) -> None:
        """Somebody who types a PIN has `[cards] pin_seconds`, and never less than the reader gives."""
        self.idle_seconds = float(max(self.kiosk.settings.cards.pin_seconds, PAD_SECONDS if self.at_reader else 0))
        self._show_tries()
        if self.asked.told is not None:
            self._tell(self.asked.told)
        else:
            self._say_nothing()
        self.start(self._begin(), group="tries")

    async def _begin(self) -> None:
        await self._read_tries()
        if self.at_reader and not self.needs_yes and not self.outcome.done():
            self._send()

    def on_unmount(self) -> None:
        """Whatever ended this: nothing typed is left, and nobody waits for the card."""
        self._let_go()

    def _let_go(self) -> None:
        wipe_all(self._given)
        self._given.clear()
        self.boxes.wipe()
        if self._attempt is not None:
            self._attempt.abandon()
            self._attempt = None

    def answer(self, answer: Answer) -> None:
        """End; nothing typed is left."""
        self._let_go()
        super().answer(answer)

    def write(self) -> None:
        """Buttons."""
        super().write()
        self.back.label = f"✕ {self.text('button.cancel')}"
        self.agree.label = f"✓ {self.text('pin.last_agreed')}" if self.agreed else self.text("button.last_try")
        self.agree.usable = not self.agreed
        label = self.text(self.asked.button) if self._is_last_stage else f"{self.text('button.proceed')} ▶"
        if self.at_reader:
            label = self.text("button.retry") if not self.needs_yes else ""
        enough = self.at_reader or self.boxes.count >= self.state.shortest
        self.set_main(label, usable=enough and not self.working and not self.needs_yes)

    def on_resize(self) -> None:
        """Another layout has other words in the note."""
        if not self.note.unread:
            self._say_nothing()

    def _say_nothing(self) -> None:
        self.tell_words(self._quiet_words)
        self.write()

    def _quiet_words(self) -> str:
        if self.working and not self.at_reader:
            return self.text("pin.working")
        if self.kiosk.large:
            return self.help_words()
        if self.at_reader:
            return ""
        button = self.asked.button if self._is_last_stage and self.counts_tries else ""
        return hint_of(self.text, self.stage, self.state, button, empty=not self.boxes.count)

    def _tell(self, told: Told) -> None:
        self.tell_words(lambda: told.words(self.text), told.kind)
        self.write()

    def _show_tries(self) -> None:
        name = self.state.name
        self.tries.show(self.state.tries, lambda: pin_words(self.text, name))

    def _go_to(self, stage: Stage) -> None:
        """Ask for that; the boxes are empty."""
        self.stage = stage
        self.agreed = False
        self.boxes.begin(self.state.longest)
        if self.kiosk.settings.cards.shuffled_pad:
            self.pad.shuffle()
        self._show_tries()
        self.question.refresh()
        self.write()

    def _from_the_start(self) -> None:
        wipe_all(self._given)
        self._given.clear()
        self._go_to(self.asked.stages[0])

    def _pressed(self, digit: int | None) -> None:
        """A key of the pad. While the card works nothing is taken."""
        if not self.working:
            self.boxes.press(digit)

    def on_key(self, event: events.Key) -> None:
        """Digits land in the boxes wherever the focus is; what is no digit lands nowhere."""
        if self.working or self.at_reader or event.key in ("enter", "escape"):
            return
        if self.boxes.take(event):
            # So that Enter goes on, and does not press the button that was touched last.
            self.set_focus(None)
            event.stop()
            event.prevent_default()

    @on(PinBoxes.Changed)
    def _digits_changed(self, event: PinBoxes.Changed) -> None:
        event.stop()
        if self.boxes.count:
            self._say_nothing()
        else:
            self.write()

    @on(TouchArea.Touched, "#last-try")
    def _last_try_touched(self, event: TouchArea.Touched) -> None:
        event.stop()
        if not self.agreed and not self.working:
            self.agreed = True
            self.write()
            if self.at_reader:
                self._send()

    @on(CardSeen)
    def _card_seen(self, event: CardSeen) -> None:
        """The card is another, or none: whatever was typed is gone with it."""
        if event.sight.insertion != self.asked.card.insertion:
            self.answer(CardWent(event.sight.ended or "card_gone"))

    @on(ScannedOverSecret)
    def _scanned(self) -> None:
        """A code is no PIN: it costs no try."""
        self.boxes.wipe()
        self._tell(format_told(self.state))

    def go_back(self) -> None:
        """Cancel: at any moment, except while the reader itself waits for the PIN."""
        if not (self.at_reader and self.working):
            self.answer(Back())

    def go_on(self) -> None:
        """Check what can be checked here, for that costs no try; then the next question, or send."""
        if self.working:
            return
        if not self.at_reader and self.boxes.count < self.state.shortest:
            self._tell(format_told(self.state))
        elif self.needs_yes:
            self.tell("pin.last_needed", "warning", button=self.text("button.last_try"))
            self.write()
        elif self.stage == "new":
            self._check_new()
        elif self.stage == "repeat":
            self._check_repeat()
        elif self._is_last_stage:
            self._send()
        else:
            self._next_stage()

    def _next_stage(self) -> None:
        self._given.append(self.boxes.take_over())
        self._go_to(self.asked.stages[self.asked.stages.index(self.stage) + 1])
        self._say_nothing()

    def _check_new(self) -> None:
        from kiosk.identity.pin_rules import problem

        state, new = self.state, self.boxes.take_over()
        old = self._given[0] if self.asked.stages[0] == "old" else None
        found = problem(new, old, self.asked.card.holder, state.shortest, state.longest)
        if found is None:
            self._given.append(new)
            self._go_to("repeat")
            self._say_nothing()
            return
        new.wipe()
        self._go_to("new")
        self._tell(Told(found, {"pin": state.name}, "warning"))

    def _check_repeat(self) -> None:
        with self.boxes.take_over() as again:
            same = again.digits == self._given[-1].digits
        if same:
            self._send()
            return
        self._given.pop().wipe()
        self._go_to("new")
        self._tell(Told("pin.repeat_differs", {"pin": self.asked.pin}, "warning"))

    def _send(self) -> None:
        """Hand the digits to the thread that sends them, once."""
        pins, self._given = self._given, []
        if self.stage == "pin" and not self.at_reader:
            pins.append(self.boxes.take_over())
        self._attempt = self.asked.attempt(pins)
        if self.at_reader:
            self.countdown.restart()
        self._say_nothing()
        self.start(self._ask_card(self._attempt), group="pin", exclusive=False)

    async def _ask_card(self, attempt: Attempt[T]) -> None:
        try:
            await self.kiosk.ask(attempt.run)
        except (CardError, SignInRefused) as error:
            if self._attempt is attempt:
                await self._refused(error)
        except Exception:
            if self._attempt is attempt:
                self._attempt = None
                self._from_the_start()
                self.start(self._read_tries(), group="tries")
            raise
        else:
            if self._attempt is attempt:
                self._attempt = None
                super().answer(Done(attempt.take()))

    def on_unavailable(self) -> None:
        """Digits are never kept, so they are the one input that such an answer loses."""
        self.tell("pin.database_away", "warning")

    async def _refused(self, error: CardError | SignInRefused) -> None:
        """What the card said. The tries are the card's own, read anew, before anybody may type again."""
        self._attempt = None
        if not isinstance(error, STAY):
            self.answer(Failed(error))
            return
        self._from_the_start()
        if isinstance(error, PinWrong):
            state = self.state
            tries = Tries(error.left, state.tries.most, few=error.few, last=error.left == 1)
            self._states[state.name] = replace(state, tries=tries)
            await self._read_tries()
            if self.outcome.done():
                return
            left = self.state.tries.left
            error = PinWrong(error.left if left is None else left)
        self._tell(error_told(error, self.asked.card, self.state.name))

    async def _read_tries(self) -> None:
        """What the card itself says now; a blocked PIN needs no typing."""
        desk = self.kiosk.station.cards
        if desk is not None:
            try:
                pins = await self.ask(desk.pins, self.asked.card.insertion)
            except CardError as error:
                if not isinstance(error, STAY):
                    self.answer(Failed(error))
                    return
            else:
                self._states.update({state.name: state for state in pins})
        if self.state.tries.blocked:
            self.answer(Failed(PinBlocked()))
            return
        if self.boxes.longest != self.state.longest and not self.boxes.count:
            self.boxes.begin(self.state.longest)
        self._show_tries()
        self.question.refresh()
        self.write()
