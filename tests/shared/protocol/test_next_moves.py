"""Every state stands in somebody's list: of each picture that a hand-off and a task can come to, under each protocol, and of many cases
with more of both, somebody who is in the case must move next, by a rule that has words."""

from collections import Counter
from random import Random

import pytest

from shared.protocol import events as e
from shared.protocol.case import HandoffState, TaskState
from shared.protocol.fold import fold
from shared.protocol.next_moves import What
from shared.protocol.versions import FIRST, PROTOCOLS
from shared.protocol.vocabulary import DeclineCode, Need
from shared.web.text.labels import MOVES
from tests.shared.protocol import plays
from tests.shared.protocol.cases import LEADING, START, acting, core_of
from tests.shared.protocol.jobs_law import has_jobs
from tests.shared.protocol.reached import begun, changed_by_the_lead, reached

HISTORIES, STEPS = 20, 30
MANY = 100
"""So many pictures at least must have been changed in each way."""


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_state_of_a_hand_off_and_a_task_names_who_must_move_and_what_they_must_do(protocol: int) -> None:
    """Also once somebody was taken out of such a case, since consent may be withdrawn at any time, and while its lead passes on."""
    states: set[HandoffState | TaskState] = set()
    changed = Counter[str]()
    for case in reached(protocol):
        states |= {h.state for h in case.handoffs.values()} | {t.state for t in case.tasks.values()}
        has_jobs(case)
        for name, after in changed_by_the_lead(case):
            has_jobs(after)
            changed[name] += 1
    of_2 = {HandoffState.CALLED, HandoffState.OFFERED, HandoffState.FORWARDED, HandoffState.ENDED, TaskState.ENDED}
    unmet = of_2 if protocol == FIRST else set[HandoffState | TaskState]()
    assert states == {*HandoffState, *TaskState} - unmet, "whatever the tables lead to was looked at"
    assert set(changed) == ({"withdrawn", "asked to lead", "agreed to lead", "leads"} if protocol > FIRST else {"withdrawn"})
    assert min(changed.values()) > MANY, changed


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
