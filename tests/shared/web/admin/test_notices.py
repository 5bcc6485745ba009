"""Officers are told that something needs them: nothing else, nothing lost, nothing twice, and only at an address that is theirs."""

import re
from datetime import datetime

from sqlmodel import Session, select
from structlog.testing import capture_logs

from shared.config.calendar import DAY, HOUR
from shared.decisions.notices import tell_of_cases
from shared.store.job_tables import NEVER
from shared.store.notice_tables import NoticeAddress, NoticeMessage
from tests.browser.desks import town, words
from tests.shared.land import rows
from tests.shared.messaging.notice_servers import Gateway, Mailbox
from tests.shared.web.admin.told_town import DESK, OFFICE, clinic, has_address, news, reported, send, told_town


def test_whoever_has_the_case_is_told_that_something_needs_them_and_nothing_else(tmp_path) -> None:
    box, texts = Mailbox(), Gateway()
    with told_town(tmp_path, box, texts) as made, capture_logs() as logged:
        zora = made.at["rs-zdr-bg"]
        assert "You have given none" in words(zora.get("/notices"))
        assert 'href="/notices"' in zora.get("/today")
        has_address(zora, box)
        assert zora.post("/notices/hook/address", form_id="t", address="060 1234567").status_code == 303
        send(zora)
        assert texts.got[-1]["type"] == "code"
        code = re.search(r"\d{6}", texts.got[-1]["data"]["text"])[0]
        zora.post("/notices/hook/code", form_id="c", code=f" {code[:3]} {code[3:]} ")
        page = words(zora.get("/notices"))
        assert "zora@agency.example in use" in page
        assert "+381601234567 in use" in page

        case = reported(made, "first", needs=["health"])
        send(zora)
        assert box.to[-1] == DESK, "nobody has the case yet"
        zora.post(f"/assignments/assistance/{case}/take")
        reported(made, "second", needs=["health"])
        send(zora)
        assert box.to.count(DESK) == 2, "the other case is nobody's"
        made.at["rs-czztlj"].post(f"/assignments/referral/{case}/take")
        path = f"/cases/{case}/handoffs"
        request = re.search(rf"{path}/[\w-]+", zora.get("/today"))[0]
        for act in ("open", "ask"):
            zora.post(f"{request}/{act}", form_id=act, question="Which language?", why="Language")
        made.carry()
        count = len(box.got)
        send(zora)
        assert len(box.got) == count, "what one's own agency decides is news to nobody there"

        ids = {row[0] for row in rows(clinic(made), "select id from noticemessage")}
        assert {one["Message-ID"].strip("<>").partition("@")[0] for one in box.got} <= ids
        for one in box.got:
            said = one.get_content().strip()
            assert said == one["Subject"] == "Something needs you in NRM" or re.fullmatch(r"Write this code .*: \d{6}", said)
        told = "".join(f"{one.as_string()}" for one in box.got) + str(texts.raw) + str(logged)
        for secret in (case, case[:8], "health", "Health", "zdr", "czztlj", "Centre"):
            assert secret not in told, secret
        assert "zora@agency" not in str(logged)
        kept = rows(clinic(made), "select address from noticeaddress")
        assert len(kept) == 2


