"""Where spans go, and which of them each destination has already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, false, func, select, update
from sqlmodel import Session

from shared.store.database import table
from shared.store.instance_tables import SpanDelivery
from shared.store.tables import Span

S = table(Span).c
UNMARKED = select(S.seq, S.body).where(S.sent.is_(false())).order_by(S.seq).limit(bindparam("most"))
BEHIND = select(S.seq, S.body).where(S.seq > bindparam("last")).order_by(S.seq).limit(bindparam("most"))
MARK = update(table(Span)).where(S.seq.in_(bindparam("numbers", expanding=True))).values(sent=True)
"""Made once: making one takes longer than running it."""


class DeliveryLedger(Protocol):
    """Which rows a destination has."""

    destination: str
    """How metrics call it."""

    def unsent(self, session: Session, limit: int) -> Sequence[tuple[int, str]]:
        """(number, body) of the first rows that it has not."""
        ...

    def left(self, session: Session) -> int:
        """How many spans it does not have yet."""
        ...

    def mark(self, session: Session, numbers: Sequence[int]) -> None:
        """It has the spans of these numbers now."""
        ...


class Marks:
    """For the operators: a mark on each row."""

    destination = "operators"

    def unsent(self, session: Session, limit: int) -> Sequence[tuple[int, str]]:
        """Rows without the mark."""
        return [(seq, body) for seq, body in session.connection().execute(UNMARKED, {"most": limit})]

    def left(self, session: Session) -> int:
        """How many rows have no mark."""
        return session.connection().execute(select(func.count()).where(S.sent.is_(false()))).scalar_one()

    def mark(self, session: Session, numbers: Sequence[int]) -> None:
        """Mark these rows as sent."""
        session.connection().execute(MARK, {"numbers": numbers})


@dataclass
class Reached:
    """For a collector beside the operators: how far it has come, so that a new one gets everything from the start."""

    address: str
    destination: str = "collector"

    def _last(self, session: Session) -> int:
        reached = session.get(SpanDelivery, self.address)
        return reached.seq if reached else 0

    def unsent(self, session: Session, limit: int) -> Sequence[tuple[int, str]]:
        """Rows behind the last one it has."""
        return [(seq, body) for seq, body in session.connection().execute(BEHIND, {"last": self._last(session), "most": limit})]

    def left(self, session: Session) -> int:
        """How many rows lie behind it."""
        return session.connection().execute(select(func.count()).where(S.seq > self._last(session))).scalar_one()

    def mark(self, session: Session, numbers: Sequence[int]) -> None:
        """It has come so far."""
        session.merge(SpanDelivery(address=self.address, seq=max(numbers)))


def destinations(operators: str, environment: Mapping[str, str]) -> dict[str, DeliveryLedger]:
    """Where traces go: the operators' process, and a collector where OpenTelemetry's own variables name one."""
    found: dict[str, DeliveryLedger] = {}
    if operators:
        found[traces(operators)] = Marks()
    base = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    collector = environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or (traces(base) if base else "")
    if collector and collector not in found:
        found[collector] = Reached(collector)
    return found


def traces(base: str) -> str:
    """The address for traces of an OTLP endpoint."""
    return base if base.endswith("/v1/traces") else f"{base.rstrip('/')}/v1/traces"


def handoffs(base: str) -> str:
    """The address for statements of what is open, beside that for traces."""
    return f"{traces(base).removesuffix('/v1/traces')}/v1/open-handoffs"
