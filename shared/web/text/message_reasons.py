"""Why words between agencies were not sent, and what to do: the rest stands in `messages`."""

from shared.config.i18n import N_

BY_CODE: dict[str, tuple[int, str]] = {
    "sample-reason-needed": (422, N_("Say in at most 500 plain characters why you look at what your agency wrote. Name no person.")),
    "ask-something": (422, N_("Write what you need to know: the agency that asked answers it here.")),
    "message-not-yours": (
        403,
        N_("Only the agency that asked, the one that is asked, and the lead speak on a hand-off. Speak on one of your own, or phone."),
    ),
    "message-purpose": (422, N_("What is said on a hand-off serves what it asks for. For anything else speak on the hand-off about it.")),
    "message-duress": (422, N_("That somebody is under pressure is marked on the page of the person, where the lead alone sees it.")),
    "message-readers": (422, N_("Somebody else would read this than you were shown. Look who will read it, then send it.")),
    "message-nobody": (
        422,
        N_("Nobody else may read this. Leave out what the others may not know, and take its tick away; without consent no words travel."),
    ),
    "message-unanswerable": (
        422,
        N_(
            "Whoever must answer may not read this. Leave out what that agency may not know, and take its tick away; without consent "
            "no words travel at all."
        ),
    ),
    "message-not-to-asker": (422, N_("Whoever asked may not read this. Leave out what that agency may not know, and take its tick away.")),
    "message-no-question": (404, N_("No question waits here for an answer of your agency.")),
    "message-answered": (409, N_("Your agency has answered this question already. Arrange something or ask, if more is to be said.")),
    "message-where": (422, N_("Write which place is meant.")),
    "message-where-else": (422, N_("You wrote a place. Choose “Elsewhere”, or delete it.")),
    "message-meeting-point": (422, N_("A place elsewhere says where the person will be. Tick “Where the person is met”.")),
    "support-from": (422, N_("Write from where.")),
    "support-to": (422, N_("Write where to.")),
    "support-nights": (422, N_("Write for how many nights.")),
    "support-languages": (422, N_("Write in which language.")),
    "support-payer": (422, N_("Choose who pays.")),
    "support-communication": (422, N_("A language is told of the person. Tick the first of these, too.")),
}
"""Code → status of HTTP, and words."""
