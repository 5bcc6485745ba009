"""Every code of the protocol in plain words: one place to translate. Texts are only marked here; `web/text/phrases.py` translates them."""

from shared.config.i18n import N_
from shared.web.text.consent_labels import CLASSES as CLASSES
from shared.web.text.consent_labels import GROUNDS as GROUNDS
from shared.web.text.consent_labels import KEPT as KEPT
from shared.web.text.consent_labels import MONTHS as MONTHS

NEEDS: dict[str, str] = {
    "identification": N_("Identification"),
    "safety": N_("Safety"),
    "housing": N_("Housing"),
    "health": N_("Health care"),
    "psychological": N_("Psychological help"),
    "legal": N_("Legal help"),
    "investigation": N_("Criminal investigation"),
    "wage_claim": N_("Wage claim"),
    "guardianship": N_("Guardianship"),
    "social_care": N_("Social care"),
    "residence": N_("Residence permit"),
}

STATES: dict[str, str] = {
    "requested": N_("not opened yet"),
    "acknowledged": N_("opened, not answered"),
    "info_requested": N_("more information asked"),
    "offered": N_("something else offered"),
    "forwarded": N_("sent on"),
    "accepted": N_("accepted"),
    "acting": N_("acting"),
    "completed": N_("completed"),
    "declined": N_("declined"),
    "returned": N_("given back"),
    "expired": N_("expired"),
    "revoked": N_("taken back"),
    "called": N_("called to joint action"),
    "planned": N_("planned"),
    "begun": N_("begun"),
    "dropped": N_("dropped"),
    "ended": N_("ended with the case"),
}
"""Of hand-offs, tasks and joint actions."""

KINDS: dict[str, str] = {
    "referral": N_("Referral"),
    "joint_task": N_("Call to joint action"),
    "consultation": N_("Consultation"),
    "emergency": N_("Emergency"),
    "child_safeguarding": N_("Protection of a child"),
    "transfer": N_("Lead of the case"),
}

URGENCY: dict[str, str] = {"danger": N_("danger now"), "high": N_("urgent"), "normal": N_("normal")}

OFFERS: dict[str, str] = {
    "part": N_("A part of it"),
    "later": N_("From a later day"),
    "other": N_("Something else"),
}
"""What an asked agency can do instead."""

QUESTIONS: dict[str, str] = {
    "competence": N_("Whose task is this, and how is that agency asked?"),
    "entitlement": N_("What help may somebody in such a situation have?"),
    "procedure": N_("What must be done first, and by when?"),
    "safety": N_("What must be avoided, so that nobody is harmed?"),
    "other": N_("Something else, which we ask by phone"),
}
"""What a consultation asks."""

ADVICE: dict[str, str] = {
    "ours": N_("It is our task: we may be asked for help once the person agrees"),
    "elsewhere": N_("Another agency is competent"),
    "explained": N_("We have answered the question by phone or in person"),
    "cannot_say": N_("We cannot say, from what we were told"),
    "not_competent": N_("It is not our subject"),
}
"""What is answered to it."""

BASIS: dict[str, str] = {
    "consent": N_("The person consented"),
    "child": N_("A child, or age unsure"),
    "vital": N_("Danger to life"),
    "none": N_("No consent"),
    "consultation": N_("Consulted without identity"),
}

DECLINES: dict[str, str] = {
    "C1": N_("Outside our mandate"),
    "C2": N_("Another place is competent"),
    "C3": N_("The signs do not suffice"),
    "C4": N_("There is no criminal case"),
    "C5": N_("The residence decision comes first"),
    "C6": N_("No capacity"),
    "C7": N_("No interpreter"),
    "C8": N_("The information is incomplete"),
    "C9": N_("We lack the person’s consent"),
    "C10": N_("The age is disputed"),
    "C11": N_("It is disputed who pays"),
    "C12": N_("We handle this already"),
    "C13": N_("A conflict of safety"),
    "C14": N_("The person does not want it"),
}

DECLINE_HINTS: dict[str, str] = {
    "C1": N_("Name the agency that is competent."),
    "C2": N_("Name the agency that is competent there."),
    "C3": N_("The person can ask for this to be looked at again."),
    "C6": N_("Shelter full, nobody on duty. The lead agency must look further."),
    "C9": N_("You can still be consulted without personal details."),
    "C12": N_("The same need is with you under another request."),
    "C13": N_("For example a suspect is linked to the agency or the shelter."),
    "C14": N_("This is the person’s own decision and does not count as passing on."),
}

