"""A command's own transaction in an instance's database, beside the process that owns it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from deploy.trouble import Trouble
from shared.store.chain import alone
from shared.store.database import engine_for


@contextmanager
def database(name: str, url: str) -> Generator[Session]:
    """A transaction in an instance's database. Raises Trouble where there is none that this version can use."""
    with _opened(name, url) as session, session.begin():
        alone(session.connection())
        yield session


@contextmanager
def reading(name: str, url: str) -> Generator[Session]:
    """The same to read from, while the process that owns it writes."""
    with _opened(name, url, reader=True) as session:
        yield session


@contextmanager
def _opened(name: str, url: str, **options: bool) -> Generator[Session]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise Trouble("There is no database %(database)s; is NRM_DATA right?", database=address.database)
    engine = engine_for(url)
    try:
        with Session(engine.execution_options(**options)) as session:
            yield session
    except (OperationalError, ProgrammingError) as error:
        raise Trouble(
            "The database of %(name)s cannot be used (%(error)s); start its agency once with this version.",
            name=name,
            error=type(error).__name__,
        ) from None
    finally:
        engine.dispose()
