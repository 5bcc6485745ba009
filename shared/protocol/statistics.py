"""Statistical records (D9): what the lead authors of what counted, and the rapporteur reads. No case id, no person.

Every field is bounded, at the lead that writes a record and at reporting that reads it alike: ids of one form, codes of their lists, times
within a sane span and as coarse as the tables need. Words that a source printed stand only in what an importer replays (`simulated`).
Source: docs/domain.md, section 5.7.
"""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationInfo, field_validator, model_validator

from shared.protocol.case import HandoffState
from shared.protocol.file_codes import Compensation, CompensationFrom, Granted, Milestone, Offence
from shared.protocol.vocabulary import (
    ActionCode,
    AgeBand,
    AgencyKind,
    Basis,
    CloseReason,
    DeclineCode,
    Form,
    InterviewTopic,
    Need,
    ReopenReason,
    Sex,
    Stage,
    StallCode,
    StatusGround,
)

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
LONGEST_TIME, MOST_AGENCIES, LONGEST_TEXT, MOST_ERASED, MOST_OFTEN = 3_660 * DAY, 1_000, 120, 32, 100
"""The longest time that a stage is said to have taken (ms), agencies of a joint action, characters of a printed word, records that one says
are erased, how often something is said to have come."""
MOST_AT_WORK = 4
"""So many agencies, or more, are told apart no further."""
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
Time = Annotated[int, Field(ge=0), AfterValidator(coarse)]
"""How long something took, ms, coarse."""
Often = Annotated[int, Field(ge=0, le=MOST_OFTEN)]
WorkingDays = Annotated[int, Field(ge=0, le=LONGEST_TIME // DAY)]
"""Working days of the country, by the calendar of its file (docs/domain.md, section 1.7)."""
Topics = Annotated[tuple[InterviewTopic, ...], Field(min_length=1, max_length=len(InterviewTopic))]
Agencies = Annotated[int, Field(ge=0), AfterValidator(_few)]
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
    month: Month | None = None
    """In which the person was met; None in records of before."""

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
    ms: Time
    machine: bool
    outcome: HandoffState
    late: bool
    month: Month
    since: Time | None = None
    """How long the hand-off had been asked for when the stage ended (ms); None in records of before."""
    since_days: WorkingDays | None = None
    """The same in working days; None in records of before, and of stages that machines take."""
    stage_days: WorkingDays | None = None
    """How many working days the stage itself took."""


class JointActionCounted(Counted):
    """A joint action started with so many agencies."""

    kind: Literal["joint_action"]
    month: Month
    agencies: Agencies


class PingpongCounted(Counted):
    """A case was passed round."""

    kind: Literal["pingpong"]
    month: Month


class DecisionCounted(Counted):
    """A decision on status was made; what was decided where the lead may say it. The one of the highest number of its stage is in force."""

    kind: Literal["decision"]
    month: Month
    stage: Stage
    positive: bool | None = None
    ground: StatusGround | None = None
    maker: AgencyKind | None = None
    """What kind of agency decided."""
    number: Often = 1
    """Which decision of its stage it is in the case, from 1 on."""
    ms: Time | None = None
    """Since the person was met; None in records of before."""
    late: bool | None = None
    """Whether a clock of the country had run out; None where none asks for this decision."""
    working_days: WorkingDays | None = None
    """Since the person was met; None in records of before."""


class HandoffCounted(Counted):
    """A hand-off has ended: how, and how long each of its steps took from the request on (ms; None: it never came)."""

    kind: Literal["handoff"]
    month: Month
    """In which it was requested."""
    giver: AgencyId
    receiver: AgencyId
    need: Need
    outcome: HandoffState
    code: DeclineCode | None = None
    late: bool
    bounced: bool
    """Whether it came back with nothing done (docs/domain.md, section 3.6, M7)."""
    run: Often = 0
    """Bounces of its need in a row, this one counted (M8)."""
    again: bool = False
    """Whether its receiver had been asked for the need before, and nothing was done in between (M8)."""
    seen: Time | None = None
    accepted: Time | None = None
    acted: Time | None = None
    ended: Time
    ended_days: WorkingDays | None = None
    """The same in working days; None in records of before."""
    held_days: WorkingDays | None = None
    """Working days from the yes to the end; None where there was no yes, and in records of before."""


class OverdueCounted(Counted):
    """The time to answer a hand-off passed and nobody had answered (docs/domain.md, section 3.6, M4)."""

    kind: Literal["overdue"]
    month: Month
    """In which it was requested."""
    giver: AgencyId
    receiver: AgencyId
    need: Need


class ActionCounted(Counted):
    """Something was done for the person; the first of them is the first service."""

    kind: Literal["action"]
    month: Month
    action: ActionCode
    need: Need
    agency: AgencyId
    ms: Time
    """Since the person was met."""
    working_days: WorkingDays | None = None
    """Since the person was met; None in records of before."""
    topics: Topics | None = None
    """Of an interview what it was about; None where nobody said it, and in records of before."""
    together: bool | None = None
    """Whether another agency took part in it; said with the topics."""


class StallCounted(Counted):
    """Somebody said why something is not done yet."""

    kind: Literal["stall"]
    month: Month
    code: StallCode
    about: Literal["handoff", "task", "clock"]
    maker: AgencyKind | None = None
    """What kind of agency said it."""


class BasisCounted(Counted):
    """The lead changed the basis on which a case goes on: consent came, or went."""

    kind: Literal["basis"]
    month: Month
    basis: Basis
    ms: Time
    """Since the person was met."""


class BodiesCounted(Counted):
    """More bodies know the person than before: how many, never which."""

    kind: Literal["bodies"]
    month: Month
    agencies: Agencies


class ClosingCounted(Counted):
    """A case was closed, and what its course comes to."""

    kind: Literal["closing"]
    month: Month
    reason: CloseReason
    ms: Time
    """Since the person was met."""
    needs: Often
    planned: Often
    """How many of the needs a task of the plan was for (M16)."""
    unowned: Time
    """How long nobody who was asked had the person in hand (M10)."""
    unowned_days: WorkingDays | None = None
    """The same in working days; None in records of before."""
    joint: Time
    """How long two agencies or more had open tasks of one plan side by side (M15)."""
    at_work: Annotated[tuple[Time, ...], Field(max_length=MOST_AT_WORK)] | None = None
    """How long one agency had open tasks of the plan, how long two, three, and four or more (M15b); None in records of before."""
    begun: Often | None = None
    """Tasks of the plan that were begun; None in records of before."""
    in_turn: Often | None = None
    """How many of them were begun only when a task of another agency had ended on which they do not depend (M15c)."""
    working_days: WorkingDays | None = None
    """Since the person was met; None in records of before."""


class ReopeningCounted(Counted):
    """A closing was taken back."""

    kind: Literal["reopening"]
    month: Month
    reason: ReopenReason


HOME, ABROAD = "home", "abroad"
BANDS = ("0", "1", "2", "3-4", "5+")
"""How many depend on somebody, as a band."""
REGION = re.compile(r"[A-Z]{2}[0-9A-Z]{1,2}")
STATED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "place": (frozenset({HOME, ABROAD}), frozenset()),
    "region": (frozenset(), frozenset()),
    "dependants": (frozenset(BANDS), frozenset()),
    "milestone": (frozenset(Milestone), frozenset(Offence)),
    "compensation": (frozenset(Compensation), frozenset(CompensationFrom)),
    "granted": (frozenset(Granted), frozenset()),
}  # fmt: skip
"""What is told of what was stated → its codes, and those that stand beside them. Of a region its code, which is at least NUTS level 2."""


class StatedCounted(Counted):
    """Something was stated in the case file that tables ask for: a code, in the month in which it happened."""

    kind: Literal["stated"]
    month: Month
    about: Literal["place", "region", "dependants", "milestone", "compensation", "granted"]
    code: Named
    detail: Named = ""
    """Of a milestone the offence, of compensation from whom."""

    @model_validator(mode="after")
    def _is_of_its_list(self) -> Self:
        codes, details = STATED[self.about]
        known = REGION.fullmatch(self.code) is not None if self.about == "region" else self.code in codes
        if not known or (self.detail not in details if details else bool(self.detail)):
            raise ValueError("this is not a code of its list")
        return self


class TakenBackCounted(Counted):
    """What such a record says was corrected or taken back: it counts no more. What took its place has a record of its own."""

    kind: Literal["taken_back"]
    month: Month
    """In which it was taken back."""
    record: RecordId


class RecordsErased(Counted):
    """The person of these records was erased at the lead, or took the ground back: they count no more, and their keys are destroyed."""

    kind: Literal["erased"]
    records: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=MOST_ERASED)]