NEVER: dict[str, str] = {
    "C4": N_("Help must not depend on a criminal case or on a statement to the police."),
    "C5": N_("Emergency help does not wait for a residence decision."),
    "C7": N_("Accept, and ask for an interpreter as a task."),
    "C8": N_("Ask for more information instead. The clock keeps running meanwhile."),
    "C10": N_("Treat the person as a child until the age is settled."),
    "C11": N_("Help first. Who pays is settled beside it."),
}
"""What to do instead, where a reason never stands."""

ACTIONS: dict[str, str] = {
    "safety_measure": N_("Safety measure taken"),
    "interview_held": N_("Interview held"),
    "accommodation_provided": N_("Accommodation provided"),
    "medical_visit": N_("Medical visit"),
    "plan_task_done": N_("Task of the plan done"),
    "status_decision": N_("Decision on status"),
    "legal_step": N_("Legal step taken"),
}

TOPICS: dict[str, str] = {
    "beginning": N_("How it began: who came to the person, and what was promised"),
    "journey": N_("The journey"),
    "work": N_("What the person had to do, and how they lived"),
    "control": N_("Why they stayed: threats, debts, papers taken away"),
    "offenders": N_("Who is behind it"),
    "escape": N_("How they got away, and what they fear now"),
    "welfare": N_("Health, how the person is, what help is needed"),
}
"""What an interview was about."""

OUTCOMES: dict[str, str] = {"done": N_("Done"), "partly": N_("Partly done"), "not_possible": N_("Not possible")}
STAGES: dict[str, str] = {"reasonable_grounds": N_("Reasonable grounds"), "conclusive_grounds": N_("Conclusive grounds")}
STATUS_GROUNDS: dict[str, str] = {
    "account": N_("The person’s own account"),
    "signs": N_("The signs that were found"),
    "documents": N_("Documents"),
    "authority": N_("What another authority found"),
    "nothing_found": N_("Nothing was found that shows it"),
}
CLOSINGS: dict[str, str] = {
    "goals_met": N_("The goals are met"),
    "person_left": N_("The person left"),
    "not_a_victim": N_("Not a victim of trafficking"),
    "other": N_("Another reason"),
}
ENDINGS: dict[str, str] = {
    "done": N_("It is done"),
    "not_needed": N_("It is not needed any more"),
    "elsewhere": N_("It goes on outside of this case"),
    "not_possible": N_("It is not possible"),
}
"""What became of something that was open when its case was closed."""
REOPENINGS: dict[str, str] = {
    "mistake": N_("It was closed by mistake"),
    "needs_help": N_("The person needs help again"),
    "person_back": N_("The person is back"),
    "new_facts": N_("Something new became known"),
}
FORMS: dict[str, str] = {
    "SEX": N_("Sexual exploitation"),
    "LAB": N_("Forced labour"),
    "DOM": N_("Domestic servitude"),
    "CRIM": N_("Forced crime"),
    "BEG": N_("Forced begging"),
    "ORG": N_("Removal of organs"),
    "MAR": N_("Forced marriage"),
    "OTH": N_("Another form"),
    "UNK": N_("Not known yet"),
}
AGES: dict[str, str] = {
    "adult": N_("Adult"),
    "child": N_("Child, under 18"),
    "unsure": N_("Not sure, treated as a child"),
    "unknown": N_("Not known"),
}
SEXES: dict[str, str] = {"female": N_("Female"), "male": N_("Male"), "other": N_("Other"), "unknown": N_("Not known")}

INDICATORS: dict[str, str] = {
    "LI01": N_("No written contract, or one in a language the person cannot read"),
    "LI02": N_("Paid below the minimum, not at all, or through somebody else"),
    "LI03": N_("Deductions for housing, tools, transport, fees or fines"),
    "LI04": N_("Excessive hours, no days of rest"),
    "LI05": N_("The employer holds passports, cards or phones"),
    "LI06": N_("Lives where they work, crowded, or in a building unfit to live in"),
    "LI07": N_("Never leaves without the employer; transport is controlled"),
    "LI08": N_("Owes a debt for recruitment or a visa; the family stands surety"),
    "LI09": N_("Fear, rehearsed answers, one person speaks for all"),
    "LI10": N_("No safety equipment or training"),
    "LI11": N_("Permit tied to the employer, or false papers"),
    "LI12": N_("Injuries, hunger, medical care denied"),
    "LI13": N_("Minors at work, equipment fitted to children"),
    "CH01": N_("Alone, or with an adult who is no relative"),
    "CH03": N_("Not in school"),
    "CH04": N_("Begs or sells to a daily quota"),
    "CH06": N_("An older partner controls the child"),
    "CH08": N_("Forced into petty crime or carrying drugs"),
    "CH13": N_("Signs of abuse, or an illness nobody treats"),
}

