"""A ride, a room or an interpreter is asked for on a hand-off: who may read it is told, it waits until it is answered, and a place is read
by nobody who may not know where the person is met."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.casework import saying
from shared.casework.access_requests import entries
from shared.casework.support import AskSupport, ask_support
from shared.casework.written_words import written_words
from shared.config.country_tables import Payer
from shared.decisions.decide import Receipt
from shared.decisions.errors import RuleBroken
from shared.processing.instance import Instance
from shared.protocol.case import HandoffState
from shared.protocol.messages import MessageKind
from shared.protocol.support import OwnPayer, SupportAsked, SupportKind, lacks
from shared.web.case.account_paper import text, written_data
from shared.web.text.phrases import Speaker, Words
from tests.shared.bus import START
from tests.shared.casework.test_messages import first, say, state, thread
from tests.shared.casework.test_person_file import child
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, decide
from tests.shared.rested import Land

RIDE: dict[str, Any] = {
    "support": "transport", "origin": "Canary station", "destination": "Canary court", "payer": "asks",
    "about": ("communication", "meeting_point"), "approved": "Canary office",
}  # fmt: skip
TONGUE: dict[str, Any] = {
    "support": "interpreter",
    "languages": ("rom",),
    "interpreter": "female",
    "payer": "open",
    "about": ("communication",),
}


def ask(instance: Instance, case: str, form: str = "s1", need: str = "identification", **more: Any) -> Receipt:
    said = {"case": case, "handoff": first(instance, case, need), "purpose": need, "when": START, **more}
    return decide(instance, ask_support, AskSupport.model_validate(said), form)


def test_a_ride_waits_for_who_must_see_to_it_until_that_answers_and_leaves_the_hand_off_as_it_is(land: Land) -> None:
    case, before = child(land), HandoffState.REQUESTED
    lead, intake = land[LEAD_ME], land[INTAKE_ME]
    ask(intake, case, **RIDE)
    land.settle()
    (asked,) = thread(lead, case)
    assert asked.kind is MessageKind.SUPPORT
    assert asked.unanswered("rs-lead")
    assert asked.said.support == SupportAsked(
        kind=SupportKind.TRANSPORT, when=START, origin="Canary station", destination="Canary court", payer="asks", approved="Canary office"
    )
    assert state(intake, case) is before, "it is no question about the person"
    say(lead, case, "answer", form="a", answers=asked.id)
    land.settle()
    assert thread(intake, case)[0].answered_by
    with pytest.raises(RuleBroken, match="message-answered"):
        say(lead, case, "answer", form="a2", answers=asked.id)


def test_an_interpreter_whom_nobody_has_found_yet_holds_up_no_answer_to_a_question(land: Land) -> None:
    case, lead, intake = child(land), land[LEAD_ME], land[INTAKE_ME]
    say(lead, case, "ask", form="q")
    ask(lead, case, **TONGUE)
    land.settle()
    question, asked = sorted(thread(intake, case), key=lambda one: one.kind is MessageKind.SUPPORT)
    say(intake, case, "answer", form="a", answers=asked.id)
    land.settle()
    assert state(lead, case) is HandoffState.INFO_REQUESTED, "the question waits yet"
    ask(lead, case, form="s2", **TONGUE)
    land.settle()
    say(intake, case, "answer", form="a3", answers=question.id)
    land.settle()
    assert state(lead, case) is HandoffState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({**RIDE, "origin": ""}, "support-from"), ({**RIDE, "destination": ""}, "support-to"),
        ({**RIDE, "support": "stay"}, "support-nights"), ({**TONGUE, "languages": ()}, "support-languages"),
        ({**RIDE, "about": ("communication",)}, "message-meeting-point"), ({**TONGUE, "about": ("name",)}, "support-communication"),
        ({**TONGUE, "payer": "nobody-knows"}, "support-payer"), ({**TONGUE, "shown": ("rs-pol",)}, "message-readers"),
        ({**TONGUE, "about": ("communication", "duress")}, "message-duress"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_sent(land: Land, more: dict[str, Any], why: str) -> None:
    case = child(land)
    with pytest.raises(RuleBroken, match=why):
        ask(land[LEAD_ME], case, **more)
    assert thread(land[LEAD_ME], case) == []


@pytest.mark.parametrize("more", [{"languages": ("nonsense-tongue",)}, {"payer": "Not A Code"}, {"nights": 0}, {"origin": "a\u202eb"}])
def test_what_nobody_can_mean_is_no_request(land: Land, more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AskSupport.model_validate({"case": "c", "handoff": "h", "purpose": "health", "when": START, **RIDE, **more})


def test_who_may_not_know_where_the_person_is_met_is_not_asked_for_a_ride(land: Land) -> None:
    case = child(land)
    lead = land[LEAD_ME]
    assert land[POLICE_ME].agency
    with pytest.raises(RuleBroken, match="message-unanswerable"):
        ask(lead, case, need="investigation", **RIDE)
    ask(lead, case, need="investigation", **TONGUE)
    land.settle()
    assert [one.said.support.languages for one in thread(land[POLICE_ME], case) if one.said.support] == [("rom",)]
    assert thread(land[NGO_ME], case) == []


def test_the_copy_for_the_person_has_what_was_asked_for_and_arranged_though_no_words_stand_beside_it(land: Land) -> None:
    case, lead = child(land), land[LEAD_ME]
    ask(lead, case, **TONGUE)
    say(lead, case, "arrange", form="m", words="", when=START, spot="with_lead", who="Canary nurse", bring="Canary papers")
    land.settle()
    found = lead.transact(lambda work: (written_words(work, case), entries(work, case)))
    assert {one.id for one in found[0]} <= set(found[1]), "a second officer releases each"
    lines = [text(one, Speaker(Words(), lead.country, START, lambda at: f"[{at}]")) for one in found[0]]
    assert lines[0][0] == "What is asked for: An interpreter"
    assert {"Languages: Romani", f"When: [{START}]"} <= set(lines[0]), lines[0]
    assert {"Who meets whom: Canary nurse", "What to bring: Canary papers"} <= set(lines[1]), lines[1]
    assert all(one[-1].startswith("Centre") for one in lines), lines
    assert [set(data["said"]) for one in found[0] if (data := written_data(one))] == [{"support"}, {"when", "spot", "who", "bring"}]


def test_a_country_names_further_payers(land: Land) -> None:
    case, lead = child(land), land[LEAD_ME]
    lead.country = lead.country.model_copy(update={"payers": (Payer(code="court", name="The court"),)})
    assert lead.country.payer_codes == (*OwnPayer, "court")
    ask(lead, case, **TONGUE | {"payer": "court"})


def test_nothing_lacks_what_its_kind_asks_for() -> None:
    for kind in SupportKind:
        full = SupportAsked(
            kind=kind, when=START, nights=1, origin="a", destination="b", languages=("sr",), payer="open"
        )  # fmt: skip
        assert list(lacks(full)) == []
    assert saying.UNSPOKEN, "groups that no words speak of are left out of these, too"
