"""What a database that is restored from a backup cannot know: which decisions people made after it, and the instance's secret.

A file beside the database, in a folder of its own (`NRM_DATA/diary`), written after each commit. It names decisions by their keys,
cases by their ids and officers by theirs: it identifies nobody. It is not part of a database's backup, or it would be
turned back with it.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

import structlog

logger: Any = structlog.get_logger("nrm.decision-log")
KEPT = 90 * 24 * 3600 * 1000
"""Milliseconds for which a decision stays in the decision log: no backup that is older should be restored."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision of a person: enough to say what must be entered again, should it be lost."""

    key: str
    case: str
    type: str
    officer: str
    at: int
    """By the wall clock, ms UTC."""


class DecisionLog:
    """The decision log of one instance."""

    def __init__(self, folder: Path, me: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file, self.secret_file = folder / f"{me}.jsonl", folder / f"{me}.secret"

    def write(self, entries: Iterable[Entry]) -> None:
        """Add entries. A disk that does not take them is an error in the log, no more: the decisions themselves are committed by then."""
        lines = "".join(json.dumps(asdict(entry)) + "\n" for entry in entries)
        try:
            if lines:
                with _private(self.file, os.O_APPEND) as file:
                    file.write(lines)
        except OSError as error:
            logger.error("the decision log cannot be written", error=type(error).__name__)

    def read(self) -> list[Entry]:
        """All entries; a line that a crash cut short is passed over."""
        if not self.file.exists():
            return []
        found: list[Entry] = []
        for line in self.file.read_text(encoding="utf-8").splitlines():
            try:
                found.append(Entry(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keep these alone."""
        with NamedTemporaryFile("w", dir=self.file.parent, delete=False, encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(entry)) + "\n" for entry in entries)
        Path(file.name).replace(self.file)

    @property
    def secret(self) -> str:
        """The instance's secret as it was noted here; empty where it was not."""
        return self.secret_file.read_text(encoding="utf-8").strip() if self.secret_file.exists() else ""

    def note_secret(self, secret: str) -> None:
        """Note the secret, should the database be lost."""
        if self.secret != secret:
            with _private(self.secret_file, os.O_TRUNC) as file:
                file.write(secret + "\n")


def _private(path: Path, how: int) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "w", encoding="utf-8")
