"""What the sign-in screens share: how they end, and that no session outlives a person who went away (I12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.errors import SlowDown
from kiosk.identity.refused import SignInRefused
from kiosk.identity.signed_in import SignedIn
from kiosk.language import clock
from screens.citizen.attempt import Attempt
from screens.citizen.step import Answer, AnsweringScreen, Notice

if TYPE_CHECKING:
    from screens.app import KioskApp

REFUSED: Final = {
    "provider_away": "ways.away",
    "answer_not_good": "ways.answer_not_good",
    "no_fin": "ways.no_fin",
    "session_elsewhere": "session.elsewhere",
    "phone_cancelled": "phone.cancelled",
    "phone_ran_out": "phone.ran_out",
    "wrong_number": "phone.number_over",
    "password_wrong": "password.wrong",
    "password_locked": "password.locked",
    "wrong_card": "ways.wrong_card",
}
"""What each refusal is in words."""


@dataclass(frozen=True)
class SignedInAs(Answer):
    """Somebody is signed in; the visit holds the session already."""

    who: SignedIn

    def __repr__(self) -> str:
        return "SignedInAs(…)"


@dataclass(frozen=True)
class NotSignedIn(Answer):
    """It led nowhere; what to say where the way is chosen anew."""

    notice: Notice


def refused_notice(refused: SignInRefused | SlowDown) -> Notice:
    """Why somebody is not signed in, in words for them."""
    if isinstance(refused, SlowDown):
        return Notice("password.slow_down", "warning", {"time": clock(refused.retry_at)})
    return Notice(REFUSED.get(refused.error, "ways.answer_not_good"), "warning")


def hold(app: KioskApp, who: SignedIn) -> None:
    """From here on the visit knows who is here, and their session ends with it."""
    before = app.session.identity
    app.session.who = who
    if who.session is not None and who.session is not before:
        if before is not None:
            app.end_session(before, "replaced")
        app.hold_session(who.session)


class SigningScreen(AnsweringScreen):
    """A screen that signs somebody in by one call of the station."""

    def __init__(self, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self._attempt: Attempt[SignedIn] | None = None

    @property
    def working(self) -> bool:
        """Whether the call is under way."""
        return self._attempt is not None

    async def sign_in_by(self, act: Callable[[], SignedIn]) -> None:
        """Call, and end with who is signed in. A session that begins after the person has left is ended again.

        Raises:
            SignInRefused, Refusal: as `act`.
        """
        app = self.kiosk

        def drop(who: SignedIn) -> None:
            if who.session is not None:
                app.end_session(who.session, "cancelled")

        attempt = self._attempt = Attempt(act, drop)
        try:
            await self.ask(attempt.run)
            if self._attempt is attempt:
                who = attempt.take()
                hold(app, who)
                self.answer(SignedInAs(who))
        finally:
            if self._attempt is attempt:
                self._attempt = None

    def answer(self, answer: Answer) -> None:
        """End; unless it is with who is signed in, nobody waits for the call any more."""
        if not isinstance(answer, SignedInAs):
            self._abandon()
        super().answer(answer)

    def on_unmount(self) -> None:
        """Whatever ended this."""
        self._abandon()

    def _abandon(self) -> None:
        if self._attempt is not None:
            self._attempt.abandon()
            self._attempt = None
