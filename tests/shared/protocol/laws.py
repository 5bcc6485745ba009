"""What must hold of every step of a history, whatever was said."""

import json

from shared.protocol import events as e
from shared.protocol.case import BOUNCED, HELD, Case, Handoff, HandoffState, TaskState, Verdict, agency_of
from shared.protocol.core import Core, decode, encode
from shared.protocol.fold import Folded, Follow, ready_for_joint_action
from shared.protocol.leading import to_hand_over
from shared.protocol.states import MAY_SAY, OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind, Need, Outcome
from tests.shared.protocol.cases import LEADING, core_of

ENDS = BOUNCED | {HandoffState.COMPLETED, HandoffState.REVOKED, HandoffState.ENDED}


def holds_together(case: Case) -> None:
    """A picture in which nothing hangs in the air."""
    names = [m.agency for m in case.members]
    assert names.count(case.lead) == 1
    assert len(names) == len(set(names))
    assert case.head in case.settled
    for place, task in enumerate(case.tasks.values()):
        assert case.joint is not None
        assert task.state not in OPEN_TASK or task.owner in case.agencies.intersection(case.joint.agencies)
        assert set(task.after) <= set(list(case.tasks)[:place]), "else it could wait for ever"
        assert task.handoff is None or case.handoffs[task.handoff].to == task.owner
    if case.joint is not None and case.acting():
        assert {h.to for h in case.holding()} <= set(case.joint.agencies)
    for handoff in case.handoffs.values():
        assert handoff.state not in HELD or handoff.to in case.agencies
        assert case.closed_at is None or not handoff.waiting
        assert case.closed_at is None or case.protocol == FIRST or handoff.state in ENDS, "nothing ends without a word"
        assert handoff.first_action_at is None or handoff.answered_at is not None, "nobody acts before accepting"
        assert (handoff.ended_at is not None) == (handoff.state in ENDS)
        assert (handoff.action is None) == (handoff.first_action_at is None)
        assert handoff.state is not HandoffState.ACTING or handoff.first_action_at is not None
        assert (handoff.advice is None) or handoff.state is HandoffState.COMPLETED
        if case.merely_advises(handoff):
            assert handoff.state not in (*HELD, HandoffState.DECLINED, HandoffState.CALLED), (
                "nobody takes a question on, or passes it round"
            )
            assert handoff.id not in {task.handoff for task in case.tasks.values()}
            assert (handoff.state is HandoffState.COMPLETED) == (handoff.advice is not None)


def over_the_wire(case: Case | None) -> Case | None:
    """A copy of the picture as a joiner gets it: in a checkpoint, through the bytes of a core."""
    if case is None:
        return None
    body = encode(core_of(case, LEADING, e.CheckpointSet(place=0, joiners=(), state=case.model_dump(mode="json"))))
    copy = Case.model_validate(decode(body).facts["state"])
    assert copy == case
    assert (list(copy.handoffs), list(copy.tasks), list(copy.settled)) == (list(case.handoffs), list(case.tasks), list(case.settled))
    return copy


def settles(before: Case, after: Case, core: Core, folded: Folded) -> None:
    """A verdict is for ever; stale and repeated leave the picture as it was, byte for byte."""
    quiet = folded.verdict in (Verdict.STALE, Verdict.REPEATED)
    assert (folded.verdict is Verdict.REPEATED) == (core.key in before.settled)
    assert json.dumps(list(after.settled.items())) == json.dumps(
        [*before.settled.items(), *([] if quiet else [(core.key, folded.verdict)])]
    )
    if quiet:
        assert after.model_dump_json() == before.model_dump_json()
    if folded.verdict is not Verdict.COUNTED:
        assert after.model_copy(update={"settled": before.settled, "head": before.head}) == before
        again = (
            folded.verdict in (Verdict.SUPERSEDED, Verdict.REFUSED)
            and core.author == f"referral.{before.lead}"
            and core.type == e.JointActionStarted.TYPE
        )
        assert {f.follow for f in folded.follow_ups} <= (
            {Follow.START_JOINT} if again and ready_for_joint_action(before) else set[Follow]()
        )
    assert {f.by for f in folded.follow_ups} <= {f"referral.{after.lead}"}
    if core.type != e.RosterSet.TYPE or folded.verdict is not Verdict.COUNTED:
        assert after.lead == before.lead, "nothing but a roster changes who leads"


