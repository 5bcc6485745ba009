"""Which decision asked for a hand-off, from the journal: pictures do not say."""

from sqlalchemy import bindparam, select

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Verdict
from shared.protocol.events import HandoffRequested
from shared.records.codec import Sections, from_json
from shared.store.database import table
from shared.store.tables import Journal

J = table(Journal).c
REQUESTS = select(J.key, J.body).where(J.case == bindparam("of"), J.type == HandoffRequested.TYPE, J.verdict == Verdict.COUNTED.value)


def request_keys(work: UnitOfWork, case: str) -> dict[str, str]:
    """Hand-off → the key of the decision that asked for it; those of which the record is not here are left out."""
    found: list[tuple[str, Sections]] = [(key, from_json(body)) for key, body in work.session.connection().execute(REQUESTS, {"of": case})]
    found += [(row["key"], row["body"]) for row in work.journal_of.get(case, ()) if row["type"] == HandoffRequested.TYPE]
    return {str(parts["D0"]["handoff"]): key for key, parts in found if "handoff" in parts.get("D0", {})}
