"""The demo's cases, all invented: what a referral mechanism meets, each once, written out so that a reader can follow them on the pages.

A story names needs, and kinds of agencies that report; who that is, and how long they have, is the country's file alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.demo.people import with_person
from deploy.demo.play import POINT
from deploy.demo.scene import K, StoryScene, Untold, report, reporter
from deploy.demo.story import Story, StoryStep
from shared.config.country import Country
from shared.protocol.case_file import Group
from shared.protocol.messages import Spot
from shared.protocol.support import OwnPayer, SupportKind
from shared.protocol.vocabulary import AgencyKind

LABOUR = {"sex": "male", "language": "ne", "interpreter": True, "forms": ["LAB"], "indicators": ["LI02", "LI05", "LI06", "LI08"]}
INSPECTOR, POLICE, SOCIAL = (K.LABOUR_INSPECTORATE,), (K.POLICE,), (K.SOCIAL_SERVICES, K.LOCAL_AUTHORITY)
LINE, HEALTH = (K.NGO,), (K.HEALTH,)
STILL_LATE = "still-late"


TALK = {
    "asked": "Invented for the demo: which language does the person read, and can we ring before noon?",
    "answered": "Invented for the demo: Spanish, and a woman should ring; mornings are safe.",
    "who": "Invented: an inspector of ours meets the person and a caseworker of yours",
    "bring": "Invented: the pay slips, if there are any",
}  # fmt: skip
"""A question, its answer and an arrangement between two agencies."""
MEETING = {
    "who": "Invented: a lawyer of ours meets the girl and her guardian", "bring": "Invented: nothing; there is tea, and a toy dog",
}  # fmt: skip
"""What two agencies arrange of which neither leads the case."""
AT_THE_LIBRARY = {
    "who": "Invented: the keyworker meets the person and an officer of the lead", "bring": "Invented: nothing; ask for the blue atlas",
}  # fmt: skip
"""What a shelter arranges at a place of its list."""
WHERE_AND_HOW = (Group.COMMUNICATION, Group.MEETING_POINT)
LOOKED = "Invented for the demo: her cousin’s wife works at the legal aid desk, and at none of the others."
"""Why an officer of the lead lets one agency be asked though a suspect may be close to staff."""
RIDE: dict[str, Any] = {
    "support": SupportKind.TRANSPORT, "origin": "Invented: the station, at the information desk", "destination": "Invented: the clinic",
    "payer": OwnPayer.ASKED, "approved": "Invented: the head of section", "about": [Group.COMMUNICATION, Group.MEETING_POINT],
}  # fmt: skip
"""A ride that one agency asks another for."""
CAR = "Invented for the demo: a car of ours is there ten minutes before, with a woman who drives."
TOLD = {
    "words": "Invented for the demo: he met us at the bus, took the papers and said that we owe him for the way. We slept where we worked.",
    "present": "Invented: an interpreter by phone", "reason": "Invented: the person wants the police to have it, and said so twice.",
    "law": "Invented for the demo: the law on criminal procedure, section 0", "reviewer": "Invented Second Officer",
}  # fmt: skip
"""What a person tells of the exploitation, and why it is released."""


def _scene(country: Country, by: tuple[AgencyKind, ...], note: str, *needs: str, **said: Any) -> StoryScene:
    return StoryScene(country, reporter(country, *by), report(note, **{"language": country.language, **said}, needs=list(needs)))


def joint(country: Country) -> Story:
    """The whole way: found, identified, five agencies at once, closed."""
    s = _scene(country, INSPECTOR, "six men on a building site, passports held", "investigation", "health", "legal", "housing",
               **LABOUR, nationality="NP")  # fmt: skip
    return s.story(
        "joint", 52,
        s.identifies(), s.tells(2, "identification", country.lead), s.accepts(6, "investigation"), s.accepts(7, "wage_claim"),
        s.accepts(10, "health"), s.accepts(20, "legal"), s.tells(22, "legal"), s.accepts(25, "housing"),
        s.lead(30, "decide-status", stage="reasonable_grounds", positive=True),
        s.works(31, 60, "housing"), s.works(32, 300, "investigation"), s.works(33, 250, "wage_claim"),
        s.works(40, 90, "health"), s.works(50, 320, "legal"), s.lead(780, "finish", "identification"),
        s.lead(790, "state-step", field="granted", said="reflection", days=2),
        s.lead(791, "state-step", field="milestone", said="reported trafficking", days=3),
        s.lead(792, "state-step", field="milestone", said="charged trafficking", days=30),
        s.lead(793, "state-step", field="compensation", said="claimed criminal_court", days=31),
        s.lead(800, "decide-status", stage="conclusive_grounds", positive=True, words="One desk in this story."),
        s.lead(1100, "close", reason="goals_met"),
    )  # fmt: skip


def running(country: Country) -> Story:
    """A joint action on its way today; papers of the work were attached, and are looked at by whom they are for. The person has asked the
    lead for a copy of what it keeps, and a second officer must look at it."""
    s = _scene(country, INSPECTOR, "a kitchen, fourteen hours a day", "investigation", "legal", "psychological",
               **LABOUR, nationality="IN")  # fmt: skip
    return s.story(
        "running", 9,
        s.identifies(), s.tells(2, "identification", country.lead), s.accepts(4, "wage_claim"), s.accepts(9, "investigation"),
        s.tells(12, "investigation"), *_papers(s, 13, "investigation"), s.accepts(22, "legal"), s.accepts(23, "psychological"),
        s.lead(30, "decide-status", stage="reasonable_grounds", positive=True), s.works(30, 120, "wage_claim"),
        s.step(44, "begin", "legal"), s.step(50, "begin", "investigation"), s.works(70, 150, "psychological"),
        s.lead(72, "ask-access", identity="known", pressure="no"),
    )  # fmt: skip


def _papers(s: StoryScene, hour: float, need: str) -> tuple[StoryStep, ...]:
    """Whoever met the person attaches two papers; who helps with this need looks at the one, the lead at the other."""
    return (
        s.step(hour, "attach", "", s.reporter, paper="pay-slip"), s.step(hour + 0.5, "attach", "", s.reporter, paper="contract"),
        s.step(hour + 2, "look-at", "", s.by(need), paper="pay-slip"), s.lead(hour + 2, "look-at", paper="contract"),
    )  # fmt: skip


def ping_pong(country: Country) -> Story:
    """A need that is passed round, answered by a call to act together."""
    s = _scene(country, LINE, "a woman with nowhere to sleep", "housing", "psychological", sex="female", forms=["SEX"])
    one, other = s.others("housing", 2)
    return s.story(
        "ping-pong", 24,
        s.identifies(), s.accepts(8, "psychological"), s.step(12, "acknowledge", "housing"), s.step(30, "decline", "housing", code="C6"),
        s.consents(32, "housing", one), s.lead(33, "add-agency", "housing", agency=one), s.step(40, "acknowledge", "housing", one, 33),
        s.step(55, "decline", "housing", one, 33, code="C1", competent=s.by("housing")),
        s.consents(57, "housing", other), s.lead(58, "add-agency", "housing", agency=other),
        s.step(60, "accept", "housing", other, 58), s.step(62, "accept", "housing", asked_at=58), s.step(70, "accept", "housing", one, 58),
        s.works(72, 90, "housing", other), s.works(74, 130, "housing"), s.works(76, 100, "housing", one), s.works(80, 260, "psychological"),
    )  # fmt: skip


def sent_back_twice(country: Country) -> Story:
    """One more refusal, and the system will call all of them together: left for the visitor."""
    s = _scene(country, POLICE, "asked two doors, both closed", "legal", sex="male", language="tr", forms=["CRIM"])
    (other,) = s.others("legal", 1)
    return s.story(
        "sent-back-twice", 15,
        s.identifies(), s.step(20, "decline", "legal", code="C13"), s.consents(23, "legal", other),
        s.lead(24, "add-agency", "legal", agency=other), s.step(50, "decline", "legal", other, 24, code="C1", competent=s.by("legal")),
    )  # fmt: skip


def late(country: Country) -> Story:
    """An answer after the time to answer."""
    s = _scene(country, SOCIAL, "the answer came too late", "investigation", "legal", sex="female", forms=["BEG"])
    answer, lapse = s.answer("investigation"), s.lapse("investigation")
    when = answer + min(22, (lapse - answer) / 2)
    return s.story(
        "late", (when + 150) / 24 + 8,
        s.identifies(), s.accepts(min(20, s.lapse("legal") / 2), "legal"), s.accepts(when, "investigation"),
        s.works(when + 10, when + 130, "investigation"), s.works(when + 20, when + 120, "legal"),
    )  # fmt: skip


def still_late(country: Country) -> Story:
    """A request for legal help that is overdue today, while the others act: left for the visitor."""
    s, (_, hours) = _waits_for_a_lawyer(country), overdue(country)
    return s.story(
        STILL_LATE, (s.answer("legal") + hours) / 24,
        s.identifies(), s.accepts(6, "wage_claim"), s.accepts(7, "investigation"),
    )  # fmt: skip


def overdue(country: Country) -> tuple[str, float]:
    """Who lets the request of that story run late, and how many hours ago its time to answer passed. Raises Untold."""
    s = _waits_for_a_lawyer(country)
    return s.by("legal"), min(33, (s.lapse("legal") - s.answer("legal")) / 2)


def _waits_for_a_lawyer(country: Country) -> StoryScene:
    return _scene(country, INSPECTOR, "a farm worker waits for a lawyer", "investigation", "legal", **LABOUR, nationality="BD")


def silence(country: Country) -> Story:
    """Nobody answers; the request lapses, and the lead finds another agency."""
    s = _scene(country, LINE, "nobody answered at all", "social_care", sex="female", language="uk", forms=["DOM"])
    (other,) = s.others("social_care", 1)
    over = s.lapse("social_care")
    return s.story(
        "silence", (over + 180) / 24 + 12,
        s.identifies(), s.consents(over + 9, "social_care", other), s.lead(over + 10, "add-agency", "social_care", agency=other),
        s.accepts(over + 14, "social_care", other, over + 10), s.works(over + 20, over + 180, "social_care", other),
    )  # fmt: skip


def child(country: Country) -> Story:
    """A child: no consent is asked, a guardian is always invited; the guardian finds a lawyer, and they arrange where to meet the girl."""
    s = _scene(country, LINE, "a girl begging on a quota", "investigation", "health", "psychological", age="child", consent=False,
               sex="female", language="rom", interpreter=True, forms=["BEG"], indicators=["CH01", "CH03", "CH04"])  # fmt: skip
    lawyer = s.named("legal")
    return s.story(
        "child", 12,
        s.identifies(), s.accepts(1, "guardianship"), s.accepts(3, "investigation"), s.accepts(5, "health"), s.accepts(9, "psychological"),
        s.works(12, 80, "guardianship"), s.works(13, 40, "health"), s.works(16, 170, "investigation"), s.step(20, "begin", "psychological"),
        s.step(22, "request", "legal", s.by("guardianship"), to=lawyer), s.accepts(23, "legal", lawyer, 22),
        s.step(27, "arrange", "legal", lawyer, spot=Spot.WITH_US, who=MEETING["who"], bring=MEETING["bring"]),
    )  # fmt: skip


def age_unsure(country: Country) -> Story:
    """An unsure age is a child's until it is settled."""
    s = _scene(country, POLICE, "says nineteen, looks fifteen", "legal", age="unsure", consent=False, sex="male", language="ps",
               forms=["CRIM"])  # fmt: skip
    return s.story("age-unsure", 6, s.identifies(), s.accepts(2, "guardianship"), s.accepts(26, "legal"), s.works(30, 80, "guardianship"))


