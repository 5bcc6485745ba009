"""The field's words as codes. Pages translate them; events carry them (docs/domain.md, sections 2 to 5)."""

from enum import StrEnum


class DataClass(StrEnum):
    """Who may see what is decided by class, never field by field (docs/domain.md, section 2.1)."""

    D0 = "D0"
    """Routing: who must do what by when. The only class a core may carry."""
    D1 = "D1"
    """Minimum profile: age band, sex, language, safe contact."""
    D2 = "D2"
    """Indicators, form and place of exploitation."""
    D3 = "D3"
    """Identity."""
    D4 = "D4"
    """Contact."""
    D5 = "D5"
    """Location. A shelter's address is in no event at all."""
    D6 = "D6"
    """Health."""
    D7 = "D7"
    """Criminal justice."""
    D8 = "D8"
    """Immigration status."""
    D9 = "D9"
    """Pseudonymised statistical record."""


class AgencyKind(StrEnum):
    """What an agency is by its mandate (docs/domain.md, sections 2.2 and 2.3)."""

    IDENTIFIER = "identifier"
    POLICE = "police"
    LABOUR_INSPECTORATE = "labour_inspectorate"
    SOCIAL_SERVICES = "social_services"
    HEALTH = "health"
    NGO = "ngo"
    SHELTER = "shelter"
    LEGAL_AID = "legal_aid"
    MIGRATION = "migration"
    PROSECUTION = "prosecution"
    LOCAL_AUTHORITY = "local_authority"
    GOVERNMENT = "government"
    COORDINATOR = "coordinator"
    RAPPORTEUR = "rapporteur"


class Urgency(StrEnum):
    """How soon somebody must act."""

    DANGER = "danger"
    HIGH = "high"
    NORMAL = "normal"


class Basis(StrEnum):
    """Why the case may be passed on (docs/domain.md, section 3.1, legal-mode truth table)."""

    CONSENT = "consent"
    CHILD = "child"
    """A child, or age unsure: consent is not asked, the guardian authority leads."""
    VITAL = "vital"
    """Danger to life: the minimum, without consent, the ground recorded."""
    NONE = "none"
    """An adult who does not consent: nobody is invited, the figure alone travels (duty to notify)."""
    CONSULTATION = "consultation"
    """Advice is asked without saying who it is about: age band and sex at most are disclosed (docs/domain.md, section 3.2)."""


class Ground(StrEnum):
    """Why something is disclosed without consent: an emergency's ground, which must be recorded (docs/domain.md, section 3.2)."""

    LIFE = "life"
    HEALTH = "health"
    CAPTIVITY = "captivity"
    OTHERS = "others"
    UNABLE = "unable"
    """The person cannot be asked, or cannot answer."""


class KeepGround(StrEnum):
    """The law by which an agency keeps what was disclosed to it, though consent is withdrawn or erasure asked (GDPR art. 17(3))."""

    CRIMINAL_PROCEDURE = "criminal_procedure"
    CHILD_PROTECTION = "child_protection"
    HEALTH_RECORD = "health_record"
    """Health institutions must keep what they noted of a treatment."""
    LEGAL_HOLD = "legal_hold"
    """Somebody of the agency holds this case: a claim, a complaint, a court's order."""


OF_PROCEEDINGS = frozenset({KeepGround.CRIMINAL_PROCEDURE})
"""Grounds on which something is kept for proceedings, which can be named."""


class Need(StrEnum):
    """The service codes: what a hand-off asks for. Ping-pong is counted per need."""

    IDENTIFICATION = "identification"
    SAFETY = "safety"
    HOUSING = "housing"
    HEALTH = "health"
    PSYCHOLOGICAL = "psychological"
    LEGAL = "legal"
    INVESTIGATION = "investigation"
    WAGE_CLAIM = "wage_claim"
    GUARDIANSHIP = "guardianship"
    SOCIAL_CARE = "social_care"
    RESIDENCE = "residence"


class HandoffKind(StrEnum):
    """What is handed over (docs/domain.md, section 3.2)."""

    REFERRAL = "referral"
    JOINT_TASK = "joint_task"
    CONSULTATION = "consultation"
    EMERGENCY = "emergency"
    CHILD_SAFEGUARDING = "child_safeguarding"
    TRANSFER = "transfer"
    """The lead of the case itself: on a yes the lead hands it over (protocol 2)."""


