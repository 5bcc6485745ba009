"""What a case adds to measures M1 to M19 (docs/domain.md, section 3.6; their definitions: `measures`). Pure.

What is open counts: in a waiting time for as long as it has waited, so that an agency that never answers does not look fast.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby

from services.reporting.rules.latency.time_buckets import bucket
from services.reporting.rules.tables.course import Course, alike, quarter
from services.reporting.rules.tables.definitions import AGE, ENDED, NO, OPEN, UNSAID, WAITING, YES, Add
from services.reporting.rules.tables.person_tables import ANSWERED_YES, CHILDREN, decision_times
from shared.protocol.case import HandoffState
from shared.protocol.statistics import MOST_AT_WORK, ActionCounted, ClosingCounted, HandoffCounted, StageCounted
from shared.protocol.vocabulary import ActionCode, Basis, CloseReason, DeclineCode, InterviewTopic, Need, Stage

H = HandoffState
NOT_THE_RECEIVERS = frozenset({H.REVOKED, H.ENDED, H.CALLED})
"""Ends that say nothing of the receiver: taken back, ended with the case, answered by a call to joint action."""
HOUR, DAY = 3_600_000, 86_400_000


def waits(stage: str, step: str, *, days: bool = False) -> Callable[[Course], Iterator[Add]]:
    """M1 to M3: how long it took from the request to the end of this stage; `days`: in working days. A hand-off that ended without the step
    waited at least until its end; all others that were asked for wait still. What was agreed to is held as it begins: it waits for what is
    done alone."""

    def adds(course: Course) -> Iterator[Add]:
        came = [one for one in course.of(StageCounted) if one.stage == stage and (step != "accepted" or one.outcome in ANSWERED_YES)]
        never = [one for one in course.handoffs if getattr(one, step) is None and (step == "acted" or one.accepted != 0)]
        for one in came:
            took = one.ms if stage == "answered" else one.since
            if days or took is not None:
                yield Add(quarter(one.month), (str(one.need), *(_in_days(ENDED, one.since_days) if days else _time(ENDED, took))))
        for one in never:
            yield Add(quarter(one.month), (str(one.need), *_waited(one.ended, one.ended_days, days=days)))
        over, ended = alike(one for one in came if one.since is not None), alike(never)
        for asked, n in (course.begun if step == "acted" else course.requested).items():
            if (still := n - over.get(asked, 0) - ended.get(asked, 0)) > 0:
                yield Add(quarter(asked.month), (asked.need, OPEN, asked.month), still)

    return adds


def after_yes(*, days: bool = False) -> Callable[[Course], Iterator[Add]]:
    """M3b: how long it took from the yes until something was done; `days`: in working days. What ended without, or is open, has waited
    since the yes; that is told by the month in which it came, as far as the month of the request and the time from it say."""

    def adds(course: Course) -> Iterator[Add]:
        done = [one for one in course.of(StageCounted) if one.stage == "first_action" and one.since is not None]
        for one in done:
            yield Add(quarter(one.month), (str(one.need), *(_in_days(ENDED, one.stage_days) if days else _time(ENDED, one.ms))))
        never = [one for one in course.handoffs if one.acted is None and one.accepted is not None]
        for one in never:
            yield Add(quarter(one.month), (str(one.need), *_waited(one.ended - (one.accepted or 0), one.held_days, days=days)))
        over = alike(done + never)
        for asked, some in groupby(sorted(course.agreed), key=lambda one: one[0]):
            for _, took in list(some)[over.get(asked, 0) :]:
                yield Add(quarter(asked.month), (asked.need, OPEN, _month_after(asked.month, took)))

    return adds


def _waited(ms: int, working_days: int | None, *, days: bool) -> tuple[str, str]:
    return _in_days(WAITING, working_days) if days else _time(WAITING, ms)


def _month_after(month: str, ms: int) -> str:
    """In which month it is so long after the middle of another."""
    at = datetime(int(month[:4]), int(month[5:7]), 15, tzinfo=UTC) + timedelta(milliseconds=ms)
    return f"{at:%Y-%m}"


def guardian_times(course: Course) -> Iterator[Add]:
    """T14b: of children, how long it took from the request for a guardian until it was accepted."""
    if (said := course.referral) and said.age_at_exploitation in CHILDREN:
        for period, (need, *rest), n in waits("answered", "accepted")(course):
            if need == Need.GUARDIANSHIP:
                yield Add(period, tuple(rest), n)


def unanswered(course: Course) -> Iterator[Add]:
    """M4: hand-offs whose time to answer passed with no answer, of all that were asked for."""
    for asked, n in course.requested.items():
        late = min(n, course.overdue.get(asked, 0))
        yield from _share(quarter(asked.month), (asked.need,), late, n)


def _share(period: str, values: tuple[str, ...], part: int, whole: int) -> Iterator[Add]:
    if part:
        yield Add(period, (*values, YES), part)
    if whole > part:
        yield Add(period, (*values, NO), whole - part)


def of_handoffs(holds: Callable[[HandoffCounted], bool]) -> Callable[[Course], Iterator[Add]]:
    """M5, M7: of the hand-offs whose end is the receiver's, those of which this holds."""

    def adds(course: Course) -> Iterator[Add]:
        for one in course.handoffs:
            if one.outcome not in NOT_THE_RECEIVERS:
                yield Add(quarter(one.month), (str(one.need), YES if holds(one) else NO))

    return adds


