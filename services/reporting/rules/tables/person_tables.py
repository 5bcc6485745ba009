"""What a case adds to tables T1 to T20 (docs/domain.md, section 5.7; their definitions: `published_tables`). Pure."""

from collections.abc import Callable, Iterator

from services.reporting.rules.latency.time_buckets import bucket
from services.reporting.rules.tables.course import Course, quarter
from services.reporting.rules.tables.definitions import AGE, ENDED, NO, YES, Add
from shared.protocol.statistics import RECORDS, DecisionCounted, StageCounted
from shared.protocol.vocabulary import AgeBand, AgencyKind, Need, Stage

FIELDS = ("first_responder_type", "exploitation_type", "age_at_exploitation", "gender", "nationality")
MISSING = frozenset({"", "unknown", "UNK", "Unknown", "Not specified or unknown", "Unknown or not specified"})
"""Values that say nothing, our own and as sources print them."""
KINDS = {model: kind for kind, model in RECORDS.items()}
CHILDREN = frozenset({AgeBand.CHILD, AgeBand.UNSURE})
ANSWERED_YES = frozenset({"accepted", "acting", "completed"})
TAKEN_ON = ("requested", "answered")
"""Stages whose outcome tells whether it was taken on; what was agreed to is as it is requested."""


def by(*fields: str) -> Callable[[Course], Iterator[Add]]:
    """One person under the values of these fields of the referral."""

    def adds(course: Course) -> Iterator[Add]:
        if said := course.referral:
            yield Add(said.quarter, tuple(str(getattr(said, name)) for name in fields))

    return adds


def standing(course: Course) -> str:
    """How the decisions in force leave the person: the last stage that was decided counts."""
    answers = {one.stage: one.positive for one in course.decisions}
    last = next((answers[stage] for stage in (Stage.CONCLUSIVE_GROUNDS, Stage.REASONABLE_GROUNDS) if stage in answers), None)
    if Stage.CONCLUSIVE_GROUNDS in answers and last:
        return "identified"
    return "undecided" if last is not False else "not_identified"


def standings(course: Course) -> Iterator[Add]:
    """T1: the kind of first responder, and how the decisions in force leave the person."""
    if (said := course.referral) and course.known:
        yield Add(said.quarter[:4], (said.first_responder_type, standing(course)))


def standings_by(*fields: str) -> Callable[[Course], Iterator[Add]]:
    """T1b, T1d: how the decisions in force leave the person, under these fields of the referral."""

    def adds(course: Course) -> Iterator[Add]:
        if (said := course.referral) and course.known:
            yield Add(said.quarter[:4], (standing(course), *(str(getattr(said, name)) for name in fields)))

    return adds


def standings_by_form(course: Course) -> Iterator[Add]:
    """T1c: the same under each form."""
    if (said := course.referral) and course.known:
        for form in each_form(said.exploitation_type):
            yield Add(said.quarter[:4], (standing(course), form))


def each_form(said: str) -> list[str]:
    """The forms of a set, each by itself."""
    return sorted(set(said.split(",")))


def forms(course: Course) -> Iterator[Add]:
    """T4: the set of forms once, and each form of it."""
    if said := course.referral:
        yield Add(said.quarter, ("set", said.exploitation_type))
        for form in each_form(said.exploitation_type):
            yield Add(said.quarter, ("each", form))


def answer(positive: bool | None) -> str:
    """A decision's answer as a value; a decision whose answer is not said is one of its own."""
    return {True: "positive", False: "negative", None: "not_said"}[positive]


def decisions(course: Course) -> Iterator[Add]:
    """T8: the decision in force of each stage, by the age that was reported."""
    age = course.referral.age_at_exploitation if course.referral else ""
    for one in course.decisions:
        yield Add(quarter(one.month), (str(one.stage), answer(one.positive), age))


def decision_times(course: Course) -> Iterator[Add]:
    """T9: until the first decision of each stage, and since when a case without one is open."""
    for one in course.first_decisions:
        if one.ms is not None:
            yield Add(quarter(one.month), (str(one.stage), ENDED, str(bucket(one.ms))))
    said = course.referral
    if said and said.month and course.known and not course.decisions and course.closing is None and said.basis != "none":
        yield Add(said.quarter, ("undecided", AGE, said.month))


def services(course: Course) -> Iterator[Add]:
    """T11: each need for which something was done, in the quarter of the first time."""
    seen = set[str]()
    for one in course.actions if course.known else ():
        if str(one.need) not in seen:
            seen.add(str(one.need))
            yield Add(quarter(one.month), (str(one.need),))


def clients(course: Course) -> Iterator[Add]:
    """T12: the first service, and the closing that stands."""
    if course.actions and course.known:
        yield Add(quarter(course.actions[0].month), ("new",))
        if course.closing:
            yield Add(quarter(course.closing.month), ("closed",))


def clients_at_end(course: Course) -> Iterator[Add]:
    """T12c: in with the first service, out with the closing that stands."""
    if course.actions and course.known:
        first = course.actions[0].month
        yield Add(quarter(first), ())
        if course.closing:
            yield Add(quarter(max(course.closing.month, first)), (), -1)


def guardians(course: Course) -> Iterator[Add]:
    """T14: whether somebody took guardianship of a child on."""
    said = course.referral
    if said and course.known and said.age_at_exploitation in CHILDREN:
        told = (one for one in course.of(StageCounted) if one.stage in TAKEN_ON and one.need == Need.GUARDIANSHIP)
        yield Add(said.quarter, (YES if any(one.outcome in ANSWERED_YES for one in told) else NO,))


def inspectors(course: Course) -> Iterator[Add]:
    """T15: whom labour inspectors reported, by form."""
    if (said := course.referral) and said.first_responder_type == AgencyKind.LABOUR_INSPECTORATE:
        yield Add(said.quarter, (said.exploitation_type,))


def handoffs(course: Course) -> Iterator[Add]:
    """T16: how each hand-off ended."""
    for one in course.handoffs:
        yield Add(quarter(one.month), (str(one.need), str(one.outcome)))


def missing(course: Course) -> Iterator[Add]:
    """T19: which fields of the referral say nothing."""
    if said := course.referral:
        for name in FIELDS:
            yield Add(said.quarter, (name, YES if getattr(said, name) in MISSING else NO))


def revisions(course: Course) -> Iterator[Add]:
    """T20: records that came late for their quarter; decisions that another took the place of, and what was corrected or taken back."""
    for _, said, came in course.records:
        when: str = getattr(said, "quarter", "") or quarter(getattr(said, "month", None) or "")
        if when and came and _months(came[:7]) > _months(f"{when[:4]}-{3 * int(when[-1]):02}") + 1:
            yield Add(when, (KINDS[type(said)], "late"))
    in_force = {(one.stage, one.number) for one in course.decisions}
    for one in course.of(DecisionCounted):
        if (one.stage, one.number) not in in_force:
            yield Add(quarter(one.month), ("decision", "corrected"))
    for one in course.corrected:
        yield Add(quarter(one.month), ("stated", "corrected"))


def _months(month: str) -> int:
    return 12 * int(month[:4]) + int(month[5:7])
