"""The invented people of the demo: names that nobody bears, numbers that nobody can call, and how each may be reached safely."""

from typing import Any

from deploy.demo.story import Story, StoryStep
from shared.config.country import Country
from shared.protocol.vocabulary import AgeBand

NAMES = (
    "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen",
    "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty", "Twenty-one", "Twenty-two", "Twenty-three",
)  # fmt: skip
WAYS = (("text", "morning", "woman"), ("call", "evening", "anybody"), ("through_agency", "as_agreed", "same_officer"))


def with_person(story: Story, n: int, country: Country) -> Story:
    """The story, in which whoever met the person states who it is and how to reach them, with the first that happens in it.

    Of somebody who does not want to be named nothing is stated.
    """
    if not _is_named(story.report):
        return story
    hour = min(step.after for step in story.steps)
    step = StoryStep(hour, story.reporter, "state", body={"statements": _stated(n, story.report, country)})
    return Story(story.name, story.days_ago, story.reporter, story.report, (*story.steps, step))


def _counted(n: int, country: Country) -> list[tuple[str, str]]:
    """What the rapporteur's tables ask for: of some where, and how many depend on them; of others nobody knows."""
    places = [("exploitation_country", country.code)] if country.code and n % 4 != 3 else []
    abroad = [("exploitation_country", "NP")] if n % 5 == 0 else []
    regions = [("exploitation_region", country.regions[n % len(country.regions)].code)] if places and country.regions else []
    return [*places, *abroad, *regions, *([("dependants", str(n % 4))] if n % 3 else [])]


def _is_named(report: dict[str, Any]) -> bool:
    return bool(report["consent"] or report["danger"] or report["age"] != AgeBand.ADULT)


def _stated(n: int, report: dict[str, Any], country: Country) -> list[dict[str, Any]]:
    way, time, caller = WAYS[n % len(WAYS)]
    told = [
        ("given_names", f"Demo Person {NAMES[n % len(NAMES)]}"), ("family_name", "Invented"), ("called", f"Person {NAMES[n % len(NAMES)]}"),
        ("safe_way", way), ("safe_time", time), ("safe_caller", caller), ("safe_say", "Invented for the demo: the library, about a book."),
        ("phone", f"+99900000{n:03} as_safe_contact"), ("language", report["language"]),
        *([("alert", "phone_watched")] if report["danger"] else []),
        *_counted(n, country),
    ]  # fmt: skip
    said = [{"field": field, "value": value, "source": "said"} for field, value in told]
    if report.get("conflict"):
        said.append({"field": "suspect_relation", "about": "suspect:1", "value": "staff_relative", "source": "said"})
    return said
