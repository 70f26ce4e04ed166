"""Post by SMTP, against a real server: TLS, login, refusals, and a server that goes away."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from kiosk.post.delivery import NotDelivered, PostAway, TryLater, Undeliverable
from kiosk.post.facts import LetterFacts
from kiosk.post.letters import Letter, compose
from kiosk.post.smtp import Security, SmtpPost, SmtpServer
from tests.kiosk.post.conftest import SENDER, at
from tests.ports import free_port
from tests.tls import Certificates, issue

TO = "aygun@example.az"
PASSWORD = "long secret 42"
_PATIENCE = 60


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The certificates of the server under test."""
    return issue(tmp_path_factory.mktemp("tls") / "good", "127.0.0.1")


@dataclass
class Mailbox:
    """The server's side: keeps what it takes, and answers as told."""

    letters: list[Envelope] = field(default_factory=list)
    sender_answer: str = "250 OK"
    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    drops: bool = False
    logins: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drops:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        elif self.data_answer.startswith("250"):
            self.letters.append(envelope)
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """AUTH: one password is right."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


Serve = Callable[..., SmtpServer]


@pytest.fixture
def serve(certificates: Certificates) -> Iterator[Serve]:
    """Starts a server with a mailbox behind it; answers how to reach it."""
    running: list[Controller] = []

    def start(mailbox: Mailbox, security: Security = "none", *, needs_login: bool = False) -> SmtpServer:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.server)
        controller = Controller(
            mailbox,
            hostname="127.0.0.1",
            port=free_port(),
            ssl_context=context if security == "tls" else None,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            server_hostname="mail.example.az",
            authenticator=mailbox.authenticate if needs_login else None,
            auth_required=needs_login,
            auth_require_tls=security != "tls",
            ready_timeout=_PATIENCE,
        )
        controller.start()
        running.append(controller)
        return SmtpServer(
            "127.0.0.1", controller.port, security, SENDER, ca_file=certificates.ca, timeout_seconds=_PATIENCE
        )

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def message(facts: LetterFacts) -> EmailMessage:
    """A letter with everything a letter can have."""
    return compose(Letter("confirmed", "ru", TO, facts, "<1@asan-kiosk>", at("2026-11-20 09:00")), SENDER)


def failure(server: SmtpServer, message: EmailMessage, recipient: str = TO) -> NotDelivered:
    with pytest.raises(NotDelivered) as failed:
        SmtpPost(server).deliver(message, recipient)
    assert recipient not in str(failed.value), "K6: the reason names no person"
    assert failed.value.__cause__ is None
    return failed.value


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_letter_arrives_as_it_was_written(serve: Serve, message: EmailMessage, security: Security) -> None:
    """Q6: plain on a machine's own server, else under TLS; the other side reads every part."""
    mailbox = Mailbox()
    SmtpPost(serve(mailbox, security)).deliver(message, TO)
    (envelope,) = mailbox.letters
    assert envelope.mail_from == "noreply@asan.example"
    assert envelope.rcpt_tos == [TO]
    assert mailbox.encrypted == [security != "none"]
    assert isinstance(envelope.content, bytes)
    read = message_from_bytes(envelope.content, policy=default)
    for subtype in ("plain", "html"):
        sent, got = message.get_body((subtype,)), read.get_body((subtype,))
        assert sent is not None
        assert got is not None
        assert got.get_content().splitlines() == sent.get_content().splitlines()
    assert read["Subject"] == message["Subject"]
    assert [each.get_content_type() for each in read.walk()] == [each.get_content_type() for each in message.walk()]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")  # aiosmtpd means STARTTLS
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_login_reads_its_file_each_time(
    serve: Serve, message: EmailMessage, security: Security, tmp_path: Path
) -> None:
    """The password lies in a file; a new one needs no restart, and a wrong one loses no letter."""
    mailbox = Mailbox()
    secret = tmp_path / "mail-password"
    secret.write_text("wrong\n")
    secret.chmod(0o600)
    server = replace(serve(mailbox, security, needs_login=True), user="kiosk", password_file=secret)
    post = SmtpPost(server)
    with pytest.raises(PostAway, match="refused the login: SMTP 535"):
        post.deliver(message, TO)
    secret.write_text(f"{PASSWORD}\n")
    post.deliver(message, TO)
    assert len(mailbox.letters) == 1
    assert set(mailbox.logins) == {b"kiosk"}


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")  # aiosmtpd means STARTTLS
def test_a_missing_or_unusable_password_is_told(serve: Serve, message: EmailMessage, tmp_path: Path) -> None:
    """What is wrong with the file is said; what stands in it is not."""
    server = replace(serve(Mailbox(), "tls", needs_login=True), user="kiosk", password_file=tmp_path / "none")
    assert str(failure(server, message)) == "the file with the mail password cannot be read"
    (tmp_path / "odd").write_text("şifrə")
    open_to_all = failure(replace(server, password_file=tmp_path / "odd"), message)
    assert str(open_to_all) == "others can read the file with the mail password"
    (tmp_path / "odd").chmod(0o600)
    odd = failure(replace(server, password_file=tmp_path / "odd"), message)
    assert str(odd) == "the mail user or password has letters beyond ASCII"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_authority_is_not_trusted(
    serve: Serve, message: EmailMessage, security: Security, tmp_path: Path
) -> None:
    """The letter and the password go to nobody but the server that is meant."""
    mailbox = Mailbox()
    server = serve(mailbox, security)
    stranger = issue(tmp_path / "stranger", "127.0.0.1")
    for unknown in (replace(server, ca_file=stranger.ca), replace(server, ca_file=None)):
        failed = failure(unknown, message)
        assert isinstance(failed, PostAway)
        assert str(failed) == "the mail server's certificate is not trusted"
    named = failure(replace(server, host="localhost"), message)
    assert str(named) == "the mail server's certificate is not trusted", "the certificate is for another name"
    assert not mailbox.letters