AGENCY_KINDS: dict[str, str] = {
    "identifier": N_("identification and protection"),
    "police": N_("police"),
    "labour_inspectorate": N_("labour inspectorate"),
    "social_services": N_("social services"),
    "health": N_("health"),
    "ngo": N_("non-governmental organisation"),
    "shelter": N_("shelter"),
    "legal_aid": N_("legal aid"),
    "migration": N_("migration"),
    "prosecution": N_("prosecution"),
    "local_authority": N_("local authority"),
    "government": N_("government"),
    "coordinator": N_("coordination"),
    "rapporteur": N_("rapporteur"),
}

EVENTS: dict[str, str] = {
    "case.reported.v1": N_("reported a person who may be a victim"),
    "roster.set.v1": N_("set who is in the case"),
    "checkpoint.set.v1": N_("gave those who joined the state of the case"),
    "handoff.requested.v1": N_("asked for help"),
    "handoff.acknowledged.v1": N_("opened the request"),
    "handoff.info-requested.v1": N_("asked for more information"),
    "handoff.info-supplied.v1": N_("told what it can"),
    "handoff.advised.v1": N_("answered the question"),
    "handoff.accepted.v1": N_("accepted"),
    "handoff.declined.v1": N_("declined"),
    "handoff.returned.v1": N_("gave back what it had accepted"),
    "handoff.overdue.v1": N_("noted that the time to answer has passed"),
    "handoff.expired.v1": N_("noted that nobody answered in time"),
    "handoff.revoked.v1": N_("took its request back"),
    "action.taken.v1": N_("acted for the person"),
    "handoff.completed.v1": N_("completed what was asked"),
    "joint-action.called.v1": N_("called the agencies to act together"),
    "joint-action.started.v1": N_("started the joint action"),
    "task.planned.v1": N_("planned a task"),
    "task.begun.v1": N_("began its task"),
    "task.completed.v1": N_("completed its task"),
    "task.dropped.v1": N_("dropped a task"),
    "joint-action.completed.v1": N_("completed the joint action"),
    "status.decided.v1": N_("decided on the person’s status"),
    "statement.made.v1": N_("stated something of the person"),
    "message.sent.v1": N_("said something to another agency"),
    "basis.changed.v1": N_("changed the basis on which the case goes"),
    "case.closed.v1": N_("closed the case"),
    "case.reopened.v1": N_("reopened the case"),
    "clock.paused.v1": N_("paused a clock"),
    "delay.explained.v1": N_("said why something waits"),
}
"""Type of a record → what its author did."""

VERDICTS: dict[str, str] = {
    "superseded": N_("Did not count: something that came first made it impossible."),
    "refused": N_("Did not count: its author may not say this in the case."),
    "stale": N_("Made while the members of the case changed; sent again, so that it counts under the new roster."),
    "repeated": N_("A second copy of a decision that is settled already."),
    "waiting": N_("Kept until the lead agency’s state of the case arrives."),
    "in checkpoint": N_("Part of the state that your agency got when it joined."),
    "outside": N_("Sent before it was known that your agency had left."),
    "unreadable": N_("This record could not be read."),
    "set aside": N_("Set aside: your agency could not apply it and went on without it. What the others made of it is not known here."),
}
"""Verdicts and marks in words, for records that did not simply count."""

ADDRESS_PURPOSES: dict[str, str] = {
    "bringing": N_("Somebody of us brings the person here"),
    "told": N_("Somebody of another agency must find the house, and I tell them"),
    "emergency": N_("I call an ambulance, the fire service or the police to the house"),
    "visit": N_("Somebody comes whom the person needs: a doctor, an interpreter, a lawyer"),
    "check": N_("To see whether it is right"),
}
"""Why somebody opened a shelter's address."""

YES_NO: dict[str, str] = {"True": N_("Yes"), "False": N_("No")}
POSITIVE: dict[str, str] = {"True": N_("Positive"), "False": N_("Negative")}
LANGUAGES: dict[str, str] = {
    "sq": N_("Albanian"), "ar": N_("Arabic"), "bn": N_("Bengali"), "bg": N_("Bulgarian"), "zh": N_("Chinese"),
    "en": N_("English"), "fi": N_("Finnish"), "fr": N_("French"), "de": N_("German"), "hi": N_("Hindi"),
    "hu": N_("Hungarian"), "mk": N_("Macedonian"), "ne": N_("Nepali"), "fa": N_("Persian"), "rom": N_("Romani"),
    "ro": N_("Romanian"), "ru": N_("Russian"), "sr": N_("Serbian"), "es": N_("Spanish"), "sv": N_("Swedish"),
    "tr": N_("Turkish"), "uk": N_("Ukrainian"), "ur": N_("Urdu"), "vi": N_("Vietnamese"),
}  # fmt: skip
"""What a report may name; further ones travel by their ISO 639 code."""

