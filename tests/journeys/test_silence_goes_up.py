"""Silence goes up and never consents: over two agencies and the coordinator, while one side is down and the other starts anew."""

import re
from itertools import count

from services.reporting.ingest.open_handoffs import store
from shared.observability.beat import knowing, statement
from shared.processing.instance import Instance
from shared.processing.startup import load
from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Need
from tests.browser.desks import REPORT, Town, town, words

CLINIC, LEAD, OTHER_LEAD = "rs-zdr-bg", "rs-czztlj", "rs-csr-ns"
SILENT, FULL = "Nobody has said why", "There is no capacity"
OLD = "not since"
beats = count(1)


def says(made: Town, coordinator: Instance, *agencies: str) -> None:
    """The beat of these agencies, as their processes send it."""
    for agency in agencies:
        said = statement(knowing([one for one in made.instances if one.agency == agency]), {})
        coordinator.transact(lambda work, said=said: store(work, said.model_copy(update={"at": next(beats)})))


def still(made: Town) -> str:
    """What the coordinator's page lists."""
    return made.at["rs-koord"].get("/operations/stalled")


def leads_say(made: Town, coordinator: Instance) -> None:
    """Both desks that lead cases, as each does every few seconds."""
    for agency in (LEAD, OTHER_LEAD):
        says(made, coordinator, agency)


def test_what_nobody_does_comes_up_to_the_coordinator_and_is_theirs_alone_who_must_do_it(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="luka", rs_zdr_bg="zora", rs_csr_ns="sofija", rs_koord="olga") as made:
        lead, clinic = made.at[LEAD], made.at[CLINIC]
        coordinator = next(one for one in made.instances if one.agency == "rs-koord")
        made.instances.remove(coordinator)  # it reads no log of cases
        down = [one for one in made.instances if one.agency == CLINIC]
        made.instances = [one for one in made.instances if one.agency != CLINIC]

        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"needs": ["health"]}).headers["location"].rpartition("/")[2]
        made.carry()
        asked, mine = (
            next(h for h in made.picture(case).handoffs.values() if h.need is need) for need in (Need.HEALTH, Need.IDENTIFICATION)
        )
        assert lead.post(f"/cases/{case}/handoffs/{mine.id}/accept", form_id="i").status_code == 303
        made.carry()
        hours = (asked.answer_by - asked.requested_at) / 3_600_000
        leads_say(made, coordinator)
        assert "Nothing stands still." in words(still(made))

        made.later(hours * 0.6)
        assert "Not done yet: a reminder" in words(lead.get("/today?whose=others")), "a reminder, to nobody else"
        assert "Answer a request: Health" not in words(lead.get("/today?whose=escalated"))
        made.later(hours)
        up = words(lead.get("/today?whose=escalated"))
        assert "Answer a request: Health care" in up, "past its deadline by half: the lead sees it"
        assert "Health Centre Belgrade must do it. Phone:" in up
        leads_say(made, coordinator)
        assert "Answer a request" not in words(still(made))

        made.later(hours * 0.6)
        for one in [one for one in made.instances if one.agency == LEAD]:
            one.transact(lambda work: work.session.connection().exec_driver_sql("delete from job") and None)
            load(one)  # as a process that starts anew
            one.positions.joined.add(0)  # the log is the one it knows
        leads_say(made, coordinator)
        page = still(made)
        trace = made.picture(case).trace
        assert re.findall(r"/operations/traces/([0-9a-f]+)", page).count(trace) == page.count(trace) // 2
        assert "Answer a request" in words(page)
        assert SILENT in words(page)
        for told in (case, "Health Centre", "Labour Inspectorate", asked.id):
            assert told not in words(page), "a trace, a clock and a code, and nothing else"
        assert made.picture(case).handoffs[asked.id].state is HandoffState.REQUESTED, "nobody’s silence was taken for a yes"
        assert coordinator.agency not in made.picture(case).agencies

        made.instances += down  # the clinic’s process is there again, and reads what it missed
        made.carry()
        assert "The coordinator sees that it stands still" in words(clinic.get("/today"))
        assert "Answer a request: Health care" in words(clinic.get("/today?whose=escalated")), "to its supervisor"
        here = f"/cases/{case}/waits"
        form = clinic.get(here)
        assert "Say why it waits" in words(form)
        about = {"handoff": asked.id, "code": "no_capacity"}
        assert clinic.post(f"{here}/explain-delay", form_id=clinic.form_id(form, f"{here}/explain-delay"), **about).status_code == 303
        assert lead.post(f"/lead/{case}/waits/explain-delay", form_id="x", **about).status_code == 409, "it is not the lead’s to say"
        made.carry()
        assert f"Why it waits: {FULL}" in words(lead.get("/today?whose=escalated")), "the lead knows why"
        assert "said why something waits" in words(lead.whole(f"/lead/{case}"))
        leads_say(made, coordinator)
        assert FULL in words(still(made)), "so does the coordinator"

        coordinator.transact(lambda work: work.session.connection().exec_driver_sql("update heard_from set heard_at = 0") and None)
        page = words(still(made))
        assert "The lead agency is silent." in page
        assert (FULL in page, OLD in page) == (True, True), "what it said last stays there, marked as old"
        says(made, coordinator, CLINIC)
        page = words(still(made))
        assert (FULL in page, OLD in page) == (True, False), "while the lead is silent the others say it"
        leads_say(made, coordinator)

        assert clinic.post(f"/cases/{case}/handoffs/{asked.id}/accept", form_id="a").status_code == 303
        made.carry()
        leads_say(made, coordinator)
        assert FULL not in words(still(made)), "somebody moved"
        assert "First decision on the person’s status" in words(still(made)), "and the lead has a clock of its own"


