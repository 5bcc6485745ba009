"""What a case adds to measures M20 to M22: who meets, identifies and helps people, and where their way breaks off (docs/domain.md, section
3.6; their definitions: `measures`). Pure.
"""

from collections.abc import Iterator

from services.reporting.rules.tables.course import Course, quarter
from services.reporting.rules.tables.definitions import NO, YES, Add
from services.reporting.rules.tables.person_tables import standing
from shared.protocol.vocabulary import ActionCode, Need, Stage

NO_HELP, NOT_SAID = "none", "not_said"
NO_HELP_ITSELF = frozenset({ActionCode.INTERVIEW_HELD, ActionCode.STATUS_DECISION})
"""Talks and decisions: done for a person, and no help yet."""


def identified_by(course: Course) -> str:
    """What kind of agency identified the person; else how the decisions in force leave them."""
    how = standing(course)
    if how != "identified":
        return how
    return next((str(one.maker) for one in course.decisions if one.stage == Stage.CONCLUSIVE_GROUNDS and one.maker), NOT_SAID)


def detected(course: Course) -> Iterator[Add]:
    """M20: the kind of first responder, who identified the person, and the need for which something was done first."""
    if (said := course.referral) and course.known:
        helped = (str(one.need) for one in course.actions if one.action not in NO_HELP_ITSELF)
        yield Add(said.quarter, (said.first_responder_type, identified_by(course), next(helped, NO_HELP)))


def identified_and_left(course: Course) -> Iterator[Add]:
    """M21: of everybody reported, who is identified and for whom nobody was asked for help, nor helped."""
    if (said := course.referral) and course.known:
        asked = any(one.need != Need.IDENTIFICATION for one in course.begun)
        helped = any(one.action not in NO_HELP_ITSELF for one in course.actions)
        yield Add(said.quarter, (YES if standing(course) == "identified" and not asked and not helped else NO,))


def declined_and_left(course: Course) -> Iterator[Add]:
    """M22: of the needs of a person that an agency sent back with nothing done, those that nobody took on and nobody is asked for."""
    for need in sorted({str(one.need) for one in course.handoffs if one.bounced}) if course.known else ():
        of_need = [one for one in course.handoffs if one.need == need]
        open_ = sum(n for asked, n in course.begun.items() if asked.need == need) > len(of_need)
        taken = any(one.accepted is not None or one.acted is not None for one in of_need)
        helped = any(one.need == need for one in course.actions)
        month = min(one.month for one in of_need if one.bounced)
        yield Add(quarter(month), (need, NO if open_ or taken or helped else YES))
