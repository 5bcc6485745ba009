"""What cannot arrive: it is not offered, is refused in words, and a request nobody can receive goes back at once to who asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.assistance.handlers import handoffs as a
from services.referral.handlers import cases as c
from services.referral.handlers import consent as s
from services.referral.handlers import ending, status
from services.referral.queries.side_cases import side_links
from shared.casework.case_reader import CaseReader
from shared.decisions.decide import UseCase
from shared.decisions.errors import RuleBroken
from shared.protocol.came_back import came_back
from shared.protocol.case import Case, HandoffState
from shared.protocol.facts import Facts
from shared.protocol.next_moves import moves
from shared.protocol.versions import FIRST, NEWEST
from shared.protocol.vocabulary import CloseReason, Need, ReopenReason, Stage
from tests.browser.desks import REPORT, town, words
from tests.services.referral.street import HOUSE, SHELTER_ME, Street
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, decide, report, sure


def excluded(tmp_path: Path, protocol: int) -> tuple[Street, str]:
    """The person does not want the police to be told; an organisation of the case asks them."""
    street = Street(tmp_path, protocol=protocol)
    street.instances[NGO_ME] = street.open(NGO_ME)
    case = report(street.instances[INTAKE_ME], "no police", needs=("legal",), withheld=("police",))
    street.settle()
    decide(street.instances[NGO_ME], a.request_handoff, a.RequestHandoff(case=case, to="rs-pol", need=Need.SAFETY), "asks them")
    street.settle()
    return street, case


def test_a_request_to_who_must_not_be_told_is_back_at_once_with_who_asked(tmp_path: Path) -> None:
    street, case = excluded(tmp_path, NEWEST)
    for me in (INTAKE_ME, LEAD_ME, NGO_ME):
        picture = sure(street.instances[me], case)
        (asked,) = (h for h in picture.handoffs.values() if h.to == "rs-pol")
        assert (asked.state, asked.code, asked.bounced, asked.answered_at) == (HandoffState.RETURNED, None, False, None)
        assert [h.id for h in came_back(picture, "rs-ngo")] == [asked.id]
        assert ("rs-ngo", "reassign") in [(m.who, m.what) for m in moves(picture)]
        assert "rs-pol" not in [m.who for m in moves(picture)]


def test_under_protocol_1_it_waits_as_before(tmp_path: Path) -> None:
    street, case = excluded(tmp_path, FIRST)
    (asked,) = (h for h in sure(street.instances[LEAD_ME], case).handoffs.values() if h.to == "rs-pol")
    assert asked.state is HandoffState.REQUESTED


@pytest.mark.parametrize("agreed", [True, False])
def test_who_may_be_told_joins_and_whom_nothing_lets_be_told_yet_is_waited_for(street: Street, agreed: bool) -> None:
    street.instances[NGO_ME] = street.open(NGO_ME)
    if agreed:
        street.agree("rs-ngo", Need.LEGAL, "she agrees")
    asked = a.RequestHandoff(case=street.main, to="rs-ngo", need=Need.LEGAL)
    decide(street.instances[POLICE_ME], a.request_handoff, asked, "asks")
    street.settle()
    (handoff,) = (h for h in street.told().handoffs.values() if h.to == "rs-ngo")
    assert (handoff.state, "rs-ngo" in street.told().agencies) == (HandoffState.REQUESTED, agreed)


def test_a_shelter_can_ask_the_lead_alone(street: Street, side: str) -> None:
    shelter = street.instances[SHELTER_ME]
    with pytest.raises(RuleBroken, match="only-who-is-here"):
        decide(shelter, a.request_handoff, a.RequestHandoff(case=side, to="rs-pol", need=Need.SAFETY), "asks the police")
    decide(shelter, a.request_handoff, a.RequestHandoff(case=side, to="rs-lead", need=Need.HEALTH), "asks the lead")
    street.settle()
    assert [h.to for h in sure(street.instances[LEAD_ME], side).handoffs.values() if h.need is Need.HEALTH] == ["rs-lead"]


LEADS: dict[str, tuple[UseCase, type[Facts], dict[str, object]]] = {
    "invite": (c.add_agency, s.AddAgency, {"agency": "rs-pol", "need": Need.SAFETY}),
    "ask another shelter": (c.ask_confidential, s.AddAgency, {"agency": HOUSE.id, "need": Need.HOUSING}),
    "record consent": (s.record_consent, s.RecordConsent, {"agency": "rs-pol", "need": "safety", "classes": ["D1"], "language": "sr"}),
    "consult": (s.consult, s.Consult, {"agency": "rs-pol", "need": Need.SAFETY}),
    "withdraw": (s.withdraw, s.Withdraw, {"agency": HOUSE.id}),
    "decide": (status.decide_status, status.DecideStatus, {"stage": Stage.REASONABLE_GROUNDS, "positive": True}),
    "start": (c.start_now, s.OfCase, {}),
    "close": (ending.close_case, ending.CloseCase, {"reason": CloseReason.OTHER}),
    "reopen": (ending.reopen_case, ending.ReopenCase, {"reason": ReopenReason.MISTAKE}),
}


@pytest.mark.parametrize("act", LEADS)
def test_what_the_lead_decides_it_decides_in_the_main_case(act: str, street: Street, side: str) -> None:
    use_case, command, said = LEADS[act]
    with pytest.raises(RuleBroken, match="in-the-main-case"):
        decide(street.instances[LEAD_ME], use_case, command.model_validate({"case": side, **said}), act)


def test_the_lead_alone_sees_which_side_case_belongs_to_which_case(street: Street, side: str) -> None:
    lead = street.instances[LEAD_ME]

    def links(case: Case) -> tuple[str, list[str]]:
        found = lead.transact(lambda work: side_links(CaseReader(lead, work.session), case))
        return found.main, [one.case for one in found.sides]

    assert links(sure(lead, street.main)) == ("", [side])
    assert links(sure(lead, side)) == (street.main, [])


def test_a_side_case_in_which_nothing_is_open_waits_for_nobody(street: Street, side: str) -> None:
    shelter = street.instances[SHELTER_ME]
    mine = street.of(SHELTER_ME, side)
    decide(shelter, a.decline, a.Decline(**mine.model_dump(), code="C6"), "full")  # pyright: ignore[reportArgumentType]
    street.settle()
    lead = street.instances[LEAD_ME]
    assert moves(sure(lead, side)) == ()
    assert ("rs-lead", "reassign") in [(m.who, m.what) for m in moves(sure(lead, street.main))], "it is back in the main case, once"


@pytest.fixture
def serbia(tmp_path: Path) -> Iterator[object]:
    with town(tmp_path, rs_ir="ines", rs_czztlj="jelena", rs_kuca="mara", rs_zdr_bg="zora") as made:
        yield made


def test_the_pages_offer_what_can_happen_and_tie_the_cases_for_the_lead(serbia) -> None:
    main = serbia.at["rs-ir"].post("/reports/new", form_id="r", **REPORT | {"danger": "true"}).headers["location"].rpartition("/")[2]
    serbia.carry()
    lead, house, clinic = (serbia.at[agency] for agency in ("rs-czztlj", "rs-kuca", "rs-zdr-bg"))
    agreed = {"agency": "rs-kuca", "need": "housing", "classes": ["D1"], "language": "ro"}
    assert lead.post(f"/lead/{main}/record-consent", form_id="c", **agreed).status_code == 303
    assert lead.post(f"/lead/{main}/ask-confidential", form_id="k", agency="rs-kuca", need="housing").status_code == 303
    serbia.carry()
    work = house.get("/work")
    side = work[work.index('href="/cases/') + 13 :].partition("/")[0]
    there, here = lead.whole(f"/lead/{side}"), lead.whole(f"/lead/{main}")
    assert f'href="/lead/{main}"' in there
    assert f'href="/lead/{side}"' in here
    assert "Safe House (invented)" in words(here)
    assert "been asked for, the person’s safety here" not in words(there), "safety is asked for in the main case"
    for act in ("add-agency", "consult", "record-consent", "ask-confidential", "withdraw", "decide-status", "close"):
        assert f'="/lead/{side}/{act}"' not in there
        assert act == "ask-confidential" or f'="/lead/{main}/{act}"' in here, "there is one shelter, and it is asked"
    for act in ("close", "reopen", "withdraw", "decide-status", "add-agency"):
        assert "Decide in the main case" in words(lead.get(f"/lead/{side}/{act}", 409)), "by address neither"
    refused = lead.post(f"/lead/{side}/close", form_id="x", reason="other")
    assert (refused.status_code, "Decide in the main case" in words(refused.text)) == (409, True)
    asking = house.get(f"/cases/{side}/request?need=housing")
    assert "only they can be asked here" in words(asking)
    assert 'value="rs-czztlj"' in asking
    assert 'value="rs-zdr-bg"' not in asking
    refused = house.post(f"/cases/{side}/request", form_id="y", to="rs-zdr-bg", need="health")
    assert "Ask the lead; it asks others in the person’s main case." in words(refused.text)
    assert side not in clinic.whole(f"/cases/{main}")
    assert "Safe House" not in clinic.whole(f"/cases/{main}")