def test_a_request_that_lapses_by_itself_is_news_to_the_lead(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        jelena, lead = made.at["rs-czztlj"], next(one for one in made.instances if one.me == "referral.rs-czztlj")
        case = reported(made, "urgent", danger="true", needs=["health", "safety"])
        jelena.post(f"/assignments/referral/{case}/take")
        send(jelena)
        made.clock.at += HOUR
        jelena.post("/today/looked")
        assert rows(lead, "select count(*) from notice") == [(0,)]
        made.later(5 * 24)
        assert rows(lead, 'select officer, "case", rank from notice') == [("jelena", case, 0)], "no officer decided it"
        page = words(jelena.get("/today?whose=agency"))
        assert "are new since you looked" in page
        assert "0 are new since you looked" not in page
        assert all(since > 0 for (since,) in rows(lead, "select since from job where what = 'reassign'"))
        before = len(box.got)
        send(jelena)
        assert box.to[before:] == [DESK]


def test_one_message_tells_of_many_cases_and_what_was_done_meanwhile_of_none(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        for n in range(3):
            reported(made, f"r{n}", needs=["health"])
        send(zora)
        assert box.to == [DESK]
        send(zora)
        assert box.to == [DESK], "nobody is told twice"
        case = reported(made, "done", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")
        send(zora)
        assert box.to == [DESK], "somebody has taken it meanwhile, and knows of it"
        assert rows(clinic(made), "select count(*) from notice") == [(0,)]


def test_quiet_hours_and_digests_wait_and_danger_does_not(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box, notice_quiet="20:00-07:00") as made:
        zora, zone = made.at["rs-zdr-bg"], clinic(made).country.time_zone
        now = datetime.fromtimestamp(made.clock.at / 1000, zone)
        made.clock.at += int(((19 - now.hour) % 24) * HOUR)  # in the evening
        reported(made, "calm", needs=["health"])
        send(zora)
        assert box.to == []
        reported(made, "urgent", danger="true", needs=["health", "safety"])
        send(zora)
        assert box.to == [DESK]
        reported(made, "calm again", needs=["health"])
        made.clock.at += 4 * HOUR
        send(zora)
        assert box.to == [DESK, DESK], "nobody has done it, and somebody is in danger"
        made.clock.at -= HOUR
        reported(made, "calm in the night", needs=["health"])
        send(zora)
        assert box.to == [DESK, DESK], "it waits for the morning"
        made.clock.at += HOUR
        send(zora)
        assert box.to == [DESK, DESK, DESK], "in the morning"

        has_address(zora, box)
        choice = {"pace": "digest", "quiet_from": "20:00", "quiet_to": "07:00", "language": "fi"}
        assert zora.post("/notices/choice", form_id="x", **choice).status_code == 303
        case = reported(made, "for zora", needs=["health"])
        zora.post(f"/assignments/assistance/{case}/take")
        before = len(box.got)
        made.at["rs-zdr-bg"].client.cookies.set("nrm_officer_rs-zdr-bg", "zora")
        clinic(made).transact(lambda work: news(work, case))
        send(zora)
        assert len(box.got) == before, "it waits for the digest"
        made.clock.at += DAY
        send(zora)
        assert box.to[before:] == ["zora@agency.example"]
        assert box.got[-1]["Content-Language"] == "fi"
        choice["pace"] = "danger"
        zora.post("/notices/choice", form_id="y", **choice)
        clinic(made).transact(lambda work: news(work, case))
        made.clock.at += DAY
        send(zora)
        assert box.to[before:] == ["zora@agency.example"]
        assert rows(clinic(made), "select count(*) from notice") == [(0,)]


def test_nobody_is_told_of_what_was_to_last_until_a_moment_that_has_come(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        case, jelena = reported(made, "r", needs=["health"]), made.at["rs-czztlj"]
        lead = next(one for one in made.instances if one.me == "referral.rs-czztlj")
        send(jelena)
        now = lead.clock.now()[0]
        lasts = f"update job set what = 'keep', due = {NEVER}, opens = {now + HOUR} where what = 'decide_status' and \"case\" = '{case}'"
        for change in (lasts, f"delete from job where what <> 'keep' and \"case\" = '{case}'", "delete from notice"):
            lead.transact(lambda work, change=change: work.session.connection().exec_driver_sql(change) and None)
        assert rows(lead, "select what from job") == [("keep",)]

        def told_and_listed() -> tuple[int, bool]:
            lead.transact(lambda work: tell_of_cases(work.session.connection(), work.instance, [case], "", now))
            before = len(box.got)
            send(jelena)
            return len(box.got) - before, "lasts at least until" in jelena.get("/today?whose=agency")

        assert told_and_listed() == (1, True)
        made.clock.at += 2 * HOUR
        assert told_and_listed() == (0, False), "the page shows it no more, and nobody is called to it"


def test_whoever_decides_on_status_is_told_when_they_may(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        case, jelena = reported(made, "r", needs=["health"]), made.at["rs-czztlj"]
        lead = next(one for one in made.instances if one.me == "referral.rs-czztlj")
        jelena.post(f"/assignments/referral/{case}/take")
        send(jelena)
        now = lead.clock.now()[0]
        gate = f"update job set opens = {now + HOUR}, due = {NEVER}, since = {now} where what = 'decide_status' and \"case\" = '{case}'"
        lead.transact(lambda work: work.session.connection().exec_driver_sql(gate) and None)
        jelena.post("/today/looked")
        before = len(box.got)
        send(jelena)
        assert len(box.got) == before, "it is not allowed yet"
        assert "0 are new since you looked" in words(jelena.get("/today?what=decide_status"))
        made.clock.at += 2 * HOUR
        for _twice in (1, 2):
            send(jelena)
            assert len(box.got) == before + 1, "once"
        assert "1 is new since you looked" in words(jelena.get("/today"))


def test_nobody_proves_an_address_that_is_not_theirs(tmp_path) -> None:
    box = Mailbox()
    with told_town(tmp_path, box) as made:
        zora = made.at["rs-zdr-bg"]
        for wrong in ("zora", "zora@agency", "a@b.example\nBcc: c@d.example", ""):
            answer = zora.post("/notices/mail/address", form_id="a", address=wrong)
            assert answer.status_code == 422
            assert "Write an e-mail address" in words(answer.text)
        assert zora.post("/notices/hook/address", form_id="a", address="+381601234567").status_code == 404, "no gateway is set"
        assert zora.post("/notices/fax/address", form_id="a", address="1").status_code == 422
        zora.post("/notices/mail/address", form_id="a", address="other@agency.example")
        send(zora)
        code = re.search(r"\d{6}", box.got[-1].get_content())[0]
        other = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(5):
            answer = zora.post("/notices/mail/code", form_id="c", code=other)
            assert answer.status_code == 422
            assert "This is not the code" in words(answer.text)
        assert "counts no more" in words(zora.post("/notices/mail/code", form_id="c", code=code).text), "five wrong ones were written"
        zora.post("/notices/mail/address", form_id="a", address="zora@agency.example")
        assert "counts no more" not in words(zora.post("/notices/mail/code", form_id="c", code=other).text)
        assert "This is not the code" in words(zora.post("/notices/mail/code", form_id="c", code=code).text), "that of another address"
        made.clock.at += HOUR
        send(zora)
        late = re.search(r"\d{6}", box.got[-1].get_content())[0]
        assert "counts no more" in words(zora.post("/notices/mail/code", form_id="c", code=late).text)
        for n in range(3):
            zora.post("/notices/mail/address", form_id=f"a{n}", address="zora@agency.example")
        answer = zora.post("/notices/mail/address", form_id="a9", address="zora@agency.example")
        assert "Five codes have gone out" in words(answer.text)
        with Session(clinic(made).engine) as session:
            assert all(row.verified_at is None for row in session.exec(select(NoticeAddress)))
            assert {row.kind for row in session.exec(select(NoticeMessage))} == {"code"}
        bad = {"pace": "often", "quiet_from": "8", "quiet_to": "07:00", "language": "xx"}
        for name, right, said in (
            ("pace", "at-once", "Choose when"),
            ("language", "en", "Choose one of the languages"),
            ("quiet_from", "20:00", "Give both times"),
        ):
            answer = zora.post("/notices/choice", form_id="x", **bad)
            assert answer.status_code == 422
            assert said in words(answer.text)
            bad[name] = right
        assert zora.post("/notices/choice", form_id="x", **bad).status_code == 303


def test_an_agency_that_sends_no_notices_writes_none(tmp_path) -> None:
    with town(tmp_path, assignment=True, **OFFICE) as made:
        reported(made, "r", needs=["health"])
        zora = made.at["rs-zdr-bg"]
        assert rows(clinic(made), "select count(*) from notice") == [(0,)]
        assert 'href="/notices"' not in zora.get("/today")
        assert "sends no notices" in words(zora.get("/notices", 404))