def answers(course: Course) -> Iterator[Add]:
    """M6: how each receiver's hand-offs ended. The person's own no (C14) is none of them, nor is an offer that lapsed: it had answered."""
    for one in course.handoffs:
        offered = one.outcome == H.EXPIRED and not one.bounced
        if not offered and one.outcome not in NOT_THE_RECEIVERS and one.code != DeclineCode.PERSON_DECLINES:
            yield Add(quarter(one.month), (one.receiver, str(one.code or one.outcome)))


def runs(course: Course) -> Iterator[Add]:
    """M8: which part of the person's hand-offs that ended bounced, the longest run of bounces, and how often an agency was asked again with
    nothing done in between."""
    if (said := course.referral) and course.handoffs:
        yield Add(said.quarter, ("bounced", _part(sum(one.bounced for one in course.handoffs), len(course.handoffs))))
        yield Add(said.quarter, ("longest_run", str(max(one.run for one in course.handoffs))))
        yield Add(said.quarter, ("asked_again", str(sum(one.again for one in course.handoffs))))


def _part(some: int, of: int) -> str:
    """None, less than half, half or more, all, as percentages."""
    return "0" if not some else "100" if some == of else "1-49" if 2 * some < of else "50-99"


def bounced_times(course: Course) -> Iterator[Add]:
    """M8b: how long bounced hand-offs took."""
    for one in course.handoffs:
        if one.bounced:
            yield Add(quarter(one.month), (str(one.need), ENDED, str(bucket(one.ended))))


def passed_round(course: Course) -> Iterator[Add]:
    """M9: whether the case was passed round."""
    if (said := course.referral) and course.known:
        yield Add(said.quarter, (YES if course.passed_round else NO,))


def unowned(course: Course) -> Iterator[Add]:
    """M10: how long nobody who was asked had the person in hand."""
    if one := course.closing:
        yield Add(quarter(one.month), (ENDED, str(bucket(one.unowned))))


def unowned_in_days(course: Course) -> Iterator[Add]:
    """M10b: the same in working days; none where somebody always had, or on days off alone."""
    if one := course.closing:
        yield Add(quarter(one.month), _time(ENDED, None if one.unowned_days is None else one.unowned_days * DAY))


def first_service(course: Course) -> Iterator[Add]:
    """M11: until something was done for the person; talks and decisions are no help."""
    return _until_served(course, lambda how, one: _time(how, one.ms))


def first_service_in_days(course: Course) -> Iterator[Add]:
    """M11b: the same in working days."""
    return _until_served(course, lambda how, one: _in_days(how, one.working_days))


def _until_served(course: Course, took: Callable[[str, ActionCounted | ClosingCounted], tuple[str, str]]) -> Iterator[Add]:
    if not (said := course.referral):
        return
    served = [one for one in course.actions if one.action not in (ActionCode.INTERVIEW_HELD, ActionCode.STATUS_DECISION)]
    if served:
        yield Add(said.quarter, took(ENDED, served[0]))
    elif course.closing:
        yield Add(said.quarter, took(WAITING, course.closing))
    elif said.month and course.known:
        yield Add(said.quarter, (OPEN, said.month))


def decision_days(course: Course) -> Iterator[Add]:
    """T9b: working days until the first decision of each stage, and since when a case without one is open."""
    for one in course.first_decisions:
        yield Add(quarter(one.month), (str(one.stage), *_in_days(ENDED, one.working_days)))
    for period, (stage, how, month), n in decision_times(course):
        if how == AGE:
            yield Add(period, (stage, how, month), n)


def status(course: Course) -> Iterator[Add]:
    """M12: until the first decision of each stage. Of whom only the figure is known, nobody decides anything."""
    first = {str(one.stage): _time(ENDED, one.ms) for one in course.first_decisions}
    return _until_decided(course, first, _time(WAITING, course.closing.ms) if course.closing else None)


def status_in_days(course: Course) -> Iterator[Add]:
    """M12b: the same in working days, as the lead counts them by the country's holidays; a record of before they were counted says none."""
    first = {str(one.stage): _in_days(ENDED, one.working_days) for one in course.first_decisions}
    return _until_decided(course, first, _in_days(WAITING, course.closing.working_days) if course.closing else None)


