"""The demo's cases, all invented: what a referral mechanism meets, each once, written out so that a reader can follow them on the pages."""

from typing import Any

from deploy.demo.story import Step, Story

IR, POLICE, SOCIAL, LINE = "rs-ir", "rs-pu-bg", "rs-csr-ns", "rs-ngo-line"
LEAD, HEALTH, HELP = "rs-czztlj", "rs-zdr-bg", "rs-ngo-pomoc"
IDENTIFIED: tuple[Step, ...] = (Step(2, LEAD, "acknowledge", "identification"), Step(5, LEAD, "accept", "identification"))


def report(note: str, **said: Any) -> dict[str, Any]:
    """A report as an officer files it; the note stays at the agency that wrote it."""
    return {"danger": False, "consent": True, "age": "adult", "note": f"Invented for the demo: {note}", **said}


def _accepts(hour: float, agency: str, need: str) -> tuple[Step, ...]:
    return Step(hour, agency, "acknowledge", need), Step(hour + 2, agency, "accept", need)


def _works(begin: float, end: float, agency: str, need: str) -> tuple[Step, ...]:
    return Step(begin, agency, "begin", need), Step(end, agency, "finish", need)


def _request(hour: float, agency: str, need: str, to: str) -> Step:
    return Step(hour, agency, "request", need, {"to": to})


def _decline(hour: float, agency: str, need: str, code: str, competent: str | None = None) -> Step:
    return Step(hour, agency, "decline", need, {"code": code, **({"competent": competent} if competent else {})})


LABOUR = {"sex": "male", "language": "ne", "interpreter": True, "forms": ["LAB"], "indicators": ["LI02", "LI05", "LI06", "LI08"]}

