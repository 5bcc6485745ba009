"""Statistical records (D9): what the lead authors of what counted, and the rapporteur reads. No case id, no person.

Every field is bounded, at the lead that writes a record and at reporting that reads it alike: ids of one form, codes of their lists, times
within a sane span and as coarse as the tables need. Words that a source printed stand only in what an importer replays (`simulated`).
Source: docs/domain.md, section 5.7.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationInfo, field_validator

from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import AgeBand, Basis, Form, Need, Sex, Stage

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
LONGEST_TIME, MOST_AGENCIES, LONGEST_TEXT, MOST_ERASED = 3_660 * DAY, 1_000, 120, 32
"""The longest time that a stage is said to have taken (ms), agencies of a joint action, characters of a printed word, records that one says
are erased."""
GRAINS = ((SECOND, 10), (MINUTE, SECOND), (HOUR, MINUTE), (DAY, 15 * MINUTE), (LONGEST_TIME + 1, HOUR))
"""Below which time which grain is kept (ms): pages show the two largest units of a median, and no table asks for more."""
ELSEWHERE = "other"
"""What stands for a nationality that is said in words and not by its code (ISO 3166, two letters)."""
RECORD, PSEUDONYM, AGENCY = re.compile(r"[0-9a-f]{32}"), re.compile(r"([0-9a-f]{32})?"), re.compile(r"[A-Za-z0-9_.:-]{1,64}")
MONTH, QUARTER, COUNTRY = (
    re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
    re.compile(r"\d{4}-Q[1-4]", re.ASCII),
    re.compile(r"[A-Z]{2}|stateless|unknown"),
)


def coarse(ms: int) -> int:
    """How long something took, as coarse as it is told (ms). Raises ValueError beyond `LONGEST_TIME`."""
    if ms > LONGEST_TIME:
        raise ValueError("nothing takes that long")
    grain = next(grain for below, grain in GRAINS if ms < below)
    return (ms + grain // 2) // grain * grain


def printable(text: str) -> bool:
    """Whether this may stand in a record as a source, or the directory, has it."""
    return len(text) <= LONGEST_TEXT and text.isprintable()


def agency_told(id: str) -> str:
    """An agency's id where it is one at all: who is in no directory may call itself anything."""
    return id if AGENCY.fullmatch(id) else "unknown"


def _of(form: re.Pattern[str], what: str) -> AfterValidator:
    def check(said: str) -> str:
        if form.fullmatch(said) is None:
            raise ValueError(f"this is not {what}")
        return said

    return AfterValidator(check)


def _named(said: str) -> str:
    if not printable(said):
        raise ValueError("this is longer than a printed word, or holds what cannot be printed")
    return said


def _few(agencies: int) -> int:
    if agencies > MOST_AGENCIES:
        raise ValueError("no country has so many agencies")
    return agencies


Month = Annotated[str, _of(MONTH, "a month")]
Quarter = Annotated[str, _of(QUARTER, "a quarter")]
Pseudonym = Annotated[str, _of(PSEUDONYM, "the pseudonym of a case")]
RecordId = Annotated[str, _of(RECORD, "the id of a statistical record")]
AgencyId = Annotated[str, _of(AGENCY, "the id of an agency")]
Named = Annotated[str, AfterValidator(_named)]
CODES: dict[str, frozenset[str]] = {
    "age_at_exploitation": frozenset(AgeBand), "gender": frozenset(Sex), "exploitation_type": frozenset(Form),
}  # fmt: skip


class Counted(BaseModel):
    """What every statistical record says: whether it comes of simulated times, and by a pseudonym of which case it is."""

    model_config = ConfigDict(frozen=True)
    simulated: bool
    case: Pseudonym = ""
    """The case's pseudonym under the country's statistics key, which leads alone have; it stands in sealed batches only."""


class ReferralCounted(Counted):
    """A person was referred. Our own codes; in what is replayed, values as the source printed them."""

    kind: Literal["referral"]
    quarter: Quarter
    basis: Basis
    first_responder: Named
    """As the directory names it."""
    first_responder_type: Named
    exploitation_type: Named
    age_at_exploitation: Named
    gender: Named
    nationality: Named

    @field_validator("exploitation_type", "age_at_exploitation", "gender")
    @classmethod
    def _is_a_code(cls, said: str, info: ValidationInfo) -> str:
        if not info.data.get("simulated", True) and not CODES[info.field_name or ""].issuperset(said.split(",")):
            raise ValueError("this is not a code of its list")
        return said

    @field_validator("nationality")
    @classmethod
    def _is_a_country(cls, said: str, info: ValidationInfo) -> str:
        coded = info.data.get("simulated", True) or not said or COUNTRY.fullmatch(said)
        return said if coded else ELSEWHERE


class StageCounted(Counted):
    """A stage of a hand-off has ended; `ms` is how long it took, `month` when the hand-off was requested."""

    kind: Literal["stage"]
    giver: AgencyId
    receiver: AgencyId
    need: Need
    stage: Literal["requested", "delivered", "noticed", "answered", "first_action", "completed"]
    ms: Annotated[int, Field(ge=0), AfterValidator(coarse)]
    machine: bool
    outcome: HandoffState
    late: bool
    month: Month


class JointActionCounted(Counted):
    """A joint action started with so many agencies."""

    kind: Literal["joint_action"]
    month: Month
    agencies: Annotated[int, Field(ge=0), AfterValidator(_few)]


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


class RecordsErased(Counted):
    """The person of these records was erased at the lead, or took the ground back: they count no more, and their keys are destroyed."""

    kind: Literal["erased"]
    records: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=MOST_ERASED)]


RECORDS: dict[str, type[Counted]] = {
    "referral": ReferralCounted, "stage": StageCounted, "joint_action": JointActionCounted, "pingpong": PingpongCounted,
    "decision": DecisionCounted, "erased": RecordsErased,
}  # fmt: skip
"""Kind → the shape of its record. On the topic each has an `id` beside: an HMAC from which nobody learns which decision it counts."""
PERSONAL = (ReferralCounted, DecisionCounted)
"""The shapes that repeat sections of a case; the others are made of what every member sees."""
_ADAPTERS = {kind: TypeAdapter(model) for kind, model in RECORDS.items()}


def shaped(kind: str, body: dict[str, Any]) -> Counted:
    """What a body of this kind says. Raises ValidationError where it is not of its shape."""
    return _ADAPTERS[kind].validate_python(body)


def counted(record: dict[str, Any]) -> dict[str, Any]:
    """The record as it lies on the topic. Raises KeyError or ValueError where it is none that readers know."""
    return _ADAPTERS[record["kind"]].validate_python(record).model_dump(mode="json", exclude_unset=True)
