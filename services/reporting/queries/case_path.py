"""The path of a case, drawn from its spans alone: no case is read, so an operator sees who waited for whom and nothing about the person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from services.reporting.models import FinishedSpan
from shared.protocol.case import agency_of
from shared.protocol.events import (
    CaseClosed,
    CaseReopened,
    CaseReported,
    HandoffReturned,
    HandoffRevoked,
    JointActionCompleted,
    JointActionStarted,
    TaskBegun,
    TaskCompleted,
    TaskDropped,
)
from shared.records.codec import from_json
from shared.web.drawing.drawings import HELD, DrawnTask, Lane, Pass

STATES = {TaskBegun.TYPE: "begun", TaskCompleted.TYPE: "completed", TaskDropped.TYPE: "dropped"}
GIVEN_UP = {HandoffReturned.TYPE: "returned", HandoffRevoked.TYPE: "revoked"}


@dataclass(frozen=True)
class Way:
    """What the picture takes."""

    lanes: list[Lane]
    passes: list[Pass]
    tasks: list[DrawnTask]
    joint: tuple[int, int | None] | None
    ended: bool
    """Whether nothing is open any more."""
    simulated: bool


def way(spans: Sequence[FinishedSpan], name: Callable[[str], str], need: Callable[[str], str]) -> Way:
    """Lanes, hand-offs, tasks and joint action of a trace, its spans in order of time."""
    passes, tasks = _passes(spans, need), _tasks(spans, need)
    ends = [span.name for span in spans if span.name in (CaseClosed.TYPE, CaseReopened.TYPE)]
    closed = ends[-1:] == [CaseClosed.TYPE]
    reporter = [agency_of(span.instance) for span in spans if span.name == CaseReported.TYPE]
    agencies = dict.fromkeys(reporter + [a for one in passes for a in (one.giver, one.taker)] + [one.owner for one in tasks])
    open_now = any(one.ended is None for one in passes) or any(one.ended is None for one in tasks)
    return Way(
        [Lane(agency, name(agency)) for agency in agencies], passes, tasks, _joint(spans), closed or not open_now,
        any(span.simulated for span in spans),
    )  # fmt: skip


def _passes(spans: Sequence[FinishedSpan], need: Callable[[str], str]) -> list[Pass]:
    found: dict[str, Pass] = {}
    for span in spans:
        if span.handoff and span.stage:
            known = found.get(span.handoff)
            first = Pass(span.giver, span.receiver, need(span.need), "requested", span.start, span.answer_by or None)
            found[span.handoff] = _stage(known or first, span)
        elif span.handoff in found and span.name in GIVEN_UP:
            found[span.handoff] = replace(found[span.handoff], state=GIVEN_UP[span.name], ended=span.start)
    first = {span.handoff for span in spans if span.name == CaseReported.TYPE}  # the rest of a moment lies in no order
    return [found[id] for id in sorted(found, key=lambda id: id not in first)]


def _stage(known: Pass, span: FinishedSpan) -> Pass:
    """A pass after one more of its stages is known; spans of agencies come in any order."""
    match span.stage:
        case "answered" if span.outcome == "completed":  # a question: its answer is its end
            return replace(known, state=span.outcome, answered=span.end, ended=span.end, advice=True)
        case "answered" if span.outcome in HELD:
            later = known.state in (*HELD, *GIVEN_UP.values()) and known.state != "accepted"
            return replace(known, state=known.state if later else span.outcome, answered=span.end)
        case "answered":
            return replace(known, state=span.outcome, ended=span.end)
        case "first_action" if known.ended is None:
            return replace(known, state="acting")
        case "completed":
            return replace(known, state="completed", ended=span.end)
        case _:
            return known


def _tasks(spans: Iterable[FinishedSpan], need: Callable[[str], str]) -> list[DrawnTask]:
    found: dict[str, DrawnTask] = {}
    for span in spans:
        if span.name not in STATES:
            continue
        told = from_json(span.attributes)
        task, state = str(told.get("nrm.task.id", "")), STATES[span.name]
        known = found.get(task) or DrawnTask(agency_of(span.instance), need(str(told.get("nrm.task.need", ""))), state, span.start)
        found[task] = replace(known, state=state, ended=None if state == "begun" else span.start)
    return list(found.values())


def _joint(spans: Iterable[FinishedSpan]) -> tuple[int, int | None] | None:
    began = [span.start for span in spans if span.name == JointActionStarted.TYPE]
    ended = [span.start for span in spans if span.name == JointActionCompleted.TYPE]
    return (began[0], ended[-1] if ended else None) if began else None
