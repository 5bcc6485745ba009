"""Side cases: a shelter acts with the lead alone; the others see what comes of it, and nothing that tells which shelter it is."""

import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from deploy.proving.sdk_spans import readable
from services.assistance.handlers import handoffs as a
from services.assistance.pages.interviews import InterviewShown, interviews
from services.referral.handlers.cases import ask_confidential
from services.referral.handlers.consent import AddAgency, Withdraw, withdraw
from services.referral.handlers.ending import CloseCase, ReopenCase, close_case, reopen_case
from services.referral.projections.departures import departures
from shared.access.assignments import named
from shared.casework.case_reader import CaseReader
from shared.decisions.decide import DecisionContext, UseCase, listed
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.privacy.account import account
from shared.protocol.case import HandoffState, TaskState, Verdict
from shared.protocol.classes import by_class
from shared.protocol.core import Core, decision_key
from shared.protocol.events import ActionTaken, HandoffRequested
from shared.protocol.fold import fold
from shared.protocol.naming import check
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import ActionCode, CloseReason, DataClass, DeclineCode, Ending, Need, Outcome, ReopenReason
from shared.web.case.account_paper import PaperCopy, data, paper
from shared.web.case.case_file import case_file
from shared.web.case.rights_copy import held_here
from shared.web.text.case_reference import reference
from shared.web.text.phrases import Speaker, Words
from shared.web.text.timeline import timeline
from tests.services.referral.street import HOUSE, LAND, SHELTER_ME, TOLD, Street
from tests.shared.bus import START
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, POLICE_ME, closing, decide, pull, rows, send, sure
from tests.shared.land import seen as pictured


def test_the_shelter_acts_and_the_others_see_it_under_its_kind(street: Street, side: str) -> None:
    assert street.state() is HandoffState.REQUESTED
    assert TOLD in street.told().agencies
    shelter, mine = street.instances[SHELTER_ME], street.of(SHELTER_ME, side)
    decide(shelter, a.accept, mine, "yes")
    street.settle()
    assert street.state() is HandoffState.ACCEPTED
    decide(shelter, a.take_action, a.TakeAction(case=side, handoff=mine.handoff, action=ActionCode.ACCOMMODATION_PROVIDED), "a bed")
    street.settle()
    assert street.state() is HandoffState.ACTING
    talk = a.TakeAction(case=side, handoff=mine.handoff, action=ActionCode.INTERVIEW_HELD, topics=("control",), together=True)
    decide(shelter, a.take_action, talk, "a talk")
    street.settle()
    told = rows(street.instances[LEAD_ME], "select \"case\", body from journal where type = 'action.taken.v1' order by seq")
    [(_, bed), (_, talked)] = [one for one in told if one[0] == street.main]
    assert (json.loads(bed).get("D2"), json.loads(talked)["D2"]) == (None, {"topics": ["control"], "together": True})
    (shown,) = held_in(street, street.main)
    assert (shown.who, shown.together) == ("A confidential shelter", True), "the lead repeats it, and did not hold it"
    decide(shelter, a.complete, a.Complete(case=side, handoff=mine.handoff, outcome=Outcome.DONE), "moved on")
    street.settle()
    assert street.state() is HandoffState.COMPLETED


def talk_at_the_shelter(street: Street, topic: str) -> None:
    """The shelter is asked, says yes, and interviews the person about this."""
    side, shelter = street.ask(), street.instances[SHELTER_ME]
    mine = street.of(SHELTER_ME, side)
    decide(shelter, a.accept, mine, "yes")
    talk = a.TakeAction(case=side, handoff=mine.handoff, action=ActionCode.INTERVIEW_HELD, topics=(topic,))
    decide(shelter, a.take_action, talk, "a talk")
    street.settle()


def held_in(street: Street, case: str) -> list[InterviewShown]:
    """The interviews of a case, as the lead's pages show them."""
    lead = street.instances[LEAD_ME]
    file = lead.transact(lambda work: case_file(CaseReader(lead, work.session), case))
    return interviews(file.case, file.records, file.pending, lead.me, Speaker(Words(), LAND, START, str))


