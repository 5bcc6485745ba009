"""What the journal here knows of the decisions in a case, and its picture does not say."""

from functools import cached_property

from sqlalchemy import bindparam, select

from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.case import Verdict
from shared.protocol.events import HandoffRequested
from shared.records.codec import Sections, from_json
from shared.store.database import table
from shared.store.tables import Journal

J = table(Journal).c
COUNTED = J.case == bindparam("of"), J.verdict == Verdict.COUNTED.value
REQUESTS = select(J.key, J.body).where(*COUNTED, J.type == HandoffRequested.TYPE)
MADE = select(J.at).where(*COUNTED, J.key == bindparam("named"))


class CaseLog:
    """One case in the journal. What is not here is left out."""

    def __init__(self, work: UnitOfWork, case: str) -> None:
        self.work, self.case = work, case

    def requests(self) -> dict[str, str]:
        """Hand-off → the key of the decision that asked for it; looked up once, since a closing ends many waits."""
        return self._requests

    @cached_property
    def _requests(self) -> dict[str, str]:
        rows = self.work.session.connection().execute(REQUESTS, {"of": self.case})
        found: list[tuple[str, Sections]] = [(key, from_json(body)) for key, body in rows]
        found += [(row["key"], row["body"]) for row in self.work.journal_of.get(self.case, ()) if row["type"] == HandoffRequested.TYPE]
        return {str(parts["D0"]["handoff"]): key for key, parts in found if "handoff" in parts.get("D0", {})}

    def made_at(self, key: str) -> int | None:
        """When a decision that counted was made, by its author's clock (ms UTC); None where its record is not here."""
        for row in self.work.journal_of.get(self.case, ()):
            if row["key"] == key and row["verdict"] == Verdict.COUNTED.value:
                return row["at"]
        return self.work.session.connection().execute(MADE, {"of": self.case, "named": key}).scalar()
