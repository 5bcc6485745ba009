"""One form, or one idempotency key, records one content: sent again it is told so, and other content under it is never taken for done."""

import pytest

from services.assistance.handlers import handoffs as a
from services.intake.handlers.reports import FileReport, file_report
from services.referral.handlers import consent as c
from shared.decisions.form_receipts import FormUsed, SentLately
from shared.processing.instance import Instance
from shared.protocol.vocabulary import AgeBand, DataClass, Need
from shared.store.at_rest import PREFIX
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, report, rows
from tests.shared.rested import Land, erase

ADULT = FileReport(danger=False, consent=True, age=AgeBand.ADULT, needs=(Need.LEGAL,))
CHILD = FileReport(danger=True, age=AgeBand.CHILD, needs=(Need.HEALTH,))


def reports(instance: Instance) -> int:
    return rows(instance, "select count(*) from report")[0][0]


def test_a_child_in_danger_is_not_lost_behind_the_form_of_an_adult(house: House) -> None:
    intake = house[INTAKE_ME]
    first = decide(intake, file_report, ADULT, "f1")
    assert decide(intake, file_report, ADULT, "f1") == type(first)(first.case, first.keys, repeated=True)
    with pytest.raises(FormUsed) as used:
        decide(intake, file_report, CHILD, "f1")
    assert (used.value.code, used.value.recorded.case, used.value.recorded.keys) == ("form-used", first.case, first.keys)
    assert used.value.recorded.use_case == "file_report"
    assert reports(intake) == 1
    assert decide(intake, file_report, CHILD, "f2").case != first.case


def test_the_same_form_for_another_decision_or_another_case_is_not_taken_for_done(house: House) -> None:
    one, two = report(house[INTAKE_ME]), report(house[INTAKE_ME], form="r2")
    house.settle()
    police = house[POLICE_ME]
    decide(police, a.accept, house.asked(POLICE_ME, one), "f3")
    for use_case, case in ((a.ask_info, one), (a.accept, two)):
        with pytest.raises(FormUsed) as used:
            decide(police, use_case, a.AskInfo(**house.asked(POLICE_ME, case).model_dump(), words="Invented?"), "f3")
        assert (used.value.recorded.use_case, used.value.recorded.case) == ("accept", one)
    assert decide(police, a.accept, house.asked(POLICE_ME, two), "f4").repeated is False


def test_a_decision_that_makes_no_event_has_its_receipt_too(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    agreed = c.RecordConsent(case=case, agency="rs-health", need=Need.HEALTH, classes=(DataClass.D1,), language="sr")
    first = decide(house[LEAD_ME], c.record_consent, agreed, "f5")
    recorded = rows(house[LEAD_ME], "select count(*) from legal_basis")
    assert (first.keys, first.repeated) == ((), False)
    assert decide(house[LEAD_ME], c.record_consent, agreed, "f5").repeated
    with pytest.raises(FormUsed):
        decide(house[LEAD_ME], c.record_consent, agreed.model_copy(update={"language": "ro"}), "f5")
    assert rows(house[LEAD_ME], "select count(*) from legal_basis") == recorded


def test_what_only_the_log_knows_is_not_taken_for_the_same(house: House) -> None:
    """A database from a backup, or of before there were receipts: nobody can see whether it was the same, so nobody says so."""
    intake = house[INTAKE_ME]
    first = decide(intake, file_report, ADULT, "f6")
    with intake.engine.begin() as connection:
        connection.exec_driver_sql("delete from formreceipt")
    with pytest.raises(FormUsed) as used:
        decide(intake, file_report, ADULT, "f6")
    assert (used.value.code, used.value.recorded.case) == ("form-used-before", first.case)


def test_a_receipt_goes_with_the_case_and_then_nothing_is_taken_for_the_same(land: Land) -> None:
    intake = land[INTAKE_ME]
    case = decide(intake, file_report, ADULT, "f1").case
    land.settle()
    assert rows(intake, "select content from formreceipt")[0][0].startswith(PREFIX), "even the digest is closed under the key of the case"
    assert decide(intake, file_report, ADULT, "f1").repeated
    erase(intake, case)
    with pytest.raises(FormUsed) as used:
        decide(intake, file_report, ADULT, "f1")
    assert used.value.code == "form-used-before"


def test_whoever_records_the_same_again_is_asked_whether_it_is_meant_twice(house: House) -> None:
    intake = house[INTAKE_ME]

    def send(form: str, officer: str, asks: int | None = 60_000) -> str:
        return intake.transact(
            lambda work: intake.decide_in(work, file_report, ADULT, form=form, officer=officer, asks_within=asks)
        ).case  # fmt: skip

    first = send("f7", "o1")
    with pytest.raises(SentLately) as asked:
        send("f8", "o1")
    assert asked.value.recorded.case == first
    assert send("f9", "o2") != first, "somebody else met somebody else"
    assert send("f10", "o1", asks=None) != first, "who says so means it twice, and programs are not asked"
    house.clock.at += 60_001
    assert send("f11", "o1") != first
