"""A question, or a ride that is asked for, of an agency that then leaves the case: it stands in the list of who asked until they let it
rest, and in nobody's as something to answer (R18 of docs/real_bugs.md)."""

import re
from typing import Any

from shared.protocol.vocabulary import Need
from tests.browser.desks import Visitor, words
from tests.journeys.real_bugs.conftest import CLINIC, Story

LOST, WAITS, ANSWER = (
    "What you asked and nobody can answer any more", "Your questions and requests that wait for an answer",
    "Questions and requests that your agency must answer",
)  # fmt: skip
QUESTION: dict[str, Any] = {"about": ["communication"], "words": "Invented: which language?"}
ROOM: dict[str, Any] = {
    "support": "stay", "nights": "2", "payer": "open", "when-day": "1", "when-month": "7", "when-year": "2025", "time": "14:30",
    "about": ["communication"],
}  # fmt: skip


def asks(story: Story, who: Visitor, base: str, act: str, need: Need, **said: Any) -> str:
    """Somebody asks on the newest hand-off of a need; the page of its words."""
    home = f"{base}/{story.case}/words/{story.handoff(need).id}"
    looked = who.post(f"{home}/{act}", form_id=f"look {story.case}", purpose=need.value, look="yes", **said)
    (shown,) = re.findall(r'name="shown" value="([^"]*)"', looked.text)
    sent = who.post(f"{home}/{act}", form_id=f"{act} {story.case} {need}", purpose=need.value, shown=shown, **said)
    assert sent.status_code == 303, words(sent.text)[:400]
    story.town.carry()
    return home


def withdrawn(story: Story, agency: str) -> None:
    assert story.lead.post(f"/lead/{story.case}/withdraw", form_id=f"{story.case} {agency}", agency=agency).status_code == 303
    story.town.carry()


def rested(who: Visitor, home: str) -> None:
    page = who.get(home)
    assert "Nobody can answer what you asked here." in words(page)
    (message,) = {one.split('"')[0] for one in page.split('name="messages" value="')[1:]}
    assert who.post(home, form_id=f"rest {home}", messages=message).status_code == 303


def test_who_asked_is_told_and_lets_it_rest(story: Story) -> None:
    home = asks(story, story.lead, "/lead", "ask", Need.HEALTH, **QUESTION)
    assert WAITS in words(story.lead.get("/today"))
    assert ANSWER in words(story.clinic.get("/today"))
    withdrawn(story, CLINIC)
    today = words(story.lead.get("/today"))
    assert LOST in today
    assert WAITS not in today, "nobody is waited for who cannot answer"
    assert ANSWER not in words(story.clinic.get("/today"))
    rested(story.lead, home)
    assert LOST not in words(story.lead.get("/today")), "at once, and not only when the bus has it"
    story.town.carry()
    assert LOST not in words(story.lead.get("/today"))
    assert "nobody can answer it" in words(story.lead.get(home)), "what was asked stays to be read"
    assert "Take it off our list" not in words(story.lead.get(home))
    story.same_everywhere()


def test_of_a_room_too_and_with_an_answer_only_once(story: Story) -> None:
    asks(story, story.lead, "/lead", "ask-support", Need.HEALTH, **ROOM)
    assert "not answered yet" in words(story.lead.get(f"/lead/{story.case}"))
    withdrawn(story, CLINIC)
    page = words(story.lead.get(f"/lead/{story.case}"))
    assert "nobody can answer it" in page, "beside the plan, too"
    assert "not answered yet" not in page


def test_who_was_asked_need_answer_nothing_to_who_has_left(story: Story) -> None:
    story.says(story.clinic, "open")
    asks(story, story.clinic, "/cases", "ask", Need.HEALTH, **QUESTION)
    assert ANSWER in words(story.lead.get("/today"))
    withdrawn(story, CLINIC)
    assert ANSWER not in words(story.lead.get("/today")), "no answer would reach whoever asked"
