"""A notice by each way, against real servers and the faults that they have."""

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest

from shared.config.notice_ways import MailServer, Webhook
from shared.config.notices import SmtpTls
from shared.messaging.notice_hook import post
from shared.messaging.notice_mail import NoticeOutcome, NoticeWords, mail_answers, send_mail
from shared.web.text.languages import LANGUAGES
from shared.web.text.notice_words import notice_words
from tests.shared.messaging.notice_servers import Gateway, Mailbox, certificate, gateway, mail_server

WORDS = NoticeWords("Something needs you in NRM", ("Something needs you in NRM",), "en")
TO = "ana@agency.example"
NOBODY = "127.0.0.1:9"


def server(at: str, tls: SmtpTls = SmtpTls.NONE, authority: Path | None = None, **more: str) -> MailServer:
    host, _, port = at.rpartition(":")
    return MailServer(host, int(port), tls, "nrm@agency.example", authority, **more)


async def test_a_notice_names_nothing_but_that_something_needs_its_reader() -> None:
    box = Mailbox()
    with mail_server(box) as at:
        assert await send_mail(server(at), "7f", TO, WORDS) is NoticeOutcome.TAKEN
        assert await mail_answers(server(at))
    made = box.got[0]
    assert (box.to, made["Message-ID"], made["From"], made["To"]) == ([TO], "<7f@agency.example>", "nrm@agency.example", TO)
    assert made.get_content().split() == made["Subject"].split() == ["Something", "needs", "you", "in", "NRM"]
    told = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "Content-Type", "MIME-Version"}
    assert set(made.keys()) <= told | {"Content-Transfer-Encoding", "X-Peer", "X-MailFrom", "X-RcptTo"}
    assert set(box.greeted) == {"agency.example"}, "the machine's own name stays here"


@pytest.mark.parametrize("language", [one.tag for one in LANGUAGES])
async def test_each_language_arrives_as_it_is_written(language: str) -> None:
    box, words = Mailbox(), notice_words(language, "", "https://cases.example/today")
    code = notice_words(language, "012345", "")
    assert "012345" in code.lines[0]
    with mail_server(box) as at:
        assert await send_mail(server(at), "1", TO, words) is NoticeOutcome.TAKEN
    assert box.got[0].get_content().splitlines() == [words.subject, "https://cases.example/today"]
    assert (box.got[0]["Subject"], box.got[0]["Content-Language"]) == (words.subject, language)


@pytest.mark.parametrize(
    ("fault", "outcome", "taken"),
    [("nobody", NoticeOutcome.REFUSED, 0), ("nobody there", NoticeOutcome.REFUSED, 0), ("no mail", NoticeOutcome.REFUSED, 0),
     ("over", NoticeOutcome.FULL, 0), ("no room", NoticeOutcome.FULL, 0), ("full", NoticeOutcome.FULL, 0),
     ("no room there", NoticeOutcome.LATER, 0), ("policy", NoticeOutcome.BARRED, 0), ("sender", NoticeOutcome.BARRED, 0),
     ("rule", NoticeOutcome.BARRED, 0), ("busy", NoticeOutcome.LATER, 0),
     ("slow", NoticeOutcome.LATER, 0), ("dies", NoticeOutcome.LATER, 1)],
)  # fmt: skip
async def test_a_fault_loses_nothing_and_a_second_try_has_the_same_id(fault: str, outcome: NoticeOutcome, taken: int) -> None:
    box = Mailbox(fault)
    with mail_server(box) as at:
        assert await send_mail(server(at), "a1", TO, WORDS, patience=0.5 if fault == "slow" else 20) is outcome
        assert len(box.got) == taken
        box.fault = ""
        assert await send_mail(server(at), "a1", TO, WORDS) is NoticeOutcome.TAKEN
    assert set(box.ids()) == {"<a1@agency.example>"}
    assert len(box.got) == taken + 1


async def test_a_server_that_is_away_is_tried_later() -> None:
    assert await send_mail(server(NOBODY), "1", TO, WORDS) is NoticeOutcome.LATER
    assert not await mail_answers(server(NOBODY))