def without_consent(country: Country) -> Story:
    """Only the figure travels; nobody is invited."""
    s = _scene(country, HEALTH, "does not want to be named", "health", consent=False, sex="female", language="bg", forms=["SEX"])
    return s.story("without-consent", 20, s.identifies(), s.lead(30, "close", reason="other"))


def danger_now(country: Country) -> Story:
    """Hours, not days."""
    s = _scene(country, LINE, "locked in, the door is watched", "safety", "health", "housing", danger=True, sex="female", forms=["SEX"])
    return s.story(
        "danger-now", 0.12,
        s.lead(0.2, "accept", "identification"), s.step(0.3, "accept", "safety"), s.step(0.5, "begin", "safety"),
        s.step(0.9, "acknowledge", "health"), s.step(1.2, "acknowledge", "housing"),
    )  # fmt: skip


def declines_help(country: Country) -> Story:
    """The person says no to one thing and yes to another; nobody is at fault."""
    s = _scene(country, SOCIAL, "does not want a psychologist", "psychological", "social_care", sex="female", forms=["MAR"])
    return s.story(
        "declines-help", 27,
        s.identifies(), s.step(25, "decline", "psychological", code="C14"), s.accepts(26, "social_care"), s.works(40, 300, "social_care"),
        s.lead(500, "close", reason="person_left"),
    )  # fmt: skip


