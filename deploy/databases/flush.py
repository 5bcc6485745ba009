"""The end of a demo, or of an import: what waits for its batch goes out, however few its cases. Real people's records never go so."""

from sqlalchemy import Engine
from sqlmodel import Session

from shared.processing.batches import ask_flush


def flushed(lead: Engine) -> bool:
    """Ask a lead's instance, by its database, for a batch of all that waits. Whether anything has not gone yet."""
    with Session(lead.execution_options(reader=False)) as session, session.begin():
        return ask_flush(session)
