"""`./nrm check --vulnerabilities`: whether anything is known against a pinned package. It needs a network, so no other check waits for it.

uv asks, by the names and releases of `requirements.lock` alone, which are given to it in its own format; nothing is resolved or fetched.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.dev.checks import BIN, ROOT
from deploy.dev.runtime_lock import pinned
from deploy.trouble import Trouble

PROJECT = """\
[project]
name = "everything-pinned"
version = "0"
requires-python = ">=3.11"
dependencies = {names}
"""
HEAD = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "everything-pinned"
version = "0"
source = {{ virtual = "." }}
dependencies = [{names}]
"""
PACKAGE = """
[[package]]
name = "{name}"
version = "{release}"
source = {{ registry = "." }}
"""


def run(console: Console, *options: str) -> int:
    """Print what uv found; 1 where a package has a known vulnerability. `options` go to `uv audit`. Raises Trouble where nobody answers."""
    packages = pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="nrm-audit-") as folder:
        _tell(Path(folder), packages)
        command = [BIN / "uv", "audit", "--frozen", "--preview-features", "audit-command", *options]
        done = subprocess.run(command, cwd=folder, env={**os.environ, "UV_PYTHON": sys.executable}, capture_output=True, text=True)
    said = (done.stdout + done.stderr).strip()
    if done.returncode not in (0, 1):
        raise Trouble(
            "Whether anything is known against the %(packages)s pinned packages could not be asked: %(why)s",
            packages=len(packages),
            why=said.splitlines()[-1],
        )
    console.print(said, markup=False, emoji=False, soft_wrap=True)
    return done.returncode


def _tell(folder: Path, packages: dict[str, str]) -> None:
    """The packages as a project and a lock that uv reads."""
    (folder / "pyproject.toml").write_text(PROJECT.format(names=list(packages)))
    head = HEAD.format(names=", ".join(f'{{ name = "{name}" }}' for name in packages))
    (folder / "uv.lock").write_text(head + "".join(PACKAGE.format(name=name, release=release) for name, release in packages.items()))