def given_back(country: Country) -> Story:
    """Accepted, then given back for want of room; another agency takes it."""
    s = _scene(country, LINE, "accepted, then given back", "housing", sex="male", language="vi", interpreter=True, forms=["LAB"])
    (other,) = s.others("housing", 1)
    return s.story(
        "given-back", 21,
        s.identifies(), s.accepts(10, "housing"), s.accepts(20, "wage_claim"), s.works(30, 160, "wage_claim"),
        s.step(40, "give-back", "housing", code="C6"), s.consents(49, "housing", other), s.lead(50, "add-agency", "housing", agency=other),
        s.accepts(52, "housing", other, 50), s.works(70, 200, "housing", other),
    )  # fmt: skip


def a_question(country: Country) -> Story:
    """More is asked for and answered in words; the clock runs on meanwhile. Then they arrange when who meets whom; and what the person
    tells the lead word for word is released to the police alone, for their investigation."""
    s = _scene(country, INSPECTOR, "the inspectors were asked for more", "investigation", **LABOUR, nationality="CU")
    return s.story(
        "a-question", 16,
        s.identifies(), s.step(6, "acknowledge", "investigation"), s.step(8, "ask-info", "investigation", words=TALK["asked"]),
        s.lead(20, "answer", "investigation", words=TALK["answered"]), s.step(24, "accept", "investigation"),
        s.step(25, "arrange", "investigation", spot=Spot.WITH_LEAD, who=TALK["who"], bring=TALK["bring"]), s.accepts(26, "wage_claim"),
        s.works(40, 200, "investigation"), s.works(44, 180, "wage_claim"), *_account(s, 30, "investigation"),
    )  # fmt: skip


