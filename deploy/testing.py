"""`./nrm test`: pytest over `tests/`, in two processes, with a loud word where a part of the tests cannot run here."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from rich.panel import Panel

from deploy.brokers import guard

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """Path of a Chromium on this machine: NRM_BROWSER where that is set, else the first on PATH."""
    return os.environ.get("NRM_BROWSER") or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser_required() -> bool:
    """Whether a missing browser is an error (NRM_REQUIRE_BROWSER=1, as in CI) rather than a reason to skip."""
    return os.environ.get("NRM_REQUIRE_BROWSER") == "1"


def run(arguments: Sequence[str], console: Console) -> int:
    """Runs pytest with these arguments and returns its exit code; without any, all of `tests/` in two processes."""
    if browser() is None:
        text = "No Chromium was found: tests of the pages in a browser cannot run. Install it (Debian: apt install chromium)."
        console.print(Panel(text, title="Not everything is tested", style="bold yellow"))
        if browser_required():
            return 1
    ours = ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    if not arguments:
        return side_by_side([*ours, str(ROOT / "tests")], console)
    return int(pytest.main([*ours, *arguments, *_default_paths(arguments)]))


def side_by_side(arguments: Sequence[str], console: Console) -> int:
    """Shares the tests between this process and another, and returns the worse exit code; shows what the other said at the end."""
    with tempfile.TemporaryDirectory(prefix="nrm-test-") as folder:
        said, taken = Path(folder) / "said", Path(folder) / "taken"
        taken.mkdir()
        shared = [*arguments, "-p", "deploy.sharing", "--share", str(taken)]
        command = [sys.executable, "-I", guard.__file__, sys.executable, "-P", "-m", "pytest", *shared]
        with said.open("wb") as output, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output) as other:
            code = max(int(pytest.main(shared)), other.wait())
        console.rule("the other half of the tests", align="left")
        console.print(said.read_text(encoding="utf-8", errors="replace"), markup=False, emoji=False, soft_wrap=True)
        return code


def _default_paths(arguments: Sequence[str]) -> list[str]:
    """All tests, wherever the caller stands, unless an argument names some."""
    named = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
    return [] if named else [str(ROOT / "tests")]
