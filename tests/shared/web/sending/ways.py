"""Where each form of every service stands, and with what it is sent: the story of a case, an agency's own lists, a shelter, the figures.

A way is tried where the story has come to it. Names in braces are ids that the story found before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = "behind the old mill Canary7c1d"
REPORTER, LEAD, CLINIC, SHELTER = "rs-ir", "rs-czztlj", "rs-zdr-bg", "rs-kuca"


@dataclass(frozen=True)
class Way:
    """One form: the route that takes it, at whose pages it stands, on which page, and what is said in it."""

    route: str
    at: str
    page: str
    action: str
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    anew: str = ""
    """Why the same, said in another tab, is one more: it is meant so."""
    most: int = 9_000
    """More characters than any field of it takes."""
    who: str = ""
    """Who does it, where it is not whoever sits there."""
    shows: bool = False
    """Whether the answer is a page, and leads nowhere."""


@dataclass(frozen=True)
class Step:
    """What the story does between two ways."""

    does: str


REPORTED = {
    "danger": "false", "age": "adult", "consent": "true", "forms": ["LAB"], "indicators": ["LI04", "LI05"], "needs": ["health", "legal"],
    "ground": [], "ground_words": [], "agreed": "all", "place": "Niš",
}  # fmt: skip
PEOPLE = {
    f"p{n}-{name}": said
    for n in (1, 2)
    for name, said in {"age": "child", "danger": "false", "parent": [], "consent": [], "ground": [], "ground_words": [], "agreed": []}.items()
}  # fmt: skip
ON = "the newest that is said counts"

INTAKE = (
    Way("/reports/new", REPORTER, "/reports/new", "/reports/new", REPORTED),
    Step("carry"),
    Way("/drafts/{draft}/{step}", REPORTER, "/drafts/new", "/danger", {"danger": "false"}, anew="another draft"),
    Step("draft"),
    Way("/drafts/{draft}/hand-over", REPORTER, "/reports", "{draft}/hand-over", {"to": "ines"}, who="igor"),
    Way("/drafts/{draft}/throw-away", REPORTER, "/reports", "/throw-away"),
    Way("/partner", REPORTER, "/partner", "/partner", {"danger": "false"}, anew="nobody knows who it is", shows=True),
    Step("partners"),
    Way("/partner-reports/{report}/take-up", REPORTER, "/partner-reports", "{report}/take-up"),
    Way("/partner-reports/{report}/set-aside", REPORTER, "/partner-reports", "/set-aside"),
    Way("/partner-reports/set-aside", REPORTER, "/partner-reports", "/partner-reports/set-aside", {"report": ["{report}"]}),
    Way("/partner-reports/all", REPORTER, "/partner-reports/all", "/partner-reports/all"),
    Way(
        "/raids/{raid}/together",
        REPORTER,
        "/raids/new",
        "/together",
        {"people": "2", "place": "Niš", "found_time": "04:30", "ground": [], "ground_words": []},
        anew="another raid",
    ),
    Step("raid"),
    Way("/raids/{raid}/people/{sheet}", REPORTER, "{raid}/people/1", "/people/1", PEOPLE),
    Way("/raids/{raid}/send", REPORTER, "{raid}/send", "/send"),
)
"""At whoever meets people."""

ASSIGNING = (
    Way("/assignments/{service}/{case}/take", LEAD, "/assignments/referral/{case}", "/take"),
    Way("/assignments/{service}/{case}/take", CLINIC, "/assignments/assistance/{case}", "/take"),
    Way("/assignments/{service}/{case}/give", LEAD, "/assignments/referral/{case}", "/give", {"officer": "luka", "other": ""}),
    Way("/assignments/{service}/{case}/remove", LEAD, "/assignments/referral/{case}", "/remove", {"officer": "luka"}),
    Step("luka has one"),
    Way("/assignments/{service}/release", LEAD, "/assignments", "/referral/release", {"officer": "luka"}),
    Step("luka has one"),
    Way("/assignments/{service}/hand-over", LEAD, "/assignments", "/referral/hand-over", {"officer": "luka", "to": "jelena"}),
    Step("another case"),
    Way("/break-glass", LEAD, "/break-glass", "/break-glass", {"service": "referral", "case": "{other}"}, who="luka"),
    Way("/break-glass/reviews/{service}/{seq}", LEAD, "/break-glass/reviews", "referral/1", {"in_order": "true"}),
)
"""Who has a case."""
