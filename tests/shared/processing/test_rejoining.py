"""Who comes back to a case keeps what it may know again, from the roster record on."""

import pytest

from shared.decisions.decide import DecisionContext
from shared.protocol.events import RosterSet
from shared.protocol.facts import Facts
from shared.protocol.vocabulary import Need
from shared.records.codec import from_json
from tests.shared.forge import core, section, value
from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, invite, report, rows, send

pytestmark = pytest.mark.usefixtures("nothing_by_hand")


class OfCase(Facts):
    case: str


def without_police(command: OfCase, tx: DecisionContext) -> RosterSet:
    return RosterSet(members=tuple(m for m in tx.case(command.case).members if m.agency != "rs-pol"))


def test_what_is_told_between_the_roster_and_the_checkpoint_is_kept_by_who_joins_again(house: House) -> None:
    case = report(house[INTAKE_ME])
    house.settle()
    decide(house[LEAD_ME], without_police, OfCase(case=case), "off")
    house.settle()
    invite(house[LEAD_ME], case, "rs-pol", Need.SAFETY, "on")
    send(house[LEAD_ME], house.topic)
    told, digest = section({"positive": True})
    said = core(case, "status.decided.v1", {"stage": "reasonable_grounds"}, LEAD_ME, roster=house.shown(LEAD_ME, case).version,
                digests={"D2": digest})  # fmt: skip
    house.topic.land(case.encode(), value(said, {"D2": told}, dict.fromkeys(("rs-insp", "rs-lead", "rs-pol"), ["D2"])))
    house.settle()
    kept = [
        from_json(str(body)).get("D2") for (body,) in rows(house[POLICE_ME], "select body from journal where type = 'status.decided.v1'")
    ]
    assert kept == [{"positive": True}]
