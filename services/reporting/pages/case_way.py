"""The way of a case across its agencies, found by its trace: who waited for whom, and nothing about the person."""

import re
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from services.reporting.models import FinishedSpan
from services.reporting.pages.csv_download import download, iso
from services.reporting.pages.desk_filter import must_be_named, no_filter
from services.reporting.pages.latency import FROM_SPANS, NARROW, Naming, duration
from services.reporting.queries import spans
from services.reporting.queries.case_path import Way, way
from services.reporting.rules.latency.timings import ASKED
from shared.access.roles import Act, needs
from shared.config.i18n import N_
from shared.protocol.case import agency_of, service_of
from shared.protocol.stages import MACHINE
from shared.records.codec import from_json
from shared.web.drawing.drawings import case_path, case_path_head, case_path_rows
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.text.labels import EVENTS
from shared.web.text.phrases import Words

HEAD = ("need", "from", "to", "asked_at", "answer_by", "state", "took_ms", "late_ms", "simulated")
router = APIRouter(include_in_schema=False)
BEGINNING = re.compile(r"[0-9a-f]{8,32}")
"""As much of a trace as finds a case: what pages show of it, or all."""
NO_TRACE = N_("A trace is written with 8 to 32 of the signs 0-9 and a-f.")
NOT_KNOWN = N_("No case with this trace is known here. Its agencies may not have sent their spans yet.")
SEVERAL = N_("Several cases have traces that begin so. Write more of it.")


@router.get("/operations/traces")
@needs(Act.READ_FIGURES)
async def search(desk: CurrentDesk, request: Request, trace: str = "") -> Response:
    """The case whose trace begins so."""
    must_be_named(desk, request, "trace")
    wanted, translate = trace.strip().lower(), desk.pages.gettext(request)
    if BEGINNING.fullmatch(wanted) is None:
        raise HTTPException(422, translate(NO_TRACE))
    found = await desk.ask(lambda reader: spans.traces(reader.session, wanted, 2))
    if len(found) != 1:
        raise HTTPException(404, translate(SEVERAL if found else NOT_KNOWN))
    return see_other(f"/operations/traces/{found[0]}")


@router.get("/operations/traces/{trace}", dependencies=[Depends(no_filter)])
@needs(Act.READ_FIGURES)
async def trace(desk: CurrentDesk, request: Request, trace: str) -> Response:
    """The way of a case."""
    found = await desk.ask(lambda reader: spans.of_trace(reader.session, trace))
    if not found:
        raise HTTPException(404)
    return _trace(desk, request, list(found))


@router.get("/operations/traces/{trace}/way.csv", dependencies=[Depends(no_filter)])
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, request: Request, trace: str) -> Response:
    """What the picture of a case shows, as a file: each hand-off and each task, in codes; times are UTC, or milliseconds."""
    found = await desk.ask(lambda reader: spans.of_trace(reader.session, trace))
    if not found:
        raise HTTPException(404)
    path = way(sorted(found, key=happened), str, str)
    now = _until(desk, path, max(map(happened, found)))
    handed = [
        (one.label, one.giver, one.taker, iso(one.asked), iso(one.deadline), "waiting" if one.waiting else one.state,
         one.turn(now) - one.asked, _late(one.deadline, one.turn(now)), path.simulated)
        for one in path.passes
    ]  # fmt: skip
    done = [
        (one.label, "", one.owner, iso(one.start), iso(one.deadline), one.state, one.end(now) - one.start,
         _late(one.deadline, one.end(now)), path.simulated)
        for one in path.tasks
    ]  # fmt: skip
    return download("way-of-case", HEAD, [*handed, *done], desk.pages.gettext(request))


def _late(deadline: int | None, end: int) -> int | str:
    return "" if deadline is None else max(0, end - deadline)


def _until(desk: Desk, path: Way, last: int) -> int:
    """Up to when the picture goes (ms): what is open lasts until now, by the clock by which it began."""
    clock, simulated = desk.instance.clock.now()
    return last if path.ended or (path.simulated and not simulated) else max(clock, last)


def _trace(desk: Desk, request: Request, found: list[FinishedSpan]) -> Response:
    say, labels, when = Words(desk.pages.gettext(request)), desk.pages.words(request), desk.pages.when(request)
    name = Naming(desk.names(request), say.translate)
    path = way(found, name, say.need)
    found.sort(key=happened)
    now = _until(desk, path, happened(found[-1]))
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
    locale = name.names.language.locale
    if not span.stage:
        logged = from_json(span.attributes).get("nrm.machine.log_ms")
        took = "–" if logged is None else duration(logged, say.translate, locale)
        return [at, who, say.of(EVENTS, span.name), took, say.translate("machines"), "–"]
    what = f"{say.need(span.need)}: {say.of(FROM_SPANS | {ASKED: say.translate('asked')}, span.stage).lower()}"
    whose = say.translate("machines") if span.stage in MACHINE else say.translate("people")
    took = "–" if span.stage == ASKED else duration(span.end - span.start, say.translate, locale)
    state = say.state(span.outcome) + (f" ({say.translate('late')})" if span.late else "")
    return [at, who, what, took, whose, state]
