"""Two short lists of signs: what a labour inspector meets on site, and what whoever meets a child sees. They explain themselves and decide
nothing: doubt is enough to report.

Sources: docs/domain.md, sections 4.4 (labour inspectors), 4.5 (children) and 4.2 (which signs are strong by themselves, and how they
combine). That the combination of the long list holds for the short one of inspectors is a proposal of this project.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from services.intake.rules.ilo_labour import Weight
from services.intake.rules.report import STRONG
from services.intake.rules.screening import positive
from shared.protocol.vocabulary import Indicator


class ShortList(StrEnum):
    """A list, as its address calls it."""

    INSPECTION = "inspection"
    CHILD = "child"


class ShortReading(StrEnum):
    """What a list makes of the signs that were ticked."""

    ENOUGH = "enough"
    """They are enough by the rule of the list."""
    SOME = "some"
    """There are signs, and fewer than the rule asks for."""
    NONE = "none"


LISTS: dict[ShortList, tuple[Indicator, ...]] = {
    ShortList.INSPECTION: tuple(one for one in Indicator if one.value.startswith("LI")),
    ShortList.CHILD: (*(one for one in Indicator if one.value.startswith("CH")), Indicator.LI05, Indicator.LI07, Indicator.LI12),
}
"""List → its signs. Of a child also what holds whatever the form: papers kept, confinement, injuries."""


@dataclass(frozen=True, slots=True)
class ShortScreened:
    """The list's answer, with what it rests on: the signs and their weights, the heaviest first."""

    reading: ShortReading
    signs: tuple[tuple[Indicator, Weight], ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """What a report calls them, in the order of the vocabulary."""
        ticked = {sign for sign, _ in self.signs}
        return tuple(one for one in Indicator if one in ticked)


def weight(sign: Indicator) -> Weight:
    """What a sign weighs: strong by itself, or medium."""
    return Weight.STRONG if sign in STRONG else Weight.MEDIUM


def short_screen(which: ShortList, ticked: Collection[Indicator]) -> ShortScreened:
    """What a list says of these signs, those of other lists left out.

    Of a child one is enough: nobody waits for means, and the guardian authority is contacted at once (CETS 197 art. 4, 10(3)).
    """
    signs = sorted(
        ((one, weight(one)) for one in LISTS[which] if one in ticked), key=lambda one: (one[1] is not Weight.STRONG, one[0].value)
    )
    enough = bool(signs) if which is ShortList.CHILD else positive(weight for _, weight in signs)
    reading = ShortReading.ENOUGH if enough else ShortReading.SOME if signs else ShortReading.NONE
    return ShortScreened(reading, tuple(signs))
