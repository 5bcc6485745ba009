"""What an officer's reason leaves behind: its proof, and how long it may be."""

from hashlib import sha256

from shared.decisions.errors import RuleBroken

LONGEST = 500
"""Characters of a reason."""


def reasoned(reason: str, code: str) -> str:
    """The words of a reason. Raises RuleBroken with this code where there are none, or too many."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST:
        raise RuleBroken(code, "reason")
    return said


def proof(reason: str) -> str:
    """What the audit's chain holds of a reason: enough to see that it was not changed, and nothing that could not be erased."""
    return sha256(reason.encode()).hexdigest()[:32]
