"""Partners who are no members report: a job of Today with a clock, and no case before an officer takes it up."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from httpx2 import Response
from sqlmodel import select

from services.intake.handlers.housekeeping import tend
from services.intake.handlers.partners import receive
from services.intake.models import PartnerReport
from services.intake.rules.partners import MOST_WAITING
from shared.access.rate_limit import ReportRateLimit
from shared.access.roles import Role
from shared.config.calendar import HOUR, MINUTE, local
from shared.config.clock import wall
from shared.crypto.keystore import PLACES
from shared.store.notice_tables import NoticeMessage
from shared.store.tables import Audit
from shared.web.admin.today_news import NewsStreams
from tests.browser.desks import Town, Visitor, town, words
from tests.services.intake.conftest import intake_of
from tests.shared.access.offices import opened
from tests.shared.client import PageClient
from tests.shared.messaging.notice_servers import Mailbox, mail_server
from tests.shared.web.admin.told_town import send

SAID = {"kind": "school", "danger": "false", "words": "a pupil sleeps in the workshop", "place": "Niš", "contact": "the head teacher"}


@pytest.fixture
def settings() -> dict[str, object]:
    return {"partners": True}


def outside(made: Town) -> Visitor:
    """Somebody whom nobody knows."""
    return outside_of(made.at["rs-ir"])


def outside_of(office: Visitor) -> Visitor:
    return Visitor(PageClient(office.client.app, follow_redirects=False), office.agency)


def report_of(page: str) -> str:
    return re.search(r'action="(/partner-reports/[0-9a-z-]+)/take-up"', page)[1]


def test_there_is_no_such_page_unless_it_is_switched_on(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines") as made:
        assert outside(made).client.get("/partner").status_code == 404
        assert outside(made).post("/partner", **SAID).status_code == 404
        assert "Nothing waits here." in words(made.at["rs-ir"].get("/partner-reports"))


def test_it_is_a_job_with_a_clock_and_becomes_a_report_that_an_officer_has_begun(made, ines) -> None:
    school = outside(made)
    form = school.get("/partner")
    thanks = school.post("/partner", form_id=school.form_id(form, "/partner"), **SAID)
    again = school.post("/partner", form_id=school.form_id(form, "/partner"), **SAID)
    assert thanks.status_code == again.status_code == 200
    assert words(thanks.text) == words(again.text)
    for answer in (thanks, school.client.get("/partner")):
        assert "set-cookie" not in answer.headers
        assert "Ines" not in answer.text
        assert 'href="/today"' not in answer.text
    known = ines.client.get("/partner", headers={"accept": "text/html"})
    assert "Ines" not in known.text, "it knows no session"
    today = words(ines.get("/today"))
    assert "to look at" in today
    assert "To be looked at by" in today
    assert "workshop" not in today
    stored = intake_of(made).transact(lambda work: [row.words for row in work.session.exec(select(PartnerReport))])
    assert len(stored) == 1, "a double click is one report"
    assert "workshop" not in stored[0], "closed at rest"
    assert "Nothing has been reported here yet." in ines.get("/reports")
    page = ines.get("/partner-reports")
    assert "a pupil sleeps in the workshop" in page
    asyncio.run(ines.client.app.state.desks["intake"].trail.flush())
    read = intake_of(made).transact(lambda work: [(a.officer, a.case) for a in work.session.exec(select(Audit)) if a.act == "partner-read"])
    assert read == [("ines", report_of(page).rpartition("/")[2])]
    draft = ines.post(f"{report_of(page)}/take-up").headers["location"]
    assert "A school or day care" in ines.get(draft.replace("/danger", "/words"))
    assert "a pupil sleeps in the workshop" in ines.get(draft.replace("/danger", "/words"))
    assert "the head teacher" in ines.get(draft.replace("/danger", "/words"))
    assert "Nothing has been reported here yet." in ines.get("/reports"), "a case is what the officer makes of it"
    assert ines.post(f"{report_of(page)}/take-up").status_code == 404
    tend(intake_of(made), intake_of(made).transact, made.clock.at)
    assert not intake_of(made).transact(lambda work: work.session.exec(select(PartnerReport)).all())


def test_what_is_added_under_the_same_form_is_kept_beside_what_came_first(made, ines) -> None:
    school = outside(made)
    form = school.form_id(school.get("/partner"), "/partner")
    for added in ({}, {"words": "his name is on the door"}, {"danger": "true"}, {"danger": "true"}):
        assert school.post("/partner", form_id=form, **SAID | added).status_code == 200
    page = ines.get("/partner-reports")
    assert page.count("/take-up") == 3
    assert "his name is on the door" in page
    report = report_of(page)
    ines.post(f"{report}/set-aside", reason="spam")
    school.post("/partner", form_id=form, **SAID | {"danger": "true"})
    assert ines.get("/partner-reports").count("/take-up") == 3, "somebody has looked at the first, and it came again"
    tend(intake_of(made), intake_of(made).transact, made.clock.at)
    made.at["rs-ir"].client.app.state.partners = ReportRateLimit(wall)
    ines.post(f"{report_of(ines.get('/partner-reports'))}/set-aside", reason="spam")
    tend(intake_of(made), intake_of(made).transact, made.clock.at)
    school.post("/partner", form_id=form, **SAID | {"danger": "true"})
    assert ines.get("/partner-reports").count("/take-up") == 3


def test_who_reports_chooses_no_name_under_which_something_else_may_lie(made, ines) -> None:
    draft = re.search(r"/drafts/([0-9a-f]{32})", ines.client.get("/drafts/new").headers["location"])[1]
    assert ines.post(f"/drafts/{draft}/danger", form_id=draft, danger="false").status_code == 303
    outside(made).post("/partner", form_id=draft, **SAID)
    report = report_of(ines.get("/partner-reports"))
    assert draft not in report
    assert report.startswith("/partner-reports/partner-")
    ines.post(f"{report}/set-aside", reason="spam")
    tend(intake_of(made), intake_of(made).transact, made.clock.at)
    assert re.search(r'value="false" checked', ines.get(f"/drafts/{draft}/danger")), "the draft is whole"


def test_it_reads_no_session_and_none_goes_on_by_it(tmp_path) -> None:
    with opened(tmp_path / "data", partners=True) as office:
        ana = office.person("ana", Role.OFFICER)
        assert "own-blank" in ana.get("/terms"), "what she sees hides itself"
        ana.get("/reports")
        for minutes in (5, 9, 11):
            office.guard.now = lambda minutes=minutes: wall() + minutes * MINUTE
            page = ana.get("/partner")
            assert "own-blank" not in page
            assert "data-once" not in page, "a key pressed by chance leaves no page on which somebody types"
            assert 'class="own-leave"' in page
        ana.get("/reports", 303)
        stranger = office.stranger()
        office.instances[0].fenced("a log that nobody knows")
        for path in ("/terms", "/accessibility"):
            page = stranger.get(path)
            assert 'href="/reports"' not in page
            assert "has stopped" not in page
        assert "has stopped" in office.person("ana", Role.OFFICER).get("/terms")


def test_danger_stands_first_and_what_nobody_looks_at_is_late_and_never_gone(made, ines) -> None:
    school = outside(made)
    school.post("/partner", **SAID)
    urgent = school.post("/partner", **SAID | {"danger": "true", "words": "she screams"})
    assert "call 192" in words(urgent.text)
    made.clock.at += 40 * 86_400_000
    tend(intake_of(made), intake_of(made).transact, made.clock.at)
    page = words(ines.get("/partner-reports"))
    assert page.index("she screams") < page.index("sleeps in the workshop")
    assert page.count("late by") == 2


@contextmanager
def told_office(folder: Path, box: Mailbox, agency: str, **settings) -> Iterator[Visitor]:
    """An agency with the page, whose desk gets mail here."""
    with mail_server(box) as mail:
        said = {"smtp": mail, "smtp_tls": "none", "notice_from": "nrm@agency.example", "notice_desk": "desk@agency.example"}
        with town(folder, settings={"partners": True, "notice_language": "en"} | said | settings, **{agency: "x"}) as made:
            yield made.at[agency.replace("_", "-")]


@pytest.mark.parametrize("agency", ["rs_ir", "rs_czztlj"])
def test_in_danger_the_desk_is_told_at_once_and_nothing_of_it_is_said(tmp_path, agency) -> None:
    box = Mailbox()
    with told_office(tmp_path, box, agency, notice_pace="danger") as office:
        school = outside_of(office)
        assert school.post("/partner", **SAID).status_code == 200
        send(office)
        assert not box.got, "this desk wants to be told of danger alone"
        for words_ in ("she screams", "she screams again"):
            assert school.post("/partner", **SAID | {"danger": "true", "words": words_}).status_code == 200
        send(office)
        (mail,) = box.got
        assert mail["to"] == "desk@agency.example"
        assert not {"screams", "Niš", "partner"} & {word for word in ("screams", "Niš", "partner") if word in mail.as_string()}
        send(office)
        assert len(box.got) == 1, "who floods the page floods no mailbox"


def test_what_is_no_danger_waits_for_the_desks_hour_once(tmp_path) -> None:
    box = Mailbox()
    hour = local(wall() + 2 * HOUR, ZoneInfo("Europe/Belgrade")).strftime("%H:%M")
    with told_office(tmp_path, box, "rs_ir", notice_pace="digest", notice_digest=hour, notice_quiet="00:00-00:00") as office:
        for words_ in ("one", "two"):
            outside_of(office).post("/partner", **SAID | {"words": words_})
        send(office)
        assert not box.got
        instances = office.client.app.state.notices.instances
        waiting = [row for one in instances for row in one.transact(lambda work: list(work.session.exec(select(NoticeMessage))))]
        assert [(row.officer, row.made_at > wall()) for row in waiting] == [("", True)], "a message that is made at its hour is not stuck"
        outside_of(office).post("/partner", **SAID | {"danger": "true"})
        send(office)
        assert len(box.got) == 1, "danger waits for no hour"


def test_they_are_news_and_late_ones_come_to_who_supervises(made, ines) -> None:
    ines.post("/today/looked")
    since, school = made.clock.at, outside(made)
    made.clock.at += 60_000
    school.post("/partner", **SAID)
    school.post("/partner", **SAID | {"words": "another"})
    assert "2 are new since you looked" in words(ines.get("/today"))
    ines.client.app.state.news = NewsStreams(longest=0.05, every=0.1)
    told = ines.client.get(f"/today/news?whose=agency&since={since}", headers={"accept": "text/event-stream"})
    assert told.text == f"id: {since}\ndata: 2\n\n"
    assert "nobody looked in time" not in words(ines.get("/today"))
    made.clock.at += 25 * HOUR
    assert "nobody looked in time" in words(ines.get("/today"))


def test_what_is_no_report_is_set_aside_with_a_reason(made, ines) -> None:
    outside(made).post("/partner", **SAID | {"words": "cheap watches"})
    report = report_of(ines.get("/partner-reports"))
    assert ines.post(f"{report}/set-aside", reason="because").status_code == 422
    assert ines.post(f"{report}/set-aside", reason="spam").headers["location"] == "/partner-reports"
    assert "cheap watches" not in ines.get("/partner-reports")


def test_a_flood_is_one_row_of_today_paged_and_set_aside_at_once(made, ines) -> None:
    def flood(work) -> None:
        for n in range(45):
            receive(work, f"partner-{n:032x}", SAID | {"words": f"watches {n}"}, made.clock.at + n, danger=n == 44)

    intake_of(made).transact(flood)
    today = ines.get("/today")
    assert today.count('href="/partner-reports"') == 1
    assert "45 reports of partners, to look at" in words(today)
    assert "danger" in words(today)
    assert "45 reports of partners" in words(ines.get("/reports"))
    first = ines.get("/partner-reports")
    assert first.count("/take-up") == 20
    assert first.index("watches 44") < first.index("watches 0")
    assert "watches 43" in ines.get("/partner-reports?page=3")
    assert "watches 43" in ines.get("/partner-reports?page=99"), "the last there is"
    ticked = re.findall(r'name="report" value="([^"]+)"', first)
    assert ines.post(f"/partner-reports/{ticked[0]}/set-aside", reason="spam").status_code == 303
    assert ines.post("/partner-reports/set-aside", reason="spam", report=ticked).headers["location"] == "/partner-reports"
    assert "25 reports of partners" in words(ines.get("/today"))
    assert ines.post("/partner-reports/set-aside", reason="spam").status_code == 303, "nothing is ticked"


def test_all_are_set_aside_at_once_once_their_number_is_confirmed_but_for_those_in_danger(made, ines) -> None:
    def come(first: int, last: int) -> None:
        def kept(work) -> None:
            for n in range(first, last):
                receive(work, f"partner-{n:032x}", SAID | {"words": f"watches {n}"}, made.clock.at + n, danger=n == 0)

        intake_of(made).transact(kept)

    come(0, 45)
    assert 'href="/partner-reports/all"' in ines.get("/partner-reports")
    page = ines.get("/partner-reports/all")
    assert "Set 44 reports aside at once?" in words(page)
    assert "1 in which somebody may be in danger is not among them" in words(page)
    named = {name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in ("until", "number")}
    ines.post(f"{report_of(ines.get('/partner-reports?page=2'))}/set-aside", reason="spam")
    anew = ines.post("/partner-reports/all", reason="spam", **named)
    assert anew.status_code == 409
    assert "Set 43 reports aside at once?" in words(anew.text)
    made.clock.at += 60_000
    assert "45 reports" not in words(ines.get("/today"))
    come(45, 46)
    named = {name: re.search(rf'name="{name}" value="(\d+)"', anew.text)[1] for name in ("until", "number")}
    assert ines.post("/partner-reports/all", reason="because", **named).status_code == 422
    assert ines.post("/partner-reports/all", reason="spam", **named).headers["location"] == "/partner-reports"
    assert "2 reports of partners" in words(ines.get("/today")), "the one in danger, and what came since"
    assert ines.post("/partner-reports/all", reason="spam", **named).status_code == 409, "sent twice it takes nothing along"
    acts = intake_of(made).transact(lambda work: [a.act for a in work.session.exec(select(Audit)) if a.act == "partner-aside"])
    assert len(acts) == 44
    shown = words(ines.get("/access"))
    assert "43 reports" in shown, "what one click did is one line"
    assert shown.count("set a partner’s report aside") == 2


def test_who_looks_at_the_audit_sees_what_became_of_reports_of_partners(made, ines) -> None:
    for said in ("cheap watches", "a pupil sleeps in the workshop"):
        outside(made).post("/partner", **SAID | {"words": said})
    first = report_of(ines.get("/partner-reports"))
    assert ines.post(f"{first}/set-aside", reason="spam").status_code == 303
    assert ines.post(f"{report_of(ines.get('/partner-reports'))}/take-up").status_code == 303
    made.clock.at += HOUR
    page = ines.get("/access")
    shown = words(page)
    for said in (
        "Reports of partners, the newest first",
        "set a partner’s report aside it is not meant seriously",
        "took a partner’s report up",
    ):
        assert said in shown, said
    assert "read a partner’s report" in shown
    assert "workshop" not in page
    assert "watches" not in page
    assert "/access/intake/partner-" not in page, "it is no case"


def test_fields_are_bounded_and_an_address_is_asked_to_wait(made) -> None:
    school = outside(made)
    wrong = school.post("/partner", **SAID | {"words": "x" * 2001, "kind": ""})
    assert wrong.status_code == 422
    assert 'href="#words"' in wrong.text
    assert 'href="#kind"' in wrong.text
    tries = [school.post("/partner", **SAID) for _ in range(7)]
    assert [one.status_code for one in tries].count(429) == 2, "what must be corrected takes no turn"
    assert_nothing_lost(made, tries[-1])
    assert tries[-1].headers["retry-after"] == "60"


def assert_nothing_lost(made: Town, refused: Response) -> None:
    phone = made.instances[0].country.phone_of("rs-ir")
    assert phone
    assert f'href="tel:{phone.replace(" ", "")}"' in refused.text
    assert "still stands below" in words(refused.text)
    for said in ("a pupil sleeps in the workshop", 'value="Niš"', 'value="the head teacher"', 'value="school" checked'):
        assert said in refused.text


def test_where_it_cannot_be_kept_nothing_that_was_written_is_lost(made) -> None:
    intake_of(made).transact(lambda work: [receive(work, f"{n:032x}", SAID, n, danger=False) for n in range(MOST_WAITING)])
    full = outside(made).post("/partner", **SAID)
    assert full.status_code == 503
    assert "nobody can promise" in words(full.text)
    assert_nothing_lost(made, full)
    intake_of(made).transact(lambda work: work.session.connection().exec_driver_sql("drop table partnerreport") and None)
    away = outside(made).post("/partner", **SAID)
    assert away.status_code == 503
    assert_nothing_lost(made, away)


def test_what_nobody_can_read_any_more_is_said_and_can_only_be_set_aside(made, ines) -> None:
    outside(made).post("/partner", **SAID)
    report, intake = report_of(ines.get("/partner-reports")), intake_of(made)
    assert intake.keystore is not None
    intake.keystore.erase({report.rpartition("/")[2]: tuple(PLACES)})
    page = ines.get("/partner-reports")
    assert "cannot be read any more" in words(page)
    assert "/take-up" not in page
    assert ines.post(f"{report}/take-up").status_code == 404
    assert ines.post(f"{report}/set-aside", reason="too_little").status_code == 303