def test_where_it_lies_closed_the_pages_open_what_an_interview_was_about(tmp_path: Path) -> None:
    street = Street(tmp_path, keyed=True)
    talk_at_the_shelter(street, "journey")
    lead = street.instances[LEAD_ME]
    (stored,) = rows(lead, f"select body from journal where type = 'action.taken.v1' and \"case\" = '{street.main}'")
    assert "journey" not in stored[0]
    assert [one.topics for one in held_in(street, street.main)] == [["The journey"]]
    file = lead.transact(lambda work: case_file(CaseReader(lead, work.session), street.main))
    assert "The journey" in str(timeline(file.records, file.pending, lead.me, file.case, Speaker(Words(), LAND, START, str)))
    assert rows(lead, f"select body from journal where type = 'action.taken.v1' and \"case\" = '{street.main}'") == [stored], (
        "it stays closed"
    )
    copy = lead.transact(lambda work: held_here(CaseReader(lead, work.session), street.main))
    assert [(one.by, one.topics) for one in copy.acts] == [(TOLD, ("journey",))]
    of_house, of_police = account(copy, LAND), account(replace(copy, acts=[replace(one, by="rs-pol") for one in copy.acts]), LAND)
    to, mark = Speaker(Words(), LAND, START, str), PaperCopy(START, "mark", "en")
    done = [[part for part in paper(one, to, mark).parts if part.heading == "What was done for you"] for one in (of_house, of_police)]
    assert ["The journey" in str(one) for one in done] == [False, True], "a paper names no confidential agency, nor its kind"
    assert data(of_police, mark)["done"][0]["topics"] == ("journey",)


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
def test_what_a_shelter_asked_about_in_a_code_of_a_later_release_is_an_interview_all_the_same(street: Street, side: str) -> None:
    shelter = street.instances[SHELTER_ME]
    mine = street.of(SHELTER_ME, side)
    decide(shelter, a.accept, mine, "yes")

    def of_later(command: a.OfHandoff, tx: DecisionContext) -> ActionTaken:
        return ActionTaken.model_construct(handoff=command.handoff, action=ActionCode.INTERVIEW_HELD, topics=("later",), together=True)

    decide(shelter, of_later, mine, "a talk")
    street.settle()
    assert [one.topics for one in held_in(street, street.main)] == [[]]


def test_in_a_main_case_of_protocol_1_what_a_shelter_asked_about_is_not_repeated(tmp_path: Path) -> None:
    street = Street(tmp_path, protocol=FIRST)
    for instance in street.instances.values():
        instance.newest = NEWEST
    talk_at_the_shelter(street, "control")
    assert street.state() is HandoffState.ACTING
    bodies = rows(street.instances[LEAD_ME], "select \"case\", body from journal where type = 'action.taken.v1'")
    assert [json.loads(body).get("D2") for case, body in bodies if case == street.main] == [None]


def test_a_side_case_is_found_by_the_name_that_pages_show(street: Street, side: str) -> None:
    first, lead = side, street.instances[LEAD_ME]
    asked = lead.transact(lambda work: named(CaseReader(lead, work.session), reference(first)))
    assert asked == first
    with pytest.raises(RuleBroken, match="no-such-case-to-open"):
        lead.transact(lambda work: named(CaseReader(lead, work.session), first[:8]))


@pytest.mark.parametrize("code", [DeclineCode.NO_CAPACITY, DeclineCode.WRONG_TERRITORY])
def test_its_no_comes_back_with_the_code_and_names_nobody_hidden(street: Street, side: str, code: DeclineCode) -> None:
    competent = "rs-lead" if code is DeclineCode.WRONG_TERRITORY else None
    no = a.Decline(**street.of(SHELTER_ME, side).model_dump(), code=code, competent=competent)
    decide(street.instances[SHELTER_ME], a.decline, no, "no")
    street.settle()
    assert street.state() is HandoffState.DECLINED


def test_nothing_of_the_main_case_says_which_shelter(street: Street, side: str) -> None:
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    for me in (INTAKE_ME, POLICE_ME):
        for (file,) in [(f,) for f in street.folder.glob(f"{me}.db*")]:
            held = file.read_bytes()
            for secret in (HOUSE.id, HOUSE.name, side):
                assert secret.encode() not in held, (me, secret)
    assert any(HOUSE.id.encode() in f.read_bytes() for f in street.folder.glob(f"{LEAD_ME}.db*")), "who looks would find it"
    assert pictured(street.instances[POLICE_ME], side) is None
    assert pictured(street.instances[SHELTER_ME], street.main) is None
    spans = [readable(orjson.loads(body), LAND).to_json() for (body,) in rows(street.instances[LEAD_ME], "select body from span")]
    told = [*spans, *(body for (body,) in rows(street.instances[LEAD_ME], "select body from statistic"))]
    assert any(TOLD in body for body in told)
    assert not [body for body in told if HOUSE.id in body or HOUSE.name in body]


