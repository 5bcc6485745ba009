"""One notice that cannot even be tried keeps no other from its turn."""

from datetime import time
from zoneinfo import ZoneInfo

from shared.config.clock import wall
from shared.config.notice_ways import MailServer, NoticeWays
from shared.config.notices import Channel, NoticeWish, Pace, SmtpTls
from shared.decisions.notice_addresses import NOTICE, new_message
from shared.decisions.notices import DESK
from shared.messaging.notice_mail import NoticeWords
from shared.messaging.notice_sender import NoticeSender
from tests.shared.houses import House
from tests.shared.land import LEAD_ME, rows
from tests.shared.messaging.notice_servers import Mailbox, mail_server


async def test_a_notice_that_cannot_be_tried_waits_and_the_others_go(house: House) -> None:
    lead, box, asked = house[LEAD_ME], Mailbox(), list[str]()

    def words(language: str, _code: str, _link: str) -> NoticeWords:
        asked.append(language)
        if len(asked) == 1:
            raise KeyError(language)
        return NoticeWords("Something needs you", ("Something needs you",), language)

    first = lead.transact(lambda work: new_message(work, DESK, Channel.MAIL, NOTICE, wall() - 2))
    lead.transact(lambda work: new_message(work, DESK, Channel.MAIL, NOTICE, wall() - 1))
    with mail_server(box) as at:
        host, _, port = at.rpartition(":")
        mail = MailServer(host, int(port), SmtpTls.NONE, "nrm@agency.example")
        wish = NoticeWish(Pace.AT_ONCE, None, "en")
        ways = NoticeWays(mail, None, {Channel.MAIL: "desk@agency.example"}, wish, (time(8),), ZoneInfo("Europe/Belgrade"), 0)
        await NoticeSender([lead], ways, words, lead).round()
    assert len(box.got) == 1
    assert rows(lead, "select id, tries from noticemessage where sent_at is null") == [(first, 1)]
