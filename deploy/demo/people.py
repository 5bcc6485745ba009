"""The invented people of the demo: names that nobody bears, numbers that nobody can call, and how each may be reached safely."""

from typing import Any

from deploy.demo.story import Story, StoryStep
from shared.protocol.vocabulary import AgeBand

NAMES = (
    "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen",
    "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty",
)  # fmt: skip
WAYS = (("text", "morning", "woman"), ("call", "evening", "anybody"), ("through_agency", "as_agreed", "same_officer"))


def with_person(story: Story, n: int) -> Story:
    """The story, in which whoever met the person states who it is and how to reach them, with the first that happens in it.

    Of somebody who does not want to be named nothing is stated.
    """
    if not _is_named(story.report):
        return story
    hour = min(step.after for step in story.steps)
    step = StoryStep(hour, story.reporter, "state", body={"statements": _stated(n, story.report)})
    return Story(story.name, story.days_ago, story.reporter, story.report, (*story.steps, step))


def _is_named(report: dict[str, Any]) -> bool:
    return bool(report["consent"] or report["danger"] or report["age"] != AgeBand.ADULT)


def _stated(n: int, report: dict[str, Any]) -> list[dict[str, Any]]:
    way, time, caller = WAYS[n % len(WAYS)]
    told = [
        ("given_names", f"Demo Person {NAMES[n % len(NAMES)]}"), ("family_name", "Invented"), ("called", f"Person {NAMES[n % len(NAMES)]}"),
        ("safe_way", way), ("safe_time", time), ("safe_caller", caller), ("safe_say", "Invented for the demo: the library, about a book."),
        ("phone", f"+99900000{n:03} as_safe_contact"), ("language", report["language"]),
        *([("alert", "phone_watched")] if report["danger"] else []),
    ]  # fmt: skip
    return [{"field": field, "value": value, "source": "said"} for field, value in told]