class Question(StrEnum):
    """What a consultation asks, about the need that it names: a topic, since words could say who it is about.

    Source: docs/domain.md, section 3.2.
    """

    COMPETENCE = "competence"
    """Whose task it is, and how that agency is asked."""
    ENTITLEMENT = "entitlement"
    """What somebody in such a situation may have."""
    PROCEDURE = "procedure"
    """What must be done first, and by when."""
    SAFETY = "safety"
    """What must be avoided, so that nobody is harmed."""
    OTHER = "other"
    """Something else, which is asked by phone."""


class Advice(StrEnum):
    """What a consulted agency answers. It makes nobody responsible."""

    OURS = "ours"
    """It is this agency's task: it may be asked for help once the person agrees."""
    ELSEWHERE = "elsewhere"
    """Another agency is competent, which is named."""
    EXPLAINED = "explained"
    """The question was answered by phone or in person."""
    CANNOT_SAY = "cannot_say"
    """Not from what was told."""
    NOT_COMPETENT = "not_competent"
    """It is not this agency's subject."""


NO_ADVICE = frozenset({Advice.CANNOT_SAY, Advice.NOT_COMPETENT})
"""Answers after which who asked knows no more than before."""


class DeclineCode(StrEnum):
    """Why an agency does not take a hand-off (docs/domain.md, section 3.5)."""

    NOT_COMPETENT = "C1"
    WRONG_TERRITORY = "C2"
    NOT_A_VICTIM = "C3"
    NO_POLICE_CASE = "C4"
    IMMIGRATION_FIRST = "C5"
    NO_CAPACITY = "C6"
    NO_INTERPRETER = "C7"
    INSUFFICIENT_INFO = "C8"
    NO_CONSENT = "C9"
    AGE_DISPUTE = "C10"
    COST_DISPUTE = "C11"
    DUPLICATE = "C12"
    SAFETY_CONFLICT = "C13"
    PERSON_DECLINES = "C14"


NEVER_A_GROUND = frozenset({
    DeclineCode.NO_POLICE_CASE, DeclineCode.IMMIGRATION_FIRST, DeclineCode.NO_INTERPRETER,
    DeclineCode.INSUFFICIENT_INFO, DeclineCode.AGE_DISPUTE, DeclineCode.COST_DISPUTE,
})  # fmt: skip
"""Reasons that may never end a hand-off: CETS 197 art. 12(6) and docs/domain.md, section 3.5 name what to do instead."""

MUST_NAME_COMPETENT = frozenset({DeclineCode.NOT_COMPETENT, DeclineCode.WRONG_TERRITORY})
"""Reasons that stand only when the agency that is competent is named (docs/domain.md, section 3.5)."""


SENT_ON = frozenset({DeclineCode.NOT_COMPETENT, DeclineCode.WRONG_TERRITORY, DeclineCode.NO_CAPACITY})
"""Reasons for which who is asked may send a request on to another agency by itself (docs/domain.md, section 3.3). With any other it says
no, and who asked, who knows more, decides whom to ask next."""

PASSED_ON = frozenset({HandoffKind.REFERRAL, HandoffKind.EMERGENCY, HandoffKind.CHILD_SAFEGUARDING})
"""Kinds of hand-offs that may be sent on: not what is asked of somebody as part of a plan, nor advice, whose answer names whom to ask."""


class OfferTerms(StrEnum):
    """In what an offer of an asked agency differs from what is asked (docs/domain.md, section 3.3)."""

    PART = "part"
    """It takes on a part; the rest is with who asked again."""
    LATER = "later"
    """It takes it on from a later day."""
    OTHER = "other"
    """It can do something else for the person; what was asked is with who asked again."""


class ActionCode(StrEnum):
    """Substantive actions: what ends waiting. Messaging does not count (docs/domain.md, section 3.6, M7)."""

    SAFETY_MEASURE = "safety_measure"
    INTERVIEW_HELD = "interview_held"
    ACCOMMODATION_PROVIDED = "accommodation_provided"
    MEDICAL_VISIT = "medical_visit"
    PLAN_TASK_DONE = "plan_task_done"
    STATUS_DECISION = "status_decision"
    LEGAL_STEP = "legal_step"


class InterviewTopic(StrEnum):
    """What an interview was about, by the parts in which an account is asked for (docs/domain.md, section 3.1): never what was said."""

    BEGINNING = "beginning"
    JOURNEY = "journey"
    WORK = "work"
    CONTROL = "control"
    OFFENDERS = "offenders"
    ESCAPE = "escape"
    WELFARE = "welfare"
    """Health, how the person is, what help is needed: no interview on the account (docs/domain.md, section 3.6, M13)."""


class Outcome(StrEnum):
    """How a piece of work ended."""

    DONE = "done"
    PARTLY = "partly"
    NOT_POSSIBLE = "not_possible"