def _account(s: StoryScene, hour: float, need: str) -> tuple[StoryStep, ...]:
    """The person tells the lead, agrees that one agency has it, and the lead releases it to that."""
    kept = {name: TOLD[name] for name in ("words", "present")}
    why = {name: TOLD[name] for name in ("reason", "law", "reviewer")}
    return (
        s.lead(hour, "write-account", means="heard", language=s.said["language"], **kept), s.tells(hour + 1, need, more=("D7",)),
        s.lead(hour + 2, "release-account", version=1, to=s.by(need), purpose=need, **why),
    )  # fmt: skip


def taken_back(country: Country) -> Story:
    """The lead revokes what is not needed any more."""
    s = _scene(country, LINE, "the need had gone before anybody answered", "housing", "legal", sex="male", language="en", forms=["OTH"])
    s.by("housing")
    return s.story("taken-back", 14, s.identifies(), s.lead(16, "revoke", "housing"), s.accepts(22, "legal"), s.works(40, 140, "legal"))


def sheltered(country: Country) -> Story:
    """A place to sleep that nobody may know: a shelter acts with the lead alone. She is still there."""
    s = _scene(country, POLICE, "a woman who fled at night, and is looked for", "investigation", sex="female", forms=["SEX"])
    house = s.shelter()
    return s.story(
        "sheltered", 16,
        s.identifies(), s.consents(5, "housing", house), s.lead(6, "ask-confidential", "housing", agency=house),
        s.step(7, "acknowledge", "housing", house, 6),
        s.step(8, "accept", "housing", house, 6), s.accepts(9, "investigation"),
        s.step(12, "take-action", "housing", house, action="accommodation_provided"), s.works(13, 200, "investigation"),
        s.step(15, "arrange", "housing", house, 6, spot=Spot.ELSEWHERE, point=POINT, about=WHERE_AND_HOW,
               **AT_THE_LIBRARY),
    )  # fmt: skip