def _until_decided(course: Course, first: Mapping[str, tuple[str, str]], closed: tuple[str, str] | None) -> Iterator[Add]:
    """Stage by stage until its first decision, or until the case was closed without one, or open since the month of the referral."""
    said = course.referral
    if said is None or said.basis == Basis.NONE:
        return
    for stage in map(str, Stage):
        if ended := first.get(stage, closed):
            yield Add(said.quarter, (stage, *ended))
        elif said.month and course.known:
            yield Add(said.quarter, (stage, OPEN, said.month))


def _in_days(how: str, n: int | None) -> tuple[str, str]:
    return _time(how, None if n is None else max(1, n) * DAY)


def _time(how: str, ms: int | None) -> tuple[str, str]:
    return (UNSAID, "") if ms is None else (how, str(bucket(ms)))


def interviews(course: Course) -> Iterator[Add]:
    """M13: how often the person was interviewed, by how many agencies."""
    held = course.interviews
    if held and (said := course.referral):
        agencies = len({one.agency for one in held})
        yield Add(said.quarter, (_many(len(held)), _many(agencies)))


def asked_again(course: Course) -> Iterator[Add]:
    """M13b: topics on which the person was interviewed, and on which of them more than once."""
    if course.topics_said and (said := course.referral):
        times = Counter(topic for one in course.interviews for topic in frozenset(one.topics or ()) - {InterviewTopic.WELFARE})
        for topic, n in sorted(times.items()):
            yield Add(said.quarter, (str(topic), YES if n > 1 else NO))


def one_interview(course: Course) -> Iterator[Add]:
    """M13c: whether the only interview was held together with another agency."""
    if course.topics_said and (said := course.referral):
        yield Add(said.quarter, (YES if len(course.interviews) == 1 and course.interviews[0].together else NO,))


def _many(n: int) -> str:
    return str(n) if n < 3 else "3+"


def clocks(course: Course) -> Iterator[Add]:
    """M14: the time to answer, and the country's clocks at the first decision of a stage."""
    for asked, n in course.requested.items():
        yield from _share(quarter(asked.month), ("answer",), min(n, course.overdue.get(asked, 0)), n)
    for one in course.first_decisions:
        if one.late is not None:
            yield Add(quarter(one.month), (str(one.stage), YES if one.late else NO))


def joint(course: Course) -> Iterator[Add]:
    """M15: hours of joint action, of all hours of the case."""
    if one := course.closing:
        whole, part = round(one.ms / HOUR), round(one.joint / HOUR)
        yield from _share(quarter(one.month), (), min(part, whole), whole)


def at_work(course: Course) -> Iterator[Add]:
    """M15b: hours in which so many agencies had open tasks of one plan."""
    if (one := course.closing) and one.at_work is not None:
        for n, ms in enumerate(one.at_work, 1):
            if hours := round(ms / HOUR):
                yield Add(quarter(one.month), (str(n) if n < MOST_AT_WORK else f"{n}+",), hours)


def in_turn(course: Course) -> Iterator[Add]:
    """M15c: tasks that waited for one of another agency though not declared to depend on it, of those that were begun."""
    if (one := course.closing) and one.begun is not None and one.in_turn is not None:
        yield from _share(quarter(one.month), (), min(one.in_turn, one.begun), one.begun)


def plans(course: Course) -> Iterator[Add]:
    """M16: needs with a task of the plan, of all needs."""
    if one := course.closing:
        yield from _share(quarter(one.month), (), min(one.planned, one.needs), one.needs)


def lost(course: Course) -> Iterator[Add]:
    """M17: whether the person had left when the case was closed."""
    if one := course.closing:
        yield Add(quarter(one.month), (YES if one.reason == CloseReason.PERSON_LEFT else NO,))


def withdrawn(course: Course) -> Iterator[Add]:
    """M18: of who agreed, whether the case went on without consent at last."""
    said = course.referral
    agreed = said is not None and (said.basis == Basis.CONSENT or any(one.basis == Basis.CONSENT for one in course.bases))
    if said and agreed and course.known:
        yield Add(said.quarter, (YES if course.bases and course.bases[-1].basis == Basis.NONE else NO,))


def consent(course: Course) -> Iterator[Add]:
    """M18b: until somebody agreed who had not at the report."""
    said, given = course.referral, next((one for one in course.bases if one.basis == Basis.CONSENT), None)
    if said and given and said.basis != Basis.CONSENT:
        yield Add(said.quarter, (ENDED, str(bucket(given.ms))))


def stalls(course: Course) -> Iterator[Add]:
    """M14b: why something waits, as whoever must move says."""
    for one in course.stalls:
        yield Add(quarter(one.month), (str(one.about), str(one.code)))


def bodies(course: Course) -> Iterator[Add]:
    """M19: how many agencies knew the person at one time."""
    if (said := course.referral) and course.bodies:
        yield Add(said.quarter, (str(course.bodies),))
