"""On which basis a case goes by what was answered, and which answers apply on it: one rule for the report and for what is settled later.

Pure functions.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from shared.config.country import Country
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, DataClass, Ground, Need

ALL = frozenset({DataClass.D1, DataClass.D2})
"""What may be disclosed where the person limits nothing."""


TOLD: dict[str, tuple[DataClass, ...]] = {"all": (DataClass.D1, DataClass.D2), "profile": (DataClass.D1,), "nothing": ()}
"""What may be disclosed, as the person agrees. One question with an answer, not boxes: none ticked must not look like all of them."""


class Answered(Protocol):
    """The answers of a report that apply on some bases alone."""

    @property
    def consent(self) -> bool | None:
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


def not_without(withheld: Collection[AgencyKind], basis: Basis, country: Country) -> tuple[str, str] | None:
    """The rule and the field where the person objects to an agency without which a case on this basis cannot go: the lead, and of a child
    the guardian authority; None where it can go."""
    if basis is not Basis.NONE and country.agency(country.lead).kind in withheld:
        return "withheld-lead", "withheld"
    guardians = {country.agency(line.agency).kind for line in country.invitations if line.need is Need.GUARDIANSHIP}
    if basis is Basis.CHILD and guardians.intersection(withheld):
        return "withheld-guardian", "withheld"
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
