"""What the tests of the simulation share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.proving.simulation.command import quietly
from deploy.proving.simulation.history import Tally, staged
from deploy.proving.simulation.land import MEMORY
from deploy.proving.simulation.scene import Scene


@pytest.fixture(scope="package")
def templates() -> Iterator[Path]:
    """Where the migrated databases lie that histories copy; and what instances say of troubles made on purpose is not shown."""
    with quietly(), tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
def first_story(templates: Path) -> tuple[Tally, Scene | None]:
    """What happened in the first story, and how it ended: who changes anything takes a copy."""
    return staged(1, 900, templates=templates)
