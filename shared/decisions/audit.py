"""A line of the audit; what an officer's reason leaves behind there, and how long it may be."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from shared.config.codes import LINE
from shared.decisions.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, as the audit has it before its digest."""

    at: int
    """By the instance's clock, ms UTC."""
    officer: str
    """By id; empty where it was no person."""
    act: str
    """A use case; `read:` or `refused:` with the route; what was done with rights or data."""
    case: str
    key: str
    """Of a decision its key; of a reading its ground; of a refusal its reason; of a right whose it is."""


LONGEST_REASON = 500
"""Characters of a reason."""


def reasoned(reason: str, code: str) -> str:
    """The words of a reason, on one line. Raises RuleBroken with this code where there are none, too many, or characters that are none."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON or not LINE.fullmatch(said):
        raise RuleBroken(code, "reason")
    return said


def proof(secret: bytes, reason: str) -> str:
    """What the audit's chain holds of a reason that names no person: enough to hold it against the words, should they come from elsewhere.

    Keyed with the instance's secret, so that nobody finds the words by trying.
    """
    return hmac.new(secret, b"reason\n" + reason.encode(), sha256).hexdigest()[:32]
