"""What may be known of a person: the fields of the case file, in groups that always go to the same readers.

A data class says how sensitive something is; a group says who needs it for what: legal aid needs a telephone number and not the rest of D4.
Who reads a group stands in `file_readers`. The lists are proposals (docs/adr/0031).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shared.protocol import file_codes as codes
from shared.protocol.documents import document_in
from shared.protocol.vocabulary import AgeBand, DataClass, Form, Need

D = DataClass


class Group(StrEnum):
    """A release group."""

    COMMUNICATION = "communication"
    SAFE_CONTACT = "safe_contact"
    SAFETY_ALERT = "safety_alert"
    """Codes; what else must be known is in words of its own, since words do not travel everywhere."""
    SAFETY_WORDS = "safety_words"
    HEALTH_NEED = "health_need"
    """Whether a doctor is needed. Why is D6."""
    DEPENDANTS = "dependants"
    """How many, and how old about: beds and seats. It names and places nobody, so it is of the minimum profile."""
    DURESS = "duress"
    """Somebody spoke under pressure. For the lead's eyes."""
    EXPLOITATION = "exploitation"
    EXPLOITATION_WORDS = "exploitation_words"
    EMPLOYMENT = "employment"
    NAME = "name"
    BIRTH = "birth"
    NATIONALITIES = "nationalities"
    IDENTITY_DOCUMENT = "identity_document"
    DEPENDANT_NAMES = "dependant_names"
    PHONE = "phone"
    POST = "post"
    TRUSTED_PERSON = "trusted_person"
    MUNICIPALITY = "municipality"
    MEETING_POINT = "meeting_point"
    """Where somebody is met, for who must go there; never a shelter's address."""
    HEALTH = "health"
    SUSPECTS = "suspects"
    PROCEEDINGS = "proceedings"
    ACCOUNT = "account"
    """What the person told of the exploitation, word for word: read by nobody to whom it was not released by name."""
    RESIDENCE = "residence"
    IDENTITY_PAPERS = "identity_papers"
    """Pictures and files, here and below: they show all that stands on them, so whoever reads them may read that."""
    EMPLOYMENT_PAPERS = "employment_papers"
    MEDICAL_PAPERS = "medical_papers"
    INJURY_PICTURES = "injury_pictures"
    PROCEEDINGS_PAPERS = "proceedings_papers"


G = Group

CLASS_OF: dict[Group, DataClass] = {
    G.COMMUNICATION: D.D1, G.SAFE_CONTACT: D.D1, G.SAFETY_ALERT: D.D1, G.SAFETY_WORDS: D.D1, G.HEALTH_NEED: D.D1, G.DEPENDANTS: D.D1,
    G.DURESS: D.D1, G.EXPLOITATION: D.D2, G.EXPLOITATION_WORDS: D.D2, G.EMPLOYMENT: D.D2,
    G.NAME: D.D3, G.BIRTH: D.D3, G.NATIONALITIES: D.D3, G.IDENTITY_DOCUMENT: D.D3, G.DEPENDANT_NAMES: D.D3,
    G.PHONE: D.D4, G.POST: D.D4, G.TRUSTED_PERSON: D.D4, G.MUNICIPALITY: D.D5, G.MEETING_POINT: D.D5,
    G.HEALTH: D.D6, G.SUSPECTS: D.D7, G.PROCEEDINGS: D.D7, G.ACCOUNT: D.D7, G.RESIDENCE: D.D8,
    G.IDENTITY_PAPERS: D.D3, G.EMPLOYMENT_PAPERS: D.D3, G.MEDICAL_PAPERS: D.D6, G.INJURY_PICTURES: D.D6, G.PROCEEDINGS_PAPERS: D.D7,
}  # fmt: skip
"""Group → its one data class."""

