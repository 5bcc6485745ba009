"""`/operations/parked`, at every agency: what its instances could not apply, who can mend that, another try, and the last resort.

The pages only set flags in a transaction of the instance, which acts on them in another (`processing.retry`).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from pydantic import BeforeValidator

from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.decisions.audit import LONGEST_REASON
from shared.decisions.errors import RuleBroken
from shared.processing.parked_records import held_behind, held_cases, held_record, set_aside_records
from shared.processing.parking_causes import CANNOT_BE_SENT
from shared.processing.retry import ask_retry
from shared.processing.set_aside import ask_aside
from shared.protocol.case import agency_of, service_of
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.http.form_posts import see_other
from shared.web.http.forms import NO_ERRORS, FormErrors, one_break
from shared.web.http.speaking import speaker
from shared.web.http.unsent import is_shown_again, not_sent, resumes
from shared.web.text.case_reference import reference
from shared.web.text.messages import REASONS

HOME = "/operations/parked"
Partition = Annotated[int, Path(ge=0, lt=2**31)]
Place = Annotated[int, Path(ge=0, lt=2**63)]
Reason = Annotated[str, BeforeValidator(one_break), Form(max_length=20 * LONGEST_REASON)]
router = APIRouter(include_in_schema=False, prefix=HOME)


async def parking_desk(desk: CurrentDesk, service: str) -> Desk:
    """The desk that the address names. Raises RuleBroken."""
    if service not in desk.peers:
        raise RuleBroken("not-parked")
    return desk.peers[service]


ParkingDesk = Annotated[Desk, Depends(parking_desk)]


@router.get("")
@needs(Act.READ_OPERATIONS)
async def all_of_them(desk: CurrentDesk, request: Request) -> Response:
    """What is parked, at each instance of the agency."""
    return await _list(desk, request)


@router.post("/retry")
@needs(Act.OPERATE)
async def retry_all(desk: CurrentDesk) -> Response:
    """Try all of it again."""
    for one in desk.peers.values():
        await one.instance.run(lambda work: ask_retry(work.session))
    return see_other(HOME)


@router.get("/{service}/{partition}/{place}")
@needs(Act.READ_OPERATIONS)
async def one(desk: ParkingDesk, request: Request, partition: Partition, place: Place) -> Response:
    """One record."""
    return await _show(desk, request, partition, place)


@router.post("/{service}/{partition}/{place}/retry")
@needs(Act.OPERATE)
async def retry(desk: ParkingDesk, partition: Partition, place: Place) -> Response:
    """Try its case again."""
    found = await desk.ask(lambda reader: held_record(reader.session, partition, place))
    if found is None:
        raise RuleBroken("not-parked")
    await desk.instance.run(lambda work: ask_retry(work.session, found.row.case))
    return see_other(HOME)


@router.post("/{service}/{partition}/{place}/set-aside")
@needs(Act.OPERATE)
@resumes
async def aside(desk: ParkingDesk, request: Request, partition: Partition, place: Place, reason: Reason = "") -> Response:
    """Go on without it."""
    if is_shown_again(request):
        return await _show(desk, request, partition, place, reason, not_sent(desk.pages.gettext(request)))
    by, at = desk.officer(request).id, desk.instance.clock.now()[0]
    if await desk.ask(lambda reader: held_record(reader.session, partition, place)) is None:
        raise RuleBroken("not-parked")
    try:
        await desk.instance.run(lambda work: ask_aside(work.session, partition, place, by=by, reason=reason, at=at))
    except RuleBroken as broken:
        if not broken.field:
            raise
        errors = FormErrors.at(broken.field, desk.pages.gettext(request)(REASONS[broken.code].words))
        return await _show(desk, request, partition, place, reason, errors)
    return see_other(HOME)


async def _list(desk: Desk, request: Request) -> Response:
    def read(reader: CaseReader) -> dict[str, Any]:
        instance = reader.instance
        return {
            "service": service_of(instance.me), "name": instance.me, "fence": instance.fence, "held": held_cases(reader.session),
            "number": len(reader.parked), "unsent": reader.unsendable, "set_aside_records": set_aside_records(reader.session),
        }  # fmt: skip

    found = [await one.ask(read) for one in desk.peers.values()]
    return desk.pages.render(request, "parked.html", instances=found, home=HOME, cannot=CANNOT_BE_SENT, **_naming(desk, request))


async def _show(desk: Desk, request: Request, partition: int, place: int, reason: str = "", errors: FormErrors = NO_ERRORS) -> Response:
    def read(reader: CaseReader) -> dict[str, Any]:
        found = held_record(reader.session, partition, place)
        if found is None:
            raise RuleBroken("not-parked")
        return {"found": found, "waiting": held_behind(reader.session, found.row.case) if found.holds else []}

    told = await desk.ask(read)
    address = f"{HOME}/{desk.instance.service.name}"
    return desk.pages.render(
        request, "parked_record.html", 422 if errors.summary else 200, **told, **_naming(desk, request), home=HOME, address=address,
        name=desk.instance.me, leads=desk.instance.service.name == "referral", reason=reason, errors=errors, most=LONGEST_REASON,
    )  # fmt: skip


def _naming(desk: Desk, request: Request) -> dict[str, Any]:
    to, officers = speaker(desk, request), desk.guard.seen()

    def written_by(instance: str) -> str:
        return to.name(desk.country.told_as(agency_of(instance)))

    return {"say": to.say, "ref_of": reference, "written_by": written_by, "officers": officers, "operates": desk.may(request, Act.OPERATE)}
