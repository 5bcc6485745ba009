"""The interface beside the pages: the same use cases through the same door, as JSON, below /api."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel
from sqlmodel import col, select

from shared.protocol.facts import Facts
from shared.runtime.asides import lacks
from shared.runtime.clerk import Clerk
from shared.runtime.deciding import RuleBroken, UseCase
from shared.runtime.desk import Desk
from shared.runtime.tables import Duty, Journal, Picture

IdempotencyKey = Annotated[str | None, Header(max_length=100, pattern=r"^[\w.:-]+$")]


class Answer(BaseModel):
    """What a decision gave."""

    case: str
    keys: list[str]
    repeated: bool


def api(desk: Desk, decisions: Mapping[str, tuple[UseCase, type[Facts]]]) -> APIRouter:
    """The interface of a service: POST /api/<service>/<decision>, GET cases and duties. An Idempotency-Key makes a repeat harmless."""
    router = APIRouter(prefix=f"/api/{desk.door.service.name}", tags=[desk.door.service.name])
    for name, (use_case, model) in decisions.items():
        router.add_api_route(
            f"/{name}", _decision(desk, use_case, model), methods=["POST"], status_code=201, response_model=Answer, name=name
        )

    @router.get("/cases")
    async def cases(limit: Annotated[int, Query(ge=1, le=1000)] = 100, after: str = "") -> list[str]:  # pyright: ignore[reportUnusedFunction]
        """Case ids, in order; `after` pages on."""
        page = select(Picture.case).where(col(Picture.case) > after).order_by(col(Picture.case)).limit(limit)
        return await desk.ask(lambda clerk: list(clerk.session.exec(page)))

    @router.get("/cases/{case}")
    async def case(case: str) -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction]
        """The shared picture of a case, what waits for the bus, and what this agency may know of the person; whether a record that the
        others have was set aside here, so that the picture may be incomplete."""
        return await desk.ask(lambda clerk: _case(clerk, case))

    @router.get("/cases/{case}/records")
    async def records(case: str) -> list[dict[str, Any]]:  # pyright: ignore[reportUnusedFunction]
        """What the log said of a case, in order, with this instance's verdicts."""
        rows = select(Journal).where(Journal.case == case).order_by(col(Journal.seq))
        return await desk.ask(lambda clerk: [row.model_dump(exclude={"body"}) for row in clerk.session.exec(rows)])

    @router.get("/duties")
    async def duties() -> list[dict[str, Any]]:  # pyright: ignore[reportUnusedFunction]
        """What this agency must do next: open hand-offs and tasks, the most urgent first."""
        mine = select(Duty).where(col(Duty.open).is_(True), Duty.holder == desk.agency).order_by(col(Duty.due)).limit(1000)
        return await desk.ask(lambda clerk: [row.model_dump() for row in clerk.session.exec(mine)])

    return router


def _decision(desk: Desk, use_case: UseCase, model: type[Facts]) -> Any:
    async def endpoint(request: Request, command: Any, idempotency_key: IdempotencyKey = None) -> Answer:
        receipt = await desk.decide(request, use_case, command, form=idempotency_key or uuid4().hex, case=getattr(command, "case", None))
        return Answer(case=receipt.case, keys=list(receipt.keys), repeated=receipt.repeated)

    endpoint.__annotations__["command"] = model
    endpoint.__doc__ = use_case.__doc__
    return endpoint


def _case(clerk: Clerk, case: str) -> dict[str, Any]:
    shown = clerk.shown(case)
    if shown is None:
        raise RuleBroken("case-parked" if case in clerk.door.parked else "no-such-case")
    return {
        "case": shown.case.model_dump(mode="json"), "waiting_for_the_bus": shown.waiting, "member": shown.member, "parked": shown.parked,
        "incomplete": bool(lacks(clerk.session, case)),
        "profile": clerk.profile(case),
    }  # fmt: skip


def health(desk: Desk) -> dict[str, Any]:
    """How an instance is: for `/health` and the operators."""
    door = desk.door
    return {
        "instance": door.me, "bus": desk.bus_up(), "caught_up": door.caught_up, "fence": door.fence, "parked_cases": len(door.parked),
        "waiting_for_the_bus": len(door.outgoing), "unsendable_cases": len(door.outgoing.spoilt),
        "statistics_waiting": len(door.unsent), "next": {str(p): at.next for p, at in sorted(dict(door.positions.now).items())},
    }  # fmt: skip
