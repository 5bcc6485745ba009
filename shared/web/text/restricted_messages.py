"""The rules of restricting a case, and of asking whether somebody has a case of the same person, in words that say what to do."""

from shared.config.i18n import N_

OF_RESTRICTED_CASES = {
    "restricted-two": (422, N_("Name at least two officers, so that nobody is alone when one is on leave.")),
    "restricted-reason": (422, N_("Say why: choose one of the reasons.")),
    "restricted-words": (422, N_("Say in at most 500 plain characters what the reason is. Name no person.")),
    "restricted-already": (409, N_("This case is restricted already. Its page says who may see it.")),
    "restricted-by-name": (409, N_("This case is restricted: who has it is said on the page of the restriction.")),
    "restricted-not-waiting": (404, N_("No restricted case waits here for this, or somebody has dealt with it already.")),
    "two-exactly": (422, N_("Give exactly two of these. Leave the others empty.")),
    "two-too-common": (422, N_("Many people share both of these. Give a name, a number or a reference beside one of them.")),
}
"""Code → status of HTTP, and words."""
