"""A line of the audit; what an officer's reason leaves behind there: its proof, and how long it may be."""

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


LONGEST = 500
"""Characters of a reason."""


def reasoned(reason: str, code: str) -> str:
    """The words of a reason, on one line. Raises RuleBroken with this code where there are none, too many, or characters that are none."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST or not LINE.fullmatch(said):
        raise RuleBroken(code, "reason")
    return said


def proof(reason: str) -> str:
    """What the audit's chain holds of a reason: enough to see that it was not changed, and nothing that could not be erased."""
    return sha256(reason.encode()).hexdigest()[:32]
