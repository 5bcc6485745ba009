"""Ground that comes back while something else goes: what was dropped stays so, what is told anew is kept, and each receipt is given."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from services.referral.handlers.cases import add_agency
from services.referral.handlers.consent import AddAgency, RecordConsent, Withdraw, record_consent, withdraw
from services.referral.handlers.erasure import AskErasure, ask_erasure
from shared.decisions.change import Change
from shared.privacy import erasure
from shared.privacy.erasure_requests import ErasureRequest, request_erasure
from shared.processing.log_switch import ask, ask_redelivery
from shared.processing.retry import ask_retry
from shared.protocol.vocabulary import DataClass, Need
from shared.store.instance_tables import LogRequestKind
from tests.services.referral.street import SHELTER_ME, TOLD, Street
from tests.services.referral.test_receipts import D1, D2, POLICE, knows, lying, standings, take_away
from tests.shared.bus import Topic
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, pull, rows, send, sure

REPORTER = INTAKE_ME.partition(".")[2]
ALL = {"D1", "D2"}


@pytest.fixture
def street(tmp_path: Path) -> Street:
    return Street(tmp_path, keyed=True)


def agrees_again(street: Street, *, asked_still: bool = False) -> None:
    agreed = RecordConsent(case=street.main, agency=POLICE, need=Need.INVESTIGATION, classes=(D1, D2), language="sr")
    decide(street.instances[LEAD_ME], record_consent, agreed, "consent")
    if not asked_still:
        decide(street.instances[LEAD_ME], add_agency, AddAgency(case=street.main, agency=POLICE, need=Need.INVESTIGATION), "again")


def ask_to_erase(street: Street, *classes: DataClass) -> None:
    decide(street.instances[LEAD_ME], ask_erasure, AskErasure(case=street.main, classes=classes, reason="asked for it"), "erase")


def by_order(street: Street) -> None:
    """An officer of the police erases the case there."""
    with Session(street.instances[POLICE_ME].engine) as session, session.begin():
        request_erasure(session, street.main, ErasureRequest("o1", "the court has said so", street.clock.at))
    street.rest()
    assert knows(street.instances[POLICE_ME], street.main) == set()


def given_anew(street: Street, occasion: str) -> None:
    with Session(street.instances[LEAD_ME].engine) as session, session.begin():
        ask_redelivery(session, POLICE, occasion)


def opened_again(street: Street, me: str) -> None:
    street.instances[me].close()
    street.instances[me] = street.open(me)


def owing(street: Street, agency: str) -> list[tuple[str, ...]]:
    return [owed.missing for owed in standings(street) if owed.agency == agency]


def test_who_reads_the_withdrawal_and_the_new_consent_at_once_keeps_what_is_told_anew(street: Street) -> None:
    away = street.instances.pop(POLICE_ME)
    take_away(street)
    street.rest()
    agrees_again(street)
    street.rest()
    assert away.keystore
    before = away.keystore.key(street.main, "D1")
    street.instances[POLICE_ME] = away
    street.rest()
    opened_again(street, POLICE_ME)
    assert knows(street.instances[POLICE_ME], street.main) == ALL
    keys = street.instances[POLICE_ME].keystore
    assert keys
    assert keys.key(street.main, "D1") != before, "what was told before is closed for good"
    assert owing(street, POLICE) == [()]


def test_a_new_consent_that_was_parked_takes_nothing_from_what_is_parked_behind_it(street: Street) -> None:
    """A withdrawal, the request to erase everything, and a new consent wait at the police, and further records behind: they must open."""
    police, ill = street.instances.pop(POLICE_ME), {"roster.set.v1"}
    well = police.service.project

    def project(work: erasure.UnitOfWork, change: Change) -> None:
        if change.noted.core.type in ill:
            raise ArithmeticError
        well(work, change)

    police.service = replace(police.service, project=project)
    take_away(street, D2)
    street.rest()
    ask_to_erase(street)
    street.rest()
    agrees_again(street, asked_still=True)
    street.rest()
    street.instances[POLICE_ME] = police
    pull(police, street.topic)
    assert [code for (code,) in rows(police, "select code from parked order by place")][:2] == ["could-not-apply", "waits-behind"]
    ill.clear()
    police.transact(lambda work: ask_retry(work.session))
    street.rest()
    assert rows(police, "select code from parked") == []
    assert sure(police, street.main) == sure(street.instances[LEAD_ME], street.main)
    assert police.keystore
    assert "D2" not in police.keystore.gone(street.main), "what is told of it from now on is kept"
    assert {"D1", "D8"} <= police.keystore.gone(street.main)
    assert owing(street, POLICE)[-1] == ()


def test_a_transaction_that_failed_after_its_keys_were_written_loses_nothing_that_is_told_later(street: Street) -> None:
    take_away(street)
    street.rest()
    police = street.instances[POLICE_ME]

    def fails(work: erasure.UnitOfWork) -> None:
        erasure.revive(work, street.main, ALL)
        assert police.keystore
        police.keystore.settle()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        police.transact(fails)
    agrees_again(street)
    street.rest()
    opened_again(street, POLICE_ME)
    assert knows(street.instances[POLICE_ME], street.main) == ALL


@pytest.mark.parametrize("how", ["an empty database", "given anew"])
def test_what_was_erased_by_order_is_not_told_again_without_a_new_ground(street: Street, how: str) -> None:
    by_order(street)
    if how == "given anew":
        given_anew(street, "1")
    else:
        street.instances[POLICE_ME].close()
        with closing(sqlite3.connect(street.folder / f"{POLICE_ME}.db")) as db, db:
            kept = {"instancemetadata", "alembic_version"}
            for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                if table not in kept:
                    db.execute(f"delete from {table}")
        street.instances[POLICE_ME] = street.open(POLICE_ME)
    street.rest()
    assert sure(street.instances[POLICE_ME], street.main) == sure(street.instances[LEAD_ME], street.main)
    assert knows(street.instances[POLICE_ME], street.main) == set()


@pytest.mark.parametrize("asked", [False, True], ids=["withdrawn", "erasure asked"])
def test_what_a_checkpoint_tells_by_its_state_alone_is_heeded_too(street: Street, asked: bool) -> None:
    """The police are given the case anew twice: the first checkpoint never opened, and D2 went in between."""
    away = street.instances.pop(POLICE_ME)
    given_anew(street, "1")
    street.rest()
    spoilt, heard = street.topic.ends()[0] - 1, Topic()
    ask_to_erase(street, D2) if asked else take_away(street, D2)
    street.rest()
    given_anew(street, "2")
    street.rest()
    for n, record in enumerate(lying(street)):
        heard.land(record.key, b"spoilt" if n == spoilt else record.value, record.timestamp)
    pull(away, heard)
    street.instances[POLICE_ME] = away
    street.rest()
    assert away.view_of(street.main).member
    assert knows(away, street.main) == {"D1"}
    assert owing(street, POLICE) == [()]


def test_after_an_erasure_a_new_consent_can_be_recorded_and_counts(street: Street) -> None:
    take_away(street)
    street.rest()
    ask_to_erase(street)
    street.rest()
    agrees_again(street)
    street.rest()
    opened_again(street, LEAD_ME)
    assert set(sure(street.instances[LEAD_ME], street.main).member(POLICE).classes) >= {D1, D2}  # pyright: ignore[reportOptionalMemberAccess]
    assert knows(street.instances[LEAD_ME], street.main) == set(), "what was erased stays so"


def test_a_class_that_is_withdrawn_from_a_shelter_leaves_its_side_case(street: Street) -> None:
    street.ask()
    decide(street.instances[LEAD_ME], withdraw, Withdraw(case=street.main, agency=TOLD, classes=(D1,)), "w")
    street.rest()
    assert knows(street.instances[SHELTER_ME], street.side) == set()
    assert [(o.classes, SHELTER_ME in o.missing) for o in standings(street) if SHELTER_ME.endswith(o.agency)] == [(("D1",), False)]


def test_a_reporter_that_has_left_and_kept_nothing_still_answers(street: Street) -> None:
    take_away(street, agency=REPORTER)
    street.rest()
    ask_to_erase(street)
    street.rest()
    assert [INTAKE_ME in missing for missing in owing(street, REPORTER)] == [False, False]


def test_a_receipt_that_the_lead_had_not_read_lies_on_another_log_too(street: Street) -> None:
    police, lead = street.instances[POLICE_ME], street.instances.pop(LEAD_ME)
    decide(lead, withdraw, Withdraw(case=street.main, agency=POLICE), "w")
    for _ in range(2):  # its cover, then it
        send(lead, street.topic)
        pull(lead, street.topic)
    street.rest()
    assert len(police.outgoing) == 0
    street.instances[LEAD_ME] = lead
    assert owing(street, POLICE) == [(POLICE_ME,)]
    street.topic = Topic()
    for instance in street.instances.values():
        with Session(instance.engine) as session, session.begin():
            ask(session, LogRequestKind.ADMIT)
        instance.idle(clocks=False)
        instance.catches_up()
    for _ in range(10):
        for instance in street.instances.values():
            instance.idle(clocks=False)
            send(instance, street.topic)
        for instance in street.instances.values():
            pull(instance, street.topic)
    street.rest()
    assert owing(street, POLICE) == [()]
    both = "select o.state, o.verdict, j.verdict from outbox o join journal j on j.key = o.key"
    said = f"{both} where o.type = 'receipt.given.v1' order by j.seq"
    assert rows(police, said) == [("done", "counted", "undone"), ("done", "counted", "counted")]
