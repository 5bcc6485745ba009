"""What the person was asked about already, so that nobody asks the same again (docs/domain.md, section 3.6, M13)."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.protocol.case import Case, Verdict, agency_of
from shared.protocol.events import ActionTaken
from shared.protocol.vocabulary import ActionCode
from shared.records.codec import Decided, Sections, from_json
from shared.store.tables import Journal
from shared.web.text.labels import TOPICS
from shared.web.text.phrases import Speaker


class InterviewShown(NamedTuple):
    """An interview that was held in the case: by whom, when, and what it was about (empty where nobody said it, or it is not on record
    here: who held it knows)."""

    at: int
    who: str
    topics: list[str]
    together: bool


def interviews(case: Case, records: Sequence[Journal], pending: Sequence[Decided], me: str, to: Speaker) -> list[InterviewShown]:
    """Those that this agency has on record, the newest first, each as held by whom the hand-off is with: what a confidential agency did
    the lead repeats in its own name, and whoever would ask next must know who held it. What `me`, this instance, has just decided itself
    (`pending`) has what it said there, also where the agency reads no other's (docs/domain.md, section 2.1)."""
    said = [(one.type, one.at, one.author, from_json(one.body)) for one in records if one.verdict == Verdict.COUNTED]
    said += [(one.type, one.at, me, one.parts) for one in pending]
    return [_shown(at, _holder(case, author, body), body, to) for type, at, author, body in said if _is_interview(type, body)][::-1]


def _is_interview(type: str, body: Sections) -> bool:
    return type == ActionTaken.TYPE and body["D0"].get("action") == ActionCode.INTERVIEW_HELD


def _holder(case: Case, author: str, body: Sections) -> str:
    handoff = case.handoffs.get(body["D0"].get("handoff", ""))
    return handoff.to if handoff else agency_of(author)


def _shown(at: int, who: str, body: Sections, to: Speaker) -> InterviewShown:
    about = body.get("D2", {})
    topics = [to.say.of(TOPICS, topic) for topic in about.get("topics", ())]
    return InterviewShown(at, to.name(who), topics, bool(about.get("together")))
