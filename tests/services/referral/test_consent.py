"""Consent per purpose, recipient and class, with its end; and what goes without: a child, danger, advice without identity."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.assistance.handlers.handoffs import RequestHandoff, request_handoff
from services.intake.handlers.reports import FileReport, file_report
from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, Consult, Withdraw, consult, withdraw
from services.referral.handlers.erasure import AskErasure
from services.referral.handlers.status import DecideStatus, decide_status
from services.referral.queries.consent import OnRecord, on_record
from shared.config.calendar import DAY
from shared.crypto.keystore import Keystore
from shared.decisions.errors import RuleBroken
from shared.privacy.consent import Months
from shared.processing.instance import Instance
from shared.protocol.case import Case
from shared.protocol.facts import Member
from shared.protocol.vocabulary import Basis, DataClass, HandoffKind, Need, Question, Stage
from shared.store import at_rest
from tests.services.referral.street import LAND, Street
from tests.shared.bus import START
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, agree, decide, report, rows, seen, sure

HEALTH_ME = "assistance.rs-health"
PERSON = {"age": "adult", "sex": "female", "language": "ro", "nationality": "MDA", "indicators": ("LI04",)}


class Avenue(Street):
    """The same street, with an organisation and a clinic; the lead's tables are closed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.instances |= {me: self.open(me) for me in (NGO_ME, HEALTH_ME)}
        self.lead, self.intake = self.instances[LEAD_ME], self.instances[INTAKE_ME]
        self.lead.keystore = Keystore(LEAD_ME, folder / "keystore", folder / "keys")

    def report(self, form: str = "one", **said: Any) -> str:
        case = report(self.intake, form, **{**PERSON, "needs": ("investigation", "legal"), **said})
        self.settle()
        return case

    def later(self, days: int) -> None:
        for instance in self.instances.values():
            instance.clock.at = START + days * 86_400_000  # type: ignore[attr-defined]

    def decided(self, case: str) -> None:
        decide(self.lead, decide_status, DecideStatus(case=case, stage=Stage.REASONABLE_GROUNDS, positive=True), f"status {case}")
        self.settle()

    def record(self, case: str) -> OnRecord:
        return asyncio.run(self.lead.ask(lambda reader: on_record(reader, sure(self.lead, case), self.lead.clock.now()[0])))


@pytest.fixture
def avenue(tmp_path: Path) -> Iterator[Avenue]:
    made = Avenue(tmp_path)
    yield made
    for instance in made.instances.values():
        instance.close()


def decided(instance: Instance, case: str) -> list[bool]:
    """What it knows of the decisions on status, from the decision itself or from a checkpoint."""
    known = told(instance, case)
    return [said["positive"] for said in known.get("decisions", {}).values()] or [known["positive"]]


def told(instance: Instance, case: str) -> dict[str, Any]:
    """All that an instance keeps of the person."""
    found: dict[str, Any] = {}
    for event, body in rows(instance, f"select event, body from journal where \"case\" = '{case}'"):
        for name, section in at_rest.opened(instance.keystore, at_rest.JOURNAL, event, case, body).items():
            if name != "D0":
                found |= section.get("profile", {}) | section.get("account", {}) | section
    return {name: value for name, value in found.items() if name not in ("profile", "account")}


def entry(case: Case, agency: str) -> Member:
    found = case.member(agency)
    assert found is not None
    return found


def test_who_is_withheld_is_not_invited_and_the_lead_alone_knows_why(avenue: Avenue) -> None:
    case = avenue.report(withheld=("police",), consent_language="ro", months=Months.SIX)
    assert seen(avenue.instances[POLICE_ME], case) is None
    assert [(u.need, u.agency, u.withheld) for u in avenue.record(case).unasked] == [
        (Need.INVESTIGATION, "rs-pol", True), (Need.WAGE_CLAIM, "", False),
    ]  # fmt: skip
    assert {r.language for r in avenue.record(case).rows} == {"ro"}
    assert told(avenue.instances[NGO_ME], case)["language"] == "ro"
    assert not told(avenue.instances[NGO_ME], case).keys() & {"withheld", "agreed", "consent_until", "consent_language"}
    assert not [body for (body,) in rows(avenue.lead, "select body from statistic") if "withheld" in body or "consent_" in body]
    assert all(row.startswith(at_rest.PREFIX) for (row,) in rows(avenue.lead, f"select told from legal_basis where \"case\" = '{case}'"))
    decide(
        avenue.instances[NGO_ME], request_handoff, RequestHandoff(case=case, to="rs-pol", need=Need.SAFETY), "the organisation asks them"
    )
    avenue.settle()
    assert "rs-pol" not in sure(avenue.lead, case).agencies, "nor does it join by itself"
    assert (Need.SAFETY, "rs-pol", True) in [(u.need, u.agency, u.withheld) for u in avenue.record(case).unasked]
    agree(avenue.lead, case, "rs-pol", Need.SAFETY, "changed her mind")
    decide(
        avenue.instances[NGO_ME], request_handoff, RequestHandoff(case=case, to="rs-pol", need=Need.SAFETY), "the organisation asks again"
    )
    avenue.settle()
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"]