def test_a_server_without_starttls_gets_no_letter(serve: Serve, message: EmailMessage) -> None:
    """Somebody between us and the server can take the offer of STARTTLS away: that must not open the letter."""
    mailbox = Mailbox()
    failed = failure(replace(serve(mailbox), security="starttls"), message)
    assert isinstance(failed, PostAway)
    assert not mailbox.letters


@pytest.mark.parametrize(
    ("mailbox", "kind", "words"),
    [
        (
            Mailbox(recipient_answer="550 5.1.1 no such user aygun@example.az"),
            Undeliverable,
            "recipient refused: SMTP 550",
        ),
        (Mailbox(recipient_answer="450 4.2.0 aygun@example.az is greylisted"), TryLater, "recipient refused: SMTP 450"),
        (Mailbox(recipient_answer="552 5.2.2 mailbox full"), TryLater, "recipient refused: SMTP 552"),
        (Mailbox(recipient_answer="421 4.3.2 going down"), PostAway, "SMTP 421"),
        (Mailbox(data_answer="554 5.7.1 spam to aygun@example.az"), Undeliverable, "letter refused: SMTP 554"),
        (Mailbox(data_answer="452 4.3.1 no space"), TryLater, "letter refused: SMTP 452"),
        (Mailbox(sender_answer="553 5.7.1 not your address"), PostAway, "the mail server refused us: SMTP 553"),
        (Mailbox(drops=True), PostAway, "the mail server closed the connection"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_server_says_decides_what_becomes_of_the_letter(
    serve: Serve, message: EmailMessage, mailbox: Mailbox, kind: type[NotDelivered], words: str
) -> None:
    """For good: this letter only. For now: later. Refusing us or gone: nothing is lost, and no other is tried."""
    failed = failure(serve(mailbox), message)
    assert type(failed) is kind
    assert str(failed) == words
    assert not mailbox.letters


def test_nobody_listening(message: EmailMessage) -> None:
    """The server is down."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = SmtpServer("127.0.0.1", closed.getsockname()[1], "none", SENDER, timeout_seconds=_PATIENCE)
        failed = failure(server, message)
    assert isinstance(failed, PostAway)
    assert str(failed) == "the mail server refuses the connection"


def test_an_unknown_host(message: EmailMessage) -> None:
    """The name does not resolve (.invalid never does)."""
    failed = failure(SmtpServer("mail.invalid", 25, "none", SENDER, timeout_seconds=_PATIENCE), message)
    assert isinstance(failed, PostAway)
    assert str(failed) == "the mail server cannot be reached: gaierror"


def test_a_server_that_says_nothing(message: EmailMessage) -> None:
    """It takes the connection and never speaks: the time limit ends it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        failed = failure(SmtpServer("127.0.0.1", port, "none", SENDER, timeout_seconds=0.05), message)
    assert isinstance(failed, PostAway)
    assert str(failed) == "the mail server does not answer"


def test_a_connection_lost_at_the_farewell_sends_no_second_letter(message: EmailMessage) -> None:
    """The server has taken the letter: what happens after that is no failure of it."""

    class RudeAtTheEnd(SMTP):
        async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()

    class RudeController(Controller):
        def factory(self) -> SMTP:
            return RudeAtTheEnd(self.handler)

    mailbox = Mailbox()
    controller = RudeController(mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=_PATIENCE)
    controller.start()
    try:
        SmtpPost(SmtpServer("127.0.0.1", controller.port, "none", SENDER, timeout_seconds=_PATIENCE)).deliver(
            message, TO
        )
    finally:
        controller.stop()
    assert len(mailbox.letters) == 1


def test_no_password_in_clear_text() -> None:
    """A login without TLS is refused before anything is said."""
    with pytest.raises(ValueError, match="clear text"):
        SmtpPost(SmtpServer("127.0.0.1", 25, "none", SENDER, user="kiosk", password_file=Path("x")))
    with pytest.raises(ValueError, match="file with its password"):
        SmtpPost(SmtpServer("127.0.0.1", 465, "tls", SENDER, user="kiosk"))
