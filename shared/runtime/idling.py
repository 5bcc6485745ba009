"""Between polls: which clocks are due, which parked cases somebody wants tried again."""

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from shared.runtime.deciding import fire_clocks
from shared.runtime.parking import drain
from shared.runtime.tables import Parked, Picture
from shared.runtime.work import Work

if TYPE_CHECKING:
    from shared.runtime.door import Transactions

MOST = 200
"""Cases whose clocks fire in one transaction."""


def due_cases(door: "Transactions") -> list[str]:
    """Cases with a deadline of ours that has passed."""
    now = door.clock.now()[0]
    with Session(door.engine.execution_options(reader=True)) as session:
        return list(session.exec(select(Picture.case).where(col(Picture.clock_at) <= now).limit(MOST)))


def asked_to_retry(door: "Transactions") -> bool:
    """Whether somebody has flagged a parked case."""
    if not door.parked:
        return False
    with Session(door.engine.execution_options(reader=True)) as session:
        return session.exec(select(Parked.seq).where(col(Parked.retry).is_(True)).limit(1)).first() is not None


def between(work: Work, due: list[str]) -> None:
    """Drain what is flagged, and fire the clocks of these cases."""
    drain(work)
    for case in due:
        fire_clocks(work, case)
