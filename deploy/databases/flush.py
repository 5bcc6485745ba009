"""The end of a demo, or of an import: what waits for its batch goes out, however few its cases. Real people's records never go so."""

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from shared.processing.batches import ask_flush
from shared.store.tables import Statistic


def flushed(lead: Engine) -> bool:
    """Ask a lead's instance, by its database, for a batch of all that waits. Whether anything did."""
    with Session(lead.execution_options(reader=False)) as session, session.begin():
        waits = session.exec(select(Statistic.seq).where(col(Statistic.done).is_(False), Statistic.batch == "").limit(1)).first()
        ask_flush(session)
    return waits is not None
