"""What a step of a story means in the picture that an agency has: which hand-off or task it is about, and which request says so."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from deploy.demo.story import StoryStep
from shared.config.calendar import HOUR
from shared.protocol.case import HELD, WAITING, Case, HandoffState, TaskState
from shared.protocol.case_file import Group
from shared.protocol.closing import open_handoffs, open_tasks
from shared.protocol.message_readers import must_answer, reached
from shared.protocol.states import OPEN_TASK
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import ActionCode, Ending, Need

WAITING_STATES, HELD_STATES = frozenset(map(str, WAITING)), frozenset(map(str, HELD))
INFO = frozenset({str(HandoffState.INFO_REQUESTED)})
OF_ADDRESSEE = {
    "acknowledge": WAITING_STATES, "accept": WAITING_STATES, "decline": WAITING_STATES, "ask-info": WAITING_STATES,
    "advise": WAITING_STATES, "send-on": WAITING_STATES, "offer": WAITING_STATES, "see-lead": WAITING_STATES, "take-lead": WAITING_STATES,
    "take-action": HELD_STATES, "complete": HELD_STATES, "give-back": HELD_STATES,
}  # fmt: skip
OF_REQUESTER = {"supply-info": INFO, "revoke": WAITING_STATES, "agree-offer": frozenset({str(HandoffState.OFFERED)})}
OF_EITHER_END = frozenset({"answer", "arrange", "ask-support"})
TIMED = frozenset({"arrange", "ask-support"})
"""Words on a hand-off, by who asked for it or is asked."""
OF_OWNER = {
    "begin-task": frozenset({str(TaskState.PLANNED)}), "complete-task": frozenset(map(str, OPEN_TASK)),
    "drop-task": frozenset(map(str, OPEN_TASK)),
}  # fmt: skip
OF_LEAD = frozenset({
    "record-consent", "change-basis", "add-agency", "consult", "ask-confidential", "decide-status", "start-joint-action", "close", "reopen",
    "ask-access", "write-account", "release-account", "state-step", "settle-conflict", "ask-to-lead", "see-lead", "take-lead",
})  # fmt: skip
"""What a desk says that leads, or is asked to."""
ABOUT_A_NEED = frozenset({"request", "add-agency", "consult", "ask-confidential", "record-consent"})
EITHER = {"begin": ("begin-task", "take-action"), "finish": ("complete-task", "complete")}
"""An officer works on what there is: a task of the joint plan, or else the hand-off itself."""
TAKEN = {"take-action": {"action": "interview_held"}, "complete": {"outcome": "done"}, "complete-task": {"outcome": "done"}}
"""What a request says where a story does not."""
TOPICS = {
    Need.IDENTIFICATION: ("beginning", "work"), Need.INVESTIGATION: ("beginning", "control", "offenders"),
    Need.LEGAL: ("control", "work"),
}  # fmt: skip
"""What an interview for a need is about; for any other it is how the person is."""

MEET_AFTER = 32 * HOUR
"""ms after its opening that agencies of a case arrange to meet."""
WHAT = "Invented for the demo: in which language do you speak with the person?"
"""What is asked where a story does not say."""

Request = tuple[str, dict[str, Any]]
"""(path below /api, body)"""


def service_of_act(act: str, *, of_lead: bool = False) -> str:
    """Which of an agency's services makes this decision; whoever met the person states at intake who it is, and attaches papers there."""
    if act in ("state", "attach"):
        return "intake"
    return "referral" if act in OF_LEAD or (act == "look-at" and of_lead) else "assistance"


def request_of(step: StoryStep, case: dict[str, Any]) -> Request | None:
    """The request that this step stands for in this picture; None where there is nothing to do it to."""
    if step.act in EITHER:
        found = (request_of(step.as_(act), case) for act in EITHER[step.act])
        return next((request for request in found if request), None)
    about = _about(step, case)
    if about is None:
        return None
    body = {**TAKEN.get(step.act, {}), **step.body}
    if body.get("action") == ActionCode.INTERVIEW_HELD and case["protocol"] != FIRST:
        body = {"topics": TOPICS.get(Need(step.need), ("welfare",)), **body}
    if step.act == "write-account":
        body = {"day": datetime.fromtimestamp(case["opened_at"] / 1000, UTC).date().isoformat(), **body}
    if step.act == "state-step":
        return "referral/state", {"case": case["id"], "statements": [_step(case["opened_at"], **step.body)]}
    if step.act == "ask-info":
        body = _question(step, case, about["handoff"], body)
    return f"{service_of_act(step.act)}/{step.act}", {"case": case["id"], **about, **body}


def _step(opened_at: int, field: str, said: str, days: int) -> dict[str, Any]:
    """A step of proceedings, so many days after the case was opened."""
    day = datetime.fromtimestamp((opened_at + days * 24 * HOUR) / 1000, UTC).date().isoformat()
    return {"field": field, "value": f"{day} {said}", "source": "document"}


def _question(step: StoryStep, case: dict[str, Any], handoff: str, body: dict[str, Any]) -> dict[str, Any]:
    """What is asked, where words can be sent to who must answer."""
    picture = Case.model_validate(case)
    asked = picture.handoffs[handoff]
    to = reached(picture, asked, (Group.COMMUNICATION,), step.agency, asked.requested_at)
    return {"words": WHAT, **body} if picture.protocol != FIRST and must_answer(picture, asked, step.agency) in to else {}


def _about(step: StoryStep, case: dict[str, Any]) -> dict[str, Any] | None:
    handoffs, tasks = list(case["handoffs"].values()), list(case["tasks"].values())
    if step.act in OF_ADDRESSEE:
        return _last("handoff", (h for h in handoffs if h["to"] == step.agency and _fits(h, step, OF_ADDRESSEE)))
    if step.act in OF_REQUESTER:
        return _last("handoff", (h for h in handoffs if h["giver"] == step.agency and _fits(h, step, OF_REQUESTER)))
    if step.act in OF_EITHER_END:
        said: dict[str, Any] = {"purpose": step.need, "about": [Group.COMMUNICATION]}
        said |= {"when": case["opened_at"] + MEET_AFTER} if step.act in TIMED else {}
        found = _last("handoff", (h for h in handoffs if step.agency in (h["to"], h["giver"]) and h["need"] == step.need))
        return found and {**found, **said}
    if step.act in OF_OWNER:
        return _last("task", (t for t in tasks if t["owner"] == step.agency and _fits(t, step, OF_OWNER)))
    if step.act == "close":
        return _answers(case)
    return {"need": step.need} if step.act in ABOUT_A_NEED else {}


def _answers(case: dict[str, Any]) -> dict[str, Any]:
    """A story's lead answers to all that is open alike: it goes on without the others."""
    picture = Case.model_validate(case)
    if picture.protocol == FIRST:
        return {}
    return {
        "handoffs": [{"handoff": h.id, "ending": Ending.ELSEWHERE} for h in open_handoffs(picture)],
        "tasks": [{"task": t.id, "ending": Ending.ELSEWHERE} for t in open_tasks(picture)],
    }


def _fits(thing: dict[str, Any], step: StoryStep, states: dict[str, frozenset[str]]) -> bool:
    return thing["state"] in states[step.act] and (not step.need or thing["need"] == step.need)


def _last(name: str, things: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    found = list(things)
    return {name: found[-1]["id"]} if found else None
