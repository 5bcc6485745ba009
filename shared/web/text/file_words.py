"""The case file in plain words: its groups, its fields, and every code of its lists."""

from shared.config.i18n import N_
from shared.protocol import file_codes as c
from shared.protocol.case_file import About, Group
from shared.protocol.vocabulary import AgeBand, Form, Need
from shared.web.text.labels import AGES, FORMS, NEEDS

G = Group
GROUPS: dict[str, str] = {
    G.SAFE_CONTACT: N_("How to reach the person safely"), G.SAFETY_ALERT: N_("Safety alerts"), G.SAFETY_WORDS: N_("Safety, in words"),
    G.COMMUNICATION: N_("Language and understanding"), G.HEALTH_NEED: N_("Whether a doctor is needed"),
    G.DEPENDANTS: N_("Who depends on the person"),
    G.DURESS: N_("Under pressure"), G.EXPLOITATION: N_("Exploitation, chosen from lists"),
    G.EXPLOITATION_WORDS: N_("What happened, and where"),
    G.EMPLOYMENT: N_("Work and wages"), G.NAME: N_("Name"), G.BIRTH: N_("Birth"), G.NATIONALITIES: N_("Nationality"),
    G.IDENTITY_DOCUMENT: N_("Identity document"), G.DEPENDANT_NAMES: N_("Names of who depends on the person"), G.PHONE: N_("Telephone"),
    G.POST: N_("E-mail and post"), G.TRUSTED_PERSON: N_("Trusted person"), G.MUNICIPALITY: N_("Municipality"),
    G.MEETING_POINT: N_("Where the person is met"), G.HEALTH: N_("Health"), G.SUSPECTS: N_("Suspects"),
    G.PROCEEDINGS: N_("Criminal proceedings"), G.ACCOUNT: N_("Account of the exploitation, word for word"),
    G.RESIDENCE: N_("Right to stay"), G.IDENTITY_PAPERS: N_("Identity papers"), G.EMPLOYMENT_PAPERS: N_("Papers about work and wages"),
    G.MEDICAL_PAPERS: N_("Medical papers"), G.INJURY_PICTURES: N_("Pictures of injuries"),
    G.PROCEEDINGS_PAPERS: N_("Papers of proceedings"),
}  # fmt: skip

SECTIONS: tuple[tuple[str, str, tuple[Group, ...]], ...] = (
    ("part-safe", N_("Safe contact"), (G.SAFE_CONTACT, G.SAFETY_ALERT, G.SAFETY_WORDS)),
    ("part-identity", N_("Identity and reach"), (
        G.NAME, G.BIRTH, G.NATIONALITIES, G.COMMUNICATION, G.PHONE, G.POST, G.TRUSTED_PERSON, G.IDENTITY_DOCUMENT,
    )),
    ("part-family", N_("Who depends on the person"), (G.DEPENDANTS, G.DEPENDANT_NAMES)),
    ("part-place", N_("Where"), (G.MUNICIPALITY, G.MEETING_POINT)),
    ("part-health", N_("Health"), (G.HEALTH_NEED, G.HEALTH)),
    ("part-exploitation", N_("What happened"), (G.EXPLOITATION, G.EXPLOITATION_WORDS, G.EMPLOYMENT, G.SUSPECTS)),
    ("part-proceedings", N_("Proceedings and stay"), (G.PROCEEDINGS, G.RESIDENCE)),
)  # fmt: skip
"""The page's parts in order: id, heading, groups."""

OFFERED = frozenset(group for _, _, groups in SECTIONS for group in groups)
"""The groups that have a form."""

