"""The rules of a first report: what the signs say, and what the person needs. Pure functions."""

from collections.abc import Iterable
from enum import StrEnum

from shared.protocol.vocabulary import AgeBand, Form, Indicator, Need, Urgency

STRONG = frozenset({Indicator.LI04, Indicator.LI05, Indicator.LI07, Indicator.LI08, Indicator.CH04, Indicator.CH08})
"""Signs that are strong alone in the ILO's labour list: hours, documents, confinement, debt; a child working on quota.

Source: docs/domain.md, section 4.2.
"""


class UrgencyReason(StrEnum):
    """Why somebody must act soon."""

    DANGER = "danger"
    SIGNS = "signs"
    CHILD = "child"
    UNSURE = "unsure"


def why_urgent(danger: bool, age: AgeBand, signs: Iterable[Indicator]) -> tuple[UrgencyReason, ...]:
    """All that makes a report urgent, the heaviest first; nothing where it is as others are."""
    holds = {
        UrgencyReason.DANGER: danger,
        UrgencyReason.SIGNS: len(STRONG.intersection(signs)) >= 2,
        UrgencyReason.CHILD: age is AgeBand.CHILD,
        UrgencyReason.UNSURE: age is AgeBand.UNSURE,
    }
    return tuple(reason for reason, so in holds.items() if so)


def urgency(danger: bool, age: AgeBand, signs: Iterable[Indicator]) -> Urgency:
    """How soon somebody must act: the first question of the form decides."""
    why = why_urgent(danger, age, signs)
    if UrgencyReason.DANGER in why:
        return Urgency.DANGER
    return Urgency.HIGH if why else Urgency.NORMAL


def needs(asked: Iterable[Need], forms: Iterable[Form], child: bool, at_once: Iterable[Need]) -> tuple[Need, ...]:
    """What the person needs according to the report, in a fixed order; a child always needs a guardian.

    `at_once` is what the country asks for at this urgency (docs/domain.md, section 1.5, S1: safety at once).
    """
    wanted = {*asked, *at_once}
    if child:
        wanted.add(Need.GUARDIANSHIP)
    if Form.LABOUR in forms:
        wanted.add(Need.WAGE_CLAIM)
    return tuple(n for n in Need if n in wanted and n is not Need.IDENTIFICATION)