def close_to_staff(country: Country) -> Story:
    """A suspect is said to know somebody at an agency: nobody is invited until an officer of the lead has looked. One agency is asked then;
    the other stands with the lead, unasked."""
    s = _scene(country, LINE, "a cousin of his is said to work where she would be sent", "psychological", "legal", conflict=True,
               sex="female", language="es", forms=["DOM"])  # fmt: skip
    s.by("legal")
    return s.story(
        "close-to-staff", 7,
        s.identifies(), s.lead(20, "settle-conflict", needs=["psychological"], reason=LOOKED), s.accepts(24, "psychological", asked_at=20),
        s.works(40, 150, "psychological"),
    )  # fmt: skip


def consents_later(country: Country) -> Story:
    """Nobody was to be told; the next day the person consents, and the case goes on with those who are asked then."""
    s = _scene(country, LINE, "called again the next day, and agrees now", "psychological", consent=False, sex="female", language="sq",
               forms=["SEX"])  # fmt: skip
    return s.story(
        "consents-later", 8,
        s.identifies(), s.agrees(26), s.accepts(30, "psychological", asked_at=26), s.works(50, 150, "psychological"),
    )  # fmt: skip


def closed_too_soon(country: Country) -> Story:
    """The lead closes a case and takes the closing back: the person is there again, and who had taken it on has it again."""
    s = _scene(country, POLICE, "was thought to have left, and came back", "housing", sex="male", language="fa", forms=["CRIM"])
    return s.story(
        "closed-too-soon", 11,
        s.identifies(), s.accepts(8, "housing"), s.step(20, "take-action", "housing", action="accommodation_provided"),
        s.lead(60, "close", reason="person_left"), s.lead(90, "reopen", reason="person_back"), s.step(200, "finish", "housing"),
    )  # fmt: skip


def duplicate(country: Country) -> Story:
    """Said to have help elsewhere already. One need was asked of another agency then; the other stands with who asked, until a deadline."""
    s = _scene(
        country, SOCIAL, "somebody else is said to help already", "psychological", "legal", sex="female", language="ar", forms=["DOM"]
    )
    (other,) = s.others("psychological", 1)
    return s.story(
        "duplicate", (12 + min(24, s.answer("legal") / 2)) / 24,
        s.identifies(), s.step(8, "decline", "psychological", code="C12"), s.consents(9, "psychological", other),
        s.lead(10, "add-agency", "psychological", agency=other), s.accepts(11, "psychological", other, 10),
        s.step(12, "decline", "legal", code="C12"),
    )  # fmt: skip


