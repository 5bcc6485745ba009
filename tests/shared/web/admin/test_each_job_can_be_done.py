"""Each state that a case can come to stands in the list of whoever must move, and the page that its row leads to offers what is to be done
there: the form is sent, and the decision is taken, by an officer who has the case at that one service of the agency; at its other service
another has it."""

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import delete

from shared.access.assignments import give
from shared.decisions.job_share import JobShare
from shared.decisions.jobs import keep_in_step
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing.instance import Instance
from shared.protocol.case import Case
from shared.protocol.following import View
from shared.protocol.next_moves import Move, What, is_open, moves
from shared.protocol.versions import FIRST, NEWEST
from shared.store.database import table
from shared.store.job_tables import Job
from tests.browser.desks import Town, Visitor, town, words
from tests.shared.protocol.cases import LEAD, POLICE, REPORTER
from tests.shared.protocol.reached import reached

AGENCIES = {LEAD: "rs-czztlj", POLICE: "rs-pu-bg", REPORTER: "rs-ir"}
OFFERED: dict[What, tuple[str, dict[str, str]]] = {
    What.ANSWER: ("accept", {}), What.ADVISE: ("advise", {"advice": "explained"}), What.PROMISED: ("complete", {"outcome": "done"}),
    What.UNADVISED: ("give-up", {}), What.INFORM: ("supply-info", {}), What.BEGIN: ("begin", {}),
    What.FINISH: ("complete", {"outcome": "done"}), What.ACT: ("take-action", {"action": "interview_held"}),
    What.COMPLETE: ("complete", {"outcome": "done"}), What.REASSIGN: ("give-up", {}), What.SETTLE: ("give-up", {}),
    What.AGREE: ("agree-offer", {}),
}  # fmt: skip
"""What is to be done → the decision on the page of the hand-off or the task, and what one must say with it."""
FORMERLY = {What.ADVISE: ("accept", {})}
"""Under protocol 1 a consultation is accepted first."""
AT_THE_LEAD = {What.REASSIGN: "add-agency", What.UNADVISED: "consult", What.DECIDE: "close", What.DECIDE_STATUS: "decide-status"}
"""What the lead does at the page of the case: the decision whose form, or the page of whose form, is there."""


def shape(case: Case, job: Move) -> object:
    """What makes two jobs alike for the pages."""
    h, t = job.handoff, job.task
    about = (h.kind, h.state, h.code, h.seen_at is None, h.outcome) if h else (t.state, t.handoff is None) if t else None
    busy = [is_open(one) for one in case.tasks.values() if h and one.handoff == h.id]
    return job.who, job.what, about, case.joint and case.joint.state, tuple(busy)


def shapes(protocol: int) -> Iterator[tuple[Case, Move]]:
    met: set[object] = set()
    for case in reached(protocol):
        for job in moves(case):
            if shape(case, job) not in met:
                met.add(shape(case, job))
                yield case, job


def whose(instance: Instance, job: Move, lead: str, officer: str) -> str:
    """Who has the case at a service: the officer where the job is listed, a colleague at the other service of the agency."""
    if instance.agency != job.who:
        return officer
    share = JobShare.LED if instance.service.name == "referral" else JobShare.REST
    both = {"referral", "assistance"} <= {*instance.country.agency(instance.agency).services}
    return officer if not both or share.has({"what": job.what.value, "lead": lead}, instance.agency) else "somebody-else"


def stands_in(made: Town, case: Case, job: Move) -> Case:
    """The same picture at the agencies of the town, in a case of its own, which officers have."""
    text = case.model_dump_json()
    for ours, theirs in AGENCIES.items():
        text = text.replace(f'"{ours}"', f'"{theirs}"')
    picture = Case.model_validate_json(text).model_copy(update={"id": str(uuid4())})
    ours = next(one for one in moves(picture) if (one.what, one.key) == (job.what, job.key))
    for one in made.instances:
        if one.me != "intake.rs-ir":
            one.cache.put(picture.id, View(picture))
            officer = whose(one, ours, picture.lead, made.at[one.agency].officer)
            one.transact(partial(listed, picture=picture, officer=officer))
    return picture


def listed(work: UnitOfWork, picture: Case, officer: str) -> None:
    at = work.instance.clock.now()[0]
    keep_in_step(work.session.connection(), {picture.id: picture}, work.instance.country.moves_in, at)
    give(work, picture.id, officer, officer, at)


def forget(work: UnitOfWork, case: str) -> None:
    """The case stands in no list any more, so that the lists stay short."""
    work.session.connection().execute(delete(table(Job)).where(table(Job).c.case == case))


def way(at: Visitor, case: str, job: Move) -> str:
    """Where the row of the job leads, on the page Today of whoever must do it."""
    page = at.get(f"/today?whose=agency&what={job.what.value}")
    ways = {one for one in page.split('"') if case in one and one.startswith(("/cases/", "/lead/"))}
    fits = [one for one in ways if one.endswith(job.key)] if job.handoff or job.task else [*ways]
    fits = fits or [one for one in ways if one == f"/lead/{case}"]
    assert len(fits) == 1, (job.what, ways)
    return fits[0]


def done(at: Visitor, picture: Case, job: Move) -> None:
    case = picture.id
    here = way(at, case, job)
    page = at.get(here)
    if here.startswith("/lead/"):
        decision = AT_THE_LEAD[job.what]
        form = f'action="/lead/{case}/{decision}"'
        assert form in page or (f'href="/lead/{case}/{decision}"' in page and form in at.get(f"/lead/{case}/{decision}")), job.what
        return
    decision, said = (OFFERED | FORMERLY if picture.protocol == FIRST else OFFERED)[job.what]
    if f'action="{here}/open"' in page:
        assert at.post(f"{here}/open", form_id=at.form_id(page, f"{here}/open")).status_code == 303
        page = at.get(here)
    action = f"{here}/{decision}"
    assert f'action="{action}"' in page, (job.what, words(page)[-300:])
    sent = at.post(action, form_id=at.form_id(page, action), head=at.head(page, action), **said)
    assert sent.status_code == 303, (job.what, words(sent.text)[:300])


@pytest.mark.parametrize("protocol", [NEWEST, pytest.param(FIRST, marks=pytest.mark.long)])
def test_each_job_of_every_state_is_on_a_list_and_can_be_done_where_it_leads(tmp_path, protocol: int) -> None:
    with town(tmp_path, assignment=True, rs_ir="ines", rs_czztlj="luka", rs_pu_bg="petra") as made:
        whats, missing = set[What](), list[str]()
        for case, job in shapes(protocol):
            picture = stands_in(made, case, job)
            ours = next(one for one in moves(picture) if (one.what, one.key) == (job.what, job.key))
            try:
                done(made.at[ours.who], picture, ours)
            except AssertionError as wrong:
                missing.append(f"{shape(case, job)}: {wrong}"[:300])
            whats.add(job.what)
            for one in made.instances:
                one.outgoing.hold({picture.id})
                one.transact(partial(forget, case=picture.id))
        assert not missing, "\n".join(missing)
        unknown = {What.PROMISED} if protocol != FIRST else {What.UNADVISED, What.INFORM} - whats
        elsewhere = {What.KEEP, What.DECIDE_STATUS, What.LEAD, What.HAND_OVER}  # `test_leading` goes through the pictures of the last two
        assert whats == {*What} - elsewhere - unknown, "clocks of a country are looked at in the journey of silence"
