"""A real Jaeger reads what agencies told: one trace for each case, nothing without a parent or a length, and its graph of services is the
pairs of agencies that asked and were asked. `NRM_JAEGER` names its program, or it is on the path (`jaeger-all-in-one`)."""

import os
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from deploy.databases import databases
from deploy.observability.jaeger import Jaeger
from deploy.observability.right_traces import ExpectedTraces, wrong_traces
from deploy.operations.traces import run_replay
from tests.services.reporting.life import WATCHED, Life, live
from tests.shared.land import rows, seen

JAEGER = os.environ.get("NRM_JAEGER") or shutil.which("jaeger-all-in-one")
pytestmark = [pytest.mark.long, pytest.mark.skipif(not JAEGER, reason="no Jaeger: NRM_JAEGER names none, and none is on the path")]


def expected(life: Life, cases: list[str]) -> ExpectedTraces:
    """By the lead's pictures, which know nothing of spans."""
    pictures = [picture for case in cases if (picture := seen(life.instances["referral.rs-lead"], case))]
    over = [one for picture in pictures for one in picture.handoffs.values() if not one.waiting]
    return ExpectedTraces({one.trace.replace("-", "") for one in pictures}, {(one.giver, one.to) for one in over if one.giver != one.to})


def test_jaeger_shows_cases_and_pairs_as_they_were(tmp_path: Path, templates: Path) -> None:
    (tmp_path / "agencies").mkdir()
    life = Life(tmp_path / "agencies", templates)
    right = expected(life, live(life, 5))
    assert {("rs-insp", "rs-lead"), ("rs-lead", "rs-pol")} <= set(right.pairs)
    with Jaeger(Path(str(JAEGER)), tmp_path / "jaeger.log") as jaeger:
        for _ in range(2):  # what is sent again makes no second one
            assert run_replay(databases(tmp_path), WATCHED, jaeger.takes, Console(quiet=True)) == 0
            spans = jaeger.spans()
            assert wrong_traces(spans, jaeger.pairs(), right) == []
    everybody = {span for one in life.instances.values() for (span,) in rows(one, "select span from span")}
    assert {span.id for span in spans} == everybody
    life.close()
