"""What a backup says of itself: the manifest, and what each kept database held."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

from deploy.trouble import Trouble

MANIFEST = "manifest.json"

FORMAT = 1


@dataclass(frozen=True)
class KeptDatabase:
    """One instance's database in a backup."""

    instance: str
    file: str
    kind: str
    """sqlite or postgresql."""
    bytes: int
    sha256: str
    schema: list[str]
    """The migrations it had seen."""
    positions: dict[str, int]
    """`topic/partition` → the next offset to read: what came after that, it learns from the log."""
    waiting: int
    """Decisions that were not on the log yet: they live nowhere else."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is."""

    agency: str
    made_at: str
    release: str
    instances: list[KeptDatabase] = field(default_factory=list[KeptDatabase])
    format: int = FORMAT


def summary(ask: Callable[[LiteralString], list[Any]]) -> dict[str, Any]:
    """What the manifest says of a database that answers `ask(query) -> rows`. An empty one gives nothing."""
    schema = ask("SELECT version_num FROM alembic_version ORDER BY 1")
    positions = ask("SELECT topic, partition, next FROM position")
    (waiting,) = ask("SELECT count(*) FROM outbox WHERE state = 'waiting'")[0]
    return {
        "schema": [version for (version,) in schema], "waiting": waiting,
        "positions": {f"{topic}/{partition}": following for topic, partition, following in sorted(positions)},
    }  # fmt: skip


def sha256(file: Path) -> str:
    """The digest of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest(place: Path) -> Manifest:
    """What a backup says of itself, once every file is proven whole. Raises Trouble."""
    try:
        said = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise Trouble(
                "%(place)s was made by another release (%(said)s), in a form that this one does not know.",
                place=place,
                said=said["release"],
            )
        read = Manifest(said["agency"], said["made_at"], said["release"], [KeptDatabase(**one) for one in said["instances"]])
    except FileNotFoundError:
        raise Trouble("%(place)s is no backup: it has no %(manifest)s.", place=place, manifest=MANIFEST) from None
    except (ValueError, TypeError, KeyError):
        raise Trouble("The %(manifest)s of %(place)s cannot be read; take another backup.", manifest=MANIFEST, place=place) from None
    for one in read.instances:
        file = place / one.file
        if file.parent != place or not file.is_file() or sha256(file) != one.sha256:
            raise Trouble("%(file)s is not the file that was backed up: it is missing or was changed. Take another backup.", file=file)
    return read
