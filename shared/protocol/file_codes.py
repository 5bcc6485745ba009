"""The code lists of the case file: what may be said of a person without words.

Proposals, after docs/domain.md, and after the Human Trafficking Case Data Standard where it has a list.
"""

from enum import StrEnum


class Aid(StrEnum):
    """What somebody needs to understand and be understood, beside an interpreter."""

    SIGN_LANGUAGE = "sign_language"
    LIP_READING = "lip_reading"
    EASY_LANGUAGE = "easy_language"
    READS_NOT = "reads_not"
    SIGHT = "sight"
    OTHER = "other"


class RightTold(StrEnum):
    """What the person was told of their rights before anybody asked them (docs/domain.md, sections 1.2 and 6)."""

    LAWYER = "lawyer"
    REFLECTION = "reflection"
    """A period to recover and decide, in which nobody may be sent away."""
    NON_PUNISHMENT = "non_punishment"
    COMPENSATION = "compensation"
    HELP_WITHOUT_POLICE = "help_without_police"
    """Help does not depend on speaking to the police."""


class ToldFormat(StrEnum):
    """How the person was told of their rights."""

    READ_ALOUD = "read_aloud"
    PRINTED = "printed"
    RECORDED = "recorded"
    INTERPRETER = "interpreter"


class InterpreterSex(StrEnum):
    """Whom the person wants as an interpreter."""

    FEMALE = "female"
    MALE = "male"
    ANY = "any"


class YesNo(StrEnum):
    """An answer that may be open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SafeWay(StrEnum):
    """How the person may be reached without danger."""

    CALL = "call"
    TEXT = "text"
    MESSENGER = "messenger"
    EMAIL = "email"
    IN_PERSON = "in_person"
    THROUGH_TRUSTED = "through_trusted"
    THROUGH_AGENCY = "through_agency"
    PERSON_CALLS = "person_calls"
    """Nobody contacts the person, who calls by themselves."""


class SafeTime(StrEnum):
    """When the person may be contacted."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WORKDAY = "workday"
    WEEKEND = "weekend"
    AS_AGREED = "as_agreed"


class SafeCaller(StrEnum):
    """By whom the person wishes to be contacted."""

    ANYBODY = "anybody"
    WOMAN = "woman"
    MAN = "man"
    SAME_OFFICER = "same_officer"


class SafeMessage(StrEnum):
    """What may be left when somebody else answers, or nobody."""

    NOTHING = "nothing"
    NEUTRAL = "neutral"
    CALL_BACK = "call_back"


class Alert(StrEnum):
    """What an officer must know before any step, so that nobody is harmed."""

    CONTROLLER_NEAR = "controller_near"
    PHONE_WATCHED = "phone_watched"
    FOLLOWED = "followed"
    KNOWS_ADDRESS = "knows_address"
    ARMED = "armed"
    FAMILY_THREATENED = "family_threatened"
    MOVES_SOON = "moves_soon"
    CHILD_PRESENT = "child_present"
    NEVER_ALONE = "never_alone"
    """Nobody visits alone."""
    INTERPRETER_CONFLICT = "interpreter_conflict"
    """Interpreters of the same community are a danger."""
    STAFF_CONFLICT = "staff_conflict"
    """A suspect works at, or is related to staff of, an agency."""
    NO_UNIFORM = "no_uniform"


class HealthNeed(StrEnum):
    """Whether a doctor is needed: no word on why."""

    NOW = "now"
    SOON = "soon"
    NO = "no"


class Control(StrEnum):
    """Means of control (HTCDS vic_MethodsOfControl)."""

    THREATS = "threats"
    THREATS_OF_LAW = "threats_of_law"
    THREATS_TO_FAMILY = "threats_to_family"
    DEBT = "debt"
    FALSE_PROMISES = "false_promises"
    PHYSICAL = "physical"
    SEXUAL = "sexual"
    TAKES_EARNINGS = "takes_earnings"
    NO_MONEY = "no_money"
    NO_DOCTOR = "no_doctor"
    NECESSITIES = "necessities"
    PSYCHOLOGICAL = "psychological"
    SUBSTANCE = "substance"
    HOURS = "hours"
    DOCUMENTS = "documents"
    OTHER = "other"


class Recruitment(StrEnum):
    """How somebody was recruited (HTCDS vic_MethodOfRecruitment)."""

    BUSINESS = "business"
    SCHOOL = "school"
    WORK = "work"
    ONLINE_NETWORK = "online_network"
    ONLINE_ADVERT = "online_advert"
    PRINTED_OR_BROADCAST = "printed_or_broadcast"
    FAMILY = "family"
    FRIENDS = "friends"
    OTHER = "other"


class DocumentKind(StrEnum):
    """What proves who somebody is."""

    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_DOCUMENT = "travel_document"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER = "other"


class DocumentPlace(StrEnum):
    """Who has a document of the person's."""

    PERSON = "person"
    AGENCY = "agency"
    EXPLOITER = "exploiter"
    LOST = "lost"
    UNKNOWN = "unknown"


