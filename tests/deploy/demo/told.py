"""Which of the demo's written stories are told on a day: always those that most tests here look at, of the others a quarter, the next one
tomorrow; with --long all."""

from tests.turns import by_turns

ALWAYS = ("joint", "running", "ping-pong", "sent-back-twice", "still-late", "sheltered", "close-to-staff", "lead-passes-on")
QUARTERS = (
    ("late", "taken-back", "child"),
    ("silence", "declines-help", "sent-on", "danger-now"),
    ("a-question", "consents-later", "without-consent", "advice"),
    ("age-unsure", "given-back", "closed-too-soon", "duplicate"),
)
"""About as long as each other. Each has what is told of an ending or a reason that no other story has (`ENDS`, `REASONS`)."""
ENDS = {"silence": "expired", "given-back": "returned", "taken-back": "revoked"}
"""Story → how a hand-off of it ends, beside the ways that are there on any day."""
REASONS = {"declines-help": "C14"}


def told_on(day: int, long: bool) -> frozenset[str]:
    """The names of the stories."""
    return frozenset({*ALWAYS, *(name for quarter in by_turns(QUARTERS, day, long) for name in quarter)})


def of(shown: dict[str, str], told: frozenset[str]) -> set[str]:
    """What the stories that were told show of this."""
    return {what for story, what in shown.items() if story in told}
