"""The operators' pages: what waits and is late, latency of hand-offs, the path of a case, what was not read; and the receiver of spans."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from sqlalchemy import func
from sqlmodel import col, select

from services.reporting.ingest import otlp
from services.reporting.models import FinishedSpan, UnreadableRecord
from services.reporting.pages.latency import NARROW, STAGES, Naming, duration, latency, latency_file
from services.reporting.queries import spans
from services.reporting.queries.case_path import way
from services.reporting.queries.spans import ASKED
from services.reporting.rules.timings import timings
from shared.access.roles import Act, needs
from shared.decisions.case_reader import CaseReader
from shared.processing.parking_causes import cause
from shared.protocol.case import agency_of, service_of
from shared.protocol.stages import MACHINE
from shared.records.codec import from_json
from shared.store.tables import Journal, Parked
from shared.web.api import health
from shared.web.desk import CurrentDesk, Desk
from shared.web.drawing.drawings import case_path, case_path_head, case_path_rows
from shared.web.text.labels import EVENTS
from shared.web.text.phrases import Words

PER_PAGE = 20
Number = Annotated[int, Query(ge=1, le=10_000)]


def which(known: set[bool], data: str) -> bool:
    """Whether simulated times are to be shown: as chosen, else real ones where there are any."""
    return data == "simulated" if data in ("real", "simulated") else known == {True}


router = APIRouter(include_in_schema=False)
"""Everything that operators open."""
receiver = APIRouter(include_in_schema=False)
"""Where the agencies' processes send their finished spans."""


@router.get("/operations")
@needs(Act.READ_FIGURES)
async def overview(desk: CurrentDesk, request: Request, stage: str = "answered", data: str = "", page: Number = 1) -> Response:
    """What waits and is late, and how long hand-offs take."""
    return await _overview(desk, request, stage if stage in STAGES else "answered", data, page)


@router.get("/operations/latency.csv")
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk) -> Response:
    """How long hand-offs took, from spans, as a file."""
    found = await desk.ask(lambda clerk: {kind: timings(spans.took(clerk.session, kind)) for kind in (False, True)})
    return latency_file(desk, found)


@router.get("/operations/traces/{trace}")
@needs(Act.READ_FIGURES)
async def trace(desk: CurrentDesk, request: Request, trace: str) -> Response:
    """The way of a case."""
    found = await desk.ask(lambda clerk: spans.of_trace(clerk.session, trace))
    if not found:
        raise HTTPException(404)
    return _trace(desk, request, list(found))


@router.get("/operations/records")
@needs(Act.READ_OPERATIONS)
async def records(desk: CurrentDesk, request: Request) -> Response:
    """What was not read."""
    instances = [(each, health(each), await each.ask(_troubles)) for each in desk.peers.values()]
    return desk.pages.render(request, "records.html", instances=instances, kept=await desk.ask(_no_facts))


@receiver.post("/v1/traces")
@needs(Act.ANYBODY)
async def receive(desk: CurrentDesk, request: Request) -> Response:
    """One batch: 200 with what was refused, 400 with the reason where it is no batch, 401 where nobody knows the sender."""
    if not desk.sends_spans(request.headers.get("authorization", "")):
        return Response(otlp.stranger(), 401, {"www-authenticate": "Bearer"}, media_type=otlp.PROTOBUF)
    if request.headers.get("content-type", "").partition(";")[0].strip() != otlp.PROTOBUF:
        return Response(otlp.declined("spans are taken as application/x-protobuf"), 415, media_type=otlp.PROTOBUF)
    body = await request.body()
    try:
        plain = otlp.unpacked(body, request.headers.get("content-encoding", ""))
        rows, refused = await asyncio.to_thread(otlp.parse, plain)
    except otlp.MalformedSpans as why:
        return Response(otlp.declined(str(why)), 400, media_type=otlp.PROTOBUF)
    if rows:
        await desk.instance.run(lambda work: spans.store(work, rows))
    return Response(otlp.accepted(refused), media_type=otlp.PROTOBUF)


