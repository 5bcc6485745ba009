"""The rules of a first report: on which ground it may travel, and what the signs say. Pure functions."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from shared.protocol.vocabulary import AgeBand, Basis, DataClass, Form, Ground, Indicator, Need, Urgency

STRONG = frozenset({Indicator.LI04, Indicator.LI05, Indicator.LI07, Indicator.LI08, Indicator.CH04, Indicator.CH08})
"""Signs that are strong alone in the ILO's labour list: hours, documents, confinement, debt; a child working on quota.

Source: docs/domain.md, section 4.2.
"""


ALL = frozenset({DataClass.D1, DataClass.D2})
"""What may be disclosed where the person limits nothing."""


class Answered(Protocol):
    """The answers of a report that apply on some bases alone."""

    @property
    def consent(self) -> bool:
        """Whether the person was asked and agrees."""
        ...

    @property
    def agreed(self) -> Sequence[DataClass]:
        """What may be disclosed."""
        ...

    @property
    def months(self) -> int | None:
        """For how long."""
        ...

    @property
    def consent_language(self) -> str:
        """In which language it was agreed."""
        ...

    @property
    def ground(self) -> Ground | None:
        """Why it goes without consent."""
        ...

    @property
    def ground_words(self) -> str:
        """What the officer notes of that."""
        ...


def stray(told: Answered, basis: Basis) -> tuple[str, str] | None:
    """The rule and the field of the first answer that does not apply on this basis and would be left unheard; None where all apply."""
    if told.consent and basis is Basis.CHILD:
        return "not-asked-of-a-child", "consent"
    if basis is not Basis.CONSENT:
        less = frozenset(told.agreed) != ALL
        limits = {"agreed": less, "months": told.months is not None, "consent_language": bool(told.consent_language)}
        if found := next((name for name, said in limits.items() if said), None):
            return "only-with-consent", found
    if basis is not Basis.VITAL and (told.ground is not None or told.ground_words):
        return "no-ground-needed", "ground" if told.ground is not None else "ground_words"
    return None


def basis(age: AgeBand, consent: bool, danger: bool) -> Basis:
    """The ground on which a report travels (docs/domain.md, section 3.1).

    A child's report needs no consent, and an unsure age is treated as a child's (CETS 197 art. 10(3)).
    """
    if age in (AgeBand.CHILD, AgeBand.UNSURE):
        return Basis.CHILD
    if consent:
        return Basis.CONSENT
    return Basis.VITAL if danger else Basis.NONE


def urgency(danger: bool, age: AgeBand, signs: Iterable[Indicator]) -> Urgency:
    """How soon somebody must act: the first question of the form decides."""
    if danger:
        return Urgency.DANGER
    strong = len(STRONG.intersection(signs)) >= 2
    return Urgency.HIGH if strong or age in (AgeBand.CHILD, AgeBand.UNSURE) else Urgency.NORMAL


def needs(asked: Iterable[Need], forms: Iterable[Form], child: bool) -> tuple[Need, ...]:
    """What the person needs according to the report, in a fixed order; a child always needs a guardian."""
    wanted = set(asked)
    if child:
        wanted.add(Need.GUARDIANSHIP)
    if Form.LABOUR in forms:
        wanted.add(Need.WAGE_CLAIM)
    return tuple(n for n in Need if n in wanted and n is not Need.IDENTIFICATION)
