"""What lists of signs say of somebody who may be a victim. They explain themselves and decide nothing: doubt is enough to report.

Sources: docs/domain.md, sections 4.1 (dimensions, weights, combination) and 4.3 (few questions).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.intake.rules.ilo_labour import BY_CODE, Sign, SignDimension, Weight
from shared.config.i18n import N_
from shared.protocol.vocabulary import Indicator

D = SignDimension


class Reading(StrEnum):
    """What the list makes of the signs that were ticked."""

    TRAFFICKED = "trafficked"
    DECEIVED = "deceived"
    EXPLOITED = "exploited"
    CHILD = "child"
    OPEN = "open"
    """Too few of them for the list: not that there is nothing."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One dimension: the signs that were ticked in it, heaviest first, and whether they are enough for it to be positive."""

    dimension: SignDimension
    signs: tuple[tuple[Sign, Weight], ...]
    positive: bool


@dataclass(frozen=True, slots=True)
class Screened:
    """The list's answer, with what it rests on."""

    reading: Reading
    dimensions: tuple[Weighed, ...]
    indicators: tuple[Indicator, ...]
    """What a report would call these signs, in the order of the vocabulary."""


def positive(weights: Iterable[Weight]) -> bool:
    """Two strong signs; one strong and any other; three medium ones; or two medium ones and a weak one."""
    of = Counter(weights)
    strong, medium, weak = of[Weight.STRONG], of[Weight.MEDIUM], of[Weight.WEAK]
    return strong >= 2 or (strong == 1 and medium + weak >= 1) or medium >= 3 or (medium == 2 and weak >= 1)


def combined(found: Collection[SignDimension], *, child: bool) -> Reading:
    """What the positive dimensions mean together. Of a child exploitation is enough: nobody asks how it was brought about.

    Abuse of vulnerability stands in for deception and coercion where the person was recruited, and for coercion at work.
    """
    if D.EXPLOITATION not in found:
        return Reading.OPEN
    if child:
        return Reading.CHILD
    recruited = not {D.DECEPTION, D.COERCION, D.VULNERABILITY}.isdisjoint(found)
    kept = not {D.COERCION_THERE, D.VULNERABILITY_THERE}.isdisjoint(found)
    if recruited and kept:
        return Reading.TRAFFICKED
    return Reading.DECEIVED if D.DECEPTION in found else Reading.EXPLOITED


def screen(codes: Iterable[str], *, child: bool) -> Screened:
    """The list's answer to these signs, by their codes. Raises KeyError for a code that it does not have."""
    signs = [BY_CODE[code] for code in sorted(set(codes))]
    weighed = [(sign, weight) for sign in signs if (weight := sign.weight(child))]
    dimensions = tuple(_weighed(dimension, weighed) for dimension in SignDimension)
    reading = combined([one.dimension for one in dimensions if one.positive], child=child)
    said = {sign.indicator for sign, _ in weighed}
    return Screened(reading, dimensions, tuple(one for one in Indicator if one in said))


def _weighed(dimension: SignDimension, weighed: Iterable[tuple[Sign, Weight]]) -> Weighed:
    own = sorted(((s, w) for s, w in weighed if s.dimension is dimension), key=lambda one: (HEAVIEST.index(one[1]), one[0].code))
    return Weighed(dimension, tuple(own), positive(weight for _, weight in own))


HEAVIEST = tuple(Weight)


class YesMaybeNo(StrEnum):
    """An answer to one of the few questions."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


QUESTIONS: dict[str, tuple[str, Indicator]] = {
    "papers": (N_("Does somebody else keep your passport, card or telephone?"), Indicator.LI05),
    "leave": (N_("Is there something that keeps you from leaving your work, or the place where you live?"), Indicator.LI07),
    "debt": (N_("Do you have to pay somebody back for your journey, your work or your permit?"), Indicator.LI08),
    "pay": (N_("Do you get less than was agreed, or nothing, for what you do?"), Indicator.LI02),
    "hours": (N_("Must you be there so long that you cannot rest?"), Indicator.LI04),
    "fear": (N_("Has anybody threatened or hurt you, or your family?"), Indicator.LI09),
    "alone": (N_("Does somebody decide whom you may talk to?"), Indicator.LI07),
    "body": (N_("Must you do things with your body, or things that are forbidden, that you do not want to do?"), Indicator.LI09),
}
"""Questions to be put to the person, alone, in a language they speak well, and the sign that each names.

A proposal of this project: no published card has this wording.
"""


def look_deeper(answers: Mapping[str, YesMaybeNo]) -> bool:
    """One yes, or two maybe, is a reason to look deeper."""
    said = Counter(answers.values())
    return said[YesMaybeNo.YES] >= 1 or said[YesMaybeNo.MAYBE] >= 2


def signs_of(answers: Mapping[str, YesMaybeNo]) -> tuple[Indicator, ...]:
    """The signs of the questions that were answered with yes or maybe, as a report calls them."""
    found = {QUESTIONS[name][1] for name, said in answers.items() if said is not YesMaybeNo.NO}
    return tuple(one for one in Indicator if one in found)
