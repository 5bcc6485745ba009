"""What a real Jaeger shows after a soak of all that the agencies told, and what a new one shows that is filled from their tables."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlmodel import col, select

from deploy.databases.transaction import reading
from deploy.observability.jaeger import Jaeger, SeenSpan
from deploy.observability.right_traces import ExpectedTraces, linked, wrong_traces
from deploy.operations.traces import run_replay, tells
from deploy.oracle import Rows
from deploy.proving.soak.stage import SoakStage
from shared.config.attempts import poll_until
from shared.config.country import Country
from shared.observability.span_delivery import Reached, traces
from shared.protocol.case import Handoff
from shared.protocol.stages import was_left
from shared.store.tables import Span

LOG = "jaeger.log"
SENT_WITHIN = 90
"""Seconds after the rest: whoever could not send tries again after thirty."""


@dataclass(frozen=True)
class ReadBack:
    """What was seen, and what is wrong with it: sentences."""

    cases: int
    spans: int
    """In the agencies' tables."""
    unsent: int
    """Of them, what Jaeger had not been told by the agencies themselves."""
    requests: int
    linked: int
    """Of the requests, those that lead to a decision."""
    pairs: int
    refilled: int
    """Of the spans in the tables, what a new Jaeger has after a replay."""
    wrong: list[str] = field(default_factory=list[str])


def watching(program: Path | None, folder: Path) -> AbstractContextManager[Jaeger | None]:
    """Jaeger, where its program is given, with its log in this folder."""
    return Jaeger(program.resolve(), folder / LOG) if program else nullcontext()


def wait_until_sent(stage: SoakStage, jaeger: Jaeger) -> None:
    """Wait until the agencies, at rest, have told Jaeger all they have, or so long. Raises Trouble."""
    ledger = Reached(traces(jaeger.takes))

    def all_sent() -> bool:
        for name, url in _told_by(stage):
            with reading(name, url) as session:
                if ledger.left(session):
                    return False
        return True

    with suppress(TimeoutError):  # what is missing is counted
        poll_until(all_sent, SENT_WITHIN, 1, TimeoutError)


def read_back(stage: SoakStage, jaeger: Jaeger) -> ReadBack:
    """Compare what Jaeger shows with the tables, and fill a new one from these. The agencies have ended. Raises Trouble."""
    expected = expected_traces(stage.country, stage.store.read())
    seen, kept = jaeger.spans(), set[str]()
    for name, url in _told_by(stage):
        with reading(name, url) as session:
            kept |= set(session.exec(select(col(Span.span))))
    unsent = len(kept - _ids(seen))
    wrong = [*wrong_traces(seen, jaeger.pairs(), expected), *untold(unsent, len(kept))]
    with Jaeger(jaeger.program, jaeger.log.with_name("jaeger-filled-again.log")) as fresh:
        run_replay(dict(_told_by(stage)), stage.country, fresh.takes, Console(quiet=True))
        again = fresh.spans()
        wrong += [f"after a replay: {one}" for one in wrong_traces(again, fresh.pairs(), expected)]
    ids = _ids(again)
    wrong += [f"a replay fills in {len(ids & kept)} of {len(kept)} spans, and {len(ids - kept)} others"] if ids != kept else []
    requests, leading = linked(seen)
    return ReadBack(len(expected.traces), len(kept), unsent, requests, leading, len(expected.pairs), len(ids & kept), wrong)


def untold(unsent: int, spans: int) -> list[str]:
    """What is wrong with it that of these spans so many never came from the agencies themselves; nothing where all did."""
    return [f"{unsent} of {spans} spans were never told by the agencies, though all was at rest for {SENT_WITHIN} s"] if unsent else []


def _ids(spans: list[SeenSpan]) -> set[str]:
    return {span.id for span in spans}


def _told_by(stage: SoakStage) -> Iterator[tuple[str, str]]:
    for agency in stage.country.agencies:
        for service in agency.services:
            if tells(name := f"{service}.{agency.id}", stage.country):
                yield name, stage.store.pattern(agency.id).format(service=service, agency=agency.id)


def expected_traces(country: Country, found: dict[str, Rows]) -> ExpectedTraces:
    """What the pictures of the members say, which know nothing of spans: each main case, and who has got an answer from whom."""
    main: list[dict[str, Any]] = [
        view["case"] for rows in found.values() for view in rows.views.values()
        if view["case"] is not None and view["case"]["opened_by"] != f"referral.{view['case']['lead']}"
    ]  # fmt: skip
    told = country.watched_as
    asked = [Handoff.model_validate(one) for case in main for one in case["handoffs"].values()]
    pairs = {(told(one.giver), told(one.to)) for one in asked if not one.waiting and not was_left(one)}
    unnamed = [word for agency in country.agencies if agency.apart for word in (agency.id, agency.name)]
    return ExpectedTraces({case["trace"].replace("-", "") for case in main}, {(a, b) for a, b in pairs if a != b}, unnamed)
