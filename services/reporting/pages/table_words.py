"""Dimensions of tables, and their values, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.reporting.pages.values import LABELS, said
from services.reporting.rules.gate.protected import ALL, OTHERS
from services.reporting.rules.tables.definitions import Definition, TableShape
from shared.config.i18n import N_
from shared.protocol.file_codes import Compensation, CompensationFrom, Granted, Milestone, Offence
from shared.web.text.file_words import words_of
from shared.web.text.labels import AGENCY_KINDS, BASIS, CLOCKS, DECLINES, NEEDS, STAGES, STALLS, STATES, TOPICS

DIMENSIONS: dict[str, str] = LABELS | {
    "standing": N_("Identified?"), "counted_as": N_("Counted"), "place": N_("Place"), "stage": N_("Stage of identification"),
    "answer": N_("Answer"), "kind": N_("Kind"), "need": N_("Need"), "client": N_("Client"), "basis": N_("Basis"),
    "outcome": N_("Outcome"), "milestone": N_("Milestone"), "field": N_("Field"), "record": N_("Record"),
    "revision": N_("Restated because"), "receiver": N_("Agency that was asked"), "measure": N_("Measure"), "times": N_("How often"),
    "interviews": N_("Interviews"), "agencies": N_("By how many agencies"), "clock": N_("Clock"), "about": N_("What waits"),
    "stall": N_("Why"), "bodies": N_("Agencies that know the person"), "region": N_("Statistical region"),
    "granted": N_("What was decided"), "compensation": N_("Compensation"), "way": N_("By which way"), "offence": N_("Offence"),
    "dependants": N_("How many depend on the person"), "citizenship_group": N_("Citizenship"),
    "at_work": N_("Agencies at work"), "identified_by": N_("Identified by"), "first_help": N_("First help"),
    "topic": N_("What was asked about"),
}  # fmt: skip
"""What a column is called."""
NOT_SAID = {"not_said": N_("Not said")}
HEADS = {
    TableShape.COUNT: (N_("Number"),), TableShape.SHARE: (N_("Number"), N_("Of"), N_("Share")),
    TableShape.TIME: (N_("Ended"), N_("Open"), N_("Median"), N_("90 of 100 within")),
}  # fmt: skip
"""The columns of numbers, by how a table is read."""
IN_WORKING_DAYS = (N_("Ended"), N_("Open"), N_("Median, in working days"), N_("90 of 100 within, in working days"))


def heads(table: Definition, shape: TableShape) -> tuple[str, ...]:
    """What the columns of numbers of a table are called; `shape`: as it was read when it was released."""
    return IN_WORKING_DAYS if table.working_days and shape is TableShape.TIME else HEADS[shape]


STANDINGS = {
    "identified": N_("Identified"), "not_identified": N_("Not identified"), "undecided": N_("Not decided yet, or the first stage alone"),
}  # fmt: skip
ANSWERS = {"positive": N_("Positive"), "negative": N_("Negative"), "not_said": N_("Not said")} | STATES | DECLINES
RECORDS = {
    "referral": N_("Report"), "stage": N_("Stage of a hand-off"), "handoff": N_("End of a hand-off"),
    "overdue": N_("Hand-off not answered in time"),
    "action": N_("Something done"), "decision": N_("Decision on status"), "basis": N_("Change of basis"), "stall": N_("Word on a delay"),
    "bodies": N_("More agencies know"), "joint_action": N_("Joint action"), "pingpong": N_("Passed round"), "closing": N_("Closing"),
    "reopening": N_("Reopening"), "stated": N_("What was stated of the person"), "taken_back": N_("What was corrected or taken back"),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {
    "standing": STANDINGS, "counted_as": {"set": N_("All forms together"), "each": N_("Each form by itself")},
    "stage": STAGES | {"undecided": N_("Open, no decision yet")}, "answer": ANSWERS, "need": NEEDS,
    "client": {"new": N_("New"), "closed": N_("Closed")}, "basis": BASIS, "outcome": STATES, "field": LABELS, "record": RECORDS,
    "revision": {"late": N_("it came late"), "corrected": N_("another took its place")},
    "measure": {
        "bounced": N_("Bounced, of all that ended (percent)"), "longest_run": N_("Longest run of bounces"),
        "asked_again": N_("Asked again with nothing done"),
    },
    "clock": CLOCKS | {"answer": N_("Time to answer")} | STAGES,
    "about": {"handoff": N_("A hand-off"), "task": N_("A task"), "clock": N_("A clock")}, "stall": STALLS,
    "place": {"home": N_("In this country"), "abroad": N_("Abroad"), "both": N_("Both")} | NOT_SAID,
    "region": NOT_SAID, "dependants": NOT_SAID,
    "milestone": words_of(Milestone), "offence": words_of(Offence), "compensation": words_of(Compensation),
    "citizenship_group": {
        "home": N_("Of this country"), "eu": N_("Of another state of the European Union"), "other": N_("Of another state"),
        "stateless": N_("Stateless"), "unknown": N_("Not known"),
    },
    "topic": TOPICS, "way": words_of(CompensationFrom), "granted": words_of(Granted),
    "identified_by": AGENCY_KINDS | STANDINGS | NOT_SAID, "first_help": NEEDS | {"none": N_("No help yet")},
}  # fmt: skip
"""Our own codes in words; a value that is none is shown as it is."""


def in_words(dimension: str, value: str, translate: Any, agency: Callable[[str], str]) -> str:
    """A value of a table as a page shows it."""
    if value in (ALL, OTHERS):
        return translate("Total") if value == ALL else translate("All others")
    if dimension == "receiver":
        return agency(value)
    words = WORDS.get(dimension)
    return said(dimension, value, translate) if words is None else translate(words[value]) if value in words else value


def line_in_words(names: Sequence[str], values: Sequence[str], translate: Any, agency: Callable[[str], str]) -> str:
    """The values of a line as a file shows them beside their codes."""
    return "; ".join(in_words(name, value, translate, agency) for name, value in zip(names, values, strict=True))
