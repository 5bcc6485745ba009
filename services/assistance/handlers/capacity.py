"""What the agency says it can take: said by an officer, never reckoned from its cases, and by no confidential agency."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.config.capacity import MOST_PLACES, CapacityState, may_say
from shared.decisions.audit import AuditLine
from shared.decisions.errors import RuleBroken
from shared.decisions.unit_of_work import UnitOfWork
from shared.protocol.vocabulary import Need
from shared.store.capacity_table import OwnCapacity
from shared.store.database import upsert


class SayCapacity(BaseModel):
    """How the agency stands for a need, and how many places are free where that can be counted."""

    model_config = ConfigDict(frozen=True)
    need: Need
    state: CapacityState
    places: Annotated[int, Field(ge=0, le=MOST_PLACES)] | None = None


def say_capacity(work: UnitOfWork, said: SayCapacity, officer: str, at: int) -> None:
    """Write down what is said, in place of what was said before; the bus gets it by itself. Raises RuleBroken."""
    if not may_say(work.instance.country, work.agency, said.need):
        raise RuleBroken("no-capacity-said")
    places = said.places if said.state is CapacityState.TAKES else None
    row = {"need": said.need.value, "state": said.state.value, "places": places, "by": officer, "at": at}
    upsert(work.session.connection(), OwnCapacity, [row], ("need",))
    work.audits.append(AuditLine(at, officer, "capacity-said", "", said.need.value))
