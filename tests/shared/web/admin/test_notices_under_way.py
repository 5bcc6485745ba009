"""Notices that are under way: what comes of them where an address, a server or an instance fails."""

import re

import pytest
from structlog.testing import capture_logs

from shared.config.notices import Channel
from shared.decisions.notice_addresses import NOTICE, new_message, refused_there
from tests.browser.desks import words
from tests.shared.land import rows
from tests.shared.messaging.notice_servers import Gateway, Mailbox
from tests.shared.web.admin.told_town import DESK, again, clinic, has_address, news, reported, send, sender, told_town


def test_what_a_server_does_not_take_waits_until_it_does(tmp_path) -> None:
    box = Mailbox("busy")
    with told_town(tmp_path, box) as made, capture_logs() as logged:
        zora = made.at["rs-zdr-bg"]
        reported(made, "r", needs=["health"])
        send(zora)
        send(zora)
        assert box.tried == 1, "it is not asked again at once"
        assert rows(clinic(made), "select tries, sent_at from noticemessage") == [(1, None)]
        metrics = zora.client.get("/metrics").text
        assert 'nrm_notices_waiting{service="assistance"} 1.0' in metrics
        box.fault = ""
        again(made)
        send(zora)
        assert len(set(box.ids())) == 1, "the same message"
        assert rows(clinic(made), "select count(*) from noticemessage where sent_at is null") == [(0,)]
        assert 'nrm_notices_waiting{service="assistance"} 0.0' in zora.client.get("/metrics").text
        assert [one["log_level"] for one in logged if "notices" in one["event"]] == ["warning", "info"]


