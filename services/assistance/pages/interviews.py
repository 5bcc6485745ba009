"""What the person was asked about already, so that nobody asks the same again (docs/domain.md, section 3.6, M13)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.protocol.case import Verdict, agency_of
from shared.protocol.events import ActionTaken
from shared.protocol.vocabulary import ActionCode
from shared.records.codec import from_json
from shared.store.tables import Journal
from shared.web.text.labels import TOPICS
from shared.web.text.phrases import Speaker


class InterviewShown(NamedTuple):
    """An interview that was held in the case: by whom, when, and what it was about (empty where nobody said it, or this agency
    may not read it)."""

    at: int
    who: str
    topics: list[str]
    together: bool


def interviews(records: Sequence[Journal], to: Speaker) -> list[InterviewShown]:
    """Those that this agency has on record, the newest first."""
    return list(_held(records, to))[::-1]


def _held(records: Sequence[Journal], to: Speaker) -> Iterator[InterviewShown]:
    for one in records:
        if one.type == ActionTaken.TYPE and one.verdict == Verdict.COUNTED:
            body = from_json(one.body)
            said = body.get("D2", {})
            if body.get("D0", {}).get("action") == ActionCode.INTERVIEW_HELD:
                topics = [to.say.of(TOPICS, topic) for topic in said.get("topics", ())]
                yield InterviewShown(one.at, to.name(agency_of(one.author)), topics, bool(said.get("together")))
