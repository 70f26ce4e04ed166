"""Which way letters leave: into a folder for trials, or by SMTP."""

from __future__ import annotations

from typing import cast

from kiosk.post.delivery import Delivery
from kiosk.post.maildir import Maildir
from kiosk.post.smtp import Security, SmtpPost, SmtpServer
from kiosk.secret_files import secret_file
from kiosk.settings import Settings


def open_delivery(settings: Settings) -> Delivery:
    """The way out that `[mail]` names; nothing is connected before the first letter."""
    mail = settings.mail
    if mail.transport == "maildir":
        return Maildir(settings.mail_folder)
    return SmtpPost(
        SmtpServer(
            host=mail.host,
            port=mail.port,
            security=cast(Security, mail.security),
            sender=mail.sender,
            user=mail.user or None,
            password_file=secret_file(settings, mail.password_file, "mail-password") if mail.user else None,
            ca_file=settings.path(mail.ca_file, "") if mail.ca_file else None,
            timeout_seconds=mail.timeout_seconds,
        )
    )
