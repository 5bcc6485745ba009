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
    saves: bool = False
    """Whether it only saves what is sent later: no page may say then that it was sent."""
    leads: bool = False
    """Whether it records nothing, and only leads on: no page may say then that it is recorded."""


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
    for name, said in {
        "age": "adult", "sex": "female", "danger": "false", "consent": "true", "needs": ["health"], "parent": [], "ground": [],
        "ground_words": [],
    }.items()
}  # fmt: skip
CHECKED = {f"safe_checked-{part}": [] for part in ("day", "month", "year")}
ON = "the newest that is said counts"

INTAKE = (
    Way("/reports/new", REPORTER, "/reports/new", "/reports/new", REPORTED),
    Step("carry"),
    Way("/drafts/{draft}/{step}", REPORTER, "/drafts/new", "/danger", {"danger": "false"}, anew="another draft", saves=True),
    Step("draft"),
    Way("/drafts/{draft}/hand-over", REPORTER, "/reports", "{draft}/hand-over", {"to": "ines"}, who="igor"),
    Way("/drafts/{draft}/throw-away", REPORTER, "/reports", "/throw-away"),
    Way("/partner", REPORTER, "/partner", "/partner", {"danger": "false"}, anew="nobody knows who it is", shows=True),
    Step("partners"),
    Way("/partner-reports/{report}/take-up", REPORTER, "/partner-reports", "{report}/take-up", saves=True),
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
        saves=True,
    ),
    Step("raid"),
    Way("/raids/{raid}/people/{sheet}", REPORTER, "{raid}/people/1", "/people/1", PEOPLE, saves=True),
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

IN_A_CASE = (
    Way("/reports/{case}/called", LEAD, "/lead/{case}", "/called", {"answered": "true"}, anew="another call"),
    Way("/cases/{case}/own/{decision}", CLINIC, "/cases/{case}/own", "/own/write-note", anew="another note"),
    Way("/cases/{case}/own/{decision}", CLINIC, "/cases/{case}/own", "/own/name-case"),
    Way("/cases/{case}/handoffs/{handoff}/{decision}", CLINIC, "{handoff}", "/open"),
    Way("/cases/{case}/handoffs/{handoff}/{decision}", CLINIC, "{handoff}", "/accept"),
    Step("carry on"),
    Way("/lead/{case}/person/{group}", LEAD, "/lead/{case}/person/safe_contact", "/person/safe_contact?about=person", CHECKED),
    Way("/cases/{case}/waits/{decision}", CLINIC, "/cases/{case}/waits", "/waits/explain-delay"),
    Way("/cases/{case}/rights/{decision}", LEAD, "/lead/{case}/rights/ask-access", "/rights/ask-access"),
    Way(
        "/reports/{case}/account/{decision}",
        REPORTER,
        "/reports/{case}/account",
        "/account/write-account",
        {"day": "2025-01-02", "means": "heard", "language": []},
        most=12_000,
    ),
    Way("/reports/{case}/card", REPORTER, "/reports/{case}/card", "/card", {"how": "refused"}),
    Way("/lead/{case}/{decision}", LEAD, "/lead/{case}", "/start-joint-action"),
    Step("carry on"),
    Way("/cases/{case}/tasks", CLINIC, "/cases/{case}", "/tasks", {"need": "health", "days": "3"}),
    Step("task"),
    Way("/cases/{case}/tasks/{task}/{decision}", CLINIC, "{task}", "/begin"),
    Way("/assignments/{service}/{case}/take", LEAD, "/assignments/referral/{other}", "/take"),
    Way(
        "/restricted/{service}/{case}",
        LEAD,
        "/restricted/referral/{other}",
        "/restricted/referral/{other}",
        {"officers": ["jelena", "luka"], "others": []},
        most=600,
    ),
    Way("/restricted/{service}/{case}/lift", LEAD, "/restricted/referral/{other}", "/lift"),
)
"""With a case."""

OFFICE = (
    Way("/duty", LEAD, "/duty", "/duty", {"begins": "08:00", "ends": "16:00", "byday": ["MO"], "place": [], "phone": "+999 1 234"}),
    Way("/duty/end", LEAD, "/duty", "/duty/end"),
    Way("/notices/choice", LEAD, "/notices", "/choice"),
    Way("/notices/{channel}/address", LEAD, "/notices", "/mail/address", {"address": "jelena@agency.example"}, anew=ON),
    Way("/notices/{channel}/forget", LEAD, "/notices", "/mail/forget"),
    Way(
        "/search", LEAD, "/search", "/search", {"due_by": [], "need": [], "state": [], "beyond": "true"}, anew="each search is written down"
    ),
    Way(
        "/search/same-person",
        LEAD,
        "/search/same-person",
        "/search/same-person",
        {"birth": "31.1.1999", "phone": "060 1234567", **dict.fromkeys(("name", "document", "nationality", "reference", "opened"), [])},
        shows=True,
        anew="each look is written down",
    ),
    Way("/words-sample", LEAD, "/words-sample", "/words-sample", shows=True, anew="another sample"),
    Way("/rights", LEAD, "/rights", "/rights", {"service": "referral", "case": "{case}"}, leads=True),
    Way("/today/looked", LEAD, "/today", "/looked"),
    Way("/capacity", CLINIC, "/capacity", "/capacity", {"state": "takes", "places": "2"}, anew=ON),
)
"""What an agency does for itself."""