@pytest.mark.parametrize(
    "said", [{"age": "child"}, {"age": "unsure"}, {"age": "adult", "consent": False, "danger": True, "ground": "life"}],
    ids=["a child", "an unsure age", "danger without consent"],
)  # fmt: skip
def test_who_must_not_be_told_is_not_told_on_any_basis(avenue: Avenue, said: dict[str, Any]) -> None:
    case = avenue.report(withheld=("police",), needs=("investigation", "legal"), **said)
    avenue.decided(case)
    assert sure(avenue.lead, case).basis is not Basis.CONSENT
    assert seen(avenue.instances[POLICE_ME], case) is None
    assert not told(avenue.instances[POLICE_ME], case)
    assert (Need.INVESTIGATION, "rs-pol", True) in [(u.need, u.agency, u.withheld) for u in avenue.record(case).unasked]
    assert told(avenue.instances[NGO_ME], case)["indicators"] == ["LI04"], "the others are"
    assert not told(avenue.instances[NGO_ME], case).keys() & {"withheld"}
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "all the same")
    urgent = AddAgency.model_validate({"case": case, "agency": "rs-pol", "need": "investigation", "ground": "life"})
    decide(avenue.lead, add_agency, urgent, "he is at the door")
    avenue.settle()
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"], "a ground that the lead answers for"


def test_who_must_not_be_told_is_not_even_consulted_on_a_report_without_consent(avenue: Avenue) -> None:
    case = avenue.report(withheld=("health",), consent=False)
    with pytest.raises(RuleBroken, match="withheld"):
        decide(avenue.lead, consult, Consult(case=case, agency="rs-health", need=Need.HEALTH, question=Question.ENTITLEMENT), "advice")
    decide(avenue.lead, consult, Consult(case=case, agency="rs-soc", need=Need.HOUSING, question=Question.SAFETY), "advice of another")


def test_what_is_sealed_after_the_end_leaves_the_sections_out(avenue: Avenue) -> None:
    case = avenue.report(months=Months.THREE)
    assert {m.until for m in sure(avenue.lead, case).members} == {LAND.in_days(START, Months.THREE.days)}
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"]
    avenue.later(91)
    avenue.decided(case)
    assert sure(avenue.instances[POLICE_ME], case).statuses, "who does what by when still comes"
    assert "decisions" not in told(avenue.instances[POLICE_ME], case)
    again = AddAgency(case=case, agency="rs-pol", need=Need.SAFETY)
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(avenue.lead, add_agency, again, "too late")
    agree(avenue.lead, case, "rs-pol", Need.INVESTIGATION, "asked again", months=Months.TWELVE)
    avenue.settle()
    assert entry(sure(avenue.instances[POLICE_ME], case), "rs-pol").until == LAND.in_days(START + 91 * DAY, Months.TWELVE.days)
    assert decided(avenue.instances[POLICE_ME], case) == [True], "renewed, it is given what it missed"


def test_only_what_was_agreed_is_told_to_anybody(avenue: Avenue) -> None:
    case = avenue.report(agreed=("D1",))
    for me in (LEAD_ME, POLICE_ME):
        assert "indicators" not in told(avenue.instances[me], case)
        assert DataClass.D2 not in entry(sure(avenue.lead, case), me.partition(".")[2]).classes
    assert told(avenue.intake, case)["indicators"] == ["LI04"], "its own agency keeps what it saw"
    neither = avenue.report("two", agreed=(), withheld=("police",))
    assert not told(avenue.instances[NGO_ME], neither)
    assert not told(avenue.intake, neither).keys() & PERSON.keys() - {"indicators"}
    assert seen(avenue.instances[POLICE_ME], neither) is None, "the lead was told whom to leave out all the same"


