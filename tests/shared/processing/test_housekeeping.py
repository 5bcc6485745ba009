"""What is done between polls."""

from tests.shared.houses import House
from tests.shared.land import INTAKE_ME, LEAD_ME, report, rows

LATER = 60 * 24 * 3600 * 1000


def test_a_case_whose_clock_cannot_fire_now_keeps_no_other_waiting(house: House) -> None:
    first, second = sorted(report(house[INTAKE_ME], f"f{n}") for n in range(2))
    house.settle()
    lead = house[LEAD_ME]
    lead.due_at_once, lead.parked = 1, {first}
    house.clock.at += LATER
    for _ in range(3):
        lead.idle(clocks=True)
    fired = {
        case for (case,) in rows(lead, "select \"case\" from outbox where type like 'handoff.overdue%' or type like 'handoff.expired%'")
    }
    assert fired == {second}
