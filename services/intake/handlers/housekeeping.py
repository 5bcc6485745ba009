"""What intake does between polls: drafts that go, links of cases that were erased, reports of partners at which somebody has looked."""

from services.intake.handlers import raids
from services.intake.handlers.partners import tend_partners
from shared.decisions.state import State
from shared.decisions.unit_of_work import Transact


def tend(instance: State, transact: Transact, now: int) -> None:
    """Let go of drafts, raids and partners' reports that have had their time."""
    raids.tend(instance, transact, now)
    tend_partners(instance, transact)