class Stage(StrEnum):
    """The two steps of identification (docs/domain.md, section 1.5, S5 and S8)."""

    REASONABLE_GROUNDS = "reasonable_grounds"
    CONCLUSIVE_GROUNDS = "conclusive_grounds"


class ClockName(StrEnum):
    """The clocks that a country's rules may set in a case (docs/domain.md, section 1.7)."""

    FIRST_DECISION = "first_decision"
    RECOVERY = "recovery"
    SECOND_DECISION = "second_decision"


class StallCode(StrEnum):
    """Why something is not done yet, as whoever must do it says. It gives no more time, and ends nothing.

    Source: the reasons that may never end a hand-off, and no capacity (docs/domain.md, section 3.5); the rest is a proposal.
    """

    WORKING = "working"
    """It is being worked on."""
    AWAY = "away"
    """Whoever has it is away, and nobody has taken their place yet."""
    NO_CAPACITY = "no_capacity"
    NO_INTERPRETER = "no_interpreter"
    LACKS_INFO = "lacks_info"
    """It waits for more to be told; the clock keeps running."""
    NOT_REACHED = "not_reached"
    """The person cannot be reached now."""
    OTHER_AGENCY = "other_agency"
    """It waits for what another agency must do first."""
    COST_DISPUTE = "cost_dispute"
    AGE_DISPUTE = "age_dispute"


class Pause(StrEnum):
    """Why a clock of the country is paused (a proposal: no list of it is known)."""

    PERSON_ASKED = "person_asked"
    """The person asked for more time."""
    PERSON_UNWELL = "person_unwell"
    """The person cannot take part now."""
    COURT = "court"
    """A court or a prosecutor has the case."""
    OTHER_STATE = "other_state"
    """It waits for what another state answers."""


class StatusGround(StrEnum):
    """On what a decision on status rests, above all (a proposal: no list of it is known)."""

    ACCOUNT = "account"
    """The person's own account."""
    SIGNS = "signs"
    DOCUMENTS = "documents"
    AUTHORITY = "authority"
    """What another authority found."""
    NOTHING_FOUND = "nothing_found"


class Source(StrEnum):
    """How whoever states something of a person knows it."""

    SEEN = "seen"
    """With one's own eyes."""
    SAID = "said"
    """The person said so."""
    DOCUMENT = "document"
    AGENCY = "agency"
    """Another agency, outside of the case, said so."""


class CloseReason(StrEnum):
    """Why a case ends (docs/domain.md, section 1.5, S11)."""

    GOALS_MET = "goals_met"
    PERSON_LEFT = "person_left"
    NOT_A_VICTIM = "not_a_victim"
    OTHER = "other"


class Ending(StrEnum):
    """What becomes of something that is open when its case is closed: the lead's answer to it."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    ELSEWHERE = "elsewhere"
    """It goes on outside of this case."""
    NOT_POSSIBLE = "not_possible"


class ReopenReason(StrEnum):
    """Why a closed case stands again."""

    MISTAKE = "mistake"
    NEEDS_HELP = "needs_help"
    PERSON_BACK = "person_back"
    NEW_FACTS = "new_facts"


class Form(StrEnum):
    """Forms of exploitation; a person may suffer several (docs/domain.md, section 4.6)."""

    SEXUAL = "SEX"
    LABOUR = "LAB"
    DOMESTIC = "DOM"
    CRIMINAL = "CRIM"
    BEGGING = "BEG"
    ORGAN = "ORG"
    MARRIAGE = "MAR"
    OTHER = "OTH"
    UNKNOWN = "UNK"


class AgeBand(StrEnum):
    """Child or adult; an unsure age is treated as a child's (CETS 197 art. 10(3))."""

    CHILD = "child"
    ADULT = "adult"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """As recorded by the first responder."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Indicator(StrEnum):
    """Signs that a labour inspector or another first responder ticks (docs/domain.md, sections 4.4 and 4.5)."""

    LI01 = "LI01"
    LI02 = "LI02"
    LI03 = "LI03"
    LI04 = "LI04"
    LI05 = "LI05"
    LI06 = "LI06"
    LI07 = "LI07"
    LI08 = "LI08"
    LI09 = "LI09"
    LI10 = "LI10"
    LI11 = "LI11"
    LI12 = "LI12"
    LI13 = "LI13"
    CH01 = "CH01"
    CH03 = "CH03"
    CH04 = "CH04"
    CH06 = "CH06"
    CH08 = "CH08"
    CH13 = "CH13"