HOUSE = (
    Way("/house", SHELTER, "/house", "/house", anew=ON),
    Way("/meeting-points", SHELTER, "/meeting-points", "/meeting-points", {"place": "Main station Canary7c1d"}),
    Way("/meeting-points/strike", SHELTER, "/meeting-points", "/strike"),
)
"""At a shelter."""

TRIED_ELSEWHERE = {
    "/lead/{case}/person/reviewed": "a mark of pressure comes first: test_person_page; a decision as the others",
    "/cases/{case}/address": "shows an address, in the chain each time: test_shelter_address",
    "/cases/{case}/keeping/{decision}": "a case is kept for proceedings: test_keeping_page; a decision as the others",
    "/cases/{case}/words/{handoff}/{act}": "is looked at before it is sent, and a decision as the others: test_shelter_address",
    "/cases/{case}/request": "needs the consent of the person first: test_casework; a decision as the others",
    "/cases/{case}/words/{handoff}": "a message waits: browser/test_person; a decision as the others",
    "/lead/{case}/withdraw": "ends what the case rests on: test_nobody_can_answer; a decision as the others",
    "/cases/{case}/letter": "answers with the paper, of one form the same once more: test_letter_page",
    "/cases/{case}/rights/take-copy": "answers with the copy, once: test_rights_pages",
    "/cases/{case}/rights/export-file": "answers with the copy, once: test_rights_pages",
    "/cases/{case}/documents/new/{kind}": "sends a file, which nobody keeps for anybody: test_rights_documents",
    "/cases/{case}/documents/{document}/file": "answers with the file, once: browser/test_documents",
    "/cases/{case}/documents/{document}/anew": "puts pieces back in a queue: test_document_courier",
    "/cases/{case}/documents/{document}/back": "a decision as the others: browser/test_documents",
    "/cases/{case}/person/checked": "a decision as the others: test_person_page",
    "/restricted/{service}/{case}/name": "names who is named: test_restricted",
    "/restricted/{service}/{case}/take-off": "takes off who is on: test_restricted",
    "/restricted-waiting/{id}": "the officers of a case have left: test_restricted",
    "/restricted-waiting/{id}/confirm": "the officers of a case have left: test_restricted",
    "/restricted-waiting/{id}/refuse": "the officers of a case have left: test_restricted",
    "/notices/{channel}/code": "the code is in a mailbox: test_notices",
    "/operations/log/{service}/recovery/{report}": "a database was put back; seen is seen, and whether one may: test_oversight",
    "/operations/parked/retry": "a record is parked: test_parked_records",
    "/operations/parked/{service}/{partition}/{place}/retry": "a record is parked: test_parked_records",
    "/operations/parked/{service}/{partition}/{place}/set-aside": "a record is parked: test_parked_records",
    "/uncounted/{service}/{key}/seen": "a decision did not count: test_uncounted",
    "/drafts/{draft}/send": "a report, by the id of its draft: test_drafts",
    "/roles": "at an office with sessions: test_sent_by_whom",
    "/roles/end": "is done as often as it is asked: test_sent_by_whom",
    "/roles/withdraw": "at an office with sessions: test_sent_by_whom",
    "/sessions/end": "is done as often as it is asked: test_sessions_after_signing_in",
    "/signout": "ends a session; twice it is ended",
    "/signin/ended": "the issuer's, by its signature",
    "/who": "says who one is; twice it is said",
    "/leave": "ends a session; twice it is ended",
    "/language": "chooses a language; twice it is chosen",
    "/screening": "keeps nothing: the answer is a page",
    "/screening/work": "keeps nothing: the answer is a page",
    "/screening/report": "keeps nothing: the answer is the form of a report",
    "/screening/list/{which}": "keeps nothing: the answer is a page",
    "/v1/traces": "spans, each id once: test_otlp",
    "/v1/open-handoffs": "a statement in place of the last: test_open_handoffs",
    "/figures/releases": "once more with none that is not out changes nothing, and says so: test_figures_page",
    "/figures/returns/new": "the same file again is refused, and says so: test_returns_page",
}
"""What is not in the story, and where else it is looked at: the name of a file of tests, which sends it."""