async def _overview(desk: Desk, request: Request, stage: str, data: str, page: int) -> Response:
    now = desk.instance.clock.now()[0]
    say = Words(desk.pages.gettext(request))
    name = Naming(desk.country, say.translate)

    def read(clerk: CaseReader) -> dict[str, Any]:
        known = spans.kinds_of_data(clerk.session)
        simulated = which(known, data)
        waiting = spans.how_many_open(clerk.session, now)
        rows = spans.open_handoffs(clerk.session, PER_PAGE, (page - 1) * PER_PAGE, [simulated])
        found = timings(spans.took(clerk.session, simulated))
        return {"known": known, "simulated": simulated, "waiting": waiting, "rows": rows, "timings": found}

    found = await desk.ask(read)
    waiting: dict[bool, spans.Open] = found.pop("waiting")
    here, beside = (waiting.get(kind, spans.Open()) for kind in (found["simulated"], not found["simulated"]))
    title = say.translate("%s: median by who asked and who was asked") % say.translate(STAGES[stage])
    return desk.pages.render(
        request, "operations.html", **found, now=now, name=name, say=say, here=here, beside=beside, page=page,
        pages=max(1, -(-here.number // PER_PAGE)),
        latency=latency(request, desk, found["timings"], stage, title, found["simulated"]), title=title, stages=STAGES,
        away=desk.bus_away(),
    )  # fmt: skip


def _trace(desk: Desk, request: Request, found: list[FinishedSpan]) -> Response:
    say, labels, when = Words(desk.pages.gettext(request)), desk.pages.words(request), desk.pages.when(request)
    name = Naming(desk.country, say.translate)
    path = way(found, name, say.need)
    clock, simulated = desk.instance.clock.now()
    found.sort(key=happened)
    last = happened(found[-1])
    now = last if path.ended or (path.simulated and not simulated) else max(clock, last)
    title = say.translate("The way of the case across its agencies")
    rows = [_span(span, say, name, when) for span in found]
    return desk.pages.render(
        request, "trace.html", trace=found[0].trace_id, simulated=path.simulated, title=title, rows=rows,
        picture=case_path(path.lanes, path.passes, path.tasks, now, title, labels, path.joint, path.simulated),
        head=case_path_head(labels), twin=case_path_rows(path.lanes, path.passes, path.tasks, now, labels, when),
    )  # fmt: skip


def happened(span: FinishedSpan) -> int:
    """When a span became true: a decision when it was made, a stage when it ended."""
    return span.end if span.stage else span.start


def _span(span: FinishedSpan, say: Words, name: Naming, when: Any) -> list[str]:
    at, who = when(happened(span)).replace(" ", NARROW), f"{name(agency_of(span.instance))}, {service_of(span.instance)}"
    if not span.stage:
        logged = from_json(span.attributes).get("nrm.machine.log_ms")
        return [
            at,
            who,
            say.of(EVENTS, span.name),
            "–" if logged is None else duration(logged, say.translate),
            say.translate("machines"),
            "–",
        ]
    what = f"{say.need(span.need)}: {say.of(STAGES | {ASKED: say.translate('asked')}, span.stage).lower()}"
    whose = say.translate("machines") if span.stage in MACHINE else say.translate("people")
    took = "–" if span.stage == ASKED else duration(span.end - span.start, say.translate)
    state = say.state(span.outcome) + (f" ({say.translate('late')})" if span.late else "")
    return [at, who, what, took, whose, state]


def _troubles(clerk: CaseReader) -> dict[str, Any]:
    """Parked and unreadable records, without what they say."""
    parked = select(Parked.partition, Parked.place, Parked.parked_at, Parked.code).order_by(col(Parked.seq)).limit(200)
    unreadable = select(Journal).where(Journal.verdict == "unreadable").order_by(col(Journal.seq).desc()).limit(200)
    return {
        "parked": [(partition, place, at, cause(code).words) for partition, place, at, code in clerk.session.exec(parked)],
        "unreadable": [(j.partition, j.place, j.logged_at, from_json(j.body).get("reason", "")) for j in clerk.session.exec(unreadable)],
    }


def _no_facts(clerk: CaseReader) -> list[tuple[str, int]]:
    """Why records on the statistics topic are no facts, and how many each."""
    return list(clerk.session.exec(select(UnreadableRecord.reason, func.count()).group_by(UnreadableRecord.reason)))
