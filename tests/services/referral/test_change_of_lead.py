"""A change of lead on pages: asked with its readers shown, found on Today, opened, answered; both sides read the same, and a withdrawal
that the former desk is told reaches the new one."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete

from shared.decisions.job_share import JobShare
from shared.decisions.jobs import keep_in_step
from shared.privacy.legal_bases import LeadRecordPart
from shared.protocol.next_moves import Move, What
from shared.protocol.vocabulary import Need
from shared.store.database import table
from tests.browser.desks import REPORT, Town, Visitor, as_writer, town, words

LEAD, NEXT, POLICE = "rs-czztlj", "rs-csr-ns", "rs-pu-bg"
ASKS = "Ask another agency to lead"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Town]:
    officers = {"rs_ir": "ines", "rs_czztlj": "jelena", "rs_csr_ns": "sofija", "rs_pu_bg": "petra"}
    with town(tmp_path, **officers) as one:
        yield one


def reported(made: Town) -> str:
    answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT | {"needs": ["investigation"]})
    made.carry()
    return answer.headers["location"].rpartition("/")[2]


def send(at: Visitor, page: str, action: str, status: int = 303, **said: object) -> str:
    text = at.get(page)
    answer = at.post(action, form_id=at.form_id(text, action), head=at.head(text, action), **said)
    assert answer.status_code == status, words(answer.text)[:900]
    return answer.text


def agreed(made: Town, case: str, agency: str = NEXT) -> None:
    """The person agrees that this agency is told of them for identification."""
    told = {"agency": agency, "need": "identification", "classes": ["D1", "D2", "D3", "D4"], "language": "sr"}
    send(made.at[LEAD], f"/lead/{case}", f"/lead/{case}/record-consent", **told)
    made.carry()


def handoff(page: str) -> str:
    return page.partition('name="handoff" value="')[2].partition('"')[0]


def asked(made: Town) -> tuple[str, str]:
    """A case that the other desk is asked to lead: the case, and the page of the change."""
    case = reported(made)
    lead, page = made.at[LEAD], f"/lead/{case}/ask-to-lead"
    assert "has not agreed that it is told of them" in words(lead.get(f"{page}?agency={NEXT}"))
    agreed(made, case)
    shown = words(lead.get(f"{page}?agency={NEXT}"))
    assert "Until it has said yes it reads codes that name nobody" in shown
    assert "Once it leads it reads" in shown
    shot(lead, f"{page}?agency={NEXT}", "ask")
    send(lead, f"{page}?agency={NEXT}", page, agency=NEXT)
    made.carry()
    return case, page


def shot(at: Visitor, path: str, name: str) -> None:
    """The page as a file, to be looked at in a browser, where somebody wants that."""
    if folder := os.environ.get("NRM_PAGES"):
        Path(folder, f"{name}.html").write_text(at.get(path))


def test_a_request_to_lead_is_asked_found_opened_and_taken_and_both_sides_read_the_same(made: Town) -> None:
    case, page = asked(made)
    lead, other = made.at[LEAD], made.at[NEXT]
    assert "Another agency is asked to lead" in words(lead.get(f"/lead/{case}"))
    today = other.get("/today?whose=agency")
    assert f'href="{page}"' in today, "the row leads to where it is answered"
    assert "Say whether you take over the lead" in words(today)
    shot(other, page, "asked")
    send(other, page, f"/lead/{case}/see-lead", handoff=handoff(other.get(page)))
    shot(other, page, "opened")
    send(other, page, f"/lead/{case}/take-lead", handoff=handoff(other.get(page)))
    made.carry()
    for agency in (LEAD, NEXT):
        history = words(made.at[agency].get(f"/lead/{case}?tab=history"))
        assert agency == NEXT or "asked another agency to lead the case" in history, "who joins later reads on from there"
        assert "agreed to lead the case" in history
        assert "handed over the lead of the case" in history, history[-1500:]
        assert "→ Centre for Social Work Novi Sad" in history
        assert "Lead of the case" in words(made.at[agency].get(f"/lead/{case}?tab=way"))
    gone, new = words(lead.get(f"/lead/{case}")), words(other.get(f"/lead/{case}"))
    assert "This agency leads the case now: Centre for Social Work Novi Sad" in gone
    assert "What you as the lead can decide" not in gone
    assert "What you as the lead can decide" in new
    assert "has not come yet" not in new
    assert "What the person agreed to" in words(other.get(f"/lead/{case}?tab=people"))
    shot(lead, f"/lead/{case}", "former")
    shot(other, f"/lead/{case}", "new")
    police, asks = made.at[POLICE], f"/cases/{case}/request"
    asked_of = next(f"/cases/{case}/handoffs/{one.id}" for one in made.picture(case).handoffs.values() if one.to == POLICE)
    for decision in ("open", "accept"):
        assert police.post(f"{asked_of}/{decision}", form_id=decision).status_code == 303
    made.carry()
    kept = police.post(asks, form_id="housing", need="housing", to=NEXT, kind="referral")
    assert kept.status_code == 303, words(kept.text)
    made.carry()
    own = next(f"/cases/{case}/handoffs/{one.id}" for one in made.picture(case).handoffs.values() if one.need is Need.HOUSING)
    for decision in ("open", "accept"):
        assert other.post(f"{own}/{decision}", form_id=decision).status_code == 303
    before = words(other.get(own))
    assert "is not on record here: ask the agencies that were in the case before" in before
    assert "ask the lead agency before an interview" not in before, "that is itself"
    withdrawn = f"/lead/{case}/withdraw"
    send(lead, f"{withdrawn}?agency={POLICE}", withdrawn, agency=POLICE, words="said so by telephone")
    made.carry()
    assert "Your agency is not in this case any more" in words(made.at[POLICE].get(f"/cases/{case}"))
    assert "withdrawn" in words(other.get(f"/lead/{case}?tab=people"))


def test_a_no_with_its_reason_leaves_the_lead_and_a_request_can_be_taken_back(made: Town) -> None:
    case, page = asked(made)
    lead, other = made.at[LEAD], made.at[NEXT]
    send(other, page, f"/lead/{case}/see-lead", handoff=handoff(other.get(page)))
    id = handoff(other.get(page))
    wrong = send(other, page, f"/lead/{case}/decline-lead", 422, handoff=id, code="")
    assert "govuk-error-summary" in wrong
    reasons = other.get(page).partition('name="code"')[2]
    code = reasons.partition('value="')[2].partition('"')[0]
    said = {"handoff": id, "code": code, "competent": "rs-ngo-pomoc"}
    send(other, page, f"/lead/{case}/decline-lead", **said)
    made.carry()
    history = words(lead.get(f"/lead/{case}?tab=history"))
    assert "declined to lead the case" in history
    assert "What you as the lead can decide" in words(lead.get(f"/lead/{case}"))
    made.later(2)  # the same form a moment later is asked about first
    send(lead, f"{page}?agency={NEXT}", page, agency=NEXT)
    made.carry()
    send(lead, page, f"/lead/{case}/take-back-lead", handoff=handoff(lead.get(page)))
    made.carry()
    assert "is not asked to" in words(other.get(page))


def test_while_the_record_is_awaited_the_pages_say_what_is_not_known_and_what_can_be_done(made: Town) -> None:
    """Nobody knows then whom the person leaves out: no page says that they leave anybody out, and each way on is named."""
    case, page = asked(made)
    send(made.at[NEXT], page, f"/lead/{case}/see-lead", handoff=handoff(made.at[NEXT].get(page)))
    send(made.at[NEXT], page, f"/lead/{case}/take-lead", handoff=handoff(made.at[NEXT].get(page)))
    made.carry()
    new = next(one for one in made.instances if one.me == f"referral.{NEXT}")
    as_writer(new, lambda: new.transact(lambda work: work.session.connection().execute(delete(table(LeadRecordPart)))))
    other = made.at[NEXT]
    told = words(other.get(f"/lead/{case}"))
    assert "has not come yet" in told
    assert "Phone Centre for Human Trafficking Victims' Protection: is its system running? +999 1 000 005" in told
    assert "ask the person, and record the consent below, agency by agency" in told
    invite = other.get(f"/lead/{case}/add-agency?need=legal&chosen=true")
    assert "It is not known here whom the person leaves out." in words(invite)
    assert 'value="rs-ngo-pomoc"' in invite, "who could help is offered all the same"
    form = f"/lead/{case}/consult"
    no = send(other, f"/lead/{case}", form, 422, agency="rs-ngo-pomoc", need="legal", question="competence")
    assert "It is not known here whether the person leaves this agency out" in words(no)
    head = other.head(other.get(f"/lead/{case}"), form)
    no = other.post(f"/lead/{case}/change-basis", form_id="basis", head=head, age="adult", consent="false")
    assert "it is not known whom the person leaves out" in words(no.text)
    for text in (told, words(invite), words(no.text)):
        assert "does not want" not in text
    shot(other, f"/lead/{case}", "awaited")


def ref(case: str) -> str:
    return f"{case[:4]}-{case[4:8]}".upper()


def test_a_desk_that_leads_some_cases_lists_those_and_the_agency_has_all_else_where_it_acts(made: Town) -> None:
    answer = made.at["rs-ir"].post("/reports/new", form_id="report", **REPORT | {"needs": ["social_care"]})
    made.carry()
    case = answer.headers["location"].rpartition("/")[2]
    lead, other = made.at[LEAD], made.at[NEXT]
    assert ref(case) in words(lead.get("/lead"))
    assert ref(case) not in words(other.get("/lead")), "another agency leads it"
    assert words(other.get("/lead")).startswith("Cases you lead 0 open")
    assert f"/assignments/referral/{case}" not in other.get("/assignments")
    row = other.get("/today?whose=agency")
    assert f'href="/cases/{case}/handoffs/' in row
    assert "Social care" in words(row)
    wants = f"/cases/{case}/request"
    assert other.post(wants, form_id="wants", to="rs-ngo-pomoc", need="legal").status_code == 303
    made.carry()
    assert f'href="/cases/{case}"' in other.get("/today?whose=others"), "what others must do for it is at the service where it acts"
    agreed(made, case)
    send(lead, f"/lead/{case}/ask-to-lead?agency={NEXT}", f"/lead/{case}/ask-to-lead", agency=NEXT)
    made.carry()
    page = f"/lead/{case}/ask-to-lead"
    assert ref(case) in words(other.get("/lead")), "it is asked to lead it"
    send(other, page, f"/lead/{case}/see-lead", handoff=handoff(other.get(page)))
    send(other, page, f"/lead/{case}/take-lead", handoff=handoff(other.get(page)))
    made.carry()
    assert ref(case) in words(other.get("/lead"))
    assert ref(case) not in words(lead.get("/lead")), "it leads it no more"
    assert f'href="/lead/{case}/withdraw"' in lead.get(f"/cases/{case}"), "and takes down there what the person withdraws"
    assert "Your agency led this case" in words(lead.get(f"/cases/{case}"))


def test_who_has_the_case_where_the_agency_acts_takes_down_what_the_person_withdraws_from_the_former_lead(tmp_path: Path) -> None:
    """Cases are assigned at each service for itself: the person is heard by whoever sits there."""
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="jelena", rs_csr_ns="sofija", rs_pu_bg="petra") as made:
        case = reported(made)
        lead, other = made.at[LEAD], made.at[NEXT]
        for at in (lead, other):
            assert at.post(f"/assignments/referral/{case}/take").status_code in (303, 404)
        agreed(made, case)
        page = f"/lead/{case}/ask-to-lead"
        send(lead, f"{page}?agency={NEXT}", page, agency=NEXT)
        made.carry()
        other.post(f"/assignments/referral/{case}/take")
        assert ref(case) in words(other.get("/caseload")), "one's own case is in one's list while the agency is asked to lead it"
        for act in ("see-lead", "take-lead"):
            send(other, page, f"/lead/{case}/{act}", handoff=handoff(other.get(page)))
        made.carry()
        assert f"/assignments/assistance/{case}" not in other.get("/assignments"), "it has nothing to do where it acts"
        others = (one.id for one in made.instances[0].country.agency(LEAD).officers if one.id != lead.officer)
        beside, way = Visitor(lead.client, LEAD, next(others)), f"/lead/{case}/withdraw"
        beside.get(way, 404)
        assert beside.post(f"/assignments/assistance/{case}/take").status_code == 303
        assert f'href="{way}"' in beside.get(f"/cases/{case}")
        less = {"case": case, "agency": POLICE, "classes": ["D2"], "words": "by a program"}
        by_program = {"nrm-officer": beside.officer, "accept": "application/json"}
        assert lead.client.post("/api/referral/withdraw", json=less, headers=by_program).status_code == 201
        assert lead.client.post("/api/referral/start-joint-action", json={"case": case}, headers=by_program).status_code == 404
        asked = beside.get(f"{way}?agency={POLICE}")
        assert f'href="/cases/{case}"' in asked, "the way back is to where they have it"
        answer = beside.post(way, form_id="heard", head=beside.head(asked, way), agency=POLICE, words="by telephone")
        assert answer.headers["location"] == f"/cases/{case}"
        made.carry()
        assert "withdrawn" in words(other.get(f"/lead/{case}?tab=people"))
        for path in ("", "/ask-to-lead", "/close"):
            beside.get(f"/lead/{case}{path}", 404)


def test_what_the_agency_owed_before_it_led_is_told_at_the_desk_that_does_it_now(made: Town) -> None:
    """With the lead a job passes from one of its services to the other: there it is news."""
    case, _ = asked(made)
    desk = next(one for one in made.instances if one.me == f"referral.{NEXT}")
    picture = made.picture(case)
    desk.sends_notices_of(JobShare.LED)
    move = Move(NEXT, What.SETTLE, Need.HEALTH, None)
    for lead, news in ((LEAD, 1), (NEXT, 1), (NEXT, 0)):
        told = {case: picture.model_copy(update={"lead": lead})}
        keep = partial(keep_in_step, told=told, moves=lambda _: [move], now=1, tells=desk.tells)
        assert len(desk.transact(lambda work, keep=keep: keep(work.session.connection()))) == news, lead
