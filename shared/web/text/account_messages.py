"""Every rule about the account of the exploitation that a request can break, in words that say what to do."""

from shared.config.i18n import N_

OF_ACCOUNT: dict[str, tuple[int, str]] = {
    "account-not-here": (404, N_("Agencies of your kind keep no account of the exploitation: the country file does not name them.")),
    "account-day-to-come": (422, N_("This day has not been yet. Give the day on which the person told it.")),
    "account-no-version": (404, N_("There is no such version here, or it is erased. Open the page of the account anew, and choose one.")),
    "account-nothing": (422, N_("The version says nothing in what you chose. Choose at least one part that is filled in.")),
    "account-too-often": (409, N_("An account can be released 99 times. Nothing was released.")),
    "account-no-basis": (
        422,
        N_(
            "This agency may not be given the account now. It must be in the case for an investigation, or for legal help, and the person "
            "must have agreed to its class (criminal justice), or a child is concerned: the lead records that, and may hold back for a "
            "time what goes to others. Nothing was released."
        ),
    ),
    "account-other-purpose": (
        422,
        N_("The agency is in the case for something else by now. Look at what it would read it for, and decide again."),
    ),
    "account-needs-law": (
        422,
        N_("From who helps to who investigates or charges it goes on a law alone. Name the law, or the court’s order."),
    ),
    "account-needs-reviewer": (422, N_("Somebody else of your agency must have looked it through. Name who did.")),
    "account-no-hold": (404, N_("There are no such proceedings here, or they are over already.")),
    "account-held": (
        409,
        N_("Proceedings run, or the case is held, so the account is kept and nothing of it is erased. It can be once they are over."),
    ),
    "kept-no-more": (404, N_("Nothing is kept here any more for these proceedings. Open the page anew.")),
    "kept-held": (409, N_("Somebody of your agency holds this case, so nothing of it is erased. It can be once the hold has ended.")),
    "account-on-its-way": (409, N_("Something of this case is not sent yet. Erase the version once it has gone out.")),
    "statement-released": (422, N_("An account is not stated but released: to one agency, for one purpose, by who keeps it.")),
}
"""Code → HTTP's status, and what it means and what to do."""