async def test_the_way_is_closed_and_the_server_proves_who_it_is(tmp_path) -> None:
    ours, other = certificate(tmp_path), certificate(tmp_path, "mail.example")
    box = Mailbox()
    for implicit, tls in ((False, SmtpTls.STARTTLS), (True, SmtpTls.IMPLICIT)):
        with mail_server(box, ours, implicit=implicit) as at:
            assert await send_mail(server(at, tls, ours), "1", TO, WORDS) is NoticeOutcome.TAKEN
            for wrong in (server(at, tls), server(at, tls, other)):
                assert await send_mail(wrong, "2", TO, WORDS) is NoticeOutcome.LATER, "nobody vouches for it"
        with mail_server(box, other, implicit=implicit) as at:
            assert await send_mail(server(at, tls, other), "3", TO, WORDS) is NoticeOutcome.LATER, "it is another's certificate"
    with mail_server(box) as at:
        assert await send_mail(server(at, SmtpTls.STARTTLS, ours), "4", TO, WORDS) is NoticeOutcome.LATER, "it would be in the clear"
        assert await send_mail(server(at, SmtpTls.IMPLICIT, ours), "5", TO, WORDS, patience=2) is NoticeOutcome.LATER
    assert box.ids() == ["<1@agency.example>"] * 2
    assert box.closed == [True, True]


async def test_the_server_knows_us_by_name_and_password(tmp_path) -> None:
    ours, box = certificate(tmp_path), Mailbox()
    with mail_server(box, ours, user="nrm", password="p w") as at:
        right = server(at, SmtpTls.STARTTLS, ours, user="nrm", password="p w")
        assert await mail_answers(right)
        assert await send_mail(right, "1", TO, WORDS) is NoticeOutcome.TAKEN
        wrong = server(at, SmtpTls.STARTTLS, ours, user="nrm", password="other")
        assert await send_mail(wrong, "2", TO, WORDS, patience=1) is NoticeOutcome.LATER
        assert not await mail_answers(wrong, patience=1)
    assert box.ids() == ["<1@agency.example>"]


async def test_the_gateway_gets_a_signed_notice_in_a_shape_that_stays() -> None:
    kept, secret = Gateway(), b"s" * 40
    with gateway(kept) as at:
        hook = Webhook(at, secret)
        assert await post(hook, "id-1", "notice", "+381600000001", WORDS) is NoticeOutcome.TAKEN
        said, body = kept.raw[0]
        when = said["webhook-timestamp"]
        proof = hmac.new(secret, f"id-1.{when}.".encode() + body, hashlib.sha256).digest()
        assert said["webhook-signature"] == f"v1,{base64.b64encode(proof).decode()}"
        assert said["webhook-id"] == "id-1"
        shape: dict[str, Any] = kept.got[0]
        assert shape.keys() == {"type", "timestamp", "data"}
        assert shape["data"] == {"to": "+381600000001", "text": "Something needs you in NRM", "language": "en"}
        for status, outcome in ((422, "REFUSED"), (500, "LATER"), (404, "LATER"), (307, "LATER"), (200, "TAKEN")):
            kept.status = status
            assert await post(hook, "id-2", "notice", "+1", WORDS) is NoticeOutcome[outcome]
        assert kept.tried == 6, "nobody is sent elsewhere"
    assert await post(hook, "id-3", "notice", "+1", WORDS) is NoticeOutcome.LATER


async def test_of_a_gateway_nothing_but_the_status_is_read_and_all_of_it_has_its_time() -> None:
    kept = Gateway(200, "talks")
    with gateway(kept) as at:
        assert await post(Webhook(at, b"s" * 40), "1", "notice", "+1", WORDS) is NoticeOutcome.TAKEN, "its words are still to come"
        kept.fault = "drips"
        assert await post(Webhook(at, b"s" * 40), "2", "notice", "+1", WORDS, patience=0.5) is NoticeOutcome.LATER


async def test_a_gateway_proves_who_it_is(tmp_path) -> None:
    ours, other, kept = certificate(tmp_path), certificate(tmp_path, "mail.example"), Gateway()
    with gateway(kept, ours) as at:
        assert await post(Webhook(at, b"s" * 40, ours), "1", "notice", "+1", WORDS) is NoticeOutcome.TAKEN
        for authority in (None, other):
            assert await post(Webhook(at, b"s" * 40, authority), "2", "notice", "+1", WORDS) is NoticeOutcome.LATER
    assert kept.tried == 1
