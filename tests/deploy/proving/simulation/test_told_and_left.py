"""The oracle believes a checkpoint that its reader notes as *outside*: who is given a case anew and leaves at once was told too."""

from pathlib import Path

import pytest
from sqlmodel import Session

from deploy.oracle import Judgement, Rows, judge
from deploy.verify.ledger import read_file
from services.referral.handlers.consent import Withdraw, withdraw
from shared.processing.log_switch import ask_redelivery
from tests.shared.land import INTAKE_ME, LEAD_ME, POLICE_ME, decide, noted, pull, report, send, settle
from tests.shared.trios import Trio, three

CHECKPOINT = "checkpoint.set.v1"


@pytest.fixture
def left(tmp_path: Path, templates: Path) -> dict[str, Rows]:
    """The databases of three who know a case that the police were given anew, and left before they had read of that."""
    with three(tmp_path, templates) as trio:
        case = report(trio.intake, needs=("investigation",))
        trio.settle()
        _given_anew_and_left(trio, case)
        settle(trio.topic, trio.intake, trio.lead)
        pull(trio.police, trio.topic)
        trio.settle()
        assert (CHECKPOINT, "outside") in noted(trio.police, case)
        assert ("roster.set.v1", "in checkpoint") in noted(trio.police, case)
        there = {me: read_file(tmp_path / f"{me}.db", me) for me in (INTAKE_ME, LEAD_ME, POLICE_ME)}
        for rows in there.values():
            rows.statistics.clear()  # nobody reads them here
        return there


def _given_anew_and_left(trio: Trio, case: str) -> None:
    """The withdrawal is decided while the checkpoint waits, and goes before it."""
    with Session(trio.lead.engine) as session, session.begin():
        ask_redelivery(session, "rs-pol", "1")
    trio.lead.idle(clocks=False)
    send(trio.lead, trio.topic)
    pull(trio.lead, trio.topic)
    assert CHECKPOINT in [row.type for row in trio.lead.outgoing.of(case)]
    decide(trio.lead, withdraw, Withdraw(case=case, agency="rs-pol"), "leaves")


def judged(there: dict[str, Rows]) -> Judgement:
    for rows in there.values():
        rows.__dict__.pop("_checkpoints", None)
    return judge(there)


def test_who_is_told_and_leaves_differs_from_nobody(left: dict[str, Rows]) -> None:
    assert judged(left).ok, judged(left).sentences()


@pytest.mark.parametrize(("was", "altered"), [("verdict", "waiting"), ("author", "referral.rs-pol")])
def test_what_it_was_told_must_be_the_leads_word_and_read(left: dict[str, Rows], was: str, altered: str) -> None:
    for row in (r for r in left[POLICE_ME].journal if r["type"] == CHECKPOINT):
        row[was] = altered
    assert judged(left).lost


def test_what_it_was_told_must_be_what_the_lead_judged(left: dict[str, Rows]) -> None:
    for row in (r for r in left[POLICE_ME].journal if r["type"] == CHECKPOINT):
        row["body"] = row["body"].replace('"counted"', '"superseded"')
    assert judged(left).lost