DOCUMENTS = frozenset({G.IDENTITY_PAPERS, G.EMPLOYMENT_PAPERS, G.MEDICAL_PAPERS, G.INJURY_PICTURES, G.PROCEEDINGS_PAPERS})
"""Groups of documents: nobody writes what is stated in them, an instance does when it has taken a file."""
RELEASED = frozenset({G.ACCOUNT})
"""Groups that nobody reads by the roster alone: each time their owner names one agency and one purpose. Nobody passes them on."""


class Kind(StrEnum):
    """What a value is: always a text, in one way of writing."""

    LINE = "line"
    """Words in one line."""
    TEXT = "text"
    """Words, line breaks allowed."""
    CODE = "code"
    DATE = "date"
    """2001-02-28."""
    BIRTH = "birth"
    """A date as exactly as it is known (EDTF, ISO 8601-2): 2001-02-28, 2001-02, 2001, estimated 2001~, unknown XXXX."""
    NUMBER = "number"
    """From nought to the limit."""
    LANGUAGE = "language"
    """BCP 47."""
    COUNTRY = "country"
    """ISO 3166, two letters, or `stateless` or `unknown`."""
    PHONE = "phone"
    """The number in international writing, a space, and what may be done with it: `+381601234567 text_only`."""
    EMAIL = "email"
    """Likewise: the address, a space, and what may be done with it."""
    REGION = "region"
    """A statistical region of level 1 or 2 (NUTS): the country and one or two signs. Never smaller."""
    STEP = "step"
    """Something that happened on a day, as a code, with a second code where the field has one: `2026-03-14 charged trafficking`."""
    DOCUMENT = "document"
    """A picture or a file, in sealed pieces elsewhere, and its key (`documents.DocumentRef`)."""


class About(StrEnum):
    """Whom a field speaks of; all but the person are numbered: `dependant:1`."""

    PERSON = "person"
    DEPENDANT = "dependant"
    TRUSTED = "trusted"
    SUSPECT = "suspect"
    ACCOUNT = "account"
    """One release of an account: those of an agency are numbered."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be known."""

    name: str
    group: Group
    kind: Kind
    limit: int = 0
    """Characters at most; of a number the greatest."""
    codes: type[StrEnum] | None = None
    details: type[StrEnum] | None = None
    """Of a step the second code."""
    about: About = About.PERSON
    many: bool = False
    """Whether several hold at once."""
    d9: bool = False
    """Whether a statistical record may take something from it."""
    htcds: str = ""
    """What the Human Trafficking Case Data Standard 2.0 calls it."""


def _field(name: str, group: Group, kind: Kind | type[StrEnum], limit: int = 0, **more: Any) -> Field:
    if isinstance(kind, Kind):
        return Field(name, group, kind, limit or LENGTH[kind], NUMBER_USE.get(kind), **more)
    return Field(name, group, Kind.CODE, 40, kind, **more)


def _step(name: str, group: Group, codes: type[StrEnum], details: type[StrEnum] | None = None) -> Field:
    return Field(name, group, Kind.STEP, 60, codes, details, many=True, d9=True)


LENGTH = {Kind.LINE: 80, Kind.TEXT: 500, Kind.DATE: 10, Kind.BIRTH: 10, Kind.NUMBER: 20, Kind.LANGUAGE: 12, Kind.COUNTRY: 9,
          Kind.PHONE: 40, Kind.EMAIL: 120, Kind.DOCUMENT: 300, Kind.REGION: 4}  # fmt: skip
NUMBER_USE = {Kind.PHONE: codes.NumberUse, Kind.EMAIL: codes.NumberUse}
LINE, TEXT, DATE, COUNTRY, PHONE = Kind.LINE, Kind.TEXT, Kind.DATE, Kind.COUNTRY, Kind.PHONE
MANY: Any = {"many": True}
DEPENDANT: Any = {"about": About.DEPENDANT}
TRUSTED: Any = {"about": About.TRUSTED}
SUSPECT: Any = {"about": About.SUSPECT}
TOLD: Any = {"about": About.ACCOUNT}
ACCOUNT_PART = 700
"""Bytes of an account that one statement holds, so that its records are as long as others."""