def changes_only_what_may_change(before: Case, after: Case, verdict: Verdict, core: Core) -> None:
    """Who counted was in the case; ends are ends; a closed case changes nothing but rosters."""
    if verdict is not Verdict.COUNTED:
        return
    event = core.event()
    assert event is not None
    assert agency_of(core.author) in before.agencies
    assert type(event) in MAY_SAY
    assert after.version - before.version == isinstance(event, e.RosterSet)
    for name, handoff in before.handoffs.items():
        later = after.handoffs[name]
        same = later.model_copy(update={"given_up_at": handoff.given_up_at}) == handoff  # given up (protocol 2): how it ended stays
        back = isinstance(event, e.CaseReopened) and handoff.state is HandoffState.ENDED
        assert same or handoff.state not in ENDS or (back and later.state in HELD)
        assert handoff.given_up_at in (None, later.given_up_at)
        assert handoff.first_action_at in (None, later.first_action_at)
        assert (later.giver, later.to, later.need) == (handoff.giver, handoff.to, handoff.need)
        assert later.answer_by - handoff.answer_by == stood_still(handoff, later, core, event)
    for name, task in before.tasks.items():
        back = isinstance(event, e.CaseReopened) and task.state is TaskState.ENDED
        assert after.tasks[name] == task or task.state in OPEN_TASK or (back and after.tasks[name].state in OPEN_TASK)
        assert after.tasks[name].owner == task.owner
    assert list(after.handoffs)[: len(before.handoffs)] == list(before.handoffs)
    if isinstance(event, e.RosterSet):
        assert before.lead in after.agencies, "the old lead stays until the new one takes it off"
        assert event.lead is None or before.agencies == after.agencies
        assert after.lead == (event.lead or before.lead)
        assert set(map(repr, after.delays)) <= set(map(repr, before.delays)), "what was said of what waits goes with who had to move"
        rosters = {
            "lead": before.lead,
            "delays": before.delays,
            "settled": before.settled,
            "head": before.head,
            "members": before.members,
            "version": before.version,
            "apart": before.apart,
        }
        ended = {"handoffs": before.handoffs, "tasks": before.tasks}
        assert after.model_copy(update=rosters | ended) == before
        only_who_left_lets_go(before, after, core.at)
        if event.lead is not None:
            only_what_the_old_lead_identified_ends(before, after, core.at)
    else:
        assert before.closed_at is None or isinstance(event, (e.CheckpointSet, e.CaseReopened))


def stood_still(handoff: Handoff, later: Handoff, core: Core, event: e.Event) -> int:
    """How much longer who was asked has: as long as its offer waited for who asked, once somebody has moved it on; else nothing."""
    waited = handoff.state is HandoffState.OFFERED and later.state is not HandoffState.OFFERED and handoff.offer is not None
    moved_on = waited and not isinstance(event, (e.RosterSet, e.CaseClosed))
    return max(0, core.at - handoff.offer.at) if moved_on and handoff.offer is not None else 0


def only_who_left_lets_go(before: Case, after: Case, at: int) -> None:
    """What leaving agencies had not ended comes back; nothing else moves."""
    gone = before.agencies - after.agencies
    for name, handoff in before.handoffs.items():
        back = {"state": HandoffState.RETURNED, "ended_at": at} if handoff.to in gone and handoff.state not in ENDS else {}
        identified = before.lead != after.lead and handoff.to == before.lead and handoff.need is Need.IDENTIFICATION
        assert after.handoffs[name] == handoff.model_copy(update=back) or identified
    for name, task in before.tasks.items():
        dropped = {"state": TaskState.DROPPED, "ended_at": at} if task.owner in gone and task.state in OPEN_TASK else {}
        assert after.tasks[name] == task.model_copy(update=dropped)


def only_what_the_old_lead_identified_ends(before: Case, after: Case, at: int) -> None:
    """A change of the lead ends what the old one held for that, and rewrites nothing else."""
    ended = {"state": HandoffState.COMPLETED, "ended_at": at, "outcome": Outcome.PARTLY}
    for name, handoff in before.handoffs.items():
        theirs = handoff.to == before.lead and handoff.need is Need.IDENTIFICATION and handoff.state not in ENDS
        assert after.handoffs[name] == handoff.model_copy(update=ended if theirs else {})
    led = [h for h in after.handoffs.values() if h.kind is HandoffKind.TRANSFER and h.to == after.lead and h.state in HELD]
    assert led, "who leads has accepted to"


def unplanned(case: Case) -> set[str]:
    """The hand-offs of a joint action without a task."""
    return {h.id for h in case.holding()} - {t.handoff for t in case.tasks.values()} if case.acting() else set()


def follows_what_must(before: Case, after: Case, folded: Folded) -> None:
    """A joint action starts, gives everybody a task, and ends, whatever event brought it about."""
    followed = {f.follow for f in folded.follow_ups}
    assert (Follow.HAND_OVER in followed) == (to_hand_over(after) is not None and to_hand_over(before) is None)
    if before.lead != after.lead:
        assert (Follow.START_JOINT in followed) == ready_for_joint_action(after), (
            "the new lead does what the old one may have been about to"
        )
        assert {f.about for f in folded.follow_ups if f.follow is Follow.PLAN_TASK} == unplanned(after)
        return
    assert (Follow.START_JOINT in followed) == (ready_for_joint_action(after) and not ready_for_joint_action(before))
    was_open, is_open = (any(t.state in OPEN_TASK for t in case.tasks.values()) for case in (before, after))
    assert (Follow.COMPLETE_JOINT in followed) == (after.acting() and was_open and not is_open)
    if after.acting():
        planned = {t.handoff for t in after.tasks.values()} | {f.about for f in folded.follow_ups if f.follow is Follow.PLAN_TASK}
        known = before.holding() if before.acting() else ()
        assert {h.id for h in after.holding()} <= planned | {h.id for h in known}