FIELDS: dict[str, str] = {
    "language": N_("Language"), "other_language": N_("Another language"), "interpreter": N_("Interpreter wanted"),
    "interpreter_language": N_("Interpreter’s language"), "interpreter_sex": N_("Interpreter preferred"), "aid": N_("Needs to understand"),
    "rights_told": N_("What the person was told of their rights"), "rights_format": N_("How they were told"),
    "rights_language": N_("Language in which they were told"),
    "safe_way": N_("How"), "safe_time": N_("When"), "safe_caller": N_("By whom"), "safe_message": N_("Message that may be left"),
    "safe_say": N_("What to say"), "safe_else": N_("Who else may answer"), "safe_checked": N_("Last checked with the person"),
    "alert": N_("Alerts"), "alert_words": N_("What else to beware of"), "health_need": N_("A doctor is needed"),
    "dependants": N_("How many"), "dependant_age": N_("Age"), "duress": N_("Under pressure"),
    "form": N_("Forms of exploitation"), "control": N_("Means of control"), "recruitment": N_("How recruited"),
    "exploitation_country": N_("Country"), "exploitation_place": N_("Place"), "exploitation_words": N_("What happened"),
    "short_account": N_("What happened, in short and without names"),
    "employer": N_("Employer"), "workplace": N_("Workplace"), "employed_from": N_("Worked from"), "employed_until": N_("Worked until"),
    "wages_owed": N_("Wages owed"),
    "given_names": N_("Given names, as the person gives them"), "family_name": N_("Family name, as the person gives it"),
    "given_names_latin": N_("Given names in Latin letters"), "family_name_latin": N_("Family name in Latin letters"),
    "alias": N_("Another name"), "called": N_("Wants to be called"),
    "birth": N_("Date of birth"), "birth_country": N_("Country of birth"), "birth_place": N_("Place of birth"),
    "nationality": N_("Nationality"), "document": N_("Kind of document"), "document_number": N_("Number of the document"),
    "document_country": N_("Issued by"), "document_until": N_("Valid until"), "document_with": N_("Who has it"),
    "personal_number": N_("Personal number"), "dependant_name": N_("Name"), "dependant_birth": N_("Date of birth"),
    "dependant_relation": N_("Is the person’s"), "phone": N_("Telephone number"), "email": N_("E-mail address"),
    "post": N_("Address for post"),
    "trusted_name": N_("Name"), "trusted_relation": N_("Is the person’s"), "trusted_phone": N_("Telephone number"),
    "trusted_knows": N_("Knows"),
    "municipality": N_("Municipality"), "meeting_place": N_("Where to meet"), "meeting_time": N_("When to meet"), "health": N_("Health"),
    "health_words": N_("What a service must know"), "suspect_name": N_("Name"), "suspect_role": N_("Part"),
    "suspect_relation": N_("Who a suspect is"), "suspect_phone": N_("Telephone number"),
    "suspect_vehicle": N_("Vehicle"), "suspect_words": N_("Description"), "proceeding": N_("Where proceedings stand"),
    "proceeding_number": N_("Number of the proceedings"), "testifies": N_("Wants to testify"),
    "account_words": N_("What the person told"), "account_parts": N_("Parts"), "account_version": N_("Version"),
    "account_purpose": N_("Released for"), "account_law": N_("On which law"), "account_present": N_("Who was present"),
    "account_language": N_("Language"), "account_interpreter": N_("Interpreter"), "account_day": N_("Told on"),
    "account_means": N_("How your agency has it"), "stay": N_("Title"),
    "stay_until": N_("Until"), "stay_number": N_("Number of the title"), "granted": N_("Granted or refused"),
    "milestone": N_("Milestone"), "compensation": N_("Compensation"), "exploitation_region": N_("Statistical region"),
    "identity_paper": N_("Identity paper"), "employment_paper": N_("Paper about work or wages"), "medical_paper": N_("Medical paper"),
    "injury_picture": N_("Picture of an injury"), "proceedings_paper": N_("Paper of proceedings"),
}  # fmt: skip

HINTS: dict[str, str] = {
    "rights_told": N_("Before anybody asks the person: then it is their choice what to say."),
    "given_names": N_("In the letters the person uses."), "family_name": N_("Leave it empty where the person has one name only."),
    "given_names_latin": N_("As in the passport, if there is one."),
    "called": N_("What to say to the person, and never a name that gives away who calls."),
    "birth": N_("As exactly as it is known: a year alone is better than a made-up day."),
    "dependant_birth": N_("As exactly as it is known: a year alone is better than a made-up day."),
    "meeting_place": N_("Never the address of a shelter, and no hint of it: it is asked for at the shelter alone."),
    "post": N_("Never the address of a shelter: write where post may safely go."),
    "safe_say": N_("Who you are to say that you are, if somebody else answers."),
    "alert_words": N_("Write it so that it harms nobody if it is read by the wrong eyes."),
    "nationality": N_("Code of the country (ISO 3166), such as NP, or stateless."),
    "language": N_("Code of the language (BCP 47), such as sr, rom or zh-Hant."),
    "suspect_relation": N_("No name: whoever helps may need to know it. Names are for police and prosecution alone."),
    "testifies": N_("No help depends on it."),
    "milestone": N_("Each by itself, with its day and the offence. It is counted as a code, without the number of the proceedings."),
    "compensation": N_("Each by itself, with its day. No sum."),
    "granted": N_("Each by itself, with its day."),
    "exploitation_region": N_("For figures. A place may stand below, which figures never take."),
    "trusted_knows": N_("So that nobody tells this person what the person has not told."),
    "exploitation_words": N_("What is needed to act. The person need not tell it twice."),
    "short_account": N_("What is needed to understand the request. No names, no telephone numbers, no addresses."),
    "personal_number": N_("Only where a task needs it."),
}  # fmt: skip

