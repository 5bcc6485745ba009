"""Another log is admitted: the lead's checkpoints first, then what they lack; every member ends with one picture, nothing is lost."""

from pathlib import Path

import pytest
from sqlmodel import Session

from services.assistance.handlers import handoffs as a
from shared.decisions.errors import RuleBroken
from shared.processing import log_switch
from shared.processing.instance import Instance
from shared.protocol.case import Case, HandoffState
from shared.store.instance_tables import LogRequestKind
from shared.store.positions import AnotherLog
from tests.shared.bus import Topic
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, NGO_ME, POLICE_ME, SERVICES, database, decide, noted, pull, report, rows, send, sure

pytestmark = pytest.mark.usefixtures("nothing_by_hand")

MEMBERS = (INTAKE_ME, LEAD_ME, POLICE_ME, NGO_ME)
SETTLED = "('counted', 'superseded', 'refused')"


def say(instance: Instance, kind: LogRequestKind) -> None:
    """An operator says of the log what it is."""
    with Session(instance.engine) as session, session.begin():
        log_switch.ask(session, kind)


def give_anew(lead: Instance, agency: str, occasion: str) -> None:
    """An operator of the lead has it give an agency its cases anew."""
    with Session(lead.engine) as session, session.begin():
        log_switch.ask_redelivery(session, agency, occasion)


def admit(*instances: Instance) -> None:
    """Somebody has looked, and says that this log is the one to read."""
    for instance in instances:
        say(instance, LogRequestKind.ADMIT)
        assert instance.idle(clocks=False)
        instance.catches_up()


def settle(house: House) -> None:
    """As time passes: the lead gives its cases anew, and all read and send."""
    for _ in range(40):
        for instance in house.instances.values():
            instance.idle(clocks=False)
            send(instance, house.topic)
        for instance in house.instances.values():
            pull(instance, house.topic)


def rebuilt(house: House, me: str, folder: Path, templates: Path) -> None:
    """An instance whose database is lost begins with an empty one."""
    house.instances[me].close()
    folder.mkdir()
    house.files[me] = database(folder, templates, SERVICES[me.partition(".")[0]], me)
    house.again(me)


def one_picture(house: House, case: str, *members: str) -> Case:
    """The picture that all share; each decision it has settled is settled once in each journal, and nothing waits anywhere."""
    members = members or MEMBERS
    pictures = [sure(house[me], case) for me in members]
    assert len({p.model_dump_json() for p in pictures}) == 1
    for me in members:
        assert not len(house[me].outgoing)
        told = rows(house[me], f"select key, verdict from journal where \"case\" = '{case}' and verdict in {SETTLED}")
        assert len(dict(told)) == len(told), f"{me} settled a decision twice"
        assert pictures[0].settled | dict(told) == pictures[0].settled
        assert rows(house[me], f"select count(*) from picture where \"case\" = '{case}' and awaits") == [(0,)]
    return pictures[0]


