"""Who may say what: every role against every type, and who is not on the roster says nothing."""

import pytest

from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.events import (
    ActionTaken,
    BasisChanged,
    CaseClosed,
    CaseReopened,
    CheckpointSet,
    ClockPaused,
    DelayExplained,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffAdvised,
    HandoffCompleted,
    HandoffDeclined,
    HandoffExpired,
    HandoffForwarded,
    HandoffInfoRequested,
    HandoffInfoSupplied,
    HandoffOfferAgreed,
    HandoffOffered,
    HandoffOfferRefused,
    HandoffOverdue,
    HandoffReturned,
    HandoffRevoked,
    JointActionCalled,
    JointActionCompleted,
    JointActionStarted,
    RosterSet,
    StatusDecided,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
    TaskPlanned,
)  # fmt: skip
from shared.protocol.facts import Event, PlannedTask
from shared.protocol.fold import fold
from shared.protocol.letters import CoverSent, ErasureAsked, ReceiptGiven
from shared.protocol.messages import MessageSent
from shared.protocol.statements import StatementMade
from shared.protocol.versions import NEWEST
from shared.protocol.vocabulary import (
    ActionCode,
    Advice,
    Basis,
    ClockName,
    CloseReason,
    DeclineCode,
    Need,
    OfferTerms,
    Pause,
    ReopenReason,
    Stage,
    StallCode,
)
from tests.shared.protocol.cases import (  # fmt: skip
    HEALTH,
    LAPSE,
    LEAD,
    LEADING,
    LEGAL,
    NGO,
    OUTSIDER,
    POLICE,
    REPORTER,
    SOCIAL,
    START,
    Story,
    acting,
    core_of,
    members,
    opening,
    request,
)
from tests.shared.protocol.plays import closing

LATE = START + 10 * LAPSE
ROLES = {
    "lead": LEADING, "lead's helpers": acting(LEAD), "lead's intake": f"intake.{LEAD}", "giver": acting(SOCIAL),
    "giver's intake": f"intake.{SOCIAL}",
    "taker": acting(NGO), "taker's referral": f"referral.{NGO}", "taker's intake": f"intake.{NGO}", "owner": acting(POLICE),
    "bystander": acting(HEALTH), "reporter": f"intake.{REPORTER}", "outsider": acting(OUTSIDER), "outside lead": f"referral.{OUTSIDER}",
    "no agency": "referral", "nobody": "", "lead's reporting": f"reporting.{LEAD}", "taker's reporting": f"reporting.{NGO}",
    "giver's reporting": f"reporting.{SOCIAL}", "owner's reporting": f"reporting.{POLICE}", "some service": f"audit.{LEAD}",
}  # fmt: skip
MEMBERS = {role for role in ROLES if "reporting" not in role} - {"outsider", "outside lead", "no agency", "nobody", "some service"}
TAKING, GIVING, LEADS = {"taker", "taker's referral"}, {"giver", "giver's intake"}, {"lead"}
NEW = PlannedTask(task="t-new", owner=POLICE, need=Need.LEGAL, due=LATE)
SAYS: dict[type[Event], set[str]] = {
    HandoffAcknowledged: TAKING, HandoffInfoRequested: TAKING, HandoffAccepted: TAKING, HandoffDeclined: TAKING, HandoffReturned: TAKING,
    HandoffForwarded: TAKING, HandoffOffered: TAKING, HandoffOfferAgreed: GIVING, HandoffOfferRefused: GIVING,
    HandoffAdvised: TAKING, ActionTaken: TAKING, HandoffCompleted: TAKING, HandoffInfoSupplied: GIVING, HandoffRevoked: GIVING,
    HandoffOverdue: GIVING | LEADS,
    HandoffExpired: GIVING | LEADS, RosterSet: LEADS, CheckpointSet: LEADS, JointActionCalled: LEADS, JointActionStarted: LEADS,
    JointActionCompleted: LEADS, StatusDecided: LEADS, CaseClosed: LEADS, CaseReopened: LEADS, ClockPaused: LEADS,
    DelayExplained: TAKING | GIVING, TaskPlanned: LEADS | {"owner"},
    TaskBegun: {"owner"},
    TaskCompleted: {"owner"}, TaskDropped: LEADS | {"owner"}, type(opening()): MEMBERS, type(request("x", NGO)): MEMBERS,
    ErasureAsked: LEADS, ReceiptGiven: set(), CoverSent: set(), BasisChanged: LEADS, StatementMade: MEMBERS, MessageSent: MEMBERS,
}  # fmt: skip
EVENT: dict[type[Event], Event] = {type(e): e for e in (
    HandoffAcknowledged(handoff="h", applied_at=1, seen_at=2), HandoffInfoRequested(handoff="h"), HandoffAccepted(handoff="h"),
    HandoffDeclined(handoff="h", code=DeclineCode.NO_CAPACITY), HandoffReturned(handoff="h", code=DeclineCode.NO_CAPACITY),
    HandoffForwarded(handoff="h", to=POLICE, code=DeclineCode.NO_CAPACITY, onward="on"),
    HandoffOffered(handoff="h", terms=OfferTerms.PART), HandoffOfferAgreed(handoff="h", onward="rest"), HandoffOfferRefused(handoff="h"),
    HandoffAdvised(handoff="h", advice=Advice.OURS), ActionTaken(handoff="h", action=ActionCode.LEGAL_STEP), HandoffCompleted(handoff="h"),
    HandoffInfoSupplied(handoff="h"),
    HandoffRevoked(handoff="h"), HandoffOverdue(handoff="h"), HandoffExpired(handoff="h"), RosterSet(members=members(LEAD, SOCIAL)),
    CheckpointSet(place=1, joiners=(NGO,), state={}), JointActionCalled(need=Need.HOUSING, agencies=(NGO, SOCIAL)),
    JointActionStarted(agencies=(POLICE, HEALTH), tasks=(NEW,)), JointActionCompleted(), StatusDecided(stage=Stage.REASONABLE_GROUNDS),
    CaseClosed(reason=CloseReason.OTHER), CaseReopened(reason=ReopenReason.MISTAKE),
    ClockPaused(clock=ClockName.FIRST_DECISION, reason=Pause.COURT, until=LATE), DelayExplained(code=StallCode.AWAY, handoff="h"),
    TaskPlanned(planned=NEW), TaskBegun(task="t-p"),
    TaskCompleted(task="t-p"),
    TaskDropped(task="t-p"), opening(), request("x", LEGAL), ErasureAsked(about="case-1", to=LEAD, answer_by=LATE),
    ReceiptGiven(about="case-1", to=LEAD, answers="d", since=1), CoverSent(about="case-1", to=LEAD),
    BasisChanged(basis=Basis.CHILD, needs=(Need.LEGAL,)), StatementMade(), MessageSent(),
)}  # fmt: skip


