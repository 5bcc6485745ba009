"""Cover for side cases: what lies in the lead's channel looks the same whether a side case has it or not, and means nothing to anybody."""

import shutil
from pathlib import Path

from services.assistance.handlers import handoffs as a
from services.referral.handlers.ending import close_case
from services.referral.handlers.status import DecideStatus, decide_status
from shared.decisions.send_queue import BEHIND
from shared.protocol.channel import channel_of, id_in_channel, in_channel, record_key
from shared.protocol.letters import CoverSent
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Need, Stage
from tests.services.referral.street import HOUSE, SHELTER_ME, Street
from tests.shared.bus import SimulatedRecord
from tests.shared.land import COUNTRY, INTAKE_ME, LEAD_ME, POLICE_ME, closing, decide, pull, rows, send, sure

LEAD = "rs-lead"
CHANNEL = channel_of(LEAD).encode()
COVERS = f"select count(*) from journal where type = '{CoverSent.TYPE}'"


def lying(street: Street) -> list[SimulatedRecord]:
    return [record for log in street.topic.logs for record in log]


def grounds(street: Street, form: str = "grounds") -> None:
    said = DecideStatus(case=street.main, stage=Stage.REASONABLE_GROUNDS, positive=True)
    decide(street.instances[LEAD_ME], decide_status, said, form)


def test_every_record_of_a_side_case_lies_in_the_leads_channel(street: Street, side: str) -> None:
    assert in_channel(side)
    assert record_key(side).encode() == CHANNEL
    decide(street.instances[SHELTER_ME], a.accept, street.of(SHELTER_ME, side), "yes")
    street.settle()
    assert side.encode() not in {record.key for record in lying(street)}
    assert rows(street.instances[SHELTER_ME], f"select count(*) from journal where \"case\" = '{side}'") == [(2,)]


def test_a_side_case_opens_with_one_record(street: Street) -> None:
    """More would stand out in the channel beside what the lead says in the main case. It comes four round trips sooner, too."""
    street.agree(HOUSE.id, Need.HOUSING)
    street.settle()
    side = street.ask()
    assert rows(street.instances[LEAD_ME], f"select type from journal where \"case\" = '{side}'") == [("case.reported.v1",)]
    assert sure(street.instances[SHELTER_ME], side).members == sure(street.instances[LEAD_ME], side).members
    assert [h.to for h in sure(street.instances[SHELTER_ME], side).handoffs.values()] == [HOUSE.id]


def test_what_somebody_decides_goes_behind_its_cover_and_the_cover_looks_like_any_record(street: Street) -> None:
    lead, before = street.instances[LEAD_ME], lying(street)
    grounds(street)
    send(lead, street.topic)
    (cover,) = [r for r in lying(street) if r not in before]
    assert cover.key == CHANNEL
    pull(lead, street.topic)
    send(lead, street.topic)
    (real,) = [r for r in lying(street) if r not in before and r is not cover]
    assert real.key == street.main.encode()
    assert len(cover.value or b"") == len(real.value or b"")


def test_cover_is_its_authors_alone_and_in_no_picture(street: Street) -> None:
    grounds(street)
    police = street.instances[POLICE_ME]
    asked = next(h for h in street.told().handoffs.values() if h.to == "rs-pol")
    decide(police, a.accept, a.OfHandoff(case=street.main, handoff=asked.id), "we come")
    street.settle()
    assert {me: rows(street.instances[me], COVERS)[0][0] for me in street.instances} == {
        INTAKE_ME: 0,
        LEAD_ME: 1,
        POLICE_ME: 1,
        SHELTER_ME: 0,
    }
    assert [len(instance.outgoing) for instance in street.instances.values()] == [0] * len(street.instances)
    assert rows(police, "select count(*) from picture") == [(1,)]
    for me in (INTAKE_ME, LEAD_ME, POLICE_ME, SHELTER_ME):
        assert not rows(street.instances[me], "select 1 from journal where verdict in ('unreadable', 'refused')"), me


def test_an_intake_reads_its_own_cover_though_it_reads_nothing_else_of_the_channel(street: Street) -> None:
    decide(street.instances[INTAKE_ME], a.revoke, a.OfHandoff(case=street.main, handoff=next(iter(street.told().handoffs))), "no more")
    street.settle()
    assert rows(street.instances[INTAKE_ME], COVERS) == [(1,)]


def test_an_opening_needs_no_cover(street: Street) -> None:
    assert [r for r in lying(street) if r.key == CHANNEL] == []


def test_when_a_case_ends_as_much_lies_in_the_channel_with_a_side_case_as_without(tmp_path: Path) -> None:
    found = set[int]()
    for sheltered in (True, False):
        (folder := tmp_path / str(sheltered)).mkdir()
        street = Street(folder)
        if sheltered:
            street.ask()
        before = lying(street)
        decide(street.instances[LEAD_ME], close_case, closing(street.instances[LEAD_ME], street.main), "over")
        street.settle()
        found.add(sum(r.key == CHANNEL for r in lying(street) if r not in before))
    assert found == {2}


def test_a_restart_keeps_the_cover_and_nothing_waits_for_it(street: Street) -> None:
    before = lying(street)
    grounds(street)
    street.instances.pop(LEAD_ME).close()
    street.instances[LEAD_ME] = street.open(LEAD_ME)
    send(street.instances[LEAD_ME], street.topic)
    assert {r.key for r in lying(street) if r not in before} == {CHANNEL, street.main.encode()}


def test_a_decision_that_a_restored_database_had_forgotten_is_covered_anew(street: Street) -> None:
    """Its cover had reached the log, and it had not: said once more it would be the same cover, and no cover at all."""
    path = street.folder / f"{LEAD_ME}.db"
    street.instances.pop(LEAD_ME).close()
    shutil.copy(path, street.folder / "backup.db")
    street.instances[LEAD_ME] = street.open(LEAD_ME)
    grounds(street)
    send(street.instances[LEAD_ME], street.topic)
    street.instances.pop(LEAD_ME).close()
    street.instances[LEAD_ME] = lead = street.open(LEAD_ME, "backup")
    street.settle()
    street.clock.at += 1
    grounds(street)
    street.settle()
    assert rows(lead, COVERS) == [(2,)]
    assert rows(lead, f"select verdict from outbox where type = '{CoverSent.TYPE}'") == [("counted",)]
    assert list(street.told().statuses) == [Stage.REASONABLE_GROUNDS]


def test_what_is_real_goes_when_its_cover_does_not_come_back(street: Street) -> None:
    lead = street.instances[LEAD_ME]
    lead.outgoing.waits = 0
    before = lying(street)
    grounds(street)
    send(lead, street.topic)
    assert {r.key for r in lying(street) if r not in before} == {CHANNEL, street.main.encode()}
    assert 0 < BEHIND < 1


def test_there_is_none_where_nobody_is_hidden(street: Street) -> None:
    for instance in street.instances.values():
        instance.knows(COUNTRY)
    grounds(street)
    street.settle()
    assert [r for r in lying(street) if r.key == CHANNEL] == []


def test_there_is_none_while_somebody_reads_protocol_1_alone(tmp_path: Path) -> None:
    street = Street(tmp_path, protocol=FIRST)
    grounds(street)
    side = street.ask()
    assert not in_channel(side)
    assert [r for r in lying(street) if r.key == CHANNEL] == []


def test_another_agencys_side_case_is_none_of_mine() -> None:
    mine, other = id_in_channel(LEAD, b"a" * 32), id_in_channel("rs-other", b"a" * 32)
    assert mine != other
    assert record_key(mine) != record_key(other)
    assert record_key(record_key(mine)) == record_key(mine)
