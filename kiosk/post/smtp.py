"""Post by SMTP: TLS from the first byte or by STARTTLS, the server's certificate checked, a login.

One connection a letter: letters are few, and what goes wrong with one never touches the next.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Final, Literal

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.secret_files import SecretTooOpen, text_of

Security = Literal["starttls", "tls", "none"]

_MAILBOX_FULL: Final = 552
"""RFC 5321, 4.5.3.1.10: at RCPT this is a passing state, whatever its first digit says."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters go. `password_file` is read at each connection, so that a new password needs no restart.

    `ca_file` names the only certificates that are trusted; None means the system's. `timeout_seconds` bounds each
    step of the conversation.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 10.0


class SmtpPost:
    """Delivers letters to one SMTP server.

    Raises:
        ValueError: the settings would send a password in clear text, or name a user without a password.
    """

    def __init__(self, server: SmtpServer) -> None:
        if server.user is not None:
            if server.security == "none":
                raise ValueError("a login without TLS would send the password in clear text")
            if server.password_file is None:
                raise ValueError("a user name for the mail server needs a file with its password")
        self._server = server
        self._envelope_sender = parseaddr(server.sender)[1]

    def deliver(self, message: EmailMessage, recipient: str) -> None:
        """Send the letter; returns when the server has taken it.

        Raises:
            TryLater: the server said "not now" to this letter.
            PostAway: the server is away, its certificate is wrong, or it does not let us in.
            Undeliverable: the server refused this letter's address or content for good.
        """
        smtp = self._connected()
        try:
            self._log_in(smtp)
            self._send(smtp, message, recipient)
        except NotDelivered:
            smtp.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            smtp.close()
            raise PostAway(_words(error)) from None
        # The letter is taken: whatever the farewell brings, sending it again would make it two.
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        # The default would look up this machine's full name, which can take the resolver's whole patience.
        own_name = self._envelope_sender.rpartition("@")[2]
        try:
            if server.security == "tls":
                return smtplib.SMTP_SSL(
                    server.host,
                    server.port,
                    local_hostname=own_name,
                    timeout=server.timeout_seconds,
                    context=self._tls(),
                )
            return smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=server.timeout_seconds)
        except (OSError, smtplib.SMTPException) as error:
            raise PostAway(_words(error)) from None

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        if server.security == "starttls":
            smtp.starttls(context=self._tls())
        if server.user is not None and server.password_file is not None:
            try:
                password = text_of(server.password_file)
            except (OSError, UnicodeError):
                raise PostAway("the file with the mail password cannot be read") from None
            except SecretTooOpen:
                raise PostAway("others can read the file with the mail password") from None
            try:
                smtp.login(server.user, password)
            except UnicodeError:
                raise PostAway("the mail user or password has letters beyond ASCII") from None

    def _send(self, smtp: smtplib.SMTP, message: EmailMessage, recipient: str) -> None:
        try:
            smtp.send_message(message, from_addr=self._envelope_sender, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refusal("recipient", code, passing=code == _MAILBOX_FULL) from None
        except smtplib.SMTPDataError as error:
            raise _refusal("letter", error.smtp_code, passing=False) from None
        except smtplib.SMTPNotSupportedError:
            raise Undeliverable("the server takes no address with letters beyond ASCII") from None


def _refusal(what: str, code: int, *, passing: bool) -> NotDelivered:
    """The server's own sentence is left out: most servers repeat the address in it (K6)."""
    if code == 421:  # "closing the channel": it is the server that goes, not this letter
        return PostAway("SMTP 421")
    kind = Undeliverable if 500 <= code <= 599 and not passing else TryLater
    return kind(f"{what} refused: SMTP {code}")


def _words(error: OSError | smtplib.SMTPException) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate is not trusted"
        case ssl.SSLError():
            return "TLS with the mail server failed"
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refused the login: SMTP {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            return "the mail server lacks what the settings ask for (STARTTLS or a login)"
        case smtplib.SMTPServerDisconnected() if not isinstance(error.__context__, TimeoutError):
            return "the mail server closed the connection"
        case smtplib.SMTPResponseException():
            return f"the mail server refused us: SMTP {error.smtp_code}"
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return "the mail server does not answer"
        case ConnectionRefusedError():
            return "the mail server refuses the connection"
        case _:
            return f"the mail server cannot be reached: {type(error).__name__}"
