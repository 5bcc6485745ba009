"""A town whose agencies tell their officers that something needs them, and what tests of that do there."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from shared.config.calendar import HOUR
from shared.messaging.notice_sender import NoticeSender
from shared.processing.instance import Instance
from tests.browser.desks import REPORT, Town, Visitor, town, words
from tests.shared.messaging.notice_servers import Gateway, Mailbox, gateway, mail_server

OFFICE = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_zdr_bg": "zora"}
DESK = "desk@agency.example"


@contextmanager
def told_town(
    folder: Path, box: Mailbox, texts: Gateway | None = None, office: Mapping[str, str] = MappingProxyType(OFFICE), **settings: object
) -> Iterator[Town]:
    """A town whose agencies send notices to this mail server, and to this gateway of text messages."""
    secret = folder / "hook"
    secret.write_text("s" * 40)
    secret.chmod(0o600)
    with mail_server(box) as mail, gateway(texts or Gateway()) as hook:
        said = {"smtp": mail, "smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": DESK, "notice_language": "en"}
        said |= {"notice_apart": 0, "notice_quiet": "00:00-00:00"} | settings
        said |= {"notice_hook": hook, "notice_hook_secret": secret} if texts else {}
        with town(folder, settings=said, assignment=True, **office) as made:
            yield made


def sender(at: Visitor) -> NoticeSender:
    return at.client.app.state.notices


def send(at: Visitor) -> None:
    """One round of what the agency sends."""
    asyncio.run(sender(at).round())


def reported(made: Town, form: str, **said: object) -> str:
    made.clock.at += 2 * HOUR  # else whoever reports the same is asked whether it is meant twice
    answer = made.at["rs-ir"].post("/reports/new", form_id=form, **REPORT | said)
    assert answer.status_code == 303, words(answer.text)
    made.carry()
    return answer.headers["location"].rpartition("/")[2]


def clinic(made: Town) -> Instance:
    return next(one for one in made.instances if one.me == "assistance.rs-zdr-bg")


def has_address(at: Visitor, box: Mailbox, address: str = "zora@agency.example") -> None:
    """Give an address, and write down the code that came there."""
    assert at.post("/notices/mail/address", form_id="a", address=address).status_code == 303
    send(at)
    code = re.search(r"\d{6}", box.got[-1].get_content())[0]
    assert at.post("/notices/mail/code", form_id="c", code=code).status_code == 303


def news(work, case: str) -> None:
    """A colleague who hands the case to Zora."""
    from shared.access.assignments import give, remove

    remove(work, case, "zora", "boss", 1)
    give(work, case, "zora", "boss", work.instance.clock.now()[0])


def again(made: Town) -> None:
    """What waits for another try is due now."""
    clinic(made).transact(lambda work: work.session.connection().exec_driver_sql("update noticemessage set next_at = 0") and None)
