"""Statistical records (D9): what the lead authors of what counted, and the rapporteur reads. No case id, no person.

Source: docs/domain.md, section 5.7.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import Basis, Need, Stage

Month = Annotated[str, StringConstraints(pattern=r"^\d{4,}-\d{2}$")]
Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4,}-Q[1-4]$")]


class Counted(BaseModel):
    """What every statistical record says: whether it comes of simulated times."""

    model_config = ConfigDict(frozen=True)
    simulated: bool


class ReferralCounted(Counted):
    """A person was referred. Values as the source printed them, else our own codes."""

    kind: Literal["referral"]
    quarter: Quarter
    basis: Basis
    first_responder: str
    first_responder_type: str
    exploitation_type: str
    age_at_exploitation: str
    gender: str
    nationality: str


class StageCounted(Counted):
    """A stage of a hand-off has ended; `ms` is how long it took, `month` when the hand-off was requested."""

    kind: Literal["stage"]
    giver: str
    receiver: str
    need: Need
    stage: Literal["requested", "delivered", "noticed", "answered", "first_action", "completed"]
    ms: Annotated[int, Field(ge=0)]
    machine: bool
    outcome: HandoffState
    late: bool
    month: Month


class JointActionCounted(Counted):
    """A joint action started with so many agencies."""

    kind: Literal["joint_action"]
    month: Month
    agencies: Annotated[int, Field(ge=0)]


class PingpongCounted(Counted):
    """A case was passed round."""

    kind: Literal["pingpong"]
    month: Month


class DecisionCounted(Counted):
    """A decision on status was made; what was decided where the lead may say it."""

    kind: Literal["decision"]
    month: Month
    stage: Stage
    positive: bool | None = None


RECORDS: dict[str, type[Counted]] = {
    "referral": ReferralCounted, "stage": StageCounted, "joint_action": JointActionCounted, "pingpong": PingpongCounted,
    "decision": DecisionCounted,
}  # fmt: skip
"""Kind → the shape of its record. On the topic each has an `id` beside: an HMAC from which nobody learns which decision it counts."""
_ADAPTERS = {kind: TypeAdapter(model) for kind, model in RECORDS.items()}


def counted(record: dict[str, Any]) -> dict[str, Any]:
    """The record as it lies on the topic. Raises KeyError or ValueError where it is none that readers know."""
    return _ADAPTERS[record["kind"]].validate_python(record).model_dump(mode="json", exclude_unset=True)
