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
    "competent-of-elsewhere": (
        422, N_("An agency is named only with the answer that another agency is competent. Choose that answer, or name none."),
    ),
    "handoff-held": (
        409,
        N_("This request is accepted: the agency asked is responsible. It can act on it, finish it, or give it back with a reason."),
    ),
    "handoff-completed": (409, N_("This request is finished. If something more is needed, ask anew.")),
    "handoff-declined": (409, N_("This request was declined. Whoever asked decides whom to ask instead.")),
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
