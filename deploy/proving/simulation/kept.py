"""What each seed gave, a line of JSON each, so that a long look can be made in pieces. Lines of another state of the code do not count."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from deploy.proving.simulation.history import Tally

ROOT = Path(__file__).resolve().parents[3]
PLAYED = ("shared", "services", "deploy/proving/simulation", "deploy/oracle")
"""What a history is played and judged with."""


@cache
def code() -> str:
    """A digest of the code that plays and judges."""
    digest = hashlib.sha256()
    for path in sorted(file for folder in PLAYED for file in (ROOT / folder).rglob("*.py")):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class KeptResult:
    """A line of the file."""

    code: str
    seed: int
    of: int
    """Steps that were to be played; a history that fails ends before."""
    losses: bool
    tally: Tally


LINE = TypeAdapter(KeptResult)


def wrote(file: Path, seed: int, steps: int, losses: bool, tally: Tally) -> None:
    """Keep what a seed gave."""
    with file.open("ab") as kept:
        kept.write(LINE.dump_json(KeptResult(code(), seed, steps, losses, tally)) + b"\n")


def known(file: Path, losses: bool) -> dict[tuple[int, int], Tally]:
    """(seed, steps) → what it gave with this code."""
    lines = (line for line in _lines(file) if line.code == code() and line.losses is losses)
    return {(line.seed, line.of): line.tally for line in lines}


def _lines(file: Path) -> Iterator[KeptResult]:
    for line in file.read_bytes().splitlines() if file.exists() else ():
        with suppress(ValidationError):  # the last one, where the run was killed while it wrote
            yield LINE.validate_json(line)
