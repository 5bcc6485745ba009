"""A row of a bench: a figure, its base line, the ratio, the target, whether it is met."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from rich.table import Table


@dataclass(frozen=True)
class BenchRow:
    """One line of the table. `met` is None where there is no target."""

    what: str
    figure: str
    against: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def table(rows: Sequence[BenchRow]) -> Table:
    """All lines, for the terminal."""
    printed = Table("what", "figure", "against", "ratio", "target", "met", title="side by side in this run", title_justify="left")
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "no"
        printed.add_row(row.what, row.figure, row.against, "" if row.ratio is None else f"{row.ratio:.3g}", row.target, met)
    return printed


def at_least(what: str, figure: str, against: str, ratio: float, target: float) -> BenchRow:
    """A line whose ratio should not be smaller."""
    return BenchRow(what, figure, against, ratio, f"≥ {target:g}", ratio >= target)


def at_most(what: str, figure: str, against: str, ratio: float, target: float) -> BenchRow:
    """A line whose ratio should not be greater."""
    return BenchRow(what, figure, against, ratio, f"≤ {target:g}", ratio <= target)


def nth(seconds: Sequence[float], share: float) -> float:
    """A percentile by nearest rank: a time that was really seen."""
    ordered = sorted(seconds)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def machine(folder: Path) -> str:
    """The hardware in one line: processors, model, Python, and how long the disk takes to keep 4 KiB."""
    model = next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}; "
        f"fsync of 4 KiB p50 {_fsync(folder) * 1000:.2f} ms; load before {load:.1f}"
    )


def _cpuinfo() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text().splitlines() if file.exists() else []


def _fsync(folder: Path) -> float:
    took: list[float] = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - started)
    return nth(took, 0.5)
