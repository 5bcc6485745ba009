"""The operational indicators of ILO and European Commission for labour exploitation: sixty-seven signs in six dimensions, for adults and
for children, each strong, medium or weak.

Source: docs/domain.md, sections 4.1 and 4.2; the wording is this project's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.config.i18n import N_
from shared.protocol.vocabulary import Indicator


class Weight(StrEnum):
    """How much a sign says by itself."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class SignDimension(StrEnum):
    """What signs are about: how the person was recruited, the work, and what keeps them there."""

    DECEPTION = "deception"
    COERCION = "coercion"
    VULNERABILITY = "vulnerability"
    EXPLOITATION = "exploitation"
    COERCION_THERE = "coercion_there"
    VULNERABILITY_THERE = "vulnerability_there"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of the list."""

    code: str
    dimension: SignDimension
    words: str
    """Marked for translation."""
    adult: Weight
    child: Weight | None
    """None: not asked of a child."""
    indicator: Indicator | None
    """What a report calls it, where it has a word for it."""

    def weight(self, child: bool) -> Weight | None:
        """Its weight for a child, or for an adult."""
        return self.child if child else self.adult


D, I = SignDimension, Indicator  # noqa: E741
W = {"S": Weight.STRONG, "M": Weight.MEDIUM, "W": Weight.WEAK}


def _signs(number: int, dimension: SignDimension, rows: Iterable[tuple[str, str, Indicator | None]]) -> tuple[Sign, ...]:
    """`rows`: the weights for an adult and a child (`-`: not asked), the words, and what a report calls the sign."""
    return tuple(
        Sign(f"D{number}.{n:02}", dimension, words, W[weights[0]], W.get(weights[1]), indicator)
        for n, (weights, words, indicator) in enumerate(rows, 1)
    )


SIGNS: tuple[Sign, ...] = (
    *_signs(1, D.DECEPTION, (
        ("SS", N_("The kind of work, its place or the employer was misrepresented"), None),
        ("MM", N_("Wages were misrepresented"), None),
        ("MM", N_("Working conditions were misrepresented"), None),
        ("MM", N_("The contract, or that it is lawful, was misrepresented"), I.LI01),
        ("MM", N_("Housing or living conditions were misrepresented"), None),
        ("MM", N_("Papers or the right to stay were misrepresented"), I.LI11),
        ("MM", N_("Terms of travel or recruitment were misrepresented"), None),
        ("MM", N_("Bringing the family later was misrepresented"), None),
        ("MM", N_("Marriage or adoption was promised"), None),
        ("WS", N_("Schooling or training was misrepresented"), None),
    )),
    *_signs(2, D.COERCION, (
        ("SS", N_("Violence against the person, to recruit them"), I.LI12),
        ("MS", N_("Threat of violence, to recruit them"), I.LI09),
        ("MS", N_("Abduction, forced marriage, forced adoption or sale"), None),
        ("MS", N_("Bound by a debt when recruited"), I.LI08),
        ("MM", N_("Documents taken when recruited"), I.LI05),
        ("MM", N_("Isolated, locked in or watched when recruited"), I.LI07),
        ("MM", N_("Threat to denounce the person to authorities, to recruit them"), I.LI09),
        ("MM", N_("Threat to tell family, community or the public, to recruit them"), I.LI09),
        ("MM", N_("Violence against the family, or a threat of it, to recruit them"), I.LI09),
        ("MM", N_("Money kept back when recruited"), I.LI02),
    )),
    *_signs(3, D.VULNERABILITY, (
        ("MM", N_("Trouble in the family was used"), None),
        ("MM", N_("Having no permit to stay was used"), I.LI11),
        ("MM", N_("Little schooling, or not knowing the language, was used"), None),
        ("MM", N_("Not being informed was used"), None),
        ("MM", N_("Was in the power of those who exploit already"), None),
        ("MM", N_("Need of money was used"), None),
        ("MM", N_("A false picture of successful migration was used"), None),
        ("M-", N_("False information on law or authorities was used"), None),
        ("MM", N_("The family’s situation was used"), None),
        ("MM", N_("The person’s own situation was used"), None),
        ("MM", N_("Depends on somebody’s affection, which was used"), I.CH06),
        ("MM", N_("The relation to authorities, or the legal status, was used"), I.LI11),
        ("MM", N_("Hardship in the past was used"), None),
        ("MM", N_("Could not arrange the journey alone, which was used"), None),
        ("WM", N_("Beliefs or customs were used"), None),
        ("WM", N_("War, disaster or politics were used"), None),
    )),
    *_signs(4, D.EXPLOITATION, (
        ("SS", N_("Excessive days or hours of work"), I.LI04),
        ("MM", N_("Low pay or none"), I.LI02),
        ("MM", N_("Wages cut by fines, fees or deductions"), I.LI03),
        ("MM", N_("Bad living conditions"), I.LI06),
        ("MM", N_("Very bad working conditions"), I.LI10),
        ("MM", N_("Hazardous work"), I.LI10),
        ("MM", N_("Labour law or contract not kept"), I.LI01),
        ("M-", N_("No social insurance"), None),
        ("WM", N_("No access to schooling"), I.CH03),
    )),
    *_signs(5, D.COERCION_THERE, (
        ("SS", N_("Documents taken at work"), I.LI05),
        ("SS", N_("Bound by a debt at work"), I.LI08),
        ("SS", N_("Isolated, locked in or watched at work"), I.LI07),
        ("SS", N_("Violence against the person at work"), I.LI12),
        ("MS", N_("Threat of violence at work"), I.LI09),
        ("MS", N_("Forced into unlawful acts"), I.CH08),
        ("MS", N_("Forced to certain tasks or customers"), None),
        ("MS", N_("Under somebody’s strong influence"), I.LI09),
        ("MM", N_("Forced to act against others who work there"), None),
        ("MM", N_("Forced to lie to authorities or family"), I.LI09),
        ("MM", N_("Threat to denounce the person to authorities, to keep them there"), I.LI09),
        ("MM", N_("Threat of worse conditions"), I.LI09),
        ("MM", N_("Violence against the family, or a threat of it, to keep them there"), I.LI09),
        ("MM", N_("Wages withheld"), I.LI02),
        ("WM", N_("Threat to tell family or community, to keep them there"), I.LI09),
    )),
    *_signs(6, D.VULNERABILITY_THERE, (
        ("MM", N_("Depends on those who exploit: for housing, food, papers"), I.LI06),
        ("MM", N_("Does not know the place or the language"), None),
        ("MM", N_("Needs the money, and has nothing else"), None),
        ("MM", N_("The family’s situation keeps them there"), None),
        ("MM", N_("The relation to authorities, or the legal status, keeps them there"), I.LI11),
        ("WM", N_("Hardship in the past keeps them there"), None),
        ("WM", N_("Belongs to a group that is treated badly"), None),
    )),
)  # fmt: skip
BY_CODE = {sign.code: sign for sign in SIGNS}
