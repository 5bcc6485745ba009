"""A service: a name, what it does by itself, what it projects. An instance is this plus an agency's settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shared.protocol.fold import Follow
from shared.records.codec import TOPIC
from shared.records.record import Record

if TYPE_CHECKING:
    from shared.decisions.change import Change
    from shared.decisions.decide import UseCase
    from shared.decisions.state import State
    from shared.decisions.unit_of_work import Transact, UnitOfWork
    from shared.protocol.case import Case
    from shared.protocol.core import Core
    from shared.protocol.facts import Event


def _nothing(work: "UnitOfWork", change: "Change") -> None:
    return None


def _at_once(work: "UnitOfWork", case: "Case", event: "Event") -> bool:
    return False


def _no_letter(work: "UnitOfWork", core: "Core", event: "Event") -> bool:
    return False


@dataclass(frozen=True)
class Service:
    """One of the four services."""

    name: str
    follow_ups: "Mapping[Follow, UseCase]" = field(default_factory=dict[Follow, "UseCase"])
    """What this service's instance does by itself when the fold names it."""
    project: "Callable[[UnitOfWork, Change], None]" = _nothing
    """Called for each record with a verdict, in the transaction that folds it; keeps the service's own tables."""
    letter: "Callable[[UnitOfWork, Core, Event], bool]" = _no_letter
    """Called for each letter, our own included; whether this service knows what it is about."""
    waits: "Callable[[UnitOfWork, Case, Event], bool]" = _at_once
    """Whether what a clock of a case would say now is awaited from elsewhere, so that it does not fire here."""
    tidies: "Callable[[State, Transact, int], None] | None" = None
    """What it does now and then with its own tables, at that time (ms UTC)."""
    departures: "Callable[[UnitOfWork], bool] | None" = None
    """What it does after the directory has changed, about agencies that leave or come back; whether all of it is done."""
    migrations: Path | None = None
    """The folder of its own tables' migrations."""
    counts: bool = False
    """Whether it authors statistical records."""
    topic: str = TOPIC
    take: "Callable[[UnitOfWork, Sequence[Record]], None] | None" = None
    """For a service that reads another topic: takes a poll's records instead of folding them."""
