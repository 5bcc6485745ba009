"""What several events do to a hand-off: it moves along its table, a new one is asked, one that is taken on joins what is under way."""

from typing import Any

from shared.protocol.case import BOUNCED, Case, Handoff, HandoffState, JointState
from shared.protocol.core import Core
from shared.protocol.facts import Event
from shared.protocol.joint import SUPERSEDED, Effect, put
from shared.protocol.states import next_state
from shared.protocol.vocabulary import HandoffKind, Need

ANSWERS = frozenset({HandoffState.ACCEPTED, HandoffState.DECLINED, HandoffState.FORWARDED})


def moved(case: Case, core: Core, event: Event) -> Effect:
    """A hand-off moves along its table; the stage times are kept with it. While who asked thinks about an offer, the time of who was asked
    stands still."""
    handoff: Handoff = case.handoffs[getattr(event, "handoff", "")]
    state = next_state(case, handoff, event)
    if state is None:
        return SUPERSEDED
    changes: dict[str, Any] = {"state": state, "simulated": handoff.simulated or core.simulated}
    if handoff.state is HandoffState.OFFERED and handoff.offer is not None:
        stood = max(0, core.at - handoff.offer.at)
        changes |= {"answer_by": handoff.answer_by + stood, "lapse_at": handoff.lapse_at + stood}
    if state in ANSWERS:
        changes["answered_at"] = core.at
    if state in BOUNCED or state in (HandoffState.COMPLETED, HandoffState.REVOKED):
        changes["ended_at"] = core.at
    return put(case, handoff, **changes)


def asked(case: Case, handoff: Handoff) -> Case:
    """The case with a new request; where its need was passed round enough that is answered by a call to joint action at once."""
    if not passed_enough(case, handoff.need, handoff.kind):
        return put(case, handoff)
    return put(case, handoff, state=HandoffState.CALLED, ended_at=handoff.requested_at)


def passed_enough(case: Case, need: Need, kind: HandoffKind) -> bool:
    """Whether one more request for this need would be one too many (docs/domain.md, section 3.6, M9)."""
    asked_anyway = kind in (HandoffKind.JOINT_TASK, HandoffKind.CONSULTATION, HandoffKind.TRANSFER)
    together = case.joint is not None and case.joint.state is not JointState.COMPLETED  # then one more request is part of that
    return not asked_anyway and not together and case.bounces(need) >= case.pingpong - 1


def joined(case: Case, id: str) -> Case:
    """The case once this hand-off is held: where a joint action is under way its agency is part of that."""
    handoff = case.handoffs[id]
    if case.joint is None or not case.acting() or handoff not in case.holding():
        return case
    agencies = tuple(dict.fromkeys((*case.joint.agencies, handoff.to)))
    return case.model_copy(update={"joint": case.joint.model_copy(update={"agencies": agencies})})
