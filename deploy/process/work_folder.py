"""A folder of a command: nobody else works in it meanwhile, and only a command of the kind that made it empties or fills it."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from deploy.folder_lock import locked
from deploy.language_choice import translate
from deploy.trouble import Trouble

PARTS = ("agencies", "kafka", "logs", "coordinator")
"""What such folders consist of."""
BEFORE = {"demo": "played.json", "import": "import.db"}
"""Kind → a file by which one is known that was made before folders named their owner."""


@contextmanager
def held(folder: Path, by: str, patience: float = 0) -> Generator[int]:
    """Hold a folder as a command of this kind; gives the descriptor of the lock, which also children may keep open.

    Raises Trouble where another command works there, or one of another kind made it; nothing was changed then.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder, patience) as lock:
        maker = os.pread(lock, 100, 0).decode(errors="replace").strip() or _maker(folder, by)
        if maker != by:
            raise Trouble(
                "%(folder)s holds what %(maker)s has made: its log and databases would be lost or mixed up. Name another folder, "
                "or delete that one yourself. Nothing was changed.",
                folder=folder,
                maker=maker,
            )
        os.pwrite(lock, f"{by}\n".encode(), 0)
        yield lock


def _maker(folder: Path, by: str) -> str:
    """Whose a folder is that does not say so: this command's where it is as good as empty."""
    known = next((kind for kind, file in BEFORE.items() if (folder / file).exists()), "")
    there = [part for part in PARTS if (folder / part).exists()]
    return known or (translate("somebody else") if there else by)
