"""`./nrm test`: pytest over `tests/`, in six processes, with a clear warning where a part of the tests cannot run here."""

import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.panel import Panel

from deploy.brokers import class_archive
from deploy.dev.collected import Collected
from deploy.process.forked import FORKS
from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ("-p", "deploy.dev.sharing")
SIDE_BY_SIDE = (*PLUGIN, "-n", "6", "--no-loadscope-reorder")
"""Six: half of a test's time is waiting, for brokers, clocks and processes, so five leave an eighth of two cores idle."""
LONG = frozenset({"--long", "--all"})
"""What `tests/conftest.py` takes for everything, long runs and all languages too."""
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  each run has folders of its own below it
"""Where tests write if so many bytes are free there, and twice as many in the machine."""
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first of them draws the same pages for a third of the processor time: it has no window to keep ready."""


def browser() -> str | None:
    """Path of a Chromium on this machine: NRM_BROWSER where that is set, else the first on PATH."""
    return os.environ.get("NRM_BROWSER") or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser_required() -> bool:
    """Whether a missing browser is an error (NRM_REQUIRE_BROWSER=1, as in CI) rather than a reason to skip."""
    return os.environ.get("NRM_REQUIRE_BROWSER") == "1"


def run(arguments: Sequence[str], console: Console) -> int:
    """Runs pytest with these arguments and returns its exit code.

    Without any, or with --long alone, it is all of `tests/` in six processes (`deploy.dev.sharing`).
    """
    if browser() is None:
        text = "No Chromium was found: tests of pages in a browser cannot run. Install it (Debian: apt install chromium-headless-shell)."
        console.print(Panel(text, title="Not everything is tested", style="bold yellow"))
        if browser_required():
            return 1
    if place := place_for_what_tests_write(os.environ):
        os.environ["TMPDIR"], tempfile.tempdir = str(place), None
    os.environ.setdefault(
        "NRM_DAY", str(datetime.now(UTC).toordinal())
    )  # of what is tried by turns: one for all processes, past midnight too
    whole = set(arguments) <= LONG
    given = ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *arguments, *_default_paths(arguments)]
    return _side_by_side(given, console) if whole else int(pytest.main(given))


def place_for_what_tests_write(environment: Mapping[str, str], memory: Path = MEMORY, room: int = ROOM) -> Path | None:
    """A folder in memory; None where TMPDIR says where, or where there is no room.

    A commit that waits for a disk takes fifty times as long. Tests kill processes, and what those had written is there as it is on a disk;
    no test takes the current away.
    """
    if "TMPDIR" in environment or not memory.is_dir():
        return None
    return memory if shutil.disk_usage(memory).free >= room and psutil.virtual_memory().available >= 2 * room else None


def _side_by_side(arguments: list[str], console: Console) -> int:
    """In six processes, forked from one that reads all tests while Kafka's classes are made ready; where that cannot be, started anew."""
    told = functools.partial(console.print, style="yellow")
    with Collected([*PLUGIN, *arguments], told) if FORKS else contextlib.nullcontext() as collected:
        try:
            class_archive.make(console.print)
        except Trouble as trouble:  # a broker starts as well
            told(f"No archive of Kafka's classes: {trouble}")
        return int(pytest.main([*SIDE_BY_SIDE, *arguments], plugins=[collected] if collected else []))


def _default_paths(arguments: Sequence[str]) -> list[str]:
    """All tests, wherever the caller stands, unless an argument names some."""
    named = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
    return [] if named else [str(ROOT / "tests")]
