"""`./nrm traces replay`: fills a collector of spans from the agencies' own tables, which are the record; a trace store is a view of it."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func
from sqlmodel import Session, col, select

from deploy.databases.transaction import reading
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.country import Country
from shared.observability.exporter import BATCH, otlp
from shared.observability.span_delivery import traces
from shared.protocol.case import agency_of, service_of
from shared.records.codec import from_json
from shared.store.tables import Span


def run_replay(urls: Mapping[str, str], country: Country, to: str, console: Console) -> int:
    """All spans of these instances, once more, to a collector; marks of what was delivered stay as they are. Raises Trouble."""
    address, sent = traces(to), 0
    exporter = otlp(address, direct=False)
    with Progress(console=console, transient=True) as progress:
        for name, url in urls.items():
            if not tells(name, country):
                continue
            with reading(name, url) as session:
                task = progress.add_task(name, total=session.exec(select(func.count()).select_from(Span)).one())
                for bodies in _batches(session):
                    if not exporter.send([from_json(body) for body in bodies], country):
                        raise Trouble(
                            "%(address)s does not take spans. %(sent)s were taken before; sending them again makes no second one.",
                            address=address,
                            sent=sent,
                        )
                    sent += len(bodies)
                    progress.advance(task, len(bodies))
    exporter.shutdown()
    console.print(translate("%(sent)s spans went to %(address)s.", sent=sent, address=address))
    return 0


def tells(name: str, country: Country) -> bool:
    """Whether an instance sends spans: reporting has none of its own, and a confidential agency's address would say who it is."""
    agency = agency_of(name)
    return service_of(name) != "reporting" and country.knows(agency) and not country.agency(agency).apart


def _batches(session: Session) -> Iterator[Sequence[str]]:
    after = 0
    while rows := session.exec(select(col(Span.seq), Span.body).where(col(Span.seq) > after).order_by(col(Span.seq)).limit(BATCH)).all():
        yield [body for _, body in rows]
        after = rows[-1][0] or 0
