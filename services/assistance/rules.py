"""What an agency may answer. Pure functions; what the state tables forbid the fold says."""

from shared.protocol.vocabulary import MUST_NAME_COMPETENT, NEVER_A_GROUND, DeclineCode


def reason_stands(code: DeclineCode, competent: str | None, me: str) -> str:
    """The rule that a decline breaks, or "" (DOMAIN.md 3.5): some reasons never stand, some only when the competent agency is named."""
    if code in NEVER_A_GROUND:
        return "never-a-ground"
    if code in MUST_NAME_COMPETENT and competent in (None, "", me):
        return "name-competent"
    return ""
