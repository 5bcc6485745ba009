"""What the person was asked about already, so that nobody asks the same again (docs/domain.md, section 3.6, M13)."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.casework.acts import ActDone, act_done
from shared.protocol.case import Case, Verdict
from shared.protocol.events import ActionTaken
from shared.protocol.vocabulary import ActionCode
from shared.records.codec import Decided, from_json
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
    acts = [act_done(case, at, author, parts) for type, at, author, parts in said if type == ActionTaken.TYPE]
    return [_shown(one, to) for one in acts if one.action == ActionCode.INTERVIEW_HELD][::-1]


def _shown(one: ActDone, to: Speaker) -> InterviewShown:
    return InterviewShown(one.at, to.name(one.by), [to.say.of(TOPICS, topic) for topic in one.topics], one.together)
