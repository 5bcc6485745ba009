"""What must hold of the jobs of every picture: each open case stands in a list of whoever is in it, with a clock or a reason for none."""

from deploy.process.country_file import COUNTRIES
from shared.config.country_loading import load
from shared.config.escalation import Rung
from shared.protocol.came_back import asker
from shared.protocol.case import Case
from shared.protocol.next_moves import Move, What, moves
from tests.shared.protocol.reached import brief

STRICT = load(COUNTRIES / "uk.toml")
"""A country with a clock of each kind."""
WITHOUT_DEADLINE = {What.PROMISED, What.ACT, What.COMPLETE, What.DECIDE, What.DECIDE_STATUS, What.KEEP}
"""Whoever answers for something does it in their own time, a gate stands open without end, and nobody must hurry a minimum."""


def has_jobs(case: Case) -> None:
    goes_up(case)
    jobs = moves(case)
    assert bool(jobs) == (case.closed_at is None), brief(case)
    for job in jobs:
        assert somebody_has(case, job), (job, brief(case))
    assert len({(job.who, job.what, job.key) for job in jobs}) == len(jobs), "one job for each thing"


def somebody_has(case: Case, job: Move) -> bool:
    """Whoever must move is in the case. Who was asked and has not joined it yet is not: who asked waits then, and has a deadline, after
    which it comes back."""
    if job.who in case.agencies:
        return True
    asked = job.handoff is not None and job.handoff.waiting and job.handoff.to == job.who
    return asked and job.by is not None and asker(case, job.handoff) in case.agencies


def goes_up(case: Case) -> None:
    """By the rules of the country too, whatever has a deadline comes up to the coordinator in the end, and what has none says why."""
    for job in STRICT.moves_in(case):
        assert somebody_has(case, job)
        if job.by is not None:
            assert job.began is not None, job
            assert STRICT.ladder.reached(job.began, job.by, job.began + 9 * max(1, job.by - job.began)) is Rung.COORDINATOR, job
        else:
            assert job.what in WITHOUT_DEADLINE, job
