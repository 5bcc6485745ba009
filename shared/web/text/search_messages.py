"""Every rule about searching that a request can break, in words that say what to do."""

from shared.config.i18n import N_

OF_SEARCH: dict[str, tuple[int, str]] = {
    "search-for-something": (422, N_("Say what you look for: words, a number, a need, a state, or a day.")),
    "search-no-words": (422, N_("Use letters or digits.")),
    "search-reason-needed": (422, N_("Say in at most 500 plain characters why you look among all cases. Name no person.")),
    "search-day": (422, N_("Give a real day as year, month and day: 2026-01-31.")),
    "too-many-searches": (429, N_("You search faster than anybody reads. Wait a minute, and search again.")),
}
"""Code → HTTP's status, and what it means and what to do."""
