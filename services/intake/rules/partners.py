"""What partners report who are no members: a school, a union, a business, somebody of the public. Pure.

Nothing of it is a case before an officer has looked: what comes in may be wrong, and may be meant to find out what is known.
"""

from enum import StrEnum

HOUR = 3_600_000
"""Milliseconds."""
LOOKED_AT_WITHIN, IN_DANGER_WITHIN = 24 * HOUR, HOUR
"""Within so long an officer looks at it. A proposal of this project."""
MOST_WAITING = 500
"""That wait: of more, nobody can promise that somebody looks."""


class PartnerKind(StrEnum):
    """Who reports."""

    SCHOOL = "school"
    UNION = "union"
    BUSINESS = "business"
    HEALTH = "health"
    PUBLIC = "public"


class AsideReason(StrEnum):
    """Why it is set aside."""

    SPAM = "spam"
    NOT_OURS = "not_ours"
    TOO_LITTLE = "too_little"
    TWICE = "twice"


def look_by(at: int, *, danger: bool) -> int:
    """By when somebody must look at it (ms UTC)."""
    return at + (IN_DANGER_WITHIN if danger else LOOKED_AT_WITHIN)
