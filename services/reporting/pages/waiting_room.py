"""The waiting room: each request that waits against its deadline, as a picture, a table and a file. What is shown is what the address asks
for, as on the desk."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.reporting.models import SaidOpen
from services.reporting.pages.csv_download import download, iso
from services.reporting.pages.desk_filter import FilterOfDesk, which
from services.reporting.pages.latency import Naming
from services.reporting.queries import open_handoffs, stage_tally
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.i18n import N_
from shared.observability.open_statement import machine_time
from shared.web.drawing.waiting_room import Waiting, waiting_room
from shared.web.http.desk import CurrentDesk
from shared.web.text.durations import lasted
from shared.web.text.phrases import Words

router = APIRouter(include_in_schema=False)
ADDRESS, PER_PAGE, IN_FILE = "/operations/waiting", 15, 20_000
HEAD = ("trace", "need", "from", "to", "mover", "state", "asked_at", "answer_by", "late_ms", "simulated")
TITLE = N_("Each request that waits, against its deadline")


@router.get(ADDRESS)
@needs(Act.READ_FIGURES)
async def page(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """What waits, the first deadline first."""
    now = desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> dict[str, Any]:
        session, lead, these = reader.session, desk.country.leading(), asked.these(now)
        waiting = open_handoffs.how_many_wait(session, lead, now, these)
        simulated = which(stage_tally.kinds_of_data(session, stage_tally.SPAN) | waiting.keys(), asked.data)
        return {
            "simulated": simulated, "number": waiting[simulated].number if simulated in waiting else 0,
            "rows": open_handoffs.waiting(session, lead, PER_PAGE, (asked.page - 1) * PER_PAGE, [simulated], these, by_deadline=True),
            "lead": open_handoffs.lead_standings(session, desk.country, machine_time()),
        }  # fmt: skip

    found = await desk.ask(read)
    say = Words(desk.pages.gettext(request))
    name = Naming(desk.names(request), say.translate)
    items = [_item(row, now, say, name) for row in found["rows"]]
    title = say.translate(TITLE)
    head = [say.translate(word) for word in (N_("What is asked"), N_("Waiting since"), N_("Answer by"), N_("State"))]
    return desk.pages.render(
        request, "waiting_room.html", asked=asked, title=title, lead=found["lead"], number=found["number"], size=PER_PAGE, head=head,
        name=name,
        simulated=found["simulated"], rows=found["rows"], items=items, csv=f"{ADDRESS}.csv{asked.address(page=1)}", here=ADDRESS,
        picture=waiting_room(items, title, desk.pages.words(request), found["simulated"]) if items else "",
    )  # fmt: skip


def _item(row: SaidOpen, now: int, say: Words, name: Naming) -> Waiting:
    left = row.due - now
    text = say.translate(N_("late by %(time)s") if left < 0 else N_("%(time)s left")) % {"time": lasted(abs(left) / 1000, say.translate)}
    label = f"{say.need(row.need)}: {name(row.giver)} → {name(row.receiver)}"
    return Waiting(label, max(0, now - row.asked_at) / 1000, max(0, row.due - row.asked_at) / 1000, text)


@router.get(f"{ADDRESS}.csv")
@needs(Act.READ_FIGURES)
async def file(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """All that waits of what the address asks for, as a file; times are UTC, or milliseconds."""
    now = desk.instance.clock.now()[0]
    kinds = [asked.data == "simulated"] if asked.data else [False, True]

    def read(reader: CaseReader) -> list[SaidOpen]:
        these = asked.these(now)
        return [*open_handoffs.waiting(reader.session, desk.country.leading(), IN_FILE, 0, kinds, these, by_deadline=True)]

    rows = [
        (
            one.trace, one.need, one.giver, one.receiver, one.mover, one.state, iso(one.asked_at), iso(one.due), max(0, now - one.due),
            one.simulated,
        )
        for one in await desk.ask(read)
    ]  # fmt: skip
    return download("requests-that-wait", HEAD, rows, desk.pages.gettext(request))
