"""How long a report that was begun is kept. Pure."""

DAY = 86_400_000
"""Milliseconds."""
WARNED, KEPT = 21 * DAY, 28 * DAY
"""After so long without a step its officer is warned, and it goes (docs/domain.md, section 1.7: draft referrals)."""


def goes_at(saved_at: int) -> int:
    """When a draft goes on which nobody goes on working (ms UTC)."""
    return saved_at + KEPT


def is_warned(saved_at: int, now: int) -> bool:
    """Whether its officer is to be warned that it goes soon."""
    return now >= saved_at + WARNED