SUBJECTS: dict[str, str] = {
    About.PERSON: N_("The person"), About.DEPENDANT: N_("Dependant %(n)s"), About.TRUSTED: N_("Trusted person %(n)s"),
    About.SUSPECT: N_("Suspect %(n)s"), About.ACCOUNT: N_("Account %(n)s"),
}  # fmt: skip
SOURCES: dict[str, str] = {
    "said": N_("The person said so"), "seen": N_("Seen with one’s own eyes"), "document": N_("A document says so"),
    "agency": N_("Another agency said so"),
}  # fmt: skip

CALL_BACK = {"call_back": N_("The lead calls back before the next step")}
"""The box that marks pressure in silence: to somebody who watches it is an alert like the others."""
TAKEN_BACK = N_("taken back")
NUMBER_USES: dict[str, str] = {
    "call": N_("Calls are safe"), "text_only": N_("Text messages only, never call"), "as_safe_contact": N_("Only as the safe contact says"),
    "never": N_("Never use it"),
}  # fmt: skip

_RELATIONS: dict[str, str] = {
    "parent": N_("parent"), "child": N_("child"), "sibling": N_("brother or sister"), "partner": N_("partner"),
    "relative": N_("other relative"),
    "friend": N_("friend"), "guardian": N_("guardian"), "professional": N_("helper by profession"), "other": N_("other"),
}  # fmt: skip

RIGHTS_TOLD: dict[str, str] = {
    "lawyer": N_("A lawyer, free of charge where the law says so"),
    "reflection": N_("Time to recover and decide, in which nobody is sent away"),
    "non_punishment": N_("Nobody is to be punished for what they were forced to do"),
    "compensation": N_("Compensation, from whoever did it or from the state"),
    "help_without_police": N_("Help does not depend on speaking to the police"),
}
TOLD_FORMATS: dict[str, str] = {
    "read_aloud": N_("Read aloud"), "printed": N_("On paper"), "recorded": N_("As a recording"), "interpreter": N_("By an interpreter"),
}  # fmt: skip

