"""Labels of confidential agencies that a former release kept, or the country said otherwise: stored ones are named as operators may be
told now, so that no page, file or command shows a kind that is one agency, and the history of an agency is one.
"""

from collections import Counter

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session

from services.reporting.models import FinishedSpan, MissedHandoff, SaidOpen, StageTally
from services.reporting.queries import passed_round
from services.reporting.queries.stage_tally import KEYS, OFFERED, OFFERED_WHOLE, OFFICE, SPAN
from shared.config.country import HIDDEN, Country
from shared.store.database import add_up, table

TALLY, KEPT, SAID, MISSED = table(StageTally), table(FinishedSpan), table(SaidOpen), table(MissedHandoff)
OF_OPEN = SAID.c.giver, SAID.c.receiver, SAID.c.mover, MISSED.c.giver, MISSED.c.receiver
OF_SPANS = TALLY.c.source.in_((SPAN, OFFICE, OFFERED, OFFERED_WHOLE))


def renew(session: Session, country: Country) -> None:
    """Name them so in spans, in what is counted of spans, in what agencies said is open, and in what came to one that was away."""
    asked = [
        select(column).where(column.startswith(HIDDEN, autoescape=True), OF_SPANS).distinct()
        for column in (TALLY.c.giver, TALLY.c.receiver)
    ]
    asked += [select(column).where(column.startswith(HIDDEN, autoescape=True)).distinct() for column in OF_OPEN]
    labels = {label for one in asked for label in session.connection().execute(one).scalars()}
    if renamed := {label: told for label in labels if (told := country.watched_as(label)) != label}:
        _rename(session, renamed)
        _count_together(session, renamed)
        passed_round.empty(session)


def _rename(session: Session, renamed: dict[str, str]) -> None:
    for label, told in renamed.items():
        of_it = or_(KEPT.c.giver == label, KEPT.c.receiver == label)
        attributes = func.replace(KEPT.c.attributes, f'"{label}"', f'"{told}"')
        session.connection().execute(update(KEPT).where(of_it).values(attributes=attributes))
        for column in (KEPT.c.giver, KEPT.c.receiver, *OF_OPEN):
            session.connection().execute(update(column.table).where(column == label).values({column.name: told}))


def _count_together(session: Session, renamed: dict[str, str]) -> None:
    theirs = OF_SPANS, or_(TALLY.c.giver.in_(renamed), TALLY.c.receiver.in_(renamed))
    found = Counter[tuple[object, ...]]()
    for row in session.connection().execute(select(TALLY).where(*theirs)).mappings():
        named = {**row, **{end: renamed.get(row[end], row[end]) for end in ("giver", "receiver")}}
        found[tuple(named[key] for key in KEYS)] += row["n"]
    session.connection().execute(delete(TALLY).where(*theirs))
    add_up(session.connection(), StageTally, [dict(zip(KEYS, key, strict=True)) | {"n": n} for key, n in found.items()], KEYS, "n")