def test_an_accept_and_a_revoke_that_cross_at_the_wipe(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    asked = house.asked(POLICE_ME, case)
    decide(house[POLICE_ME], a.accept, asked, "accept")
    send(house[POLICE_ME], house.topic)
    pull(house[POLICE_ME], house.topic)
    assert sure(house[POLICE_ME], case).handoffs[asked.handoff].state is HandoffState.ACCEPTED
    decide(house[LEAD_ME], a.revoke, asked, "revoke")
    house.topic = Topic()
    admit(*house.instances.values())
    settle(house)
    after = one_picture(house, case)
    assert after.handoffs[asked.handoff].state in (HandoffState.ACCEPTED, HandoffState.REVOKED)
    verdicts = [v for t, v in noted(house[NGO_ME], case) if t in ("handoff.accepted.v1", "handoff.revoked.v1")]
    assert sorted(verdicts) == ["counted", "superseded"], "both came again, and one of them counts, for everybody alike"


def test_a_member_behind_and_one_rebuilt_from_nothing(house: House, tmp_path: Path, templates: Path) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    decide(house[POLICE_ME], a.accept, house.asked(POLICE_ME, case), "accept")
    for me in (POLICE_ME, LEAD_ME):
        send(house[me], house.topic)
    pull(house[POLICE_ME], house.topic)
    pull(house[LEAD_ME], house.topic)
    before = sure(house[LEAD_ME], case)
    rebuilt(house, NGO_ME, tmp_path / "ngo", templates)
    rebuilt(house, INTAKE_ME, tmp_path / "intake", templates)
    house.topic = Topic()
    admit(*house.instances.values())
    settle(house)
    after = one_picture(house, case)
    assert after.handoffs == before.handoffs
    assert noted(house[INTAKE_ME], case)[-1] == ("checkpoint.set.v1", "counted"), "intake knows its case again"
    decide(house[NGO_ME], a.accept, house.asked(NGO_ME, case), "ngo")
    settle(house)
    one_picture(house, case)


def test_a_case_that_the_lead_never_saw_is_opened_again_and_the_rest_follows(house: House) -> None:
    case = report(house[INTAKE_ME])
    send(house[INTAKE_ME], house.topic)
    pull(house[INTAKE_ME], house.topic)
    assert not len(house[INTAKE_ME].outgoing), "the former log had it"
    house.topic = Topic()
    admit(*house.instances.values())
    settle(house)
    after = one_picture(house, case)
    assert len(after.handoffs) == 3


def test_a_fenced_instance_sends_nothing_until_the_log_is_admitted(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    house.topic = Topic()
    with pytest.raises(AnotherLog):
        house[POLICE_ME].positions.seeks(house.topic.bounds())
    police = house[POLICE_ME]
    police.fence_off("another log")
    again = house.again(POLICE_ME)
    assert again.fence == "another log", "a restart forgets no fence"
    decide(again, a.accept, house.asked(POLICE_ME, case), "accept")
    assert not again.idle(clocks=True)
    admit(*house.instances.values())
    assert again.fence == ""
    with pytest.raises(RuleBroken, match="awaits-checkpoint"):
        decide(again, a.acknowledge, a.OfHandoff(case=case, handoff="any"), "too early")
    assert send(again, house.topic) == [], "nothing goes out before the lead's checkpoint"
    assert again.view_of(case).case is not None, "what was known is still shown"
    assert rows(again, "select closed, awaits from picture") == [(0, 1)]
    settle(house)
    assert one_picture(house, case).handoffs[house.asked(POLICE_ME, case).handoff].state is HandoffState.ACCEPTED


def test_a_wrong_address_that_is_mended_is_no_other_log(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    before = sure(house[POLICE_ME], case)
    police = house[POLICE_ME]
    police.fence_off("another log")
    say(police, LogRequestKind.SAME)
    assert police.idle(clocks=False)
    assert (police.fence, police.generation) == ("", 1)
    police.catches_up()
    decide(police, a.accept, house.asked(POLICE_ME, case), "accept")
    settle(house)
    assert one_picture(house, case).settled.keys() > before.settled.keys()


def test_the_lead_goes_on_after_a_crash_in_the_middle(house: House) -> None:
    house[LEAD_ME].anew_at_once = 2
    cases = [report(house[INTAKE_ME], f"f{n}") for n in range(5)]
    house.settle()
    house.topic = Topic()
    admit(*house.instances.values())
    house[LEAD_ME].idle(clocks=False)
    assert len(house[LEAD_ME].outgoing) == 2
    house[LEAD_ME].close()
    house.again(LEAD_ME).anew_at_once = 2
    for _ in range(3):
        settle(house)
    for case in cases:
        one_picture(house, case)


def test_an_agency_that_was_away_for_longer_than_the_log_is_kept(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    decide(house[NGO_ME], a.accept, house.asked(NGO_ME, case), "ngo")
    others = [house[me] for me in (INTAKE_ME, LEAD_ME, NGO_ME)]
    for _ in range(3):
        for instance in others:
            send(instance, house.topic)
            pull(instance, house.topic)
    gone = Topic()  # what the police had not read yet is not kept any more
    gone.logs = [[*house.topic.logs[0]]]
    begin = len(gone.logs[0])
    police = house[POLICE_ME]
    with pytest.raises(AnotherLog):
        police.positions.seeks({0: (begin, begin)})
    say(police, LogRequestKind.ADMIT)
    assert police.idle(clocks=False)
    police.positions.seeks({0: (begin, begin)})
    give_anew(house[LEAD_ME], "rs-pol", "1")
    for _ in range(4):
        house[LEAD_ME].idle(clocks=False)
        for instance in (*others, police):
            send(instance, house.topic)
            at = instance.positions.seeks({0: (begin if instance is police else 0, len(house.topic.logs[0]))})
            instance.take(house.topic.after(at, 500)) if at[0] < len(house.topic.logs[0]) else None
    after = one_picture(house, case)
    assert after.handoffs[house.asked(NGO_ME, case).handoff].state is HandoffState.ACCEPTED
    assert rows(house[LEAD_ME], "select count(*) from redelivery") == [(0,)]


def test_statistics_go_again_under_the_same_ids(house: House) -> None:
    report(house[INTAKE_ME])
    house.settle()
    lead = house[LEAD_ME]
    told = {record for (record,) in rows(lead, "select record from statistic")}
    lead.transact(lambda work: work.session.connection().exec_driver_sql("update statistic set done = true"))
    lead.send_no_statistics()
    house.topic = Topic()
    admit(lead)
    assert {one.record for one in lead.unsent} == told != set()


def test_an_unreadable_record_that_lies_at_the_same_place_of_the_new_log_stops_nobody(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.topic.land(b"somebody", b"no JSON", partition=0)
    house.settle()
    decide(house[POLICE_ME], a.accept, house.asked(POLICE_ME, case), "accept")
    house.topic = Topic()
    house.topic.land(b"somebody", b"no JSON", partition=0)
    admit(*house.instances.values())
    settle(house)
    one_picture(house, case)
    for me in MEMBERS:
        assert rows(house[me], "select count(*) from journal where verdict = 'unreadable'") == [(1,)]