@pytest.mark.parametrize("agreed", [None, ("D1",)], ids=["not asked apart", "the profile alone"])
def test_the_place_of_a_report_is_the_leads_alone_for_a_lead_of_before_too(avenue: Avenue, agreed: Any) -> None:
    case = avenue.report(place="Canary Sad", **{"agreed": agreed} if agreed else {})
    assert DataClass.D5 not in told(avenue.lead, case).get("agreed", ()), "what a lead of before gives to everybody"
    rows = {row.recipient: row.classes for row in avenue.record(case).rows}
    assert DataClass.D5 in rows["rs-lead"]
    assert not any(DataClass.D5 in classes for who, classes in rows.items() if who != "rs-lead")
    avenue.decided(case)
    agree(avenue.lead, case, "rs-health", Need.HEALTH, "and a doctor")
    decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-health", need=Need.HEALTH), "a doctor")
    avenue.settle()
    had = {member.agency for member in sure(avenue.lead, case).members if DataClass.D5 in member.classes}
    assert had == {"rs-lead"}, "the rosters that follow leave it to the lead"


def test_who_is_consulted_has_the_band_and_nothing_later_until_there_is_consent(avenue: Avenue) -> None:
    case = avenue.report()
    decide(avenue.lead, consult, Consult(case=case, agency="rs-soc", need=Need.HOUSING, question=Question.SAFETY), "advice")
    decide(
        avenue.lead, consult, Consult(case=case, agency="rs-health", need=Need.HEALTH, question=Question.ENTITLEMENT), "advice of a clinic"
    )
    avenue.settle()
    clinic = avenue.instances[HEALTH_ME]
    assert told(clinic, case) == {"age": "adult", "sex": "female"}
    asked = next(h for h in sure(clinic, case).handoffs.values() if h.to == "rs-health")
    assert asked.kind is HandoffKind.CONSULTATION
    agree(avenue.lead, case, "rs-health", Need.HEALTH, "she agrees", classes=("D1",))
    avenue.settle()
    assert told(clinic, case)["language"] == "ro"
    assert entry(sure(clinic, case), "rs-health").basis is Basis.CONSENT


def test_an_anonymous_case_may_be_consulted_on_and_tells_nothing_of_the_person(avenue: Avenue) -> None:
    case = avenue.report(consent=False)
    decide(avenue.lead, consult, Consult(case=case, agency="rs-health", need=Need.HEALTH, question=Question.ENTITLEMENT), "advice")
    avenue.settle()
    assert not told(avenue.instances[HEALTH_ME], case)
    assert sure(avenue.instances[HEALTH_ME], case).agencies == {"rs-insp", "rs-lead", "rs-health"}
    with pytest.raises(RuleBroken, match="anonymous-case"):
        agree(avenue.lead, case, "rs-health", Need.HEALTH, "she agrees")


def test_in_an_emergency_the_ground_is_recorded_and_the_least_is_told(avenue: Avenue) -> None:
    case = avenue.report(needs=())
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.SAFETY), "without asking")
    urgent = AddAgency.model_validate({"case": case, "agency": "rs-ngo", "need": "safety", "ground": "life", "words": "he is at the door"})
    decide(avenue.lead, add_agency, urgent, "now")
    avenue.settle()
    member = entry(sure(avenue.lead, case), "rs-ngo")
    assert (member.basis, DataClass.D3 in member.classes) == (Basis.VITAL, False)
    assert told(avenue.instances[NGO_ME], case)["indicators"] == ["LI04"]
    assert any(h.kind is HandoffKind.EMERGENCY for h in sure(avenue.instances[NGO_ME], case).handoffs.values())
    assert avenue.record(case).rows[-1].words == "he is at the door"
    assert b"at the door" not in b"".join(f.read_bytes() for f in avenue.folder.glob(f"{LEAD_ME}.db*"))


def test_a_withdrawal_ends_what_is_on_record_and_of_the_others_nothing(avenue: Avenue) -> None:
    case = avenue.report()
    decide(avenue.lead, withdraw, Withdraw(case=case, agency="rs-pol"), "no police")
    avenue.settle()
    decide(avenue.instances[NGO_ME], request_handoff, RequestHandoff(case=case, to="rs-pol", need=Need.INVESTIGATION), "asks them again")
    avenue.settle()
    assert "rs-pol" not in sure(avenue.lead, case).agencies
    agree(avenue.lead, case, "rs-pol", Need.SAFETY, "a question of safety")
    decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-pol", need=Need.SAFETY), "asks")
    decide(avenue.lead, withdraw, Withdraw(case=case, agency="rs-pol"), "no police after all")
    assert [(r.basis, r.ended_at is None) for r in avenue.record(case).rows if r.recipient == "rs-pol"] == [
        (Basis.NONE, True), (Basis.CONSENT, False), (Basis.NONE, True),
    ]  # fmt: skip
    avenue.decided(case)
    assert decided(avenue.instances[NGO_ME], case) == [True]