def test_an_address_that_takes_nothing_is_shown_to_its_owner_and_the_desk_is_told(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        has_address(zora, box)
        case = reported(made, "r", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")
        clinic(made).transact(lambda work: news(work, case))
        box.fault = "nobody"
        send(zora)
        assert "does not take messages" in words(zora.get("/notices"))
        box.fault = ""
        send(zora)
        assert box.to[-1] == DESK
        zora.post("/notices/mail/forget")
        assert "You have given none" in words(zora.get("/notices"))


@pytest.mark.parametrize("fault", ["over", "full", "policy"])
def test_what_a_full_mailbox_does_not_take_is_told_to_the_desk_and_seen_by_the_officer_and_the_supervisor(tmp_path, fault: str) -> None:
    """At once where it is full; after an hour where the server does not let it through. It ends, and the next message goes there again."""
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        has_address(zora, box)
        case = reported(made, "r", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")
        clinic(made).transact(lambda work: news(work, case))
        box.fault = fault
        send(zora)
        if fault == "policy":
            assert DESK not in box.to
            assert rows(clinic(made), "select refused, sent_at from noticemessage where kind = 'notice'") == [(0, None)]
            clinic(made).transact(
                lambda work: work.session.connection().exec_driver_sql("update noticemessage set made_at = made_at - 3600000") and None
            )
            again(made)
            send(zora)
        box.fault = ""
        send(zora)
        assert box.to[-1] == DESK
        assert rows(clinic(made), "select count(*) from noticemessage where sent_at is null") == [(0,)], "it is not tried for ever"
        assert "does not take messages now" in words(zora.get("/notices"))
        assert "in use" in words(zora.get("/notices")), "the address is right"
        assert "whom no message reaches, so that the desk is told in their place: Zora" in words(zora.get("/today"))
        clinic(made).transact(lambda work: news(work, case))
        send(zora)
        assert box.to[-1] == "zora@agency.example"
        assert "does not take messages now" not in words(zora.get("/notices"))
        assert "whom no message reaches" not in words(zora.get("/today"))


def test_messages_that_do_not_go_out_are_seen_on_today_of_whoever_supervises(tmp_path) -> None:
    box = Mailbox("busy")
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        reported(made, "r", needs=["health"])
        send(zora)
        assert "messages of new work have not gone out" not in words(zora.get("/today"))
        clinic(made).transact(
            lambda work: work.session.connection().exec_driver_sql("update noticemessage set made_at = made_at - 3600000") and None
        )
        again(made)
        send(zora)
        assert rows(clinic(made), "select refused, sent_at from noticemessage") == [(0, None)], "the desk’s own message is never given up"
        assert "messages of new work have not gone out" in words(zora.get("/today"))


def test_whoever_changes_their_address_while_a_notice_is_under_way_is_told_at_the_desk_or_by_the_other_way(tmp_path) -> None:
    box, texts = Mailbox(), Gateway()
    with told_town(tmp_path, box, texts) as made:
        zora = made.at["rs-zdr-bg"]
        has_address(zora, box)
        case = reported(made, "r", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")

        def under_way() -> None:
            clinic(made).transact(lambda work: news(work, case))
            box.fault = "busy"
            send(zora)
            box.fault = ""
            again(made)

        under_way()
        zora.post("/notices/mail/address", form_id="b", address="zora.new@agency.example")
        before = len(box.to)
        send(zora)
        send(zora)
        assert sorted(box.to[before:]) == [DESK, "zora.new@agency.example"], "the other is its code: nothing goes there before it counts"
        assert rows(clinic(made), "select count(*) from noticemessage where sent_at is null") == [(0,)]

        has_address(zora, box)
        zora.post("/notices/hook/address", form_id="t", address="060 1234567")
        send(zora)
        zora.post("/notices/hook/code", form_id="c", code=re.search(r"\d{6}", texts.got[-1]["data"]["text"])[0])
        before, told = len(box.to), len(texts.got)
        under_way()
        assert len(texts.got) == told + 1
        zora.post("/notices/mail/forget")
        send(zora)
        send(zora)
        assert box.to[before:] == [], "a text message has told her"

        has_address(zora, box)
        texts.status = 500
        under_way()
        for channel in ("mail", "hook"):
            zora.post(f"/notices/{channel}/forget")
        before = len(box.to)
        send(zora)
        send(zora)
        assert box.to[before:] == [DESK], "both ways are gone: one message to the desk"


def test_an_instance_that_cannot_be_read_keeps_no_other_from_its_turn(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        jelena = made.at["rs-czztlj"]
        first, second = sender(jelena).instances[:2]
        has_address(jelena, box, "jelena@agency.example")
        send(jelena)
        for name in ("notice", "noticeaddress"):
            first.transact(
                lambda work, name=name: work.session.connection().exec_driver_sql(f"alter table {name} rename to {name}_x") and None
            )
        for officer in ("jelena", ""):
            second.transact(lambda work, officer=officer: new_message(work, officer, Channel.MAIL, NOTICE, 1))
        before = len(box.to)
        with capture_logs() as logged:
            send(jelena)
        assert sorted(box.to[before:]) == [DESK, "jelena@agency.example"], "it is still known how she is told"
        said = [one for one in logged if one["event"] == "notices could not be read"]
        assert {one["service"] for one in said} == {first.service.name}


def test_what_was_refused_at_an_old_address_says_nothing_of_a_new_one_and_a_code_that_came_says_that_it_works(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora, mail = made.at["rs-zdr-bg"], Channel.MAIL.value
        has_address(zora, box)
        zora.post("/notices/mail/address", form_id="b", address="zora.new@agency.example")
        send(zora)
        office = sender(zora).instances[0]
        office.transact(lambda work: refused_there(work, "zora", mail, "zora@agency.example", 1))
        assert "does not take messages" not in words(zora.get("/notices"))
        office.transact(lambda work: refused_there(work, "zora", mail, "zora.new@agency.example", 1))
        assert "does not take messages" in words(zora.get("/notices"))
        code = re.search(r"\d{6}", box.got[-1].get_content())[0]
        zora.post("/notices/mail/code", form_id="c", code=code)
        assert "zora.new@agency.example in use" in words(zora.get("/notices"))