RECORDS: dict[str, type[Counted]] = {
    "referral": ReferralCounted, "stage": StageCounted, "joint_action": JointActionCounted, "pingpong": PingpongCounted,
    "decision": DecisionCounted, "handoff": HandoffCounted, "overdue": OverdueCounted, "action": ActionCounted, "stall": StallCounted,
    "basis": BasisCounted, "bodies": BodiesCounted, "closing": ClosingCounted, "reopening": ReopeningCounted, "erased": RecordsErased,
    "stated": StatedCounted, "taken_back": TakenBackCounted,
}  # fmt: skip
"""Kind → the shape of its record. On the topic each has an `id` beside: an HMAC from which nobody learns which decision it counts."""
PERSONAL = (ReferralCounted, DecisionCounted, StatedCounted)
"""The shapes that repeat sections of a case; the others are made of what every member sees, but `personal` of an interview is what it was
about."""
_ADAPTERS = {kind: TypeAdapter(model) for kind, model in RECORDS.items()}


def personal(record: Counted) -> bool:
    """Whether a record repeats a section of a case, so that it is erased with its person."""
    return isinstance(record, PERSONAL) or (isinstance(record, ActionCounted) and record.topics is not None)


def shaped(kind: str, body: dict[str, Any]) -> Counted:
    """What a body of this kind says. Raises ValidationError where it is not of its shape."""
    return _ADAPTERS[kind].validate_python(body)


def counted(record: dict[str, Any]) -> dict[str, Any]:
    """The record as it lies on the topic. Raises KeyError or ValueError where it is none that readers know."""
    return _ADAPTERS[record["kind"]].validate_python(record).model_dump(mode="json", exclude_unset=True)
