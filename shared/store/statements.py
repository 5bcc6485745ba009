"""What every transaction asks and writes of the runtime's tables, as statements made once: making one takes longer than running it."""

from sqlalchemy import bindparam, select, union_all, update

from shared.protocol.case import Verdict
from shared.protocol.events import BasisChanged, CaseReported, CheckpointSet, HandoffInfoSupplied, StatusDecided
from shared.protocol.following import Mark
from shared.store.database import table
from shared.store.tables import CaseView, FormReceipt, Journal, Outbox, Statistic

J, OUT, P = table(Journal).c, table(Outbox).c, table(CaseView).c
TELLING = (CaseReported.TYPE, CheckpointSet.TYPE, HandoffInfoSupplied.TYPE, StatusDecided.TYPE, BasisChanged.TYPE)
"""The types whose sections say something of the person."""

VIEW = select(P.view).where(P.case == bindparam("case"))
VIEWS = select(P.case, P.view).where(P.case.in_(bindparam("cases", expanding=True)))
DECIDED = union_all(select(OUT.case).where(OUT.key == bindparam("key")), select(J.case).where(J.key == bindparam("key")))
"""The case of a decision, made here or met on the log."""
DECIDED_MANY = union_all(
    select(OUT.key, OUT.case).where(OUT.key.in_(bindparam("keys", expanding=True))),
    select(J.key, J.case).where(J.key.in_(bindparam("keys", expanding=True))),
)
RECEIPTS = select(table(FormReceipt)).where(table(FormReceipt).c.form.in_(bindparam("forms", expanding=True)))
SEEN = select(J.event).where(J.event.in_(bindparam("events", expanding=True)))
KEYED = select(J.event).where(J.key == bindparam("key"), J.verdict != Mark.UNDONE.value).limit(1)
BODY = select(J.body).where(J.event == bindparam("event"))
TOLD = (
    select(J.case, J.event, J.key, J.body)
    .where(J.case.in_(bindparam("cases", expanding=True)), J.type.in_(TELLING), J.verdict == Verdict.COUNTED.value)
    .order_by(J.seq)
)  # fmt: skip

REMARK = update(table(Journal)).where(J.event.in_(bindparam("events", expanding=True))).values(verdict=bindparam("v"))
DONE = (
    update(table(Outbox)).where(OUT.key.in_(bindparam("keys", expanding=True)), OUT.state == "waiting")
    .values(state="done", verdict=bindparam("v"), parts="{}")
)  # fmt: skip
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
