"""Decisions on the person's status: two stages, each by somebody and on a ground, decided anew only by naming what is superseded."""

from typing import Annotated

from pydantic import StringConstraints

from services.referral.handlers.consent import OfCase, main_case
from services.referral.models import CONFIRMED, Proposal
from services.referral.queries.proposals import decider
from shared.config.codes import Text
from shared.decisions.decide import DecisionContext
from shared.decisions.errors import RuleBroken
from shared.protocol.case import HELD, Case
from shared.protocol.events import HandoffCompleted, StatusDecided
from shared.protocol.facts import Event, Id
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import Need, Stage, StatusGround

ACT = "decide-status"


class DecideStatus(OfCase):
    """Reasonable or conclusive grounds, what was decided, and on what it rests."""

    stage: Stage
    positive: bool
    ground: StatusGround | None = None
    supersedes: Id | None = None
    """The decision of this stage that is in force, where there is one."""
    words: Annotated[Text, StringConstraints(max_length=500)] = ""
    """Why one officer decides both stages, for this agency alone. It names no person."""


def decide_status(command: DecideStatus, tx: DecisionContext) -> list[Event]:
    """The competent authority decides on the person's status. The conclusive decision is the end of what it was asked: identification.

    Raises RuleBroken for a positive decision that rests on nothing having been found, and where the country asks for another officer at
    the second stage and the same one gives no reason.
    """
    case = main_case(tx, command.case)
    if command.positive and command.ground is StatusGround.NOTHING_FOUND:
        raise RuleBroken("nothing-found", "ground")
    if ACT in tx.country.second_officer.acts and command.stage is Stage.CONCLUSIVE_GROUNDS and one_officer(tx, case):
        if not command.words:
            raise RuleBroken("same-officer", "words")
        row = Proposal(
            id=tx.work.key(tx.cause, 0), case=case.id, act=ACT, classes="[]", reason=command.words, officer=tx.officer, at=tx.at,
            second=tx.officer, decided_at=tx.at, outcome=CONFIRMED,
        )  # fmt: skip
        tx.session.add(row)
    asked = [h for h in case.handoffs.values() if h.need is Need.IDENTIFICATION and h.to == case.lead and h.state in HELD]
    ended = [HandoffCompleted(handoff=h.id) for h in asked if command.stage is Stage.CONCLUSIVE_GROUNDS]
    return [_decided(command, case), *ended]


def _decided(command: DecideStatus, case: Case) -> StatusDecided:
    if case.protocol == FIRST:
        return StatusDecided(stage=command.stage, positive=command.positive)
    beside = {name: said for name, said in (("ground", command.ground), ("supersedes", command.supersedes)) if said}
    return StatusDecided.model_validate({"stage": command.stage, "positive": command.positive, **beside})


def one_officer(tx: DecisionContext, case: Case) -> bool:
    """Whether this officer decided the first stage, too, as far as this database knows who did."""
    first = case.in_force(Stage.REASONABLE_GROUNDS)
    return first is not None and decider(tx.session, first.key) == tx.officer