JOINT = Story(
    "joint", 52, IR, report("six men on a building site, passports held", **LABOUR, nationality="Nepal",
        needs=["investigation", "health", "legal", "housing"]),
    (
        *IDENTIFIED, *_accepts(6, POLICE, "investigation"), *_accepts(7, IR, "wage_claim"), *_accepts(10, HEALTH, "health"),
        *_accepts(20, HELP, "legal"), *_accepts(25, SOCIAL, "housing"),
        Step(30, LEAD, "decide-status", body={"stage": "reasonable_grounds", "positive": True}),
        *_works(31, 60, SOCIAL, "housing"), *_works(32, 300, POLICE, "investigation"), *_works(33, 250, IR, "wage_claim"),
        *_works(40, 90, HEALTH, "health"), *_works(50, 320, HELP, "legal"), Step(780, LEAD, "finish", "identification"),
        Step(800, LEAD, "decide-status", body={"stage": "conclusive_grounds", "positive": True}),
        Step(1100, LEAD, "close", body={"reason": "goals_met"}),
    ),
)  # fmt: skip
RUNNING = Story(
    "running", 9, IR, report("a kitchen, fourteen hours a day", **LABOUR, nationality="India",
        needs=["investigation", "legal", "psychological"]),
    (
        *IDENTIFIED, *_accepts(4, IR, "wage_claim"), *_accepts(9, POLICE, "investigation"), *_accepts(22, HELP, "legal"),
        *_accepts(23, HELP, "psychological"),
        Step(30, LEAD, "decide-status", body={"stage": "reasonable_grounds", "positive": True}), *_works(30, 120, IR, "wage_claim"),
        Step(44, HELP, "begin", "legal"), Step(50, POLICE, "begin", "investigation"), *_works(70, 150, HELP, "psychological"),
    ),
)  # fmt: skip
PINGPONG = Story(
    "ping-pong", 24, LINE,
    report("a woman with nowhere to sleep", sex="female", language="sr", forms=["SEX"], needs=["housing", "psychological"]),
    (
        *IDENTIFIED, *_accepts(8, HELP, "psychological"), Step(12, SOCIAL, "acknowledge", "housing"),
        _decline(30, SOCIAL, "housing", "C6"),
        _request(33, LEAD, "housing", HEALTH), Step(40, HEALTH, "acknowledge", "housing"), _decline(55, HEALTH, "housing", "C1", SOCIAL),
        _request(58, LEAD, "housing", LINE), Step(60, LINE, "accept", "housing"), Step(62, SOCIAL, "accept", "housing"),
        Step(70, HEALTH, "accept", "housing"),
        *_works(72, 90, LINE, "housing"), *_works(74, 130, SOCIAL, "housing"), *_works(76, 100, HEALTH, "housing"),
        *_works(80, 260, HELP, "psychological"),
    ),
)  # fmt: skip
TWICE = Story(
    "sent-back-twice", 15, POLICE, report("asked two doors, both closed", sex="male", language="tr", forms=["CRIM"], needs=["legal"]),
    (
        *IDENTIFIED, _decline(20, HELP, "legal", "C13"), _request(24, LEAD, "legal", SOCIAL), _decline(60, SOCIAL, "legal", "C1", HELP),
    ),
)  # fmt: skip
LATE = Story(
    "late", 18, SOCIAL, report("the police answered after three days", sex="female", language="sr", forms=["BEG"],
        needs=["investigation", "legal"]),
    (*IDENTIFIED, *_accepts(20, HELP, "legal"), *_accepts(70, POLICE, "investigation"), *_works(80, 200, POLICE, "investigation"),
        *_works(90, 190, HELP, "legal")),
)  # fmt: skip
STILL_LATE = Story(
    "still-late", 3.4, IR,
    report("a farm worker waits for a lawyer", **LABOUR, nationality="Bangladesh", needs=["investigation", "legal"]),
    (*IDENTIFIED, *_accepts(6, IR, "wage_claim"), *_accepts(11, POLICE, "investigation")),
)  # fmt: skip
SILENCE = Story(
    "silence", 30, LINE, report("nobody answered at all", sex="female", language="uk", forms=["DOM"], needs=["social_care"]),
    (
        *IDENTIFIED, Step(250, LEAD, "add-agency", "social_care", {"agency": HELP}), *_accepts(254, HELP, "social_care"),
        *_works(260, 420, HELP, "social_care"),
    ),
)  # fmt: skip
CHILD = Story(
    "child", 12, LINE,
    report("a girl begging on a quota", age="child", consent=False, sex="female", language="rom", interpreter=True, forms=["BEG"],
           indicators=["CH01", "CH03", "CH04"], needs=["investigation", "health", "psychological"]),
    (
        *IDENTIFIED, *_accepts(1, SOCIAL, "guardianship"), *_accepts(3, POLICE, "investigation"), *_accepts(5, HEALTH, "health"),
        *_accepts(9, HELP, "psychological"),
        *_works(12, 80, SOCIAL, "guardianship"), *_works(13, 40, HEALTH, "health"), *_works(16, 170, POLICE, "investigation"),
        Step(20, HELP, "begin", "psychological"),
    ),
)  # fmt: skip
UNSURE = Story(
    "age-unsure", 6, POLICE,
    report("says nineteen, looks fifteen", age="unsure", consent=False, sex="male", language="ps", forms=["CRIM"], needs=["legal"]),
    (*IDENTIFIED, *_accepts(2, SOCIAL, "guardianship"), *_accepts(26, HELP, "legal"), *_works(30, 80, SOCIAL, "guardianship")),
)  # fmt: skip
NO_CONSENT = Story(
    "without-consent", 20, HEALTH,
    report("does not want to be named", consent=False, sex="female", language="bg", forms=["SEX"], needs=["health"]),
    (*IDENTIFIED, Step(30, LEAD, "close", body={"reason": "other"})),
)  # fmt: skip
DANGER = Story(
    "danger-now", 0.12, LINE,
    report("locked in, the door is watched", danger=True, sex="female", language="sr", forms=["SEX"],
        needs=["safety", "health", "housing"]),
    (
        Step(0.2, LEAD, "accept", "identification"), Step(0.3, POLICE, "accept", "safety"), Step(0.5, POLICE, "begin", "safety"),
        Step(0.9, HEALTH, "acknowledge", "health"), Step(1.2, SOCIAL, "acknowledge", "housing"),
    ),
)  # fmt: skip
DECLINES = Story(
    "declines-help", 27, SOCIAL,
    report("does not want a psychologist", sex="female", language="sr", forms=["MAR"], needs=["psychological", "social_care"]),
    (
        *IDENTIFIED, _decline(25, HELP, "psychological", "C14"), *_accepts(26, SOCIAL, "social_care"),
        *_works(40, 300, SOCIAL, "social_care"),
        Step(500, LEAD, "close", body={"reason": "person_left"}),
    ),
)  # fmt: skip
GIVEN_BACK = Story(
    "given-back", 21, HELP,
    report("accepted, then given back", sex="male", language="vi", interpreter=True, forms=["LAB"], needs=["housing"]),
    (
        *IDENTIFIED, *_accepts(10, SOCIAL, "housing"), Step(40, SOCIAL, "give-back", "housing", {"code": "C6"}),
        *_accepts(20, IR, "wage_claim"),
        *_works(30, 160, IR, "wage_claim"), _request(50, LEAD, "housing", LINE), *_accepts(52, LINE, "housing"),
        *_works(70, 200, LINE, "housing"),
    ),
)  # fmt: skip
QUESTION = Story(
    "a-question", 16, IR, report("the inspectorate was asked for more", **LABOUR, nationality="Cuba", needs=["investigation"]),
    (
        *IDENTIFIED, Step(6, POLICE, "acknowledge", "investigation"), Step(8, POLICE, "ask-info", "investigation"),
        Step(20, LEAD, "supply-info", "investigation"), Step(24, POLICE, "accept", "investigation"), *_accepts(26, IR, "wage_claim"),
        *_works(40, 200, POLICE, "investigation"), *_works(44, 180, IR, "wage_claim"),
    ),
)  # fmt: skip
TAKEN_BACK = Story(
    "taken-back", 14, LINE,
    report("the need had gone before anybody answered", sex="male", language="en", forms=["OTH"], needs=["housing", "legal"]),
    (*IDENTIFIED, Step(16, LEAD, "revoke", "housing"), *_accepts(22, HELP, "legal"), *_works(40, 140, HELP, "legal")),
)  # fmt: skip

STORIES = (
    JOINT, RUNNING, PINGPONG, TWICE, LATE, STILL_LATE, SILENCE, CHILD, UNSURE, NO_CONSENT, DANGER, DECLINES, GIVEN_BACK, QUESTION,
    TAKEN_BACK,
)  # fmt: skip
"""Hours are of invented officers; days are counted back from the start of the demo."""
