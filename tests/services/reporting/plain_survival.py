"""Kaplan and Meier's estimate by its formula, from the times themselves: what pages of reporting are held against."""

from collections.abc import Sequence
from fractions import Fraction


def plain_survival(ended: Sequence[int], waiting: Sequence[int], part: float) -> int | None:
    """The time by which this part has ended, in ms; None where it is not known."""
    share = Fraction(1)
    for time in sorted(set(ended)):
        at_risk = sum(one >= time for one in (*ended, *waiting))
        share *= 1 - Fraction(ended.count(time), at_risk)
        if share <= 1 - Fraction(str(part)):
            return time
    return None
