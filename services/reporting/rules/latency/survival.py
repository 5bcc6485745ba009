"""How long it takes until so many have ended, counting those that have not ended yet. Pure.

Whoever has not answered for thirty days is in no list of finished times: a median of these alone flatters whoever never answers. The
estimate of Kaplan and Meier (Nonparametric estimation from incomplete observations, Journal of the American Statistical Association 53,
1958) counts them for as long as they have waited: at each time t the share that still waits falls by the share of those waiting then
that end then.
"""

from collections.abc import Iterator, Mapping

ROUNDING = 1e-9
"""What a product of shares may be off by."""


def still_waiting(ended: Mapping[int, int], waiting: Mapping[int, int]) -> Iterator[tuple[int, float]]:
    """(bucket, share that waits longer), by time. `ended`: how many ended in each bucket; `waiting`: how many were last seen waiting in
    it, and are taken to wait at least until its end."""
    left = sum(ended.values()) + sum(waiting.values())
    share = 1.0
    for bucket in sorted(ended.keys() | waiting.keys()):
        if ends := ended.get(bucket, 0):
            share *= 1 - ends / left
            yield bucket, share
        left -= ends + waiting.get(bucket, 0)


def until(ended: Mapping[int, int], waiting: Mapping[int, int], *parts: float) -> list[int | None]:
    """The first bucket by which each of these parts of all has ended, in the order of `parts`, which rise; None where so many have not
    ended as far as anybody has seen."""
    found: list[int | None] = []
    for bucket, share in still_waiting(ended, waiting):
        while share <= 1 - parts[len(found)] + ROUNDING:
            found.append(bucket)
            if len(found) == len(parts):
                return found
    return found + [None] * (len(parts) - len(found))