def test_the_lead_pauses_a_clock_that_the_country_lets_it_and_lets_it_run_on(tmp_path) -> None:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena") as made:
        lead = made.at[LEAD]
        case = made.at["rs-ir"].post("/reports/new", form_id="r", **REPORT).headers["location"].rpartition("/")[2]
        made.carry()
        here = f"/lead/{case}/waits"
        row = words(lead.get("/today?whose=agency&what=decide_status"))
        assert "First decision on the person’s status" in row
        assert "Rule: The Centre's panel assesses within 24 hours" in row, "each clock names its source"
        page = lead.get(here)
        post = f"{here}/pause-clock"
        for wrong in ({"reason": "court", "days": "3"}, {"reason": "person_asked", "days": "15"}, {"reason": "person_asked", "days": ""}):
            answer = lead.post(post, form_id=f"{wrong}", clock="first_decision", **wrong)
            assert answer.status_code == 422
            assert "There is a problem" in words(answer.text)
        assert "Give fewer days" in words(lead.post(post, form_id="m", clock="first_decision", reason="person_asked", days="15").text)
        pause = {"clock": "first_decision", "reason": "person_asked", "days": "3"}
        assert lead.post(post, form_id=lead.form_id(page, post), **pause).status_code == 303
        made.carry()
        assert "Paused by Centre for Human Trafficking Victims' Protection from" in words(lead.get(here))
        made.later(48)
        row = words(lead.get("/today?whose=agency&what=decide_status"))
        assert "Paused until" in row
        assert "late by" not in row, "after two days of 24 hours: the clock stands still"
        assert "Paused until" in words(lead.get(f"/lead/{case}"))
        on = lead.get(here)
        assert lead.post(post, form_id=lead.form_id(on, post), clock="first_decision", reason="person_asked", days="0").status_code == 303
        made.carry()
        assert "Paused until" not in words(lead.get(here))
        made.later(25)
        assert "late by" in words(lead.get("/today?whose=agency&what=decide_status")), "its time was added, and is over"
        assert lead.post(post, form_id="late", **pause).status_code == 409, "what is late is not paused"
        urgent = made.at["rs-ir"].post("/reports/new", form_id="d", **REPORT | {"danger": "true"}).headers["location"].rpartition("/")[2]
        made.carry()
        answer = lead.post(f"/lead/{urgent}/waits/pause-clock", form_id="u", **pause)
        assert answer.status_code == 409
        assert "in this case no clock is paused" in words(answer.text)