CODES: dict[type, dict[str, str]] = {
    c.RightTold: RIGHTS_TOLD, c.ToldFormat: TOLD_FORMATS,
    c.YesNo: {"yes": N_("Yes"), "no": N_("No"), "unknown": N_("Not known")},
    c.InterpreterSex: {"female": N_("A woman"), "male": N_("A man"), "any": N_("Either")},
    c.Aid: {
        "sign_language": N_("Sign language"), "lip_reading": N_("Lip reading"), "easy_language": N_("Easy language"),
        "reads_not": N_("Does not read"), "sight": N_("Does not see well"), "other": N_("Something else"),
    },
    c.SafeWay: {
        "call": N_("Call"), "text": N_("Text message"), "messenger": N_("Messenger"), "email": N_("E-mail"), "in_person": N_("In person"),
        "through_trusted": N_("Through the trusted person"), "through_agency": N_("Through the agency that met the person"),
        "person_calls": N_("Never: the person calls"),
    },
    c.SafeTime: {
        "any": N_("At any time"), "morning": N_("Mornings"), "afternoon": N_("Afternoons"), "evening": N_("Evenings"),
        "workday": N_("Workdays"), "weekend": N_("Weekends"), "as_agreed": N_("As agreed each time"),
    },
    c.SafeCaller: {
        "anybody": N_("Anybody"), "woman": N_("A woman"), "man": N_("A man"), "same_officer": N_("Always the same officer"),
    },
    c.SafeMessage: {
        "nothing": N_("None: hang up"), "neutral": N_("A neutral one, without the agency’s name"), "call_back": N_("Ask to call back"),
    },
    c.Alert: {
        "controller_near": N_("Whoever controls the person is near"), "phone_watched": N_("The telephone is watched"),
        "followed": N_("The person is followed"), "knows_address": N_("Suspects know where the person lives"),
        "armed": N_("Suspects are armed"), "family_threatened": N_("The family is threatened"), "moves_soon": N_("May be moved soon"),
        "child_present": N_("A child is there"), "never_alone": N_("Never visit alone"),
        "interpreter_conflict": N_("No interpreter of the same community"),
        "staff_conflict": N_("A suspect is close to staff of an agency"),
        "no_uniform": N_("No uniform, no marked car"),
    },
    c.HealthNeed: {"now": N_("Now"), "soon": N_("Soon"), "no": N_("No")},
    c.Control: {
        "threats": N_("Threats"), "threats_of_law": N_("Threats with the law"), "threats_to_family": N_("Threats to children or family"),
        "debt": N_("Debt bondage"), "false_promises": N_("False promises"), "physical": N_("Physical abuse"), "sexual": N_("Sexual abuse"),
        "takes_earnings": N_("Takes earnings"), "no_money": N_("Withholds money"), "no_doctor": N_("Withholds medical care"),
        "necessities": N_("Withholds necessities"), "psychological": N_("Psychological abuse"), "substance": N_("Drugs or alcohol"),
        "hours": N_("Excessive hours"), "documents": N_("Withholds documents"), "other": N_("Something else"),
    },
    c.Recruitment: {
        "business": N_("At a place of business"), "school": N_("At a school"), "work": N_("At work"),
        "online_network": N_("Social network"), "online_advert": N_("Advertisement online"),
        "printed_or_broadcast": N_("Advertisement in print, radio or television"), "family": N_("Family"), "friends": N_("Friends"),
        "other": N_("Something else"),
    },
    c.DocumentKind: {
        "passport": N_("Passport"), "identity_card": N_("Identity card"), "residence_permit": N_("Residence permit"),
        "travel_document": N_("Travel document"), "birth_certificate": N_("Birth certificate"), "other": N_("Something else"),
    },
    c.DocumentPlace: {
        "person": N_("The person"), "agency": N_("An agency"), "exploiter": N_("Whoever exploits"), "lost": N_("Lost"),
        "unknown": N_("Not known"),
    },
    c.NumberUse: NUMBER_USES,
    c.Relation: _RELATIONS,
    c.Knows: {"all": N_("Everything"), "part": N_("A part"), "nothing": N_("Nothing, and must not learn it")},
    c.HealthCode: {
        "injury": N_("Injury"), "chronic": N_("Chronic illness"), "medicine": N_("Needs medicine"), "allergy": N_("Allergy"),
        "infection": N_("Infection"), "pregnancy": N_("Pregnancy"), "disability": N_("Disability"), "mental_health": N_("Mental health"),
        "self_harm": N_("Risk of self-harm"), "dependence": N_("Dependence"),
    },
    c.SuspectRole: {
        "recruiter": N_("Recruited"), "transporter": N_("Transported"), "harbourer": N_("Housed"), "exploiter": N_("Exploited"),
        "controller": N_("Controlled"), "other": N_("Something else"),
    },
    c.SuspectRelation: {
        "partner": N_("the person’s partner"), "parent": N_("the person’s parent"), "relative": N_("another relative of the person"),
        "friend": N_("the person’s friend"), "employer": N_("the person’s employer"), "landlord": N_("the person’s landlord"),
        "official": N_("an official"), "agency_staff": N_("works at an agency"),
        "staff_relative": N_("is close to somebody who works at an agency"), "other": N_("somebody else"),
    },
    c.AccountMeans: {
        "heard": N_("Heard, and written down"), "written": N_("Written by the person"), "recorded": N_("Recorded, and written out here"),
    },
    Need: NEEDS,
    c.ProceedingStage: {
        "reported": N_("Reported"), "investigated": N_("Under investigation"), "charged": N_("Charged"), "tried": N_("In court"),
        "judged": N_("Judged"), "ended": N_("Ended"),
    },
    c.Willing: {"yes": N_("Yes"), "no": N_("No"), "undecided": N_("Undecided"), "not_asked": N_("Not asked")},
    c.Milestone: {
        "reported": N_("Reported to police or prosecution"), "investigated": N_("Investigation opened"), "charged": N_("Charged"),
        "tried": N_("Trial"), "convicted": N_("Convicted"), "acquitted": N_("Acquitted"), "discontinued": N_("Discontinued"),
    },
    c.Offence: {
        "trafficking": N_("Trafficking in human beings"), "labour_exploitation": N_("Exploitation of labour, usury"),
        "sexual_exploitation": N_("Sexual exploitation, mediation in prostitution"), "smuggling": N_("Smuggling of people"),
        "other": N_("Another offence"), "unknown": N_("Not known"),
    },
    c.Compensation: {"claimed": N_("Claimed"), "awarded": N_("Awarded"), "refused": N_("Refused"), "paid": N_("Paid")},
    c.CompensationFrom: {
        "criminal_court": N_("By a court in criminal proceedings"), "civil_court": N_("By a civil court"), "state": N_("By the state"),
        "employer": N_("By the employer, without a court"), "unknown": N_("Not known"),
    },
    c.Granted: {
        "reflection": N_("Reflection period"), "permit_personal": N_("Residence permit, for the personal situation"),
        "permit_cooperation": N_("Residence permit, for proceedings"), "permit_other": N_("Residence permit, on another ground"),
        "refused": N_("Refused"),
    },
    c.Stay: {
        "citizen": N_("Citizen"), "permit": N_("Residence permit"), "visa": N_("Visa"), "asylum": N_("Asylum asked for"),
        "reflection": N_("Reflection period"), "irregular": N_("None"), "unknown": N_("Not known"),
    },
    Form: FORMS,
    AgeBand: AGES,
}  # fmt: skip
"""Code list → the words of its codes."""


def words_of(codes: type | None) -> dict[str, str]:
    """The words of a code list; none of what has no codes."""
    return CODES.get(codes, {}) if codes is not None else {}