_FIELDS = (
    _field("language", G.COMMUNICATION, Kind.LANGUAGE, htcds="prs_PrimaryLanguage"),
    _field("other_language", G.COMMUNICATION, Kind.LANGUAGE, htcds="prs_SecondaryLanguage", **MANY),
    _field("interpreter", G.COMMUNICATION, codes.YesNo),
    _field("interpreter_language", G.COMMUNICATION, Kind.LANGUAGE),
    _field("interpreter_sex", G.COMMUNICATION, codes.InterpreterSex),
    _field("aid", G.COMMUNICATION, codes.Aid, **MANY),
    _field("rights_told", G.COMMUNICATION, codes.RightTold, **MANY),
    _field("rights_format", G.COMMUNICATION, codes.ToldFormat),
    _field("rights_language", G.COMMUNICATION, Kind.LANGUAGE),
    _field("safe_way", G.SAFE_CONTACT, codes.SafeWay, **MANY),
    _field("safe_time", G.SAFE_CONTACT, codes.SafeTime, **MANY),
    _field("safe_caller", G.SAFE_CONTACT, codes.SafeCaller),
    _field("safe_message", G.SAFE_CONTACT, codes.SafeMessage),
    _field("safe_say", G.SAFE_CONTACT, TEXT, 200),
    _field("safe_else", G.SAFE_CONTACT, TEXT, 200),
    _field("safe_checked", G.SAFE_CONTACT, DATE),
    _field("alert", G.SAFETY_ALERT, codes.Alert, **MANY),
    _field("suspect_relation", G.SAFETY_ALERT, codes.SuspectRelation, **SUSPECT, **MANY),
    _field("alert_words", G.SAFETY_WORDS, TEXT, 300),
    _field("health_need", G.HEALTH_NEED, codes.HealthNeed),
    _field("dependants", G.DEPENDANTS, Kind.NUMBER, 30, d9=True, htcds="prs_NumberOfChildren"),
    _field("dependant_age", G.DEPENDANTS, AgeBand, **DEPENDANT),
    _field("duress", G.DURESS, codes.YesNo),
    _field("form", G.EXPLOITATION, Form, d9=True, htcds="vic_TypeOfExploitation", **MANY),
    _field("control", G.EXPLOITATION, codes.Control, htcds="vic_MethodsOfControl", **MANY),
    _field("recruitment", G.EXPLOITATION, codes.Recruitment, htcds="vic_MethodOfRecruitment", **MANY),
    _field("exploitation_country", G.EXPLOITATION_WORDS, COUNTRY, d9=True, htcds="hte_Country", **MANY),
    _field("exploitation_region", G.EXPLOITATION_WORDS, Kind.REGION, d9=True, **MANY),
    _field("exploitation_place", G.EXPLOITATION_WORDS, LINE, htcds="vic_LocationOfExploitation", **MANY),
    _field("exploitation_words", G.EXPLOITATION_WORDS, TEXT, 1000, htcds="hte_Description"),
    _field("short_account", G.EXPLOITATION_WORDS, TEXT, 300),
    _field("employer", G.EMPLOYMENT, LINE, **MANY),
    _field("workplace", G.EMPLOYMENT, LINE, **MANY),
    _field("employed_from", G.EMPLOYMENT, DATE),
    _field("employed_until", G.EMPLOYMENT, DATE),
    _field("wages_owed", G.EMPLOYMENT, LINE),
    _field("given_names", G.NAME, LINE, htcds="prs_FirstName"),
    _field("family_name", G.NAME, LINE, htcds="prs_SecondName"),
    _field("given_names_latin", G.NAME, LINE),
    _field("family_name_latin", G.NAME, LINE),
    _field("alias", G.NAME, LINE, **MANY),
    _field("called", G.NAME, LINE),
    _field("birth", G.BIRTH, Kind.BIRTH, htcds="prs_Birthdate"),
    _field("birth_country", G.BIRTH, COUNTRY),
    _field("birth_place", G.BIRTH, LINE),
    _field("nationality", G.NATIONALITIES, COUNTRY, d9=True, htcds="prs_Citizenship", **MANY),
    _field("document", G.IDENTITY_DOCUMENT, codes.DocumentKind),
    _field("document_number", G.IDENTITY_DOCUMENT, LINE, 40, htcds="prs_IdentityNumber"),
    _field("document_country", G.IDENTITY_DOCUMENT, COUNTRY),
    _field("document_until", G.IDENTITY_DOCUMENT, DATE),
    _field("document_with", G.IDENTITY_DOCUMENT, codes.DocumentPlace),
    _field("personal_number", G.IDENTITY_DOCUMENT, LINE, 40),
    _field("dependant_name", G.DEPENDANT_NAMES, LINE, **DEPENDANT),
    _field("dependant_birth", G.DEPENDANT_NAMES, Kind.BIRTH, **DEPENDANT),
    _field("dependant_relation", G.DEPENDANT_NAMES, codes.Relation, **DEPENDANT),
    _field("phone", G.PHONE, PHONE, htcds="prs_MobilePhone", **MANY),
    _field("email", G.POST, Kind.EMAIL, htcds="prs_Email", **MANY),
    _field("post", G.POST, TEXT, 300, htcds="prs_MailingStreet"),
    _field("trusted_name", G.TRUSTED_PERSON, LINE, **TRUSTED),
    _field("trusted_relation", G.TRUSTED_PERSON, codes.Relation, **TRUSTED),
    _field("trusted_phone", G.TRUSTED_PERSON, PHONE, **TRUSTED, **MANY),
    _field("trusted_knows", G.TRUSTED_PERSON, codes.Knows, **TRUSTED),
    _field("municipality", G.MUNICIPALITY, LINE, htcds="prs_MailingCity"),
    _field("meeting_place", G.MEETING_POINT, TEXT, 200),
    _field("meeting_time", G.MEETING_POINT, LINE),
    _field("health", G.HEALTH, codes.HealthCode, **MANY),
    _field("health_words", G.HEALTH, TEXT),
    _field("suspect_name", G.SUSPECTS, LINE, **SUSPECT),
    _field("suspect_role", G.SUSPECTS, codes.SuspectRole, htcds="per_RoleInProcess", **SUSPECT, **MANY),
    _field("suspect_phone", G.SUSPECTS, LINE, 40, **SUSPECT, **MANY),
    _field("suspect_vehicle", G.SUSPECTS, LINE, 40, **SUSPECT, **MANY),
    _field("suspect_words", G.SUSPECTS, TEXT, htcds="per_RoleDetails", **SUSPECT),
    _field("proceeding", G.PROCEEDINGS, codes.ProceedingStage),
    _field("proceeding_number", G.PROCEEDINGS, LINE, 40),
    _field("testifies", G.PROCEEDINGS, codes.Willing),
    _step("milestone", G.PROCEEDINGS, codes.Milestone, codes.Offence),
    _step("compensation", G.PROCEEDINGS, codes.Compensation, codes.CompensationFrom),
    _field("account_words", G.ACCOUNT, TEXT, ACCOUNT_PART, **TOLD, **MANY),
    _field("account_parts", G.ACCOUNT, Kind.NUMBER, 99, **TOLD),
    _field("account_version", G.ACCOUNT, Kind.NUMBER, 999, **TOLD),
    _field("account_purpose", G.ACCOUNT, Need, **TOLD),
    _field("account_law", G.ACCOUNT, TEXT, 200, **TOLD),
    _field("account_present", G.ACCOUNT, TEXT, 200, **TOLD),
    _field("account_language", G.ACCOUNT, Kind.LANGUAGE, **TOLD),
    _field("account_interpreter", G.ACCOUNT, LINE, **TOLD),
    _field("account_day", G.ACCOUNT, DATE, **TOLD),
    _field("account_means", G.ACCOUNT, codes.AccountMeans, **TOLD),
    _field("stay", G.RESIDENCE, codes.Stay),
    _field("stay_until", G.RESIDENCE, DATE),
    _field("stay_number", G.RESIDENCE, LINE, 40),
    _step("granted", G.RESIDENCE, codes.Granted),
    _field("identity_paper", G.IDENTITY_PAPERS, Kind.DOCUMENT, **MANY),
    _field("employment_paper", G.EMPLOYMENT_PAPERS, Kind.DOCUMENT, **MANY),
    _field("medical_paper", G.MEDICAL_PAPERS, Kind.DOCUMENT, **MANY),
    _field("injury_picture", G.INJURY_PICTURES, Kind.DOCUMENT, **MANY),
    _field("proceedings_paper", G.PROCEEDINGS_PAPERS, Kind.DOCUMENT, **MANY),
)

FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
"""Name → field."""

_DAY = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
UNSEEN = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters, and what turns the direction of a line; joiners stay, since Persian names are written with them."""
_SAYS: dict[Kind, re.Pattern[str]] = {
    Kind.LINE: re.compile(rf"(?=.*\S)[^{UNSEEN}\n]*"),
    Kind.TEXT: re.compile(rf"(?=[\s\S]*\S)[^{UNSEEN}]*"),
    Kind.DATE: re.compile(_DAY),
    Kind.BIRTH: re.compile(rf"{_DAY}|(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?|(?:19|20)\d\d~|XXXX"),
    Kind.NUMBER: re.compile(r"0|[1-9]\d{0,3}"),
    Kind.LANGUAGE: re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    Kind.COUNTRY: re.compile(r"[A-Z]{2}|stateless|unknown"),
    Kind.PHONE: re.compile(r"\+?[0-9]{3,15} ([a-z_]+)"),
    Kind.EMAIL: re.compile(r"[^\s@]+@[^\s@]+ ([a-z_]+)"),
    Kind.REGION: re.compile(r"[A-Z]{2}[0-9A-Z]{1,2}"),
    Kind.STEP: re.compile(rf"({_DAY}) ([a-z_]+)(?: ([a-z_]+))?"),
    Kind.DOCUMENT: re.compile(rf"[^{UNSEEN}\n]*"),
}
"""Kind → how a value is written. Which languages and countries there are is not known here: the lists grow, and members would differ."""


def fits(field: Field, value: str) -> bool:
    """Whether a value is written as its field is. Typed words are brought into this form before (`shared/privacy/file_values.py`)."""
    if field.kind is Kind.CODE:
        return value in _codes(field)
    found = _SAYS[field.kind].fullmatch(value)
    if found is None or (int(value) > field.limit if field.kind is Kind.NUMBER else len(value) > field.limit):
        return False
    if len(value) == 10 and field.kind in (Kind.DATE, Kind.BIRTH):
        return _is_day(value)
    if field.kind is Kind.DOCUMENT:
        return document_in(value) is not None
    if field.kind is Kind.STEP:
        return _is_step(field, *found.groups())
    return field.codes is None or found[1] in _codes(field)


def is_text(value: str) -> bool:
    """Whether words, however many, hold nothing that no text of a case file may hold."""
    return _SAYS[Kind.TEXT].fullmatch(value) is not None


def speaks_of(field: Field, about: str) -> bool:
    """Whether this names somebody of whom the field speaks: the person, or one of several who are numbered from 1 to 99."""
    return about == About.PERSON if field.about is About.PERSON else re.fullmatch(rf"{field.about}:[1-9]\d?", about) is not None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_step(field: Field, day: str, code: str, detail: str | None) -> bool:
    known = detail is None if field.details is None else detail in [one.value for one in field.details]
    return _is_day(day) and code in _codes(field) and known


def _codes(field: Field) -> Iterable[str]:
    return [code.value for code in field.codes or ()]
