"""The questions of a report, and the command that their answers make: the same for one page and for the way in steps."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from services.intake.handlers.reports import FileReport
from shared.config.codes import GivenLanguage, Text
from shared.config.country import Country
from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.privacy.answers import TOLD
from shared.privacy.consent import Months
from shared.privacy.file_values import Unclear, clear, value_of, without_names
from shared.protocol.case_file import FIELDS
from shared.protocol.facts import Facts, Moment
from shared.protocol.file_codes import RightTold, ToldFormat
from shared.protocol.vocabulary import AgeBand, AgencyKind, Form, Ground, Indicator, Need, Sex
from shared.web.http.forms import Explained

LABELS = {
    "danger": N_("Danger right now"), "age": N_("Age"), "consent": N_("Consent"), "sex": N_("Sex"),
    "agreed": N_("What may be told"), "withheld": N_("Who must not be told"), "months": N_("How long"), "ground": N_("Ground"),
    "consent_language": N_("Language of the consent"), "ground_words": N_("Note on the ground"),
    "language": N_("Language"), "forms": N_("Forms of exploitation"), "indicators": N_("Signs"), "needs": N_("Needs"), "note": N_("Note"),
    "account": N_("What happened, in short"), "place": N_("Where the person is"), "told": N_("What the person was told"),
    "told_format": N_("How they were told"), "called_at": N_("Call to the emergency number"),
    "conflict": N_("A suspect close to staff of an agency"),
}  # fmt: skip


def _short(typed: str) -> str:
    return _value("short_account", typed)


def _municipality(typed: str) -> str:
    return _value("municipality", typed)


def _value(field: str, typed: str) -> str:
    try:
        return value_of(FIELDS[field], typed)
    except Unclear as unclear:
        raise clear(unclear) from None


class Answers(Facts):
    """The form's answers. An adult is asked for consent; a child is not, and an unsure age is a child's."""

    danger: bool
    age: AgeBand
    consent: Annotated[bool | None, Field(validate_default=True)] = None
    sex: Sex = Sex.UNKNOWN
    language: GivenLanguage = ""
    interpreter: bool = False
    forms: tuple[Form, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    needs: tuple[Need, ...] = ()
    note: Annotated[Text, Field(max_length=4000)] = ""
    consent_language: GivenLanguage = ""
    agreed: Literal["all", "profile", "nothing"] = "all"
    withheld: tuple[AgencyKind, ...] = ()
    months: Months | None = None
    ground: Ground | None = None
    ground_words: Annotated[Text, Field(max_length=1000)] = ""
    nobody: bool = False
    account: Annotated[str, Field(max_length=300), AfterValidator(_short)] = ""
    place: Annotated[str, Field(max_length=80), AfterValidator(_municipality)] = ""
    told: tuple[RightTold, ...] = ()
    told_format: ToldFormat | None = None
    called_at: Moment | None = None
    conflict: bool = False

    @field_validator("account")
    @classmethod
    def _names_nobody(cls, value: str, info: Any) -> str:
        try:
            return without_names(value, (), nobody=bool(info.data.get("nobody")))
        except Unclear as unclear:
            raise clear(unclear) from None

    @field_validator("consent")
    @classmethod
    def _asked_of_adults(cls, value: bool | None, info: Any) -> bool | None:
        if value is None and info.data.get("age") is AgeBand.ADULT:
            raise Explained(ASK_AN_ADULT)
        if value is not None and info.data.get("age") in (AgeBand.CHILD, AgeBand.UNSURE):
            raise RuleBroken("not-asked-of-a-child", "consent")
        return value

    def report(self) -> FileReport:
        """The command: only what was answered travels."""
        said: dict[str, Any] = self.model_dump(exclude_unset=True, exclude={"agreed", "nobody"}) | {"consent": bool(self.consent)}
        said["agreed"] = TOLD[self.agreed]
        return FileReport.model_validate(said)


ASK_AN_ADULT = N_("for an adult, say whether the person consents to the report")


def unnamed(country: Country) -> tuple[AgencyKind, ...]:
    """The kinds of agencies that nobody can object to: the lead's, and those that read of nobody."""
    return (country.agency(country.lead).kind, AgencyKind.COORDINATOR, AgencyKind.RAPPORTEUR)
