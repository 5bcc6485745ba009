"""What the agency itself said it can take, the last for each need. What others said is read anew from the bus at each start."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, col, select

from shared.config.capacity import CapacityState
from shared.protocol.vocabulary import Need
from shared.store.columns import moment


class OwnCapacity(SQLModel, table=True):
    """What was last said for a need, by whom and when."""

    need: str = Field(primary_key=True)
    state: str
    places: int | None = None
    by: str
    at: int = Field(sa_column=moment(nullable=False))


class SaidHere(NamedTuple):
    """A row, its codes known."""

    need: Need
    state: CapacityState
    places: int | None
    by: str
    at: int


def said_here(session: Session) -> Sequence[SaidHere]:
    """What this agency said of its capacity, by need."""
    rows = session.exec(select(OwnCapacity).order_by(col(OwnCapacity.need)))
    return [SaidHere(Need(row.need), CapacityState(row.state), row.places, row.by, row.at) for row in rows]


CAPACITY = (OwnCapacity,)
