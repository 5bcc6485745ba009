"""What every transaction asks and writes of the runtime's tables, as statements made once: making one takes longer than running it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, bindparam, select, union_all, update

from shared.protocol.case import Verdict
from shared.protocol.events import BasisChanged, CaseReported, CheckpointSet, HandoffInfoSupplied, StatusDecided
from shared.protocol.following import Mark
from shared.store.database import table
from shared.store.tables import CaseView, FormReceipt, Journal, Outbox, Statistic

J, OUT, P = table(Journal).c, table(Outbox).c, table(CaseView).c
TELLING = (CaseReported.TYPE, CheckpointSet.TYPE, HandoffInfoSupplied.TYPE, StatusDecided.TYPE, BasisChanged.TYPE)
"""The types whose sections say something of the person."""


class Among:
    """A statement about the rows whose column has one of some values. Mostly it is one, and a list of it would be written into the
    statement each time, which takes longer than to ask it: so it is made in two ways."""

    def __init__(self, column: ColumnElement[Any], made: Callable[[ColumnElement[bool]], Any]) -> None:
        """`made` gives the statement for a condition; parameters of its own are not called `one` and `some`."""
        self.one, self.some = made(column == bindparam("one")), made(column.in_(bindparam("some", expanding=True)))

    def __call__(self, connection: Connection, values: Sequence[Any], **more: Any) -> CursorResult[Any]:
        """Execute it for these values; `more` are its own parameters."""
        if len(values) == 1:
            return connection.execute(self.one, {"one": values[0], **more})
        return connection.execute(self.some, {"some": values, **more})


VIEW = select(P.view).where(P.case == bindparam("case"))
VIEWS = Among(P.case, select(P.case, P.view).where)
DECIDED = union_all(select(OUT.case).where(OUT.key == bindparam("key")), select(J.case).where(J.key == bindparam("key")))
"""The case of a decision, made here or met on the log."""
DECIDED_MANY = union_all(
    select(OUT.key, OUT.case).where(OUT.key.in_(bindparam("keys", expanding=True))),
    select(J.key, J.case).where(J.key.in_(bindparam("keys", expanding=True))),
)
RECEIPTS = Among(table(FormReceipt).c.form, select(table(FormReceipt)).where)
SEEN = Among(J.event, select(J.event).where)
KEYED = select(J.event).where(J.key == bindparam("key"), J.verdict != Mark.UNDONE.value).limit(1)
BODY = select(J.body).where(J.event == bindparam("event"))
TOLD = (
    select(J.case, J.event, J.key, J.body)
    .where(J.case.in_(bindparam("cases", expanding=True)), J.type.in_(TELLING), J.verdict == Verdict.COUNTED.value)
    .order_by(J.seq)
)  # fmt: skip

REMARK = Among(J.event, lambda those: update(table(Journal)).where(those).values(verdict=bindparam("v")))
DONE = Among(
    OUT.key,
    lambda those: update(table(Outbox)).where(those, OUT.state == "waiting").values(state="done", verdict=bindparam("v"), parts="{}"),
)
RESTATE = update(table(Outbox)).where(OUT.key == bindparam("k"), OUT.state == "waiting").values(parts=bindparam("p"))
REMOVED = (
    update(table(Outbox)).where(
        OUT.case.in_(bindparam("cases", expanding=True)), OUT.key.not_in(bindparam("back", expanding=True)), OUT.state == "waiting",
    )
    .values(state="removed")
)  # fmt: skip
"""What waited in these cases, but for what has come back."""
SENT = update(table(Statistic)).where(table(Statistic).c.record == bindparam("r")).values(done=True)
BATCHED = update(table(Statistic)).where(table(Statistic).c.record == bindparam("r")).values(batch=bindparam("b"))
