"""What an operator can open after a month: spans, statements and metrics, with every moment in them; and the moments of side cases.

The question is whether anything there belongs to a side case: then its time would lead from the main case to the one in which a shelter
acts. Both are read from the databases of a played month (`month.play`).
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from deploy.databases import files
from deploy.proving.adversary import truth
from deploy.proving.adversary.month import SERVICES
from deploy.proving.sdk_spans import readable
from deploy.proving.simulation.post import Hand
from shared.config.country import Country
from shared.observability.beat import statement
from shared.observability.span_filter import NS
from shared.processing.instance import Instance
from shared.protocol.events import CaseReported
from shared.records.codec import from_json
from shared.web.admin.backlog_metrics import of_main_cases
from shared.web.admin.handoff_metrics import Durations, histogram, open_now

MOMENT = re.compile(r"\b1[0-9]{12}\b")
"""A moment in ms, of this century's first decades."""


@dataclass
class OperatorView:
    """All texts that operators can open, and the moments in them (ms UTC)."""

    texts: list[str] = field(default_factory=list[str])
    moments: set[int] = field(default_factory=set[int])

    def see(self, text: str, *moments: int) -> None:
        """One more text, with moments that it writes otherwise."""
        self.texts.append(text)
        self.moments |= {int(one) for one in MOMENT.findall(text)} | set(moments)


@dataclass
class SideTruth:
    """What belongs to side cases alone."""

    names: set[str] = field(default_factory=set[str])
    """Cases, traces, hand-offs, and the agencies that act in them."""
    moments: set[int] = field(default_factory=set[int])
    """When something was decided there, or lay on the log, and nothing of a main case did."""
    main: set[int] = field(default_factory=set[int])
    """When something was decided, or lay on the log, of a main case, or was said in one."""


def view(folder: Path, country: Country, now: int, *, leaky: bool = False) -> OperatorView:
    """What is told of all databases of a folder. `leaky`: by confidential agencies, too, which tells whether the adversary would see it."""
    seen = OperatorView()
    for file in files(folder):
        service, _, agency = file.stem.partition(".")
        if service not in SERVICES:
            continue
        if leaky or not country.agency(agency).apart:
            for body in _spans(file):
                span = readable(body, country)
                seen.see(
                    span.to_json(), (span.start_time or 0) // NS, (span.end_time or 0) // NS, *(e.timestamp // NS for e in span.events)
                )
        _metrics_and_statement(seen, file, country, now)
    return seen


def _spans(file: Path) -> Iterator[dict[str, object]]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
        yield from (from_json(body) for (body,) in db.execute("SELECT body FROM span"))


def _metrics_and_statement(seen: OperatorView, file: Path, country: Country, now: int) -> None:
    service, _, agency = file.stem.partition(".")
    instance = Instance(SERVICES[service], agency, country, f"sqlite:///{file}", Hand(now))
    try:
        registry = CollectorRegistry()
        Durations([instance], histogram(registry)).update()
        encode, _ = choose_encoder("application/openmetrics-text; version=1.0.0")
        seen.see(encode(registry).decode())
        told = (*open_now(instance, {}), *of_main_cases([instance], {}))
        seen.see(repr([sample for metric in told for sample in metric.samples]))
        if not country.agency(agency).apart:  # its process has nowhere to send one
            seen.see(statement(instance, {}).written().decode())
    finally:
        instance.close()


def side_truth(folder: Path, country: Country) -> SideTruth:
    """What the databases know of side cases."""
    sides, found = truth.read(folder).sides, SideTruth()
    found.names |= {one.id for one in country.agencies if one.apart} | set(sides)
    for file in files(folder):
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            for case, at, logged_at, body in db.execute('SELECT "case", at, logged_at, body FROM journal'):
                (found.moments if case in sides else found.main).update((at, logged_at))
                if case in sides:
                    said = from_json(body).get("D0", {})
                    found.names |= {said[name] for name in ("trace", "handoff") if said.get(name)}
                    found.names |= {said["trace"].replace("-", "")} if said.get("trace") else set()
                else:
                    found.main |= {int(one) for one in MOMENT.findall(body)}
    found.moments -= found.main
    return found


def traces_of(folder: Path) -> dict[str, str]:
    """Case → trace, of all cases, as spans write it."""
    found = dict[str, str]()
    for file in files(folder):
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            opened = db.execute('SELECT "case", body FROM journal WHERE type = ?', (CaseReported.TYPE,))
            found |= {case: from_json(body)["D0"]["trace"].replace("-", "") for case, body in opened}
    return found
