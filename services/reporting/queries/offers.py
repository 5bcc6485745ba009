"""An offer is an answer: what follows it is time of who asked, and no part of what the asked agency promises; until who asked says no,
then it is with the asked agency again.

Counted beside the waits of all hand-offs. A wait says itself when something was offered and refused in it, so it does not matter whose
spans come; the waits of former releases do not, and are counted once the span of the offer is here too, in whatever order they come. One
whose offer was refused counts as a whole then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlmodel import Session

from services.reporting.models import FinishedSpan
from services.reporting.queries import stage_tally
from services.reporting.queries.stage_tally import OFFERED, OFFERED_WHOLE, SPAN, FinishedStage, Only
from services.reporting.rules.latency.timings import ANSWERED, Ended
from shared.config.calendar import month_of
from shared.protocol.events import HandoffOffered, HandoffOfferRefused
from shared.protocol.stages import OFFER_REFUSED
from shared.protocol.stages import OFFERED as MOMENT
from shared.records.codec import from_json
from shared.store.database import table

CHUNK = 500
"""Hand-offs that are looked for at one time."""
WAIT, OFFER = table(FinishedSpan).alias("wait"), table(FinishedSpan).alias("offer")


def count(session: Session, fresh: Sequence[dict[str, Any]], zone: ZoneInfo) -> None:
    """Count the waits in which something was offered, of which one of these spans is the wait, the offer or the no to it; all lie in the
    table."""
    _count(session, [row | said for row in fresh if row.get("stage", "") == ANSWERED and (said := _said(row))], zone)
    spans = {row["span_id"] for row in fresh}
    about = sorted({row.get("handoff", "") for row in fresh if _tells(row)} - {""})
    for some in (about[n : n + CHUNK] for n in range(0, len(about), CHUNK)):
        both = and_(OFFER.c.handoff == WAIT.c.handoff, OFFER.c.stage == "", OFFER.c.name == HandoffOffered.TYPE)
        asked = select(WAIT, OFFER.c.span_id.label("by"), OFFER.c.start.label("offered")).join(OFFER, both)
        found = session.connection().execute(asked.where(WAIT.c.handoff.in_(some), WAIT.c.stage == ANSWERED)).mappings()
        former, refused = [row for row in found if not _said(row)], _refused(session, some)
        new = [row for row in former if row["span_id"] in spans or row["by"] in spans]
        _count(session, [row for row in new if row["handoff"] not in refused], zone)
        late = {handoff for handoff, by in refused.items() if by <= spans}
        _count(session, [row for row in former if row["handoff"] in late and row not in new], zone, times=-1)


def _refused(session: Session, handoffs: Sequence[str]) -> dict[str, set[str]]:
    """Of which of these an offer was refused, and the spans that say so."""
    asked = select(OFFER.c.handoff, OFFER.c.span_id).where(OFFER.c.handoff.in_(handoffs), OFFER.c.name == HandoffOfferRefused.TYPE)
    found = dict[str, set[str]]()
    for handoff, span in session.connection().execute(asked):
        found.setdefault(handoff, set()).add(span)
    return found


def _count(session: Session, waits: Sequence[Mapping[Any, Any]], zone: ZoneInfo, times: int = 1) -> None:
    whole = [
        FinishedStage(
            row.get("simulated", False), month_of(row["start"], zone), row["need"], ANSWERED, row["giver"], row["receiver"], row["outcome"],
            row.get("late", False), row["end"] - row["start"],
        )
        for row in waits
    ]  # fmt: skip
    stage_tally.count(session, OFFERED_WHOLE, whole, times)
    stage_tally.count(session, OFFERED, [_theirs(one, row) for one, row in zip(whole, waits, strict=True)], times)


def _theirs(whole: FinishedStage, wait: Mapping[Any, Any]) -> FinishedStage:
    """The time of the asked agency: until its offer, and after a no again until its answer."""
    if refused := wait.get("refused"):
        return whole._replace(ms=max(2, whole.ms - (refused - wait["offered"])))
    return whole._replace(outcome=OFFERED, ms=max(2, wait["offered"] - wait["start"]))


def _said(wait: Any) -> dict[str, int]:
    """When something was offered and refused, as the wait says it itself (ms UTC); nothing where it does not."""
    told = from_json(wait["attributes"])
    at, no = told.get(MOMENT), told.get(OFFER_REFUSED)
    if not (isinstance(at, int) and wait["start"] <= at <= wait["end"]):
        return {}
    return {"offered": at} | ({"refused": no} if isinstance(no, int) and at <= no <= wait["end"] else {})


def _tells(row: dict[str, Any]) -> bool:
    return row.get("stage", "") == ANSWERED or row["name"] in (HandoffOffered.TYPE, HandoffOfferRefused.TYPE)


def ended_within(session: Session, simulated: bool, only: Only, limits: Sequence[int]) -> list[Ended]:
    """What has ended, told by these buckets, each wait until something was offered where that is known."""

    def read(source: str) -> list[Ended]:
        return stage_tally.ended_within(session, source, simulated, only, limits)

    whole = {one[:4]: one.counts for one in read(OFFERED_WHOLE)}
    waits = [one._replace(counts=Counter(one.counts) - Counter(whole.get(one[:4], {}))) for one in read(SPAN)]
    return [one for one in (*waits, *read(OFFERED)) if one.counts]
