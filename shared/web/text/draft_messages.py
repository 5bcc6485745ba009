"""Rules about reports that somebody has begun, in words that say what to do."""

from shared.config.i18n import N_

OF_DRAFTS: dict[str, tuple[int, str]] = {
    "no-such-draft": (
        404,
        N_(
            "No report that you have begun is kept here. It may have been sent, thrown away or given to a colleague, "
            "or nobody went on with it for 28 days."
        ),
    ),
    "draft-sent": (409, N_("This report was sent already. What you wrote now was not kept; write it in the case.")),
    "no-partner-page": (404, N_("There is no such page here.")),
    "no-partner-report": (404, N_("This report is not here any more: somebody has looked at it.")),
    "partners-full": (503, N_("So many reports wait here that nobody can promise to look at yours. Please telephone.")),
    "draft-changed": (409, N_("This was changed on another page meanwhile. Look it through as it is now, and send it once more.")),
    "no-such-parent": (422, N_("Depends on: choose somebody else, who depends on nobody themselves and is not left out.")),
    "draft-too-long": (422, N_("That is more than this form holds. Write it shorter.")),
}
"""Code → status and words."""
