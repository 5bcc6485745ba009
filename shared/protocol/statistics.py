"""Statistical records (D9): what the lead authors of what counted, and the rapporteur reads. No case id, no person.

Every field is bounded, at the lead that writes a record and at reporting that reads it alike: ids of one form, codes of their lists, times
within a sane span and as coarse as the tables need. Words that a source printed stand only in what an importer replays (`simulated`).
Source: docs/domain.md, section 5.7.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo, field_validator

from shared.protocol.case import HandoffState
from shared.protocol.vocabulary import AgeBand, Basis, Form, Need, Sex, Stage

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
EARLIEST, AHEAD = 946_684_800_000, 366 * DAY
"""The first moment that is counted (the year 2000, ms UTC), and how far behind the log's own time one may lie (ms)."""
LONGEST_TIME, MOST_AGENCIES, LONGEST_TEXT = 3_660 * DAY, 1_000, 120
"""The longest time that a stage is said to have taken (ms), the most agencies of a joint action, characters of a printed word."""
GRAINS = ((SECOND, 10), (MINUTE, SECOND), (HOUR, MINUTE), (DAY, 15 * MINUTE), (LONGEST_TIME + 1, HOUR))
"""Below which time which grain is kept (ms): pages show the two largest units of a median, and no table asks for more."""
ELSEWHERE = "other"
"""What stands for a nationality that is said in words and not by its code (ISO 3166, two letters)."""
RECORD, AGENCY = re.compile(r"[0-9a-f]{32}"), re.compile(r"[A-Za-z0-9_.:-]{1,64}")
MONTH, QUARTER, COUNTRY = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII), re.compile(r"\d{4}-Q[1-4]", re.ASCII), re.compile(r"[A-Z]{2}")


class NotCounted(ValueError):
    """This is no statistical record that may count; the message says why, without quoting it."""


def coarse(ms: int) -> int:
    """How long something took, as coarse as it is told (ms). Raises ValueError beyond `LONGEST_TIME`."""
    if ms > LONGEST_TIME:
        raise ValueError("nothing takes that long")
    grain = next(grain for below, grain in GRAINS if ms < below)
    return (ms + grain // 2) // grain * grain


def month_of(at: int, logged_at: int) -> str:
    """The month of a moment that an author said, `2026-01`; that of the log's own time where nobody can have meant it (ms UTC)."""
    return _moment(at, logged_at).strftime("%Y-%m")


def quarter_of(at: int, logged_at: int) -> str:
    """The same of a quarter, `2026-Q1`."""
    moment = _moment(at, logged_at)
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def printable(text: str) -> bool:
    """Whether this may stand in a record as a source, or the directory, has it."""
    return len(text) <= LONGEST_TEXT and text.isprintable()


def agency_told(id: str) -> str:
    """An agency's id where it is one at all: who is in no directory may call itself anything."""
    return id if AGENCY.fullmatch(id) else "unknown"


def _moment(at: int, logged_at: int) -> datetime:
    return datetime.fromtimestamp((at if EARLIEST <= at <= logged_at + AHEAD else logged_at) / 1000, UTC)


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
AgencyId = Annotated[str, _of(AGENCY, "the id of an agency")]
Named = Annotated[str, AfterValidator(_named)]
CODES: dict[str, frozenset[str]] = {
    "age_at_exploitation": frozenset(AgeBand), "gender": frozenset(Sex), "exploitation_type": frozenset(Form),
}  # fmt: skip


class Counted(BaseModel):
    """What every statistical record says: whether it comes of simulated times."""

    model_config = ConfigDict(frozen=True)
    simulated: bool


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


RECORDS: dict[str, type[Counted]] = {
    "referral": ReferralCounted, "stage": StageCounted, "joint_action": JointActionCounted, "pingpong": PingpongCounted,
    "decision": DecisionCounted,
}  # fmt: skip
"""Kind → the shape of its record. On the topic each has an `id` beside: an HMAC from which nobody learns which decision it counts."""
_ADAPTERS = {kind: TypeAdapter(model) for kind, model in RECORDS.items()}


def counted(record: dict[str, Any]) -> dict[str, Any]:
    """The record as it lies on the topic. Raises KeyError or ValueError where it is none that readers know."""
    return _ADAPTERS[record["kind"]].validate_python(record).model_dump(mode="json", exclude_unset=True)


def read(said: Any, logged_at: int) -> tuple[str, Counted]:
    """The id and the record that these words say, which the log took at `logged_at` (ms UTC). Raises NotCounted."""
    if not isinstance(said, dict):
        raise NotCounted("this is no statistical record")
    body = cast(dict[str, Any], said)
    name, kind = body.get("id"), body.get("kind")
    if not isinstance(name, str) or RECORD.fullmatch(name) is None:
        raise NotCounted("the id of the record is not of the one form that ids have")
    if not isinstance(kind, str) or kind not in _ADAPTERS:
        raise NotCounted("the record is of no kind that this instance knows")
    try:
        record = _ADAPTERS[kind].validate_python(body)
    except ValidationError as error:
        raise NotCounted(f"the record's field {error.errors()[0]['loc'][0]} is not one that a lead writes") from None
    _in_span(record, logged_at)
    return name, record


def _in_span(record: Counted, logged_at: int) -> None:
    when = getattr(record, "quarter", None) or getattr(record, "month", "")
    latest = max(logged_at, 0) + AHEAD
    last = quarter_of(latest, latest) if "Q" in when else month_of(latest, latest)
    if not "2000" <= when <= last:
        raise NotCounted("the record's month or quarter is one that nobody can have meant")
