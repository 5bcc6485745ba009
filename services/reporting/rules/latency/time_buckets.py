"""Times in buckets whose width grows with the time: a few numbers stand for any number of hand-offs, and a time is right to 2.2 %.

The buckets are those of OpenTelemetry's exponential histogram at scale 4: sixteen for each doubling, from a millisecond to three years.
Pure.
"""

from math import ceil, log2

PER_DOUBLING = 16
LONGEST_TIME = 3 * 366 * 86_400_000
"""ms. What takes longer is told as this."""


def bucket(ms: int) -> int:
    """The number of the bucket that holds a time: bucket n holds what is above 2^((n-1)/16) ms and up to 2^(n/16) ms."""
    return ceil(PER_DOUBLING * log2(min(ms, LONGEST_TIME))) if ms > 1 else 0


LAST = bucket(LONGEST_TIME)
"""The bucket of the longest times."""


def middle(number: int) -> int:
    """The time (ms) that stands for a bucket: as far, in proportion, from its lower bound as from its upper one."""
    return round(2 ** ((number - 0.5) / PER_DOUBLING)) if number > 0 else 1
