"""Signing in by what one types: the FİN, or user name and password (I1, I8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.geometry import Region
from textual.widget import Widget

from kiosk.errors import BadRequest, SlowDown
from kiosk.identity.fin import tidy_fin
from kiosk.identity.refused import PasswordWrong, SignInRefused
from kiosk.identity.typed_password import TypedPassword
from kiosk.session import Session
from screens.base import Placed
from screens.citizen.fields import FieldsScreen, short_problem
from screens.citizen.step import Notice
from screens.citizen.water.signing import SigningScreen, refused_notice
from screens.frame import Frame
from screens.messages import ScannedOverSecret
from screens.widgets.secret_field import SecretField

_FIN: Final = "sign_in.fin"
_USER: Final = "sign_in.user_name"


class _TypedScreen(FieldsScreen, SigningScreen):
    """Fields over the keyboard, and one button."""

    HAS_MAIN = True
    TITLE: ClassVar[str]
    BUTTON: ClassVar[str]

    def title_words(self) -> str:
        """What to type."""
        return self.text(self.TITLE).partition("\n")[0]

    def help_words(self) -> str:
        """Where it stands."""
        return self.text(self.TITLE).partition("\n")[2]

    def compose_answer(self) -> Iterable[Widget]:
        """Fields, then keys."""
        return [*self.fields.values(), self.keyboard]

    def place_answer(self, area: Region, frame: Frame) -> Placed:
        """Over the keyboard."""
        yield from self.place_typing(area, frame)

    def write_footer(self) -> None:
        """The button looks usable once nothing is missing."""
        self.set_main(self.text(self.BUTTON), usable=not self.missing() and not self.working)

    def go_on(self) -> None:
        """Sign in, once everything is there; until then say what is missing."""
        if not self.working and not self.complain():
            self.send()

    def send(self) -> None:
        """Hand what was typed to the station."""
        raise NotImplementedError


class FinScreen(_TypedScreen):
    """One's own FİN. O and I are put right while one types: a FİN has neither."""

    TITLE = "ways.fin_title"
    BUTTON = "button.proceed"

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self._typed = session.typed
        self.take_fields({"fin": session.typed.get(_FIN, "")})

    def typed(self, name: str, value: str) -> None:
        """It is kept as it was meant."""
        meant = tidy_fin(value)
        self._typed[_FIN] = meant
        if meant != value:
            self.fields[name].value = meant
            self.tell("ways.fin_mended")

    def send(self) -> None:
        """Take the person's word for it."""
        self.start(self._sign_in(self.fields["fin"].value), group="sign_in", exclusive=False)
        self.write_footer()

    async def _sign_in(self, fin: str) -> None:
        ways = self.kiosk.station.ways
        try:
            await self.sign_in_by(lambda: ways.by_fin(fin))
        except BadRequest:
            self.fields["fin"].problem = short_problem("field.fin")
            self.tell("field.fin", "error")
        finally:
            self.write_footer()


class PasswordScreen(_TypedScreen):
    """User name and password. The password goes once; after anything but success it is typed anew."""

    TITLE = "password.title"
    BUTTON = "button.sign_in"
    TAKES_SECRETS = True

    def __init__(self, session: Session, notice: Notice | None = None) -> None:
        super().__init__(notice)
        self._kept = session.typed
        self.take_fields({"user_name": session.typed.get(_USER, ""), "password": ""})
        self.secret = SecretField("password", "field.label.password")
        self.fields["password"] = self.secret

    def typed(self, name: str, value: str) -> None:
        """The name is kept as typed, the password nowhere."""
        if name == "user_name":
            self._kept[_USER] = value

    def send(self) -> None:
        """Hand the password to the thread that sends it, once."""
        password = self.secret.take_over()
        self.start(self._sign_in(self.fields["user_name"].value, password), group="sign_in", exclusive=False)
        self.write_footer()

    async def _sign_in(self, user: str, password: TypedPassword) -> None:
        ways = self.kiosk.station.ways
        try:
            await self.sign_in_by(lambda: ways.by_password(user, password))
        except (SignInRefused, SlowDown) as refused:
            notice = refused_notice(refused)
            self.tell(notice.key, notice.kind, **notice.values)
            self.come_to("user_name" if isinstance(refused, PasswordWrong) and not user else "password")
        finally:
            password.wipe()
            self.write_footer()

    def on_unavailable(self) -> None:
        """The password is never kept, so it is the one thing that such an answer loses."""
        self.tell("password.database_away", "warning")

    @on(ScannedOverSecret)
    def _scanned(self) -> None:
        """A code is no password."""
        self.secret.wipe()
