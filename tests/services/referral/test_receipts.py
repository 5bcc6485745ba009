"""What becomes of what an agency was told once the ground for it is gone: it goes or is kept by law, and the lead hears which."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.erasure import AskErasure, ask_erasure
from services.referral.projections import receipts
from services.referral.projections.receipts import Given, ReceiptStanding
from shared.config.calendar import DAY, HOUR
from shared.config.country_tables import Keep
from shared.decisions.decide import DecisionContext, say
from shared.privacy.erasure_requests import HoldDecision, place_hold
from shared.processing.instance import Instance
from shared.protocol.channel import channel_of
from shared.protocol.letters import ErasureAsked
from shared.protocol.vocabulary import AgencyKind, DataClass, KeepGround, Need
from shared.web.http.pages import environment
from shared.web.text import labels
from tests.browser.desks import words
from tests.services.referral.street import HOUSE, LAND, SHELTER_ME, TOLD, Street
from tests.shared.bus import START, SimulatedRecord
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide
from tests.shared.rested import note_of, profile_of

TEMPLATES = Path(receipts.__file__).parents[1] / "templates"
POLICE, LEAD = POLICE_ME.partition(".")[2], LEAD_ME.partition(".")[2]
D1, D2 = DataClass.D1, DataClass.D2
LETTER = "5f3dc1a4-0f5e-4a8b-9d0e-2c64a1b7e009"
LAW = Keep(kind=AgencyKind.POLICE, classes=frozenset({D2}), ground=KeepGround.CRIMINAL_PROCEDURE)


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(tmp_path, keyed=True)


def knows(instance: Instance, case: str) -> set[str]:
    """The classes of which something can be read there."""
    return {name for name, said in profile_of(instance, case).items() if said}


def lying(street: Street) -> list[SimulatedRecord]:
    """What lies on the log."""
    return [record for log in street.topic.logs for record in log]


def standings(street: Street, case: str = "") -> list[ReceiptStanding]:
    with Session(street.instances[LEAD_ME].engine) as session:
        return receipts.of_case(session, case or street.main)


def late(street: Street) -> list[ReceiptStanding]:
    with Session(street.instances[LEAD_ME].engine) as session:
        return receipts.late(session, street.clock.at)


def take_away(street: Street, *classes: DataClass, agency: str = POLICE, form: str = "w") -> None:
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=agency, classes=classes), form)


def test_who_is_taken_off_drops_what_it_was_told_and_says_so_to_the_lead_alone(street: Street) -> None:
    police = street.instances[POLICE_ME]
    assert knows(police, street.main) == {"D1", "D2"}
    before = lying(street)
    take_away(street)
    street.rest()
    assert knows(police, street.main) == set()
    (owed,) = standings(street)
    assert (owed.agency, owed.missing, set(owed.classes) >= {"D1", "D2"}) == (POLICE, (), True)
    assert [(a.instance, a.kept, a.ground) for a in owed.given] == [(POLICE_ME, (), "")]
    (letter,) = [r for r in lying(street) if r not in before and r.key not in (street.main.encode(), channel_of(LEAD).encode())]
    opens = {me for me, seal in street.seals.items() if seal.open(letter.value or b"", (letter.key or b"").decode(), 0, letter.timestamp)}
    assert opens == {me for me in street.seals if me.endswith((f".{LEAD}", f".{POLICE}"))}
    assert knows(street.instances[INTAKE_ME], street.main) == {"D1", "D2"}, "who stays keeps what it knows"
    assert len(police.outgoing) == 0


def test_one_class_goes_alone(street: Street) -> None:
    take_away(street, D2)
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == {"D1"}
    (owed,) = standings(street)
    assert (owed.classes, owed.missing, owed.given[0].dropped) == (("D2",), (), ("D2",))


def test_what_is_kept_by_law_stays_and_is_said_with_its_ground(tmp_path: Path) -> None:
    street = Street(tmp_path, LAND.model_copy(update={"keeps": (LAW,)}), keyed=True)
    take_away(street)
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == {"D2"}
    (answer,) = standings(street)[0].given
    assert (answer.kept, answer.ground) == (("D2",), "criminal_procedure")
    assert "D1" in answer.dropped


def test_a_hold_keeps_it_all(street: Street) -> None:
    police = street.instances[POLICE_ME]
    with Session(police.engine) as session, session.begin():
        place_hold(session, street.main, HoldDecision("o1", "a complaint is pending", street.clock.at))
    take_away(street)
    street.rest()
    assert knows(police, street.main) == {"D1", "D2"}
    (answer,) = standings(street)[0].given
    assert (answer.dropped, answer.ground) == ((), "legal_hold")


def test_whoever_has_not_answered_in_time_is_listed_and_is_not_once_it_has(street: Street) -> None:
    away = street.instances.pop(POLICE_ME)
    take_away(street)
    street.rest()
    assert late(street) == []
    street.clock.at += int(LAND.receipt_hours * HOUR) + 1
    (owed,) = late(street)
    assert (owed.agency, owed.missing) == (POLICE, (POLICE_ME,))
    street.instances[POLICE_ME] = away
    street.rest()
    assert late(street) == []
    assert standings(street)[0].missing == ()


@pytest.mark.parametrize("again", [False, True], ids=["the same process", "started again"])
def test_with_a_new_consent_the_agency_is_told_anew(street: Street, again: bool) -> None:
    take_away(street)
    street.rest()
    agrees = RecordConsent(case=street.main, agency=POLICE, need=Need.INVESTIGATION, classes=(D1, D2), language="sr")
    decide(street.instances[LEAD_ME], record_consent, agrees, "consent")
    decide(street.instances[LEAD_ME], add_agency, AddAgency(case=street.main, agency=POLICE, need=Need.INVESTIGATION), "again")
    street.rest()
    if again:
        street.instances[POLICE_ME].close()
        street.instances[POLICE_ME] = street.open(POLICE_ME)
    assert knows(street.instances[POLICE_ME], street.main) == {"D1", "D2"}
    take_away(street, form="w2")
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == set()
    assert [owed.missing for owed in standings(street)] == [(), ()]


def test_asked_to_erase_everybody_does_and_says_so_the_lead_itself_too(street: Street) -> None:
    street.ask()
    street.rest()
    assert note_of(street.instances[INTAKE_ME], street.main)
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, reason="asked for it"), "erase")
    street.rest()
    for me, case in ((INTAKE_ME, street.main), (LEAD_ME, street.main), (POLICE_ME, street.main), (SHELTER_ME, street.side)):
        assert knows(street.instances[me], case) == set(), me
    assert note_of(street.instances[INTAKE_ME], street.main) == ""
    owed = standings(street)
    assert {o.agency for o in owed} >= {POLICE, LEAD, HOUSE.id}
    assert TOLD not in {o.agency for o in owed}
    assert all(street.instances.keys().isdisjoint(o.missing) for o in owed), "those that run have answered"
    assert all(o.erasure and o.due == LAND.in_days(street.clock.at, LAND.erasure_days) for o in owed)


def test_who_has_left_and_kept_something_by_law_is_asked_by_letter(tmp_path: Path) -> None:
    street = Street(tmp_path, LAND.model_copy(update={"keeps": (LAW.model_copy(update={"basis": frozenset({"consent"})}),)}), keyed=True)
    take_away(street)
    street.rest()
    police = street.instances[POLICE_ME]
    assert knows(police, street.main) == {"D2"}
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, classes=(D2,), reason="asked for it"), "erase")
    street.rest()
    by_police = [o for o in standings(street) if o.agency == POLICE]
    assert [(o.erasure, o.missing) for o in by_police] == [(False, ()), (True, ())]
    assert by_police[1].given[0].ground == "criminal_procedure", "the law still says so"
    assert knows(street.instances[LEAD_ME], street.main) == {"D1"}


def test_nobody_but_the_lead_can_have_it_erased(street: Street) -> None:
    """A member says that erasure is asked: refused in the case, and unheard as a letter."""
    police, forged = street.instances[POLICE_ME], ErasureAsked(about=street.main, to=LEAD, answer_by=street.clock.at + DAY)
    police.transact(lambda work: say(DecisionContext(work, "forged", street.clock.at, simulated=False), LETTER, [forged], strict=False))
    street.rest()
    assert knows(street.instances[LEAD_ME], street.main) == {"D1", "D2"}
    assert len(police.outgoing) == 0


def test_what_is_kept_is_not_said_to_be_erased_too() -> None:
    every = tuple(f"D{n}" for n in range(1, 9))
    given = Given("assistance.rs-zdr-bg", every, ("D6",), "health_records", START)
    row = ReceiptStanding("a case", "rs-zdr-bg", every, START, START, erasure=True, given=[given])
    table: Any = getattr(environment(TEMPLATES).get_template("referral/receipts.html").module, "table")  # noqa: B009 (Jinja's)
    told = words(str(table([row], START, Plain(), Plain(), labels)))
    assert "erased everything else" in told
    assert "erased everything " not in told.replace("everything else", "")


class Plain:
    """Says each code as it is."""

    def name(self, agency: str) -> str:
        return agency

    def of(self, table: dict[str, str], code: str) -> str:
        return code