def test_who_names_a_shelter_as_competent_names_it_by_its_kind(street: Street) -> None:
    asked = next(h for h in street.told().handoffs.values() if h.to == "rs-pol")
    no = a.Decline(case=street.main, handoff=asked.id, code=DeclineCode.WRONG_TERRITORY, competent=HOUSE.id)
    decide(street.instances[POLICE_ME], a.decline, no, "no")
    street.settle()
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        assert sure(street.instances[me], street.main).handoffs[asked.id].competent == TOLD
    for me in (INTAKE_ME, POLICE_ME):
        assert not [f for f in street.folder.glob(f"{me}.db*") if HOUSE.id.encode() in f.read_bytes()]


@pytest.mark.parametrize("protocol", [FIRST, NEWEST])
def test_whoever_would_name_it_in_the_main_case_is_refused_by_everybody(protocol: int, tmp_path: Path) -> None:
    """A member whose own instance does not stop it: under protocol 1 the fold knew nobody."""
    street = Street(tmp_path, protocol=protocol)

    def asks(command: None, tx: DecisionContext) -> HandoffRequested:
        picture = tx.case(street.main)
        due = tx.country.deadline(Need.HOUSING, picture.urgency, tx.at)
        return HandoffRequested(handoff=tx.fresh(), to=HOUSE.id, need=Need.HOUSING, answer_by=due.answer_by, lapse_at=due.lapse_at)

    police = street.instances[POLICE_ME]

    def meddle() -> None:
        police.transact(lambda work: police.decide_in(work, asks, None, form="x", officer="o", case=street.main))

    if protocol == FIRST:
        meddle()
        street.settle()
        assert HOUSE.id in street.told().model_dump_json()
        return
    with pytest.raises(RuleBroken, match="would-be-refused"):
        meddle()
    core = police.transact(lambda work: _decided(work, asks, street.main))
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME):
        assert fold(sure(street.instances[me], street.main), core).verdict is Verdict.REFUSED


def _decided(work: UnitOfWork, use_case: UseCase, case: str) -> Core:
    """What the lead would put on the log itself, if it were to name it."""
    tx = DecisionContext(work, "form:meddling", START, simulated=False)
    picture = tx.case(case)
    (event,) = listed(use_case(None, tx))
    key = decision_key(LEAD_ME, tx.cause, 0)
    facts = by_class(event)[DataClass.D0]
    return Core(case, picture.version, LEAD_ME, START, key, tx.cause, event.TYPE, facts, head=picture.head, v=picture.protocol)


def test_the_lead_tells_the_case_of_a_shelter_that_was_listed_later(street: Street) -> None:
    new = HOUSE.model_copy(update={"id": "rs-house-8", "name": "House Eight"})
    before = street.told().apart
    for instance in street.instances.values():
        instance.country = LAND.model_copy(update={"agencies": (*LAND.agencies, new)})
    street.ask()
    assert set(before) < set(street.told().apart) == {check(street.main, id) for id in (HOUSE.id, new.id)}


def test_causes_and_traces_of_the_two_cases_have_nothing_in_common(street: Street, side: str) -> None:
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    told = {
        case: rows(street.instances[LEAD_ME], f"select cause, key, type from journal where \"case\" = '{case}'")
        for case in (street.main, side)
    }
    words = {case: {word for row in found for word in row[:2]} for case, found in told.items()}
    assert not words[street.main] & words[side]
    keys = {key for _, key, _ in told[side]}
    assert not [cause for cause, _, _ in told[street.main] if any(key in cause for key in keys)]
    assert sure(street.instances[LEAD_ME], side).trace != street.told().trace


