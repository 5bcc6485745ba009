"""What a case adds to the tables of what was stated of a person: T5, T10, T12b, T17, T18 (docs/domain.md, section 5.7). Pure.

What was corrected or taken back counts no more, whichever record came first.
"""

from collections.abc import Callable, Iterator

from services.reporting.rules.tables.course import Course, quarter
from services.reporting.rules.tables.definitions import Add
from shared.protocol.statistics import ABROAD, BANDS, HOME

BOTH, NOT_SAID = "both", "not_said"


def places(course: Course) -> Iterator[Add]:
    """T5: each person once, whether exploited at home, abroad, or both."""
    if (said := course.referral) and course.known:
        found = {one.code for one in course.stated("place")}
        place = BOTH if found >= {HOME, ABROAD} else next(iter(found), NOT_SAID)
        yield Add(said.quarter, (place,))


def regions(course: Course) -> Iterator[Add]:
    """T5b: each statistical region of a person once; who has none is not said."""
    if (said := course.referral) and course.known:
        for region in sorted({one.code for one in course.stated("region")}) or [NOT_SAID]:
            yield Add(said.quarter, (region,))


def dependants(course: Course) -> Iterator[Add]:
    """T12b: each person once, by how many depend on them; where agencies differ, the most."""
    if (said := course.referral) and course.known:
        found = [BANDS.index(one.code) for one in course.stated("dependants")]
        yield Add(said.quarter, (BANDS[max(found)] if found else NOT_SAID,))


def steps(about: str) -> Callable[[Course], Iterator[Add]]:
    """T10, T17, T18: each step once for a person, in the quarter in which it happened first."""

    def adds(course: Course) -> Iterator[Add]:
        first: dict[tuple[str, ...], str] = {}
        for one in course.stated(about) if course.known else ():
            values = (one.code, one.detail) if one.detail else (one.code,)
            first[values] = min(one.month, first.get(values, one.month))
        for values, month in sorted(first.items()):
            yield Add(quarter(month), values)

    return adds
