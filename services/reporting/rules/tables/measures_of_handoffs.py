"""Measures M1 to M9: how hand-offs go (docs/domain.md, section 3.6), each with its definition. Pure."""

from collections.abc import Callable, Iterator

from services.reporting.rules.tables.course import Course
from services.reporting.rules.tables.definitions import Add, Definition, TableShape
from services.reporting.rules.tables.handoff_measures import (
    after_yes,
    answers,
    bounced_times,
    of_handoffs,
    passed_round,
    runs,
    unanswered,
    waits,
)
from services.reporting.rules.tables.published_tables import BY_REPORT, DAYS_UNSAID, PEOPLE, REPORTED
from shared.config.i18n import N_
from shared.protocol.case import HandoffState as H

ENDED_HANDOFFS, ALL_HANDOFFS = N_("Hand-offs that have ended"), N_("All hand-offs, open ones too")
ACCEPTED_ONES = N_("Hand-offs that were accepted, open ones too")
BY_REQUEST = N_("The quarter in which it was requested")
HANDOFFS = ("handoff.*",)
IN_DAYS = N_(
    "The same in working days of the country: without Saturdays, Sundays and its holidays, and without the day on which it begins; the "
    "same day counts as one. In the restricted view alone: the numbers of what ended and is open are released with the time that passed."
)


def _in_days(id: str, title: str, of: str, adds: Callable[[Course], Iterator[Add]]) -> Definition:
    """A measure of hand-offs in working days, beside the one of the time that passed."""
    return Definition(
        id, title, IN_DAYS, of, BY_REQUEST, ("need",), HANDOFFS, TableShape.TIME, adds, DAYS_UNSAID, working_days=True, restricted=True
    )


HANDOFF_MEASURES = (
    Definition(
        "M1",
        N_("Time until a request is seen"),
        N_("From the request until an officer of the asked agency opened it."),
        ALL_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.TIME,
        waits("noticed", "seen"),
    ),
    _in_days("M1b", N_("Working days until a request is seen"), ALL_HANDOFFS, waits("noticed", "seen", days=True)),
    Definition(
        "M2",
        N_("Time until a request is accepted"),
        N_("From the request until it was accepted; one that ended otherwise waited at least until then."),
        ALL_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.TIME,
        waits("answered", "accepted"),
    ),
    _in_days("M2b", N_("Working days until a request is accepted"), ALL_HANDOFFS, waits("answered", "accepted", days=True)),
    Definition(
        "M3",
        N_("Time until something is done"),
        N_("From the request until something was done for the person; one that ended otherwise waited at least until then."),
        ALL_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.TIME,
        waits("first_action", "acted"),
    ),
    _in_days("M3c", N_("Working days until something is done"), ALL_HANDOFFS, waits("first_action", "acted", days=True)),
    Definition(
        "M3b",
        N_("Time from the yes until something is done"),
        N_("From when a request was accepted until something was done for the person; one that ended without waited at least until then."),
        ACCEPTED_ONES,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.TIME,
        after_yes(),
    ),
    _in_days("M3d", N_("Working days from the yes until something is done"), ACCEPTED_ONES, after_yes(days=True)),
    Definition(
        "M4",
        N_("Not answered in time"),
        N_("The time to answer passed and nobody had answered."),
        ALL_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.SHARE,
        unanswered,
    ),
    Definition(
        "M5",
        N_("Expired"),
        N_("Nobody answered at all until the request lapsed. What was taken back or ended with its case does not count."),
        ENDED_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.SHARE,
        of_handoffs(lambda one: one.outcome == H.EXPIRED and one.bounced),
    ),
    Definition(
        "M6",
        N_("Answers by agency and reason"),
        N_("How each agency's hand-offs ended: the reason of a decline or return, else the outcome. The person's own no does not count."),
        ENDED_HANDOFFS,
        BY_REQUEST,
        ("receiver", "answer"),
        HANDOFFS,
        adds=answers,
    ),
    Definition(
        "M7",
        N_("Bounces"),
        N_("Came back, or lapsed, with nothing done for the person."),
        ENDED_HANDOFFS,
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.SHARE,
        of_handoffs(lambda one: one.bounced),
    ),
    Definition(
        "M8",
        N_("How far cases were passed round"),
        N_(
            "Of each person, which part of the hand-offs that have ended bounced (percent), the longest run of bounces of one need, and "
            "how often an agency was asked again with nothing done in between."
        ),
        N_("People with a hand-off that has ended"),
        BY_REPORT,
        ("measure", "times"),
        HANDOFFS,
        adds=runs,
        several=("measure",),
    ),
    Definition(
        "M8b",
        N_("Time in bounces"),
        N_("From the request until it had come back."),
        N_("Hand-offs that bounced"),
        BY_REQUEST,
        ("need",),
        HANDOFFS,
        TableShape.TIME,
        bounced_times,
    ),
    Definition(
        "M9",
        N_("Cases passed round"),
        N_("Two bounces in a row, an agency asked again with nothing done, or more than 72 hours in nobody's hands."),
        PEOPLE,
        BY_REPORT,
        (),
        (REPORTED, *HANDOFFS),
        TableShape.SHARE,
        passed_round,
    ),
)
"""In the order of docs/domain.md, section 3.6; a letter marks what belongs to the measure before it."""