@pytest.fixture(scope="module")
def case() -> Case:
    """A joint action of police and health; social services have asked the NGO in hand-off `h`; police own task `t-p`."""
    story = Story(SOCIAL, NGO, POLICE, HEALTH, protocol=NEWEST)
    story.asks("p", LEADING, POLICE, Need.INVESTIGATION)
    story.asks("m", LEADING, HEALTH, Need.HEALTH)
    story.accepts("p")
    story.accepts("m")
    story.starts_joint("p", "m")
    story.asks("h", acting(SOCIAL), NGO)
    return story.case


def test_the_matrix_knows_every_type() -> None:
    assert set(SAYS) == set(EVENTS.values()) == set(EVENT)


@pytest.mark.parametrize("kind", EVENT, ids=lambda k: k.TYPE)
def test_an_author_is_refused_exactly_where_the_matrix_says_so(case: Case, kind: type[Event]) -> None:
    for role, author in ROLES.items():
        folded = fold(case, core_of(case, author, EVENT[kind], LATE))
        assert (folded.verdict is not Verdict.REFUSED) == (role in SAYS[kind]), role
        assert folded.verdict in (Verdict.COUNTED, Verdict.SUPERSEDED, Verdict.REFUSED), role
        if folded.verdict is Verdict.REFUSED:
            assert folded.case is not None, role
            assert folded.case.model_copy(update={"settled": case.settled, "head": case.head}) == case, role


@pytest.mark.parametrize("kind", [k for k in EVENT if "handoff" in k.model_fields and k not in (type(opening()), type(request("x", NGO)))])
def test_nobody_may_speak_of_a_hand_off_that_is_not_there(case: Case, kind: type[Event]) -> None:
    for author in ROLES.values():
        assert fold(case, core_of(case, author, EVENT[kind].model_copy(update={"handoff": "no-such"}), LATE)).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    "author", [acting(REPORTER), f"reporting.{REPORTER}", f"reporting.{LEAD}", f"intake.{OUTSIDER}", LEADING, "intake", ""]
)
def test_only_the_intake_or_the_referral_that_roster_one_names_opens_a_case(author: str) -> None:
    first = opening()
    folded = fold(None, core_of(None, author, first))
    assert (folded.case, folded.verdict) == (None, Verdict.REFUSED)


@pytest.mark.parametrize("roster", [(), (REPORTER,), (LEAD,), (REPORTER, LEAD, NGO), (REPORTER, NGO), (REPORTER, LEAD, LEAD)])
def test_roster_one_is_the_author_and_the_lead_it_names(roster: tuple[str, ...]) -> None:
    first = opening().model_copy(update={"roster": members(*roster)})
    assert fold(None, core_of(None, f"intake.{REPORTER}", first)).case is None


def test_a_lead_may_open_its_own_case_alone() -> None:
    first = opening().model_copy(update={"roster": members(LEAD)})
    folded = fold(None, core_of(None, LEADING, first))
    assert folded.case is not None
    assert folded.case.agencies == {LEAD}


def test_a_closed_case_takes_rosters_checkpoints_and_erasure_alone(case: Case) -> None:
    closed = fold(case, core_of(case, LEADING, closing(case), LATE)).case
    assert closed is not None
    said = {**EVENT, RosterSet: RosterSet(members=closed.members)}
    for kind, says in SAYS.items():
        for role in says if kind is not CaseReopened else ():
            folded = fold(closed, core_of(closed, ROLES[role], said[kind], LATE))
            assert folded.verdict is (Verdict.COUNTED if kind in (RosterSet, CheckpointSet, ErasureAsked) else Verdict.SUPERSEDED)
            assert folded.case is not None
            assert (folded.case.handoffs, folded.case.tasks, folded.case.joint) == (closed.handoffs, closed.tasks, closed.joint)


def test_who_left_the_roster_says_nothing_more() -> None:
    story = Story(SOCIAL, NGO)
    story.asks("h", acting(SOCIAL), NGO)
    story.counts(LEADING, RosterSet(members=members(LEAD, SOCIAL)))
    assert story.say(acting(NGO), HandoffAccepted(handoff="h")) is Verdict.REFUSED
