"""The operators' own site behind a played month: what each of its routes answers, as somebody at the desk opens it."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path

from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

from deploy.databases import files
from deploy.proving.adversary.month import SERVICES
from deploy.proving.sdk_spans import readable
from services.reporting.ingest import otlp
from services.reporting.ingest.open_handoffs import store as store_open
from services.reporting.models import HeardFrom
from services.reporting.queries.spans import store
from services.reporting.service import PAGES
from shared.config.calendar import DAY
from shared.config.country import Country
from shared.observability.beat import statement
from shared.observability.open_statement import OpenStatement
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgencyKind
from shared.records.codec import from_json
from shared.web.admin.application import office
from tests.services.reporting.life import reporting_instance, settings
from tests.shared.client import PageClient
from tests.shared.land import Hand

FIRST = ("/operations", "/operations?data=real", "/operations/latency.csv", "/operations/promises", "/operations/promises.csv",
         "/operations/agencies", "/operations/stalled", "/operations/records", "/operations/away", "/operations/away.csv",
         "/operations/waiting", "/operations/waiting.csv",
         "/operations/passed-round", "/operations/passed-round/came-back.csv", "/operations/passed-round/requests.csv",
         "/metrics", "/figures", "/figures/latency.csv",
         "/api/reporting/handoffs", "/api/reporting/latency", "/api/reporting/figures/latency", "/api/reporting/tables")  # fmt: skip
"""Where somebody begins; the rest is found by links."""
LINK = re.compile(r'href="(/operations[^"#]*)')
MOST = 800
"""Pages: more than there are."""


@contextmanager
def filled(folder: Path, home: Path, country: Country, now: int, *, leaky: bool = False) -> Iterator[FastAPI]:
    """The operators' process once it has heard everybody. `leaky`: confidential agencies, too."""
    coordinator = next(one.id for one in country.agencies if one.kind is AgencyKind.COORDINATOR)
    instance = reporting_instance(home, coordinator, Hand(now), country)
    instance.began = 0
    for file in files(folder):
        service, _, agency = file.stem.partition(".")
        if service not in SERVICES or (country.agency(agency).apart and not leaky):
            continue
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            bodies = [from_json(body) for (body,) in db.execute("SELECT body FROM span")]
        sent = encode_spans([readable(body, country) for body in bodies]).SerializeToString()
        instance.transact(lambda work, sent=sent: store(work, otlp.parse(sent)[0]))
        if not country.agency(agency).apart:
            sender = Instance(SERVICES[service], agency, country, f"sqlite:///{file}", Hand(now))
            told = statement(sender, {}, 0)
            sender.close()
            _away_before(instance, told)
            said = told.written()
            instance.transact(lambda work, said=said: store_open(work, OpenStatement.read(said)))
    yield office(settings(home, coordinator).model_copy(update={"cleared_metrics": True}), [PAGES], [instance])
    instance.close()


def _away_before(instance: Instance, said: OpenStatement) -> None:
    """It was heard three weeks ago and not since, so that its catch-up report is served, too."""
    before = said.model_copy(update={"at": 1, "open": (), "stalled": ()})
    if instance.transact(lambda work: work.session.get(HeardFrom, said.instance.partition(".")[2])):
        return  # another of its instances
    instance.transact(lambda work: store_open(work, before))
    long_ago = "update heard_from set heard_at = heard_at - {0}, clock_at = clock_at - {0} where agency = '{1}'"
    statement_of = long_ago.format(21 * DAY, said.instance.partition(".")[2])
    instance.transact(lambda work: work.session.connection().exec_driver_sql(statement_of) and None)


def opened(app: FastAPI, country: Country, traces: Iterable[str]) -> dict[str, str]:
    """Address → what is served, of everything that links lead to, and of these traces, as somebody may know them who has the spans."""
    client = PageClient(app, base_url="http://127.0.0.1:8000")
    coordinator = next(one for one in country.agencies if one.kind is AgencyKind.COORDINATOR)
    client.post("/who", data={"officer": coordinator.officers[0].id})
    client.headers["accept"] = "application/openmetrics-text; version=1.0.0, text/html, application/json"
    seen, todo = dict[str, str](), [*FIRST, *(f"/operations/traces/{trace}" for trace in traces)]
    while todo and len(seen) < MOST:
        address = todo.pop()
        if address in seen:
            continue
        answer = client.get(address)
        seen[address] = answer.text if answer.status_code == 200 else ""
        todo += [unescape(link) for link in LINK.findall(seen[address]) if unescape(link) not in seen]
    return {address: text for address, text in seen.items() if text}
