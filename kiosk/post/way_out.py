"""Which way letters and short messages leave: into a folder for trials, or by SMTP, an HTTP gateway or SMPP."""

from __future__ import annotations

from typing import cast

from kiosk.place import NotReady
from kiosk.post.delivery import Delivery
from kiosk.post.maildir import Maildir
from kiosk.post.sms import SmsDelivery
from kiosk.post.sms_folder import SmsFolder
from kiosk.post.sms_http import HttpSms, SmsGateway
from kiosk.post.sms_smpp import SmppServer, SmppSms
from kiosk.post.smtp import Security, SmtpPost, SmtpServer
from kiosk.secret_files import secret_file
from kiosk.settings import Settings
from kiosk.web_call import is_allowed


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


def open_sms(settings: Settings) -> SmsDelivery | None:
    """The way out that `[sms]` names, if any; nothing is connected before the first message.

    Raises:
        NotReady: the gateway's address would carry numbers over the network in clear text.
    """
    sms = settings.sms
    secret = secret_file(settings, sms.password_file, "sms-password")
    ca_file = settings.path(sms.ca_file, "") if sms.ca_file else None
    match settings.sms_transport:
        case "folder":
            return SmsFolder(settings.sms_folder)
        case "http":
            if not is_allowed(sms.url, production=settings.station.production):
                raise NotReady('[sms] transport = "http" needs an https address in [sms] url')
            return HttpSms(SmsGateway(sms.url, sms.sender, secret, ca_file, sms.timeout_seconds))
        case "smpp":
            server = SmppServer(sms.host, sms.port, sms.sender, sms.tls, sms.user, secret, ca_file, sms.timeout_seconds)
            return SmppSms(server)
        case _:
            return None