class NumberUse(StrEnum):
    """What may be done with one number or address: written with each."""

    CALL = "call"
    TEXT_ONLY = "text_only"
    AS_SAFE_CONTACT = "as_safe_contact"
    """As the safe contact says, and no other way."""
    NEVER = "never"
    """Kept to be known again; nobody uses it."""


class Relation(StrEnum):
    """Who a trusted person, or somebody who depends, is to the person."""

    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    PARTNER = "partner"
    RELATIVE = "relative"
    FRIEND = "friend"
    GUARDIAN = "guardian"
    PROFESSIONAL = "professional"
    OTHER = "other"


class Knows(StrEnum):
    """What a trusted person knows."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"
    """And must not learn."""


class HealthCode(StrEnum):
    """What a service must know of somebody's health."""

    INJURY = "injury"
    CHRONIC = "chronic"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    INFECTION = "infection"
    PREGNANCY = "pregnancy"
    DISABILITY = "disability"
    MENTAL_HEALTH = "mental_health"
    SELF_HARM = "self_harm"
    DEPENDENCE = "dependence"


class SuspectRole(StrEnum):
    """What a suspect did (HTCDS per_RoleInProcess)."""

    RECRUITER = "recruiter"
    TRANSPORTER = "transporter"
    HARBOURER = "harbourer"
    EXPLOITER = "exploiter"
    CONTROLLER = "controller"
    OTHER = "other"


class SuspectRelation(StrEnum):
    """Who a suspect is to the person, or to those who help: a code for everybody, where the name is for police and prosecution alone."""

    PARTNER = "partner"
    PARENT = "parent"
    RELATIVE = "relative"
    FRIEND = "friend"
    EMPLOYER = "employer"
    LANDLORD = "landlord"
    OFFICIAL = "official"
    AGENCY_STAFF = "agency_staff"
    """Works at an agency that could be asked to help."""
    STAFF_RELATIVE = "staff_relative"
    """Is close to somebody who does."""
    OTHER = "other"


class AccountMeans(StrEnum):
    """How an agency has what the person told."""

    HEARD = "heard"
    """Written down by who heard it."""
    WRITTEN = "written"
    """The person wrote it."""
    RECORDED = "recorded"
    """Sound or picture, kept elsewhere; here it is written out."""


class ProceedingStage(StrEnum):
    """Where criminal proceedings stand."""

    REPORTED = "reported"
    INVESTIGATED = "investigated"
    CHARGED = "charged"
    TRIED = "tried"
    JUDGED = "judged"
    ENDED = "ended"


class Milestone(StrEnum):
    """What happened in criminal proceedings, each with its day and the offence (docs/domain.md, section 5.7, T18)."""

    REPORTED = "reported"
    """Police or prosecution were told."""
    INVESTIGATED = "investigated"
    CHARGED = "charged"
    TRIED = "tried"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DISCONTINUED = "discontinued"


class Offence(StrEnum):
    """For which offence, as a code: what an article is called differs by country."""

    TRAFFICKING = "trafficking"
    LABOUR_EXPLOITATION = "labour_exploitation"
    """Also usury and discrimination at work, where those are what is charged."""
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    """Mediation in prostitution, sexual abuse."""
    SMUGGLING = "smuggling"
    OTHER = "other"
    UNKNOWN = "unknown"


class Compensation(StrEnum):
    """What became of a claim for compensation (docs/domain.md, section 5.7, T17)."""

    CLAIMED = "claimed"
    AWARDED = "awarded"
    REFUSED = "refused"
    PAID = "paid"


class CompensationFrom(StrEnum):
    """From whom, or by which way (CETS 197 art. 15)."""

    CRIMINAL_COURT = "criminal_court"
    CIVIL_COURT = "civil_court"
    STATE = "state"
    """A fund, or a scheme for victims of crime."""
    EMPLOYER = "employer"
    """Wages owed, without a court."""
    UNKNOWN = "unknown"


class Granted(StrEnum):
    """What was granted, or refused, to somebody who is or may be a victim (CETS 197 art. 13 and 14; docs/domain.md, section 5.7, T10)."""

    REFLECTION = "reflection"
    PERMIT_PERSONAL = "permit_personal"
    """Because of the personal situation (art. 14(1)(a))."""
    PERMIT_COOPERATION = "permit_cooperation"
    """For proceedings (art. 14(1)(b))."""
    PERMIT_OTHER = "permit_other"
    """International protection, or any other ground."""
    REFUSED = "refused"


class Willing(StrEnum):
    """Whether the person wants to testify. No help may depend on it (CETS 197 art. 12(6))."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    NOT_ASKED = "not_asked"


class Stay(StrEnum):
    """On which title somebody is in the country."""

    CITIZEN = "citizen"
    PERMIT = "permit"
    VISA = "visa"
    ASYLUM = "asylum"
    REFLECTION = "reflection"
    IRREGULAR = "irregular"
    UNKNOWN = "unknown"
