"""An offer is an answer: what follows it is time of who asked, and no part of what the asked agency promises.

Counted beside the waits of all hand-offs. A wait says itself when something was offered in it, so it does not matter whose spans come; the
waits of former releases do not, and are counted once the span of the offer is here too, in whatever order they come.
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
from services.reporting.rules.timings import ANSWERED, Ended
from shared.config.calendar import month_of
from shared.protocol.events import HandoffOffered
from shared.protocol.stages import OFFERED as MOMENT
from shared.records.codec import from_json
from shared.store.database import table

CHUNK = 500
"""Hand-offs that are looked for at one time."""
WAIT, OFFER = table(FinishedSpan).alias("wait"), table(FinishedSpan).alias("offer")


def count(session: Session, fresh: Sequence[dict[str, Any]], zone: ZoneInfo) -> None:
    """Count the waits in which something was offered, of which one of these spans is the wait or the offer; all lie in the table."""
    _count(session, [row | {"offered": at} for row in fresh if row.get("stage", "") == ANSWERED and (at := _said(row)) is not None], zone)
    spans = {row["span_id"] for row in fresh}
    about = sorted({row.get("handoff", "") for row in fresh if _tells(row)} - {""})
    for some in (about[n : n + CHUNK] for n in range(0, len(about), CHUNK)):
        both = and_(OFFER.c.handoff == WAIT.c.handoff, OFFER.c.stage == "", OFFER.c.name == HandoffOffered.TYPE)
        asked = select(WAIT, OFFER.c.span_id.label("by"), OFFER.c.start.label("offered")).join(OFFER, both)
        found = session.connection().execute(asked.where(WAIT.c.handoff.in_(some), WAIT.c.stage == ANSWERED)).mappings()
        of_these = [row for row in found if row["span_id"] in spans or row["by"] in spans]
        _count(session, [row for row in of_these if _said(row) is None], zone)


def _count(session: Session, waits: Sequence[Mapping[Any, Any]], zone: ZoneInfo) -> None:
    whole = [
        FinishedStage(
            row.get("simulated", False), month_of(row["start"], zone), row["need"], ANSWERED, row["giver"], row["receiver"], row["outcome"],
            row.get("late", False), row["end"] - row["start"],
        )
        for row in waits
    ]  # fmt: skip
    until = [one._replace(outcome=OFFERED, ms=max(2, row["offered"] - row["start"])) for one, row in zip(whole, waits, strict=True)]
    stage_tally.count(session, OFFERED_WHOLE, whole)
    stage_tally.count(session, OFFERED, until)


def _said(wait: Any) -> int | None:
    """When something was offered, as the wait says it itself (ms UTC)."""
    at = from_json(wait["attributes"]).get(MOMENT)
    return at if isinstance(at, int) and wait["start"] <= at <= wait["end"] else None


def _tells(row: dict[str, Any]) -> bool:
    return row.get("stage", "") == ANSWERED or row["name"] == HandoffOffered.TYPE


def ended_within(session: Session, simulated: bool, only: Only, limits: Sequence[int]) -> list[Ended]:
    """What has ended, told by these buckets, each wait until something was offered where that is known."""

    def read(source: str) -> list[Ended]:
        return stage_tally.ended_within(session, source, simulated, only, limits)

    whole = {one[:4]: one.counts for one in read(OFFERED_WHOLE)}
    waits = [one._replace(counts=Counter(one.counts) - Counter(whole.get(one[:4], {}))) for one in read(SPAN)]
    return [one for one in (*waits, *read(OFFERED)) if one.counts]
