"""The ways of notices as an installation sets them: its mail server, its webhook, its desk; and whether they are fit to be used."""

import ssl
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from shared.config.calendar import MINUTE
from shared.config.endpoints import here, safe
from shared.config.i18n import N_, WordedError
from shared.config.notices import MAIL, PHONE, Channel, NoticeWish, Pace, QuietHours, SmtpTls, clock_time, quiet_hours

SHORTEST_SECRET = 32
"""Characters of the webhook's secret."""


class Unfit(WordedError):
    """A setting of notices is wrong: one sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out."""

    host: str
    port: int
    tls: SmtpTls
    sender: str
    authority: Path | None = None
    user: str = ""
    password: str = field(default="", repr=False)

    def context(self) -> ssl.SSLContext:
        """Its certificate must be one that this machine, or the authority of the settings, answers for."""
        return ssl.create_default_context(cafile=str(self.authority) if self.authority else None)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a gateway takes notices."""

    address: str
    secret: bytes = field(repr=False)
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class NoticeWays:
    """All that an installation sets of notices."""

    mail: MailServer | None
    hook: Webhook | None
    desk: dict[Channel, str] = field(repr=False)
    """The addresses of the agency's desk."""
    default: NoticeWish
    digest: tuple[time, ...]
    zone: ZoneInfo
    apart: int
    """Between two messages to one reader of what is no danger (ms)."""
    link: str = ""
    """The page that a notice leads to; empty where it names none."""

    @property
    def channels(self) -> frozenset[Channel]:
        """The ways that there are."""
        ways = {Channel.MAIL: self.mail, Channel.HOOK: self.hook}
        return frozenset(channel for channel, way in ways.items() if way)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What stands in the settings, as it was written."""

    smtp: str
    smtp_tls: SmtpTls
    smtp_ca: Path | None
    smtp_user: str
    smtp_password: Path | None
    sender: str
    hook: str
    hook_secret: Path | None
    desk_mail: str
    desk_phone: str
    pace: Pace
    quiet: str
    digest: tuple[str, ...]
    apart: int
    """Minutes."""
    link: str
    strict: bool
    """Whether nobody between may read along, as in production."""

    def ways(self, zone: ZoneInfo, language: str) -> NoticeWays | None:
        """The ways of these settings; None where there are none. Raises Unfit."""
        mail, hook = self._mail(), self._hook()
        if mail is None and hook is None:
            return None
        if self.desk_mail and not MAIL.fullmatch(self.desk_mail):
            raise Unfit(N_("NRM_NOTICE_DESK is no e-mail address such as desk@agency.example."))
        if self.desk_phone and not PHONE.fullmatch(self.desk_phone):
            raise Unfit(N_("NRM_NOTICE_DESK_PHONE is no number such as +381601234567."))
        desks = ((Channel.MAIL, self.desk_mail, mail), (Channel.HOOK, self.desk_phone, hook))
        desk = {channel: address for channel, address, way in desks if way and address}
        if not desk:
            raise Unfit(N_("Notices of cases that nobody has go to the desk: set NRM_NOTICE_DESK, or NRM_NOTICE_DESK_PHONE."))
        return NoticeWays(
            mail, hook, desk, NoticeWish(self.pace, self._quiet(), language), self._digest(), zone, self.apart * MINUTE, self.link
        )

    def _quiet(self) -> QuietHours:
        found = quiet_hours(self.quiet)
        if found is None:
            raise Unfit(N_("NRM_NOTICE_QUIET is no time of the day such as 20:00-07:00; 00:00-00:00 is none."))
        return found

    def _digest(self) -> tuple[time, ...]:
        found = [clock_time(one) for one in self.digest]
        times = tuple(one for one in found if one is not None)
        if not times or len(times) < len(found):
            raise Unfit(N_("NRM_NOTICE_DIGEST names times of the day, such as 07:30 13:00."))
        return times

    def _mail(self) -> MailServer | None:
        if not self.smtp:
            return None
        host, _, port = self.smtp.rpartition(":")
        if not host or not port.isdigit():
            raise Unfit(N_("NRM_SMTP names a host and a port, such as mail.agency.example:587."))
        if not MAIL.fullmatch(self.sender):
            raise Unfit(N_("NRM_NOTICE_FROM must be the e-mail address that notices come from."))
        if self.smtp_tls is SmtpTls.NONE and self.strict and not here(host):
            raise Unfit(N_("Mail must not go to another machine in the clear in production: set NRM_SMTP_TLS to starttls or implicit."))
        if self.smtp_tls is SmtpTls.NONE and self.smtp_user and not here(host):
            raise Unfit(N_("A password must not go to another machine in the clear: set NRM_SMTP_TLS to starttls or implicit."))
        if bool(self.smtp_user) is not bool(self.smtp_password):
            raise Unfit(N_("NRM_SMTP_USER and NRM_SMTP_PASSWORD, the file with the password, go together."))
        password = _secret(self.smtp_password, "NRM_SMTP_PASSWORD") if self.smtp_password else ""
        _must_be_read(self.smtp_ca)
        return MailServer(host.strip("[]"), int(port), self.smtp_tls, self.sender, self.smtp_ca, self.smtp_user, password)

    def _hook(self) -> Webhook | None:
        if not self.hook:
            return None
        if self.strict and not safe(self.hook):
            raise Unfit(N_("NRM_NOTICE_HOOK must be https in production; http goes on this very machine only."))
        if urlsplit(self.hook).scheme not in ("http", "https"):
            raise Unfit(N_("NRM_NOTICE_HOOK must be an address such as https://gateway.example/notices."))
        if self.hook_secret is None:
            raise Unfit(N_("NRM_NOTICE_HOOK_SECRET must name the file with the secret that signs what goes to NRM_NOTICE_HOOK."))
        secret = _secret(self.hook_secret, "NRM_NOTICE_HOOK_SECRET")
        if len(secret) < SHORTEST_SECRET:
            short = N_("The secret in NRM_NOTICE_HOOK_SECRET needs at least %(n)s characters; `openssl rand -hex 32` makes one.")
            raise Unfit(short, n=SHORTEST_SECRET)
        return Webhook(self.hook, secret.encode(), self.smtp_ca)


def _must_be_read(authority: Path | None) -> None:
    try:
        ssl.create_default_context(cafile=str(authority) if authority else None)
    except (OSError, ssl.SSLError):
        raise Unfit(N_("%(file)s (NRM_SMTP_CA) holds no certificate that can be read."), file=authority) from None


def _secret(file: Path, setting: str) -> str:
    try:
        mode, words = file.stat().st_mode, file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise Unfit(N_("%(file)s (%(setting)s) cannot be read."), file=file, setting=setting) from None
    if mode & 0o077:
        others = N_("%(file)s (%(setting)s) can be read by others than its owner; `chmod 600` it, and replace it if others had access.")
        raise Unfit(others, file=file, setting=setting)
    if not words or "\n" in words:
        raise Unfit(N_("%(file)s (%(setting)s) must hold one line, the secret."), file=file, setting=setting)
    return words
