"""Notices by e-mail: one message, the same words for everybody, handed to the agency's own mail server."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from enum import Enum, auto

import aiosmtplib

from shared.config.notice_ways import MailServer
from shared.config.notices import SmtpTls

MAIL_ANSWERED_WITHIN = 20.0
"""Seconds that a mail server has for each answer."""
NO_SUCH_ADDRESS = re.compile(r"5\.1\.(?!(?:7|8)\b)\d{1,3}\b")
"""The enhanced codes (RFC 3463) by which the address of the reader takes nothing, ever; 5.1.7 and 5.1.8 speak of the sender's."""
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
NO_MAILBOX = 550
"""What says the same where a server gives no enhanced code."""
MAILBOX_FULL = re.compile(r"[45]\.2\.2\b")
"""The enhanced code by which the reader's mailbox is full (RFC 3463, X.2.2)."""
NO_ROOM = (552, 452)
"""What says the same of an address where a server gives no enhanced code (RFC 5321, 4.2.3). Of the message 452 speaks of the server."""
OF_THE_SERVER = re.compile(r"[45]\.[345]\.\d")
"""The enhanced codes that say nothing of an address: the other side's system, the way there, the protocol."""
BUSY = (421, 451)
"""What says the same where a server gives no enhanced code."""


class NoticeOutcome(Enum):
    """What came of a message."""

    TAKEN = auto()
    LATER = auto()
    """The other side, or the way there, is not as it should be now."""
    BARRED = auto()
    """The way is open, and the other side does not let it through to this address now."""
    FULL = auto()
    """The mailbox takes nothing until its owner makes room."""
    REFUSED = auto()
    """The other side says that nobody can be told at this address."""


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a message says."""

    subject: str
    lines: tuple[str, ...]
    language: str


def letter(server: MailServer, id: str, to: str, words: NoticeWords) -> EmailMessage:
    """The message. Its id stays the same however often it is tried, so that a mailbox knows it again."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = server.sender, to, words.subject
    made["Date"], made["Message-ID"] = formatdate(), f"<{id}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n".join(words.lines) + "\n")
    made["Content-Language"] = words.language
    return made


async def send_mail(server: MailServer, id: str, to: str, words: NoticeWords, patience: float = MAIL_ANSWERED_WITHIN) -> NoticeOutcome:
    """Hand it over. What is not answered may have been taken all the same: it is tried again under the same id."""
    try:
        async with _client(server, patience) as client:
            await client.send_message(letter(server, id, to, words), sender=server.sender, recipients=[to])
    except aiosmtplib.SMTPRecipientsRefused as error:
        said = {_of_address(each.code, each.message) for each in error.recipients}
        return said.pop() if len(said) == 1 else NoticeOutcome.BARRED
    except aiosmtplib.SMTPDataError as error:
        return NoticeOutcome.FULL if _is_full(error.code, error.message, NO_ROOM[:1]) else NoticeOutcome.LATER
    except (aiosmtplib.SMTPException, OSError, ValueError):
        return NoticeOutcome.LATER
    return NoticeOutcome.TAKEN


def _of_address(code: int, said: str) -> NoticeOutcome:
    """What an answer to an address says. A rule of the server's or a sender that it does not like is no fault of the address: that is
    mended, and the message goes then. A full mailbox is its owner's to mend."""
    if _is_full(code, said, NO_ROOM):
        return NoticeOutcome.FULL
    enhanced = ENHANCED.match(said)
    if OF_THE_SERVER.match(said) if enhanced else code in BUSY:
        return NoticeOutcome.LATER
    nobody = NO_SUCH_ADDRESS.match(said) if enhanced else code == NO_MAILBOX
    return NoticeOutcome.REFUSED if nobody else NoticeOutcome.BARRED


def _is_full(code: int, said: str, without_enhanced: tuple[int, ...]) -> bool:
    return bool(MAILBOX_FULL.match(said)) if ENHANCED.match(said) else code in without_enhanced


async def mail_answers(server: MailServer, patience: float = MAIL_ANSWERED_WITHIN) -> bool:
    """Whether it can be reached, closed as it should be, and knows us."""
    try:
        async with _client(server, patience) as client:
            await client.noop()
    except (aiosmtplib.SMTPException, OSError, ValueError):
        return False
    return True


def _client(server: MailServer, patience: float) -> aiosmtplib.SMTP:
    tls = server.tls is not SmtpTls.NONE
    return aiosmtplib.SMTP(
        hostname=server.host, port=server.port, timeout=patience, use_tls=server.tls is SmtpTls.IMPLICIT,
        start_tls=server.tls is SmtpTls.STARTTLS, tls_context=server.context() if tls else None, username=server.user or None,
        password=server.password or None, local_hostname=server.sender.partition("@")[2],
    )  # fmt: skip
