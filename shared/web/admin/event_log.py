"""`/operations/log`, at every agency: which log its instances read, how far, why one has stopped; and what a restored database lost."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import col, func, select

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.crypto.protocols_read import holding_back
from shared.decisions.errors import RuleBroken
from shared.processing.recovery import reports, seen
from shared.protocol.case import service_of
from shared.store.tables import CaseView
from shared.web.http.api import health
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.speaking import speaker
from shared.web.text.case_reference import reference
from shared.web.text.messages import DISTRUSTED

HOME = "/operations/log"
router = APIRouter(include_in_schema=False, prefix=HOME)


@router.get("")
@needs(Act.READ_OPERATIONS)
async def log(desk: CurrentDesk, request: Request) -> Response:
    """How each instance of the agency is."""
    found = [{**health(one), **await one.ask(_state)} for one in desk.peers.values()]
    to, operates = speaker(desk, request), desk.may(request, Act.OPERATE)
    directory = next((DISTRUSTED[at["directory"]] for at in found if at["directory"]), "")
    context: dict[str, Any] = {
        "directory": directory, "behind": _behind(desk), "ref_of": reference, "say": to.say, "officers": desk.guard.seen(),
        "operates": operates,
    }  # fmt: skip
    return desk.pages.render(request, "log.html", instances=found, home=HOME, **context)


@router.post("/{service}/recovery/{report}")
@needs(Act.OPERATE)
async def dealt_with(here: CurrentDesk, request: Request, service: str, report: Annotated[int, Path(ge=1, lt=2**31)]) -> Response:
    """What a restored database lost has been entered again."""
    desk = here.peers.get(service)
    if desk is None:
        raise RuleBroken("no-such-page")
    officer = desk.officer(request).id
    await desk.instance.run(lambda work: seen(work, report, officer))
    return see_other(HOME)


def _behind(desk: Desk) -> list[str]:
    """The instances because of which cases are opened under an older protocol than this release reads."""
    known = next((peer.instance.seal.listing.now for peer in desk.peers.values() if peer.instance.seal), None)
    return holding_back(known) if known else []


def _state(reader: CaseReader) -> dict[str, Any]:
    instance, waits = reader.instance, select(func.count()).select_from(CaseView).where(col(CaseView.awaits).is_(True))
    return {
        "service": service_of(instance.me), "generation": instance.generation, "awaiting": reader.session.exec(waits).one(),
        "positions": sorted((p, at.next) for p, at in dict(instance.positions.now).items()), "reports": reports(reader.session)[::-1],
    }  # fmt: skip
