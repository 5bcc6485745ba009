"""People as the Human Trafficking Case Data Standard 2.0 writes them (IOM, CC BY 4.0; docs/domain.md, section 5.1), and back. Pure.

What the standard has a name for stands under it; what it cannot say exactly stands beside, in columns that begin with `nrm_`, so that a
line that was written here is read back as it was. It has no name, no contact and no day: nothing in it is of a case file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic_core import PydanticCustomError

from shared.config import codes
from shared.config.i18n import N_, WordedError
from shared.protocol.statistics import ELSEWHERE, MONTH, QUARTER, printable
from shared.protocol.vocabulary import AgeBand, AgencyKind, Basis, Form, Sex

GENDERS = {Sex.FEMALE: "Feminine", Sex.MALE: "Masculine", Sex.OTHER: "NonConforming", Sex.UNKNOWN: "NonSpecifiedUnknown"}
SEXES = {told: sex for sex, told in GENDERS.items()} | {"TransgenderFeminine": Sex.OTHER, "TransgenderMasculine": Sex.OTHER}
TYPES = {
    Form.SEXUAL: "SexualExploitation", Form.LABOUR: "ForcedLabour", Form.DOMESTIC: "Servitude", Form.CRIMINAL: "Other",
    Form.BEGGING: "ForcedBegging", Form.ORGAN: "OrganRemoval", Form.MARRIAGE: "ForcedMarriage", Form.OTHER: "Other",
}  # fmt: skip
FORMS = {
    "SexualExploitation": Form.SEXUAL, "ForcedLabour": Form.LABOUR, "Servitude": Form.DOMESTIC, "ForcedBegging": Form.BEGGING,
    "OrganRemoval": Form.ORGAN, "ForcedMarriage": Form.MARRIAGE, "ChildLabour": Form.LABOUR, "ForcedMilitaryByNonStateActors": Form.OTHER,
    "ForcedAdoption": Form.OTHER, "Surrogacy": Form.OTHER, "Other": Form.OTHER,
}  # fmt: skip
K = AgencyKind
ORGANISATIONS = {
    K.NGO: "NGO", K.SHELTER: "NGO", K.POLICE: "LawEnforcement", K.PROSECUTION: "LegalService", K.LEGAL_AID: "LegalService",
    K.HEALTH: "HealthServiceOrganisation", K.MIGRATION: "ImmigrationService", K.LOCAL_AUTHORITY: "LocalGovernmentOrganisation",
    K.SOCIAL_SERVICES: "LocalGovernmentOrganisation",
}  # fmt: skip
"""Any other kind is of central government."""
KINDS = {
    "NGO": K.NGO, "LawEnforcement": K.POLICE, "LegalService": K.LEGAL_AID, "HealthServiceOrganisation": K.HEALTH,
    "ImmigrationService": K.MIGRATION, "LocalGovernmentOrganisation": K.LOCAL_AUTHORITY, "CentralGovernmentOrganisation": K.GOVERNMENT,
}  # fmt: skip
STATUSES = {
    "identified": "ActualVictimOfTrafficking", "undecided": "PossibleVictimOfTrafficking", "not_identified": "NotAVictimOfTrafficking",
}  # fmt: skip
STANDINGS = {told: standing for standing, told in STATUSES.items()}
OWN = ("nrm_Quarter", "nrm_FirstResponderType", "nrm_AgeBand", "nrm_Sex", "nrm_Forms", "nrm_Basis", "nrm_Place", "nrm_Dependants")
COLUMNS = (
    "cas_Status", "org_Type", "prs_Gender", "prs_Citizenship", "vic_TraffickingStatus", "vic_TypeOfExploitation", "con_Consent", *OWN,
)  # fmt: skip
READ = (*COLUMNS, "vic_AgeWhenTrafficked", "cas_IncomingReferralDate")
"""What is read of a table; of another system the last two, where it has none of our own."""
NAMING = frozenset({
    "prs_Salutation", "prs_FirstName", "prs_MiddleName", "prs_SecondName", "prs_Birthdate", "prs_IdentityNumber", "prs_Title", "prs_Email",
    "prs_HomePhone", "prs_MobilePhone", "prs_MailingCity", "prs_MailingStreet", "prs_MailingPostalCode", "prs_MailingLongitude",
    "prs_MailingLatitude", "per_RoleDetails", "cco_CaseComment", "hte_Description", "hte_Street", "hte_Longitude", "hte_Latitude",
    "cas_IncomingReferralDetails", "cas_OutgoingReferralDetails", "cas_CaseOwner", "cas_ReferringPrimaryCaseWorker",
    "cas_ReferredPrimaryCaseWorker", "vic_DetailsOfVulnerabilities",
})  # fmt: skip
"""Fields of the standard that say who somebody is, or what happened in words: they are not read, wherever they stand."""
ADULT = 18


NO_CODE = N_("%(name)s is none of the standard's")


class NotHtcds(WordedError, ValueError):
    """This line is none of the standard; the message says why, without quoting it."""


@dataclass(frozen=True)
class PersonCounted:
    """One person of a return or of our own records: codes alone."""

    quarter: str
    kind: str
    """Of the first responder; as printed where a source is replayed."""
    forms: str
    """Codes in order with commas, or as printed."""
    age: str
    sex: str
    nationality: str
    standing: str
    basis: str = ""
    place: str = ""
    dependants: str = ""
    closed: bool = False


def to_htcds(one: PersonCounted) -> dict[str, str]:
    """The line of a person."""
    sex = Sex(one.sex) if one.sex in set(Sex) else None
    forms = [Form(code) for code in one.forms.split(",") if code in set(Form)]
    types = sorted({TYPES[form] for form in forms if form in TYPES})
    kind = AgencyKind(one.kind) if one.kind in set(AgencyKind) else None
    return {
        "cas_Status": "Closed" if one.closed else "Active",
        "org_Type": ORGANISATIONS.get(kind, "CentralGovernmentOrganisation") if kind else "",
        "prs_Gender": GENDERS[sex] if sex else "",
        "prs_Citizenship": one.nationality,
        "vic_TraffickingStatus": STATUSES[one.standing],
        "vic_TypeOfExploitation": ";".join(types),
        "con_Consent": "true" if one.basis == Basis.CONSENT else "false",
        **dict(zip(OWN, (one.quarter, one.kind, one.age, one.sex, one.forms, one.basis, one.place, one.dependants), strict=True)),
    }


def from_htcds(line: Mapping[str, str]) -> PersonCounted:
    """The person of a line: by our own columns where it was written here, which `nrm_Quarter` tells; else by the standard's alone. Raises
    NotHtcds."""
    unread = NAMING if line.get("nrm_Quarter", "").strip() else NAMING | set(OWN)
    said = {name: value.strip() for name, value in line.items() if name not in unread and value.strip()}
    standing = STANDINGS.get(said.get("vic_TraffickingStatus", "PossibleVictimOfTrafficking"))
    if standing is None:
        raise NotHtcds(NO_CODE, name="vic_TraffickingStatus")
    if any(not printable(value) for value in said.values()):
        raise NotHtcds(N_("a cell is longer than 120 characters, or holds signs that are no text"))
    return PersonCounted(
        _quarter(said), said.get("nrm_FirstResponderType") or _of(KINDS, said, "org_Type", ""), _forms(said), _age(said),
        said.get("nrm_Sex") or _of(SEXES, said, "prs_Gender", Sex.UNKNOWN), _citizenship(said), standing,
        said.get("nrm_Basis", ""), said.get("nrm_Place", ""), said.get("nrm_Dependants", ""),
        said.get("cas_Status") in ("Closed", "ClosedReferred"),
    )  # fmt: skip


def _of(codes: Mapping[str, str], said: Mapping[str, str], name: str, otherwise: str) -> str:
    if name not in said:
        return str(otherwise)
    if said[name] not in codes:
        raise NotHtcds(NO_CODE, name=name)
    return str(codes[said[name]])


def _citizenship(said: Mapping[str, str]) -> str:
    """As it was written here; of another system the code of the first country, and `other` for words."""
    first = said.get("prs_Citizenship", "").split(";")[0].strip()
    if not first or "nrm_Quarter" in said:
        return first
    try:
        return codes.nationality(first)
    except PydanticCustomError:
        return ELSEWHERE


def _forms(said: Mapping[str, str]) -> str:
    if "nrm_Forms" in said:
        return said["nrm_Forms"]
    types = [one.strip() for one in said.get("vic_TypeOfExploitation", "").split(";") if one.strip()]
    if any(one not in FORMS for one in types):
        raise NotHtcds(NO_CODE, name="vic_TypeOfExploitation")
    return ",".join(sorted({FORMS[one] for one in types})) or Form.UNKNOWN.value


def _age(said: Mapping[str, str]) -> str:
    if "nrm_AgeBand" in said:
        return said["nrm_AgeBand"]
    years = said.get("vic_AgeWhenTrafficked", "")
    if years and not (years.isascii() and years.isdigit() and int(years) < 120):
        raise NotHtcds(N_("vic_AgeWhenTrafficked is no age in years"))
    return (AgeBand.UNKNOWN if not years else AgeBand.CHILD if int(years) < ADULT else AgeBand.ADULT).value


def _quarter(said: Mapping[str, str]) -> str:
    """Our own column, or the day on which the referral was accepted: the standard has no other."""
    if QUARTER.fullmatch(said.get("nrm_Quarter", "")):
        return said["nrm_Quarter"]
    day = said.get("cas_IncomingReferralDate", "")
    try:
        month = date.fromisoformat(day).isoformat()[:7]
    except ValueError:
        month = ""
    if not MONTH.fullmatch(month):
        raise NotHtcds(N_("neither nrm_Quarter nor cas_IncomingReferralDate says a quarter or a day"))
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def lines(people: Iterator[PersonCounted]) -> Iterator[tuple[str, ...]]:
    """Lines in the order of COLUMNS."""
    for one in people:
        told = to_htcds(one)
        yield tuple(told[name] for name in COLUMNS)
