"""Notices: whether officers can be told that something needs them, and how many have not been told."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.calendar import MINUTE
from shared.config.clock import wall
from shared.config.notice_ways import NoticeWays, Unfit
from shared.messaging.notice_mail import mail_answers
from shared.processing.notice_round import WaitingNotices, waiting_notices
from shared.store.database import engine_for

STUCK = 30 * MINUTE
"""Age (ms) of a message from which on somebody must act: it was tried several times."""


def notices(patient: Patient) -> Iterator[Finding]:
    """The ways of notices of an agency that has cases, and what waits for them."""
    if patient.services == ("reporting",):
        return
    try:
        ways = patient.settings.notices_in_use(patient.country)
    except Unfit as error:
        yield red("notices", str(Trouble.of(error)), "mend that; it will not start so")
        return
    if ways is None:
        said = translate("none are sent: officers learn of new work from the page Today alone")
        yield yellow("notices", said, "set NRM_SMTP or NRM_NOTICE_HOOK where nobody looks at it all the time")
        return
    yield from _mail(ways)
    if ways.hook:
        yield green("notices by webhook", "set; whether the gateway takes them shows in what waits")
    for service, url in patient.instances():
        yield from _waiting(service.name, url)


def _mail(ways: NoticeWays) -> Iterator[Finding]:
    if ways.mail is None:
        return
    where = f"{ways.mail.host}:{ways.mail.port}"
    if asyncio.run(mail_answers(ways.mail)):
        yield green("notices by e-mail", "the mail server at %(where)s answers, and knows us", where=where)
    else:
        do = translate("check NRM_SMTP, NRM_SMTP_TLS, NRM_SMTP_CA, the name and the password; notices wait here meanwhile")
        yield red("notices by e-mail", "the mail server at %(where)s does not take us, so nobody is told", do, where=where)


def _waiting(service: str, url: str) -> Iterator[Finding]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return
    engine = engine_for(url)
    try:
        with Session(engine.execution_options(reader=True)) as session:
            yield _told(service, waiting_notices(session))
    except SQLAlchemyError:
        yield yellow(
            "notices of %(service)s",
            "not counted: the database does not answer, or is older than this release",
            "mend that first",
            service=service,
        )
    finally:
        engine.dispose()


def _told(service: str, untold: WaitingNotices) -> Finding:
    said = translate("%(notices)s wait for their hour, %(messages)s on their way", notices=untold.notices, messages=untold.messages)
    if untold.since is not None and wall() - untold.since > STUCK:
        do = translate("see that mail server and gateway take them; the log says which of them does not")
        return red(
            "notices of %(service)s",
            "%(said)s, the oldest for %(minute)s minutes",
            do,
            service=service,
            said=said,
            minute=(wall() - untold.since) // MINUTE,
        )
    return green("notices of %(service)s", said, service=service)