def test_the_shelter_is_told_the_profile_that_a_shelter_may_have_and_nothing_of_the_account(street: Street, side: str) -> None:
    kept = [body for (body,) in rows(street.instances[SHELTER_ME], f"select body from journal where \"case\" = '{side}'")]
    assert any('"age":"adult"' in body for body in kept)
    assert {name for body in kept for name in orjson.loads(body)} == {"D0", "D1"}


def test_a_lead_from_an_empty_database_learns_the_link_from_the_log(street: Street, side: str) -> None:
    lead = street.instances.pop(LEAD_ME)
    secret = lead.secret
    lead.close()
    street.instances[LEAD_ME] = new = street.open(LEAD_ME, "lead again")
    new.secret = secret  # which the decision log keeps
    street.settle()
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    assert street.state() is HandoffState.ACCEPTED


def test_who_is_not_confidential_is_not_asked_so_and_one_of_a_kind_is_enough(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    with pytest.raises(RuleBroken, match="unknown-agency"):
        decide(lead, ask_confidential, AddAgency(case=street.main, agency="rs-ngo", need=Need.HOUSING), "no shelter")
    street.ask()
    with pytest.raises(RuleBroken, match="confidential-already"):
        decide(lead, ask_confidential, AddAgency(case=street.main, agency=HOUSE.id, need=Need.SAFETY), "twice")


def test_what_a_side_case_comes_to_is_counted_once(street: Street, side: str) -> None:
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    counted = [body for (body,) in rows(street.instances[LEAD_ME], "select body from statistic")]
    assert sum('"kind":"referral"' in body for body in counted) == 1
    assert sum('"stage":"answered"' in body and '"need":"housing"' in body for body in counted) == 1


def test_its_answer_is_not_lost_when_it_comes_before_the_main_request_is_on_the_log(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    street.agree(HOUSE.id, Need.HOUSING)
    decide(lead, ask_confidential, AddAgency(case=street.main, agency=HOUSE.id, need=Need.HOUSING), "ask")
    lead.outgoing.hold({street.main})  # its partition has no leader
    for _ in range(8):
        for instance in street.instances.values():
            send(instance, street.topic)
        for instance in street.instances.values():
            pull(instance, street.topic)
    side = str(rows(street.instances[SHELTER_ME], 'select "case" from picture')[0][0])
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    for _ in range(4):
        send(street.instances[SHELTER_ME], street.topic)
        pull(lead, street.topic)
    lead.outgoing.hold(set())
    street.settle()
    assert street.state() is HandoffState.ACCEPTED


def test_after_a_no_another_place_is_asked_and_consent_can_be_taken_back_each_time(street: Street, side: str) -> None:
    lead = street.instances[LEAD_ME]
    no = a.Decline(**street.of(SHELTER_ME, side).model_dump(), code=DeclineCode.NO_CAPACITY)
    decide(street.instances[SHELTER_ME], a.decline, no, "full")
    street.settle()
    for n in range(2):
        street.agree(HOUSE.id, Need.HOUSING, f"again {n}")
        decide(lead, ask_confidential, AddAgency(case=street.main, agency=HOUSE.id, need=Need.HOUSING), f"again {n}")
        street.settle()
        decide(lead, withdraw, Withdraw(case=street.main, agency=TOLD), f"no more {n}")
        street.settle()
        assert TOLD not in street.told().agencies


def test_what_the_main_case_takes_back_or_closes_reaches_the_shelter(street: Street, side: str) -> None:
    mine = next(h for h in street.told().handoffs.values() if h.to == TOLD)
    decide(street.instances[LEAD_ME], a.revoke, a.OfHandoff(case=street.main, handoff=mine.id), "found her a room")
    street.settle()
    assert sure(street.instances[SHELTER_ME], side).handoffs[street.of(SHELTER_ME, side).handoff].state is HandoffState.REVOKED
    decide(street.instances[LEAD_ME], close_case, closing(street.instances[LEAD_ME], street.main), "over")
    street.settle()
    assert sure(street.instances[SHELTER_ME], side).closed_at is not None


@pytest.mark.parametrize("protocol", [FIRST, NEWEST])
def test_what_a_shelter_does_is_the_first_action_of_the_main_case(tmp_path: Path, protocol: int) -> None:
    street = Street(tmp_path, protocol=protocol)
    side = street.ask()
    lead, police, shelter = (street.instances[me] for me in (LEAD_ME, POLICE_ME, SHELTER_ME))
    decide(shelter, a.accept, street.of(SHELTER_ME, side), "yes")
    (asked,) = (h.id for h in street.told().handoffs.values() if h.to == "rs-pol")
    decide(police, a.accept, a.OfHandoff(case=street.main, handoff=asked), "yes")
    street.settle()
    (task,) = (t for t in street.told().tasks.values() if t.owner == TOLD)
    assert task.state is TaskState.PLANNED, "they act together"
    bed = a.TakeAction(**street.of(SHELTER_ME, side).model_dump(), action=ActionCode.ACCOMMODATION_PROVIDED)
    decide(shelter, a.take_action, bed, "a bed")
    street.settle()
    assert street.told().tasks[task.id].state is (TaskState.BEGUN if protocol == FIRST else TaskState.PLANNED)
    done = street.told().handoffs[task.handoff or ""]
    assert done.first_action_at is not None
    assert done.action is (ActionCode.PLAN_TASK_DONE if protocol == FIRST else ActionCode.ACCOMMODATION_PROVIDED)


def test_a_shelter_is_told_what_became_of_its_part_and_has_it_again_when_the_case_is_reopened(street: Street, side: str) -> None:
    lead, shelter = street.instances[LEAD_ME], street.instances[SHELTER_ME]
    mine = street.of(SHELTER_ME, side)
    decide(shelter, a.accept, mine, "yes")
    street.settle()
    decide(lead, close_case, closing(lead, street.main, Ending.ELSEWHERE), "over")
    street.settle()
    ended = sure(shelter, side).handoffs[mine.handoff]
    assert (ended.state, ended.ending, street.state()) == (HandoffState.ENDED, Ending.ELSEWHERE, HandoffState.ENDED)
    decide(lead, reopen_case, ReopenCase(case=street.main, reason=ReopenReason.PERSON_BACK), "again")
    street.settle()
    assert sure(shelter, side).closed_at is None
    assert (sure(shelter, side).handoffs[mine.handoff].state, street.state()) == (HandoffState.ACCEPTED, HandoffState.ACCEPTED)
    decide(shelter, a.complete, a.Complete(case=side, handoff=mine.handoff, outcome=Outcome.DONE), "moved on")
    street.settle()
    assert street.state() is HandoffState.COMPLETED


@pytest.mark.usefixtures("side")
def test_what_is_open_in_the_main_case_must_be_answered_before_it_closes(street: Street) -> None:
    with pytest.raises(RuleBroken, match="closing-unanswered"):
        decide(street.instances[LEAD_ME], close_case, CloseCase(case=street.main, reason=CloseReason.GOALS_MET), "over")


def test_no_id_of_the_side_case_is_in_the_main_one(street: Street, side: str) -> None:
    ids = {h.id for h in sure(street.instances[SHELTER_ME], side).handoffs.values()}
    assert not ids & set(street.told().handoffs)
    spans = [orjson.loads(body) for (body,) in rows(street.instances[LEAD_ME], "select body from span")]
    assert {s["trace_id"] for s in spans} == {street.told().trace}, "operators hear of a side case by the main one alone"


def test_a_shelter_that_leaves_the_mechanism_leaves_both_cases(street: Street, side: str) -> None:
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    lead = street.instances[LEAD_ME]
    gone = HOUSE.model_copy(update={"leaving": True})
    lead.country = LAND.model_copy(update={"agencies": (*COUNTRY.agencies, gone)})
    assert lead.transact(departures)
    came_back = rows(lead, f"select since > 0 from job where \"case\" = '{street.main}' and what = 'reassign'")
    assert came_back == [(1,)], "no officer decided it: it is new to everybody there"
    street.settle()
    assert street.state() is HandoffState.RETURNED
    assert TOLD not in street.told().agencies
    assert pictured(street.instances[SHELTER_ME], side) is None


def test_a_shelter_that_nobody_marked_is_hidden_all_the_same() -> None:
    open_house = HOUSE.model_copy(update={"confidential": False})
    country = COUNTRY.model_copy(update={"agencies": (*COUNTRY.agencies, open_house)})
    assert country.told_as(HOUSE.id) == TOLD
    assert not country.may_ask(HOUSE.id)
    assert country.confidential() == [open_house]