MOVES: dict[str, str] = {
    "answer": N_("must answer the request: %(need)s"),
    "advise": N_("must answer a question about: %(need)s"),
    "promised": N_("must give the advice that it promised: %(need)s"),
    "unadvised": N_("must ask another agency for advice, or say that none is needed: %(need)s"),
    "inform": N_("must tell more, which was asked for: %(need)s"),
    "agree": N_("must say yes or no to what was offered instead: %(need)s"),
    "lead": N_("must say whether it takes over the lead of the case"),
    "hand_over": N_("must hand over the lead of the case, which another agency has agreed to take"),
    "begin": N_("must begin its task: %(need)s"),
    "finish": N_("must finish its task: %(need)s"),
    "act": N_("must act on what it accepted: %(need)s"),
    "complete": N_("must complete what it accepted: %(need)s"),
    "reassign": N_("must find help elsewhere, the request came back: %(need)s"),
    "settle": N_("must say whether anything more is needed, the request ended without help: %(need)s"),
    "decide": N_("must decide how the case goes on"),
    "decide_status": N_("must decide on the person’s status"),
    "keep": N_("must let it last, and end nothing before"),
}
"""What an agency must do next (`shared/protocol/next_moves.py`), in words that follow its name."""

WHATS: dict[str, str] = {
    "answer": N_("Answer a request"), "advise": N_("Answer a question"), "promised": N_("Give the advice that was promised"),
    "unadvised": N_("Ask another for advice"), "inform": N_("Tell more"), 
    "agree": N_("Say yes or no to an offer"), "lead": N_("Say whether you take over the lead"),
    "hand_over": N_("Hand over the lead"), "begin": N_("Begin a task"),
    "finish": N_("Finish a task"), "act": N_("Act on what was accepted"), "complete": N_("Complete what was accepted"),
    "reassign": N_("Find help elsewhere"), "settle": N_("Say whether more is needed"), "decide": N_("Decide how a case goes on"),
    "decide_status": N_("Decide on the person’s status"), "keep": N_("Let it last, and end nothing before"),
}  # fmt: skip
"""The same as what one can choose, or what a row asks for."""

CLOCKS: dict[str, str] = {
    "first_decision": N_("First decision on the person’s status"),
    "recovery": N_("Recovery and reflection after a positive first decision"),
    "second_decision": N_("Second decision on the person’s status"),
}
CLOCK_STATES: dict[str, str] = {
    "maximum runs": N_("to be made by %(when)s"),
    "maximum late": N_("was to be made by %(when)s"),
    "maximum met": N_("was made in time"),
    "maximum broken": N_("was made too late: by %(when)s"),
    "minimum runs": N_("lasts at least until %(when)s"),
    "minimum over": N_("has lasted at least until %(when)s"),
    "gate runs": N_("not before %(when)s"),
    "gate over": N_("may be made since %(when)s"),
    "gate met": N_("was not made too early"),
    "gate broken": N_("was made too early: before %(when)s"),
}
"""How a clock of the country stands (`shared/config/legal_clocks.py`), by its kind and state."""

STALLS: dict[str, str] = {
    "silent": N_("Nobody has said why"),
    "working": N_("It is being worked on"),
    "away": N_("Whoever has it is away"),
    "no_capacity": N_("There is no capacity"),
    "no_interpreter": N_("There is no interpreter"),
    "lacks_info": N_("More must be told first"),
    "not_reached": N_("The person cannot be reached now"),
    "other_agency": N_("Another agency must act first"),
    "cost_dispute": N_("It is not settled who pays"),
    "age_dispute": N_("It is not settled how old the person is"),
}
"""Why something stands still (`StallCode`, and that nobody has said anything)."""

PAUSES: dict[str, str] = {
    "person_asked": N_("The person asked for more time"),
    "person_unwell": N_("The person cannot take part now"),
    "court": N_("A court or a prosecutor has the case"),
    "other_state": N_("Another state must answer first"),
}
"""Why a clock of the country is paused (`Pause`)."""

RUNGS: dict[str, str] = {
    "officer": N_("Not done yet: a reminder"),
    "supervisor": N_("The supervisor of the agency sees it"),
    "lead": N_("The lead sees it"),
    "coordinator": N_("The coordinator sees that it stands still"),
}
"""How high something has come that nobody did (`Rung`)."""
