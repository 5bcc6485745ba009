"""What a request about a hand-off or a task is answered where it breaks a rule: how it stands, and what is possible."""

from shared.config.i18n import N_

OF_HANDOFFS: dict[str, tuple[int, str]] = {
    "handoff-unanswered": (
        409,
        N_(
            "This request has no answer yet. The agency that was asked can accept it, decline it with a reason, or ask for what is "
            "missing; whoever asked can take it back."
        ),
    ),
    "advice-is-asked": (
        409,
        N_(
            "This asks for advice alone. The agency that was asked answers the question, which makes it responsible for nothing; whoever "
            "asked can take the question back."
        ),
    ),
    "no-advice-asked": (
        409,
        N_("This asks for help, not for advice alone. The agency that was asked can accept it, or decline it with a reason."),
    ),
    "say-question": (422, N_("Say what you want to know: advice is asked with a question.")),
    "question-of-advice": (422, N_("Only a request for advice has a question. Choose “Only advise us”, or leave the question out.")),
    "question-of-protocol-1": (
        422, N_("This case was opened under an earlier version of the rules, in which a question cannot be written down. Ask it by phone."),
    ),
    "topics-of-an-interview": (
        422, N_("Only an interview is about something. Choose “Interview held”, or leave out what it was about."),
    ),
    "together-about-what": (422, N_("Say what the interview was about that another agency took part in.")),
    "topics-of-protocol-1": (
        422, N_("This case was opened under an earlier version of the rules, in which what an interview was about cannot be recorded."),
    ),
    "competent-of-elsewhere": (
        422, N_("An agency is named only with the answer that another agency is competent. Choose that answer, or name none."),
    ),
    "handoff-held": (
        409,
        N_("This request is accepted: the agency asked is responsible. It can act on it, finish it, or give it back with a reason."),
    ),
    "handoff-completed": (409, N_("This request is finished. If something more is needed, ask anew.")),
    "handoff-declined": (409, N_("This request was declined. Whoever asked decides whom to ask instead.")),
    "handoff-offered": (
        409,
        N_(
            "The agency that was asked offers something else, and whoever asked says yes or no to that. Until then the agency can still "
            "accept the request as it stands, or decline it."
        ),
    ),
    "offer-waits-for-the-lead": (
        409,
        N_(
            "Your offer waits for a yes or no of the lead agency. If you can take all of it after all, phone the lead agency: once it has "
            "said no to the offer, you can accept the request as it stands. Until then you can decline it."
        ),
    ),
    "lead-not-answered-here": (
        409,
        N_(
            "This asks your agency to take over the lead of the case. It is answered by the desk of your agency that leads cases: open it "
            "from Today there. If your agency has no such desk, phone the lead agency: it leads on, and can take the request back."
        ),
    ),
    "record-awaited": (
        409,
        N_(
            "What the former lead agency has on record has not come yet, so it is not known whom the person leaves out, and the basis of "
            "the case stays as it is. Phone the former lead agency; what cannot wait goes on consent that you record agency by agency."
        ),
    ),
    "whom-unknown": (
        422, N_("It is not known here whether the person leaves this agency out. Ask the person, and record the consent for it first."),
    ),
    "handoff-forwarded": (409, N_("This request was sent on: the agency that was asked asks another one itself, and answers for it.")),
    "offered-already": (409, N_("Something else was offered already, and refused. Accept the request as it stands, or decline it.")),
    "no-offer": (409, N_("Nothing else was offered here, or it was answered already.")),
    "not-to-be-offered": (409, N_("To this no other offer can be made: answer it as it stands.")),
    "offer-not-to-you": (409, N_("The agency that asked says yes or no to this offer.")),
    "answer-of-protocol-1": (
        409,
        N_(
            "This case was opened under an earlier version of the rules, which knows neither sending on nor offers. Accept the request, or "
            "decline it."
        ),
    ),
    "not-sent-on": (
        422,
        N_(
            "A request is sent on because it is outside your mandate, another place is competent, or there is no room. For another reason "
            "decline it."
        ),
    ),
    "not-to-be-sent-on": (
        409, N_("This request cannot be sent on. Decline it and name who is competent; whoever asked decides whom to ask instead."),
    ),
    "back-to-who-asked": (422, N_("This agency asked you. Decline the request instead: then it is back there.")),
    "say-day": (422, N_("Say from which day you can do it, within a year from now.")),
    "say-what-else": (422, N_("Say what you can do instead of what is asked.")),
    "offer-says-more": (422, N_("Say the day only where you can begin later, and another kind of help only where you offer that.")),
    "nothing-put-off": (422, N_("In danger nothing is put off. Accept a part, decline, or send the request on.")),
    "handoff-returned": (409, N_("This request was given back. Whoever asked decides whom to ask instead.")),
    "handoff-revoked": (
        409, N_("This request was taken back by the agency that asked, or ended with the case. Nothing is to be done for it."),
    ),
    "handoff-called": (409, N_("This request was answered by a call to joint action: the lead brings the agencies together.")),
    "handoff-ended": (
        409, N_("This request ended when the lead agency closed the case. If it is still needed, the lead can ask anew in an open case."),
    ),
    "task-ended": (409, N_("This task ended when the lead agency closed the case.")),
    "task-waits": (409, N_("This task waits for others of the plan, which must end first.")),
    "task-begun": (409, N_("This task has begun already. It can be completed, or dropped.")),
    "task-completed": (409, N_("This task is completed already.")),
    "task-dropped": (409, N_("This task was dropped. If it is needed after all, plan a new one.")),
}  # fmt: skip
"""By the rule's code, as in `messages.py`."""