def test_a_lead_from_an_empty_database_still_knows_what_was_withdrawn(avenue: Avenue) -> None:
    case = avenue.report()
    decide(avenue.lead, withdraw, Withdraw(case=case, agency="rs-pol"), "no police")
    avenue.settle()
    avenue.instances.pop(LEAD_ME).close()
    avenue.instances[LEAD_ME] = new = avenue.open(LEAD_ME, "lead again")
    avenue.settle()
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(new, add_agency, AddAgency(case=case, agency="rs-pol", need=Need.INVESTIGATION), "once more")
    with pytest.raises(RuleBroken, match="asked-already"):
        decide(new, add_agency, AddAgency(case=case, agency="rs-ngo", need=Need.LEGAL), "another")
    assert entry(sure(new, case), "rs-ngo").basis is Basis.CONSENT


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [({"danger": True, "consent": False}, "ground-needed", "ground"), ({"withheld": ("identifier",)}, "withheld-lead", "withheld")],
)
def test_what_a_report_must_say(avenue: Avenue, said: dict[str, Any], code: str, field: str) -> None:
    told = FileReport.model_validate({"danger": False, "consent": True, "age": "adult"} | said)
    with pytest.raises(RuleBroken, match=code) as broken:
        decide(avenue.intake, file_report, told, "x")
    assert broken.value.field == field


def test_what_would_be_left_unheard_is_refused_at_its_field(avenue: Avenue) -> None:
    case = avenue.report()
    about = {"case": case, "agency": "rs-pol", "need": "safety"}
    with pytest.raises(RuleBroken, match="ground-of-words") as broken:
        decide(avenue.lead, add_agency, AddAgency.model_validate(about | {"words": "he is at the door"}), "a note without a ground")
    assert broken.value.field == "ground"
    with pytest.raises(RuleBroken, match="beyond-mandate") as broken:
        agree(avenue.lead, case, "rs-health", Need.HEALTH, "a clinic is told no signs", classes=("D2",))
    assert broken.value.field == "classes"
    for command in (Withdraw, AskErasure):  # of a class that describes nobody: it would have meant everything
        with pytest.raises(ValidationError, match="classes"):
            command.model_validate({"case": case, "agency": "rs-pol", "classes": ("D0",)})
    avenue.settle()
    assert told(avenue.instances[POLICE_ME], case)["indicators"] == ["LI04"]


def test_nobody_is_let_in_by_another_way_than_the_leads_own(avenue: Avenue) -> None:
    """The same act, on the lead's page and by a member: without a basis neither lets the agency in; with one both do."""
    case = avenue.report()
    with pytest.raises(RuleBroken, match="no-basis"):
        decide(avenue.lead, add_agency, AddAgency(case=case, agency="rs-soc", need=Need.HOUSING), "the lead asks")
    police = avenue.instances[POLICE_ME]
    decide(police, request_handoff, RequestHandoff(case=case, to="rs-soc", need=Need.HOUSING), "the police ask")
    avenue.settle()
    assert "rs-soc" not in sure(avenue.lead, case).agencies
    assert (Need.HOUSING, "rs-soc", False) in [(u.need, u.agency, u.withheld) for u in avenue.record(case).unasked]
    agree(avenue.lead, case, "rs-soc", Need.HOUSING, "she agrees")
    avenue.settle()
    assert "rs-soc" in sure(avenue.lead, case).agencies


def test_a_consultation_is_the_same_whoever_asks(avenue: Avenue) -> None:
    case, other = avenue.report(), avenue.report("two")
    decide(avenue.lead, consult, Consult(case=case, agency="rs-health", need=Need.HEALTH, question=Question.ENTITLEMENT), "the lead asks")
    asked = RequestHandoff(case=other, to="rs-health", need=Need.HEALTH, kind=HandoffKind.CONSULTATION, question=Question.ENTITLEMENT)
    decide(avenue.instances[POLICE_ME], request_handoff, asked, "the police ask")
    avenue.settle()
    entries = [entry(sure(avenue.lead, one), "rs-health") for one in (case, other)]
    assert entries[0] == entries[1]
    said = [[(r.purpose, r.classes, r.basis) for r in avenue.record(one).rows if r.recipient == "rs-health"] for one in (case, other)]
    assert said[0] == said[1] != []
