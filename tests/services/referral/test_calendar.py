"""What the lead counts and what is due falls on the days of the country, not of UTC: in the night of New Year, and across summer time."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from services.assistance.handlers.handoffs import OfHandoff, PlanTask, accept, plan_task
from services.referral.handlers.cases import start_now
from services.referral.handlers.consent import OfCase
from shared.privacy.consent import Months
from shared.protocol.vocabulary import Need
from tests.services.referral.street import LAND, Street
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, report, rows, sure

BELGRADE = ZoneInfo("Europe/Belgrade")
THERE = LAND.model_copy(update={"zone": "Europe/Belgrade", "erasure_days": 150.0})


def at(*there: int) -> int:
    return int(datetime(*there, tzinfo=BELGRADE).timestamp() * 1000)  # type: ignore[arg-type, misc]


def test_half_past_midnight_of_new_year_counts_in_the_new_year(tmp_path: Path) -> None:
    street = Street(tmp_path, THERE)
    street.clock.at = at(2026, 1, 1, 0, 30)
    report(street.instances[INTAKE_ME], "in the night", needs=("investigation",))
    street.settle()
    told = [orjson.loads(body) for (body,) in rows(street.instances[LEAD_ME], "select body from statistic")]
    assert {one["quarter"] for one in told if "quarter" in one} == {"2025-Q2", "2026-Q1"}, "the one before was reported in June"
    assert {one["month"] for one in told if "month" in one} == {"2025-06", "2026-01"}


def test_what_ends_in_so_many_days_ends_at_the_hour_that_clocks_there_show(tmp_path: Path) -> None:
    street = Street(tmp_path, THERE)
    lead, police = street.instances[LEAD_ME], street.instances[POLICE_ME]
    street.clock.at = at(2026, 1, 10, 10, 20)
    case = report(street.instances[INTAKE_ME], "in winter", needs=("investigation",), months=Months.SIX)
    street.settle()
    assert {m.until for m in sure(lead, case).members} == {at(2026, 7, 9, 11)}, "a consent"
    (asked,) = (h.id for h in sure(police, case).handoffs.values() if h.need is Need.INVESTIGATION)
    decide(police, accept, OfHandoff(case=case, handoff=asked), "accepted")
    street.settle()
    decide(lead, start_now, OfCase(case=case), "together")
    street.settle()
    decide(police, plan_task, PlanTask(case=case, need=Need.SAFETY, days=150), "planned")
    street.settle()
    assert at(2026, 6, 9, 11) in {task.due for task in sure(lead, case).tasks.values()}, "a task"