def advice(country: Country) -> Story:
    """No room where help was asked: another agency is asked for advice, without a name, and for help once the person agrees."""
    s = _scene(country, LINE, "the lead asks first whose task it is", "social_care", sex="male", language="bn", forms=["OTH"])
    (other,) = s.others("social_care", 1)
    return s.story(
        "advice", 13,
        s.identifies(), s.step(10, "decline", "social_care", code="C6"),
        s.lead(20, "consult", "social_care", agency=other, question="competence"), s.step(22, "acknowledge", "social_care", other, 20),
        s.step(24, "advise", "social_care", other, 20, advice="ours"), s.consents(30, "social_care", other),
        s.lead(31, "add-agency", "social_care", agency=other), s.accepts(34, "social_care", other, 31),
        s.works(60, 200, "social_care", other),
    )  # fmt: skip


def sent_on(country: Country) -> Story:
    """No room where help was asked: the request is sent on, the next agency offers a part of it, and that is agreed to. The guardian asks
    for a ride, and says who pays."""
    s = _scene(country, LINE, "a boy who speaks to nobody, and is brought from one office to the next", "psychological", age="child",
               consent=False, sex="male", language="ur", interpreter=True, forms=["BEG"])  # fmt: skip
    (other,) = s.others("psychological", 1)
    return s.story(
        "sent-on", 9,
        s.identifies(), s.accepts(3, "guardianship"), s.step(6, "acknowledge", "psychological"),
        s.step(8, "send-on", "psychological", to=other, code="C6"), s.step(10, "acknowledge", "psychological", other, 8),
        s.step(12, "offer", "psychological", other, terms="part"), s.step(14, "agree-offer", "psychological"),
        s.step(16, "ask-support", "guardianship", **RIDE), s.lead(18, "answer", "guardianship", words=CAR),
        s.works(20, 60, "psychological", other), s.works(24, 90, "guardianship"),
    )  # fmt: skip


def lead_passes_on(country: Country) -> Story:
    """A child's case: the lead asks the authority that guards her to lead it (docs/domain.md, section 3.2). The lead passes on with all
    that is on record; the new lead decides on her status, and leads on today."""
    s = _scene(country, LINE, "a girl of fifteen, promised to a man in another town", "health", "psychological", age="child",
               consent=False, sex="female", language="rom", interpreter=True, forms=["MAR"])  # fmt: skip
    guards = s.next_lead("guardianship")
    return s.story(
        "lead-passes-on", 10,
        s.identifies(), s.accepts(1, "guardianship"), s.accepts(4, "health"), s.lead(9, "ask-to-lead", agency=guards),
        s.step(11, "see-lead", "identification", guards, 9), s.step(13, "take-lead", "identification", guards, 9),
        s.step(20, "decide-status", "", guards, stage="reasonable_grounds", positive=True), s.accepts(22, "psychological"),
        s.works(30, 90, "health"), s.step(40, "begin", "guardianship"), s.works(50, 160, "psychological"),
    )  # fmt: skip


STORIES: tuple[Callable[[Country], Story], ...] = (
    joint, running, ping_pong, sent_back_twice, late, still_late, silence, child, age_unsure, without_consent, danger_now, declines_help,
    given_back, a_question, taken_back, sheltered, consents_later, closed_too_soon, duplicate, advice, sent_on,
    close_to_staff, lead_passes_on,
)  # fmt: skip
"""Hours are of invented officers; days are counted back from the start of the demo."""


@dataclass(frozen=True)
class Repertoire:
    """Which stories can be played in a country, and why the others cannot: story → reason."""

    stories: tuple[Story, ...]
    left_out: dict[str, str]


def repertoire(country: Country) -> Repertoire:
    """All stories, with the agencies and deadlines of this country."""
    told, left_out = list[Story](), dict[str, str]()
    for n, tell in enumerate(STORIES):
        try:
            told.append(with_person(tell(country), n, country))
        except Untold as why:
            left_out[tell.__name__.replace("_", "-")] = str(why)
    return Repertoire(tuple(told), left_out)
