"""Every state stands in somebody's list: of each picture that a hand-off and a task can come to, under each protocol, and of many cases
with more of both, somebody who is in the case must move next, by a rule that has words."""

from collections import deque
from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from deploy.process.country_file import COUNTRIES
from shared.config.country_loading import load
from shared.config.escalation import Rung
from shared.protocol import events as e
from shared.protocol.case import Case, HandoffState, TaskState, Verdict
from shared.protocol.fold import fold
from shared.protocol.next_moves import What, moves
from shared.protocol.versions import FIRST, PROTOCOLS
from shared.protocol.vocabulary import DeclineCode, Need
from shared.web.text.labels import MOVES
from tests.shared.protocol import plays
from tests.shared.protocol.cases import LEAD, LEADING, POLICE, REPORTER, REPORTING, START, acting, core_of, members, opening

AUTHORS = (LEADING, acting(POLICE))
LATER = START + 3 * plays.SHORT
"""When every deadline has passed."""
STRICT = load(COUNTRIES / "uk.toml")
"""A country with a clock of each kind."""
WITHOUT_DEADLINE = {What.PROMISED, What.ACT, What.COMPLETE, What.DECIDE, What.DECIDE_STATUS, What.KEEP}
"""Whoever answers for something does it in their own time, a gate stands open without end, and nobody must hurry a minimum."""
HISTORIES, STEPS = 20, 30


def begun(protocol: int, *agencies: str) -> Case:
    case = fold(None, core_of(None, REPORTING, opening(protocol=protocol, pingpong=2))).case
    assert case is not None
    (identification,) = case.handoffs
    for event in (e.RosterSet(members=members(LEAD, REPORTER, *agencies)), e.HandoffAccepted(handoff=identification)):
        case = fold(case, core_of(case, LEADING, event)).case or case
    return case


def brief(case: Case) -> object:
    """What makes two pictures alike for whoever must move: times and salts do not."""
    handoffs = [(h.to, h.kind, h.state, h.code, h.outcome, h.given_up_at is None) for h in case.handoffs.values()]
    return handoffs, [(t.owner, t.state, t.handoff) for t in case.tasks.values()], case.joint and case.joint.state, case.closed_at is None


def after(case: Case, name: str) -> Iterator[Case]:
    """All pictures that one event more leads to, with one hand-off beside the identification and a task for each."""
    for author in AUTHORS:
        for event in dict.fromkeys(plays.moves(case, author, name, START)):
            beside = isinstance(event, e.TaskPlanned | e.StatusDecided | e.JointActionCalled)
            asks = isinstance(event, e.HandoffRequested) and (len(case.handoffs) > 1 or event.to != POLICE)
            makes = bool(getattr(event, "onward", None)) and (len(case.handoffs) > 2 or getattr(event, "to", LEAD) not in (LEAD, REPORTER))
            if beside or asks or makes:
                continue
            at = LATER if isinstance(event, e.HandoffOverdue | e.HandoffExpired) else START
            folded = fold(case, core_of(case, author, event, at, key=f"{name}{author}{event.TYPE}"))
            if folded.verdict is Verdict.COUNTED and folded.case is not None and len(folded.case.tasks) <= 2:
                yield folded.case


def has_jobs(case: Case) -> None:
    goes_up(case)
    jobs = moves(case)
    assert bool(jobs) == (case.closed_at is None), brief(case)
    for job in jobs:
        assert job.who in case.agencies, (job, brief(case))
    assert len({(job.who, job.what, job.key) for job in jobs}) == len(jobs), "one job for each thing"


def goes_up(case: Case) -> None:
    """By the rules of the country too, whatever has a deadline comes up to the coordinator in the end, and what has none says why."""
    for job in STRICT.moves_in(case):
        assert job.who in case.agencies
        if job.by is not None:
            assert job.began is not None, job
            assert STRICT.ladder.reached(job.began, job.by, job.began + 9 * max(1, job.by - job.began)) is Rung.COORDINATOR, job
        else:
            assert job.what in WITHOUT_DEADLINE, job


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_state_of_a_hand_off_and_a_task_names_who_must_move_and_what_they_must_do(protocol: int) -> None:
    first = begun(protocol, POLICE)
    names, met, waiting = count(), {repr(brief(first))}, deque([first])
    states: set[HandoffState | TaskState] = set()
    while waiting:
        case = waiting.popleft()
        states |= {h.state for h in case.handoffs.values()} | {t.state for t in case.tasks.values()}
        has_jobs(case)
        for further in after(case, f"{next(names)}"):
            if repr(brief(further)) not in met:
                met.add(repr(brief(further)))
                waiting.append(further)
    of_2 = {HandoffState.CALLED, HandoffState.OFFERED, HandoffState.FORWARDED, HandoffState.ENDED, TaskState.ENDED}
    unmet = of_2 if protocol == FIRST else set[HandoffState | TaskState]()
    assert states == {*HandoffState, *TaskState} - unmet, "whatever the tables lead to was looked at"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_so_does_every_case_in_which_much_happens(protocol: int) -> None:
    for seed in range(HISTORIES):
        case, dice, now = begun(protocol, *plays.OTHERS), Random(seed), START
        for n in range(STEPS):
            now += dice.randrange(4)
            said = plays.step(case, dice, f"{n}", now)
            case = fold(case, core_of(case, *said, now, key=f"{seed}-{n}")).case or case if said else case
            has_jobs(case)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_so_does_a_need_that_was_passed_round_until_all_are_called(protocol: int) -> None:
    case = begun(protocol, *plays.OTHERS)
    for n, to in enumerate(plays.OTHERS[:3]):
        asked = e.HandoffRequested(handoff=f"h{n}", to=to, need=Need.HOUSING, answer_by=START + 1, lapse_at=START + 2)
        for author, event in ((LEADING, asked), (acting(to), e.HandoffDeclined(handoff=f"h{n}", code=DeclineCode.NO_CAPACITY))):
            case = fold(case, core_of(case, author, event, key=f"{n}{author}")).case or case
            has_jobs(case)
    assert HandoffState.CALLED in {h.state for h in case.handoffs.values()}


def test_each_job_has_words() -> None:
    assert set(What) == set(MOVES)
