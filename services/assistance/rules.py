"""What an agency may answer, and for whom it opens its address. Pure functions; the state tables are the fold's."""

import re
import unicodedata
from enum import StrEnum

from shared.privacy.file_values import latin
from shared.protocol.case import HELD, Case, Handoff, HandoffState
from shared.protocol.grants import each
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import MUST_NAME_COMPETENT, NEVER_A_GROUND, PASSED_ON, Advice, Basis, DeclineCode, Need

OF_WHO_ASKED = frozenset({"supply-info", "agree-offer", "refuse-offer", "give-up", "revoke"})
"""What whoever asked for a hand-off decides about it; all else is for whoever was asked."""


def reason_stands(code: DeclineCode, competent: str | None, me: str) -> str:
    """The rule that a decline breaks, or "": some reasons never stand, some only when the competent agency is named.

    Source: docs/domain.md, section 3.5.
    """
    if code in NEVER_A_GROUND:
        return "never-a-ground"
    if code in MUST_NAME_COMPETENT and competent in (None, "", me):
        return "name-competent"
    return ""


def answer_stands(advice: Advice, competent: str | None, me: str) -> str:
    """The rule that an answer to a question breaks, or "": who is competent is named where another agency is, and only there."""
    if advice is Advice.ELSEWHERE:
        return "name-competent" if competent in (None, "", me) else ""
    return "competent-of-elsewhere" if competent else ""


def can_be_sent_on(case: Case, handoff: Handoff) -> bool:
    """Whether who is asked may send a request on by itself: not advice, nor a call to joint action, nor what the lead alone does, nor in a
    case that only two are in. Source: docs/domain.md, section 3.3.

    Nor where the lead named who is asked to go to somebody in danger who did not consent: it alone is told name, phone and place. It says
    no, and the lead names another (docs/adr/0039).
    """
    told = case.protocol != FIRST and case.basis is not Basis.NONE and not case.is_side and not _named_to_go(case, handoff)
    return told and handoff.kind in PASSED_ON and handoff.need is not Need.IDENTIFICATION and handoff.state is not HandoffState.OFFERED


def _named_to_go(case: Case, handoff: Handoff) -> bool:
    asked = case.member(handoff.to)
    return asked is not None and any(
        one.purpose is handoff.need and one.basis is Basis.VITAL and one.until is not None for one in each(asked)
    )


def can_arrive(case: Case, agency: str) -> bool:
    """Whether a request of this case can reach an agency: a side case is for a confidential agency and the lead, and nobody joins it."""
    return not case.is_side or agency in case.agencies


class Purpose(StrEnum):
    """Why somebody opens the address of a shelter: a code, so that the audit can say it and nobody writes of a person there."""

    BRINGING = "bringing"
    TOLD = "told"
    EMERGENCY = "emergency"
    VISIT = "visit"
    CHECK = "check"


def needs_address(case: Case, me: str) -> bool:
    """Whether anybody may need to find the shelter for this case: it is open, and this agency holds a request of it.

    Source: docs/domain.md, section 2.1, D5.
    """
    return case.closed_at is None and any(h.to == me and h.state in HELD for h in case.handoffs.values())


def gives_away(words: str, address: str) -> bool:
    """Whether words contain a part of an address by which the house is found: a street with its number, however it is written."""
    said = f" {_plain(words)} "
    return any(f" {part} " in said for part in map(_plain, re.split(r"[\n,;]", address)) if _leads_there(part))


def _plain(words: str) -> str:
    """Letters and figures alone, small, in Latin ones without marks, so that no way of writing hides an address."""
    spelled = unicodedata.normalize("NFKD", (latin(words) or words).casefold())
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _leads_there(part: str) -> bool:
    return any(letter.isalpha() for letter in part) and any(letter.isdigit() for letter in part)
