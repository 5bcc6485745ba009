"""Why something waits, and pauses of a clock: what counts, of whom, and that neither decides anything."""

import pytest

from shared.protocol import events as e
from shared.protocol.case import Case, Verdict
from shared.protocol.delays import LONGEST_CLOCK_PAUSE
from shared.protocol.facts import Event
from shared.protocol.fold import fold
from shared.protocol.next_moves import moves
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import ClockName, DeclineCode, Need, Pause, StallCode, Urgency
from tests.shared.protocol.cases import LEAD, LEADING, NGO, POLICE, REPORTER, REPORTING, START, acting, core_of, members, opening, request

FIRST, SECOND = ClockName.FIRST_DECISION, ClockName.SECOND_DECISION


def said(case: Case, author: str, event: Event, at: int, verdict: Verdict = Verdict.COUNTED) -> Case:
    folded = fold(case, core_of(case, author, event, at, key=f"{author}{event.TYPE}{at}"))
    assert folded.verdict is verdict, (event, folded.verdict)
    assert folded.case is not None
    return folded.case


@pytest.fixture
def case() -> Case:
    """The police are asked for an investigation."""
    case = fold(None, core_of(None, REPORTING, opening(protocol=NEWEST))).case
    assert case is not None
    case = said(case, LEADING, e.RosterSet(members=members(LEAD, REPORTER, POLICE)), START)
    return said(case, LEADING, request("p", POLICE, Need.INVESTIGATION), START + 1)


def why(case: Case, handoff: str) -> StallCode | None:
    return next(move.stall for move in moves(case) if move.key == handoff)


def test_the_last_word_of_whoever_must_move_counts_until_somebody_else_must(case: Case) -> None:
    assert why(case, "p") is None
    away, full = (e.DelayExplained(code=code, handoff="p") for code in (StallCode.AWAY, StallCode.NO_CAPACITY))
    before = case
    case = said(case, acting(POLICE), away, START + 5)
    case = said(case, acting(POLICE), full, START + 6)
    assert why(case, "p") is StallCode.NO_CAPACITY
    assert len(case.delays) == 1
    assert case.handoffs == before.handoffs, "it gives no time, accepts nothing and ends nothing"
    case = said(case, LEADING, away, START + 7, Verdict.SUPERSEDED)
    case = said(case, acting(POLICE), e.HandoffDeclined(handoff="p", code=DeclineCode.NO_CAPACITY), START + 8)
    assert why(case, "p") is None, "what came back is somebody else’s, who has said nothing"
    case = said(case, acting(POLICE), away, START + 9, Verdict.SUPERSEDED)
    assert why(said(case, LEADING, away, START + 9), "p") is StallCode.AWAY


def test_what_one_said_is_never_shown_as_the_reason_of_who_must_move_after_them(case: Case) -> None:
    full, away = (e.DelayExplained(code=code, handoff="p") for code in (StallCode.NO_CAPACITY, StallCode.AWAY))
    case = said(case, acting(POLICE), full, START + 5)
    case = said(case, acting(POLICE), e.HandoffInfoRequested(handoff="p"), START + 6)
    assert [(m.who, m.stall) for m in moves(case) if m.key == "p"] == [(LEAD, None)], "the asker has said nothing"
    case = said(case, LEADING, away, START + 7)
    assert why(case, "p") is StallCode.AWAY
    case = said(case, LEADING, e.HandoffInfoSupplied(handoff="p"), START + 8)
    assert [(m.who, m.stall) for m in moves(case) if m.key == "p"] == [(POLICE, None)], "nor the asked one, since the case is theirs again"
    assert case.delays == ()


def test_a_reason_stays_while_the_same_one_must_move_and_goes_with_who_leaves(case: Case) -> None:
    clock = e.DelayExplained(code=StallCode.AWAY, clock=FIRST)
    case = said(case, LEADING, e.RosterSet(members=members(LEAD, REPORTER, POLICE, NGO)), START + 2)
    case = said(case, acting(POLICE), request("h", NGO, Need.HEALTH), START + 3)
    case = said(case, acting(NGO), e.HandoffInfoRequested(handoff="h"), START + 4)
    case = said(case, acting(POLICE), e.DelayExplained(code=StallCode.NO_CAPACITY, handoff="h"), START + 5)
    case = said(case, LEADING, clock, START + 6)
    case = said(case, acting(POLICE), e.HandoffAcknowledged(handoff="p", applied_at=START + 7, seen_at=START + 7), START + 7)
    assert why(case, "h") is StallCode.NO_CAPACITY
    case = said(case, LEADING, e.RosterSet(members=members(LEAD, REPORTER, NGO)), START + 8)
    assert [(m.who, m.stall) for m in moves(case) if m.key == "h"] == [(LEAD, None)], "the lead moves in place of who left"
    assert [one.clock for one in case.delays] == [FIRST], "in a clock the lead must move as before"


def test_a_delay_is_about_one_thing_that_is_there(case: Case) -> None:
    for about in ({}, {"handoff": "p", "clock": FIRST}, {"handoff": "p", "task": "t"}):
        said(case, acting(POLICE), e.DelayExplained(code=StallCode.AWAY, **about), START + 5, Verdict.REFUSED)  # pyright: ignore[reportArgumentType]
    said(case, acting(POLICE), e.DelayExplained(code=StallCode.AWAY, handoff="x"), START + 5, Verdict.REFUSED)
    said(case, acting(POLICE), e.DelayExplained(code=StallCode.AWAY, clock=FIRST), START + 5, Verdict.REFUSED)
    said(case, LEADING, e.DelayExplained(code=StallCode.AWAY, clock=FIRST), START + 5)


def test_a_later_pause_of_a_clock_takes_the_place_of_what_is_left_of_the_first(case: Case) -> None:
    def pause(clock: ClockName, until: int) -> e.ClockPaused:
        return e.ClockPaused(clock=clock, reason=Pause.COURT, until=START + until)

    case = said(case, LEADING, pause(FIRST, 100), START + 10)
    case = said(case, LEADING, pause(SECOND, 90), START + 20)
    case = said(case, LEADING, pause(FIRST, 40), START + 30)
    case = said(case, LEADING, pause(FIRST, 50), START + 50)
    stood = [(one.clock, one.since - START, one.until - START) for one in case.pauses]
    assert stood == [(FIRST, 10, 30), (SECOND, 20, 90), (FIRST, 30, 40), (FIRST, 50, 50)]
    said(case, acting(POLICE), pause(FIRST, 100), START + 60, Verdict.REFUSED)
    said(case, LEADING, pause(FIRST, 59), START + 60, Verdict.REFUSED)
    said(case, LEADING, pause(FIRST, 61 + LONGEST_CLOCK_PAUSE), START + 60, Verdict.REFUSED)
    danger = case.model_copy(update={"urgency": Urgency.DANGER})
    said(danger, LEADING, pause(FIRST, 100), START + 60, Verdict.REFUSED)
