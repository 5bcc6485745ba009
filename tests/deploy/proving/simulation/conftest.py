"""What the tests of the simulation share."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from deploy.proving.simulation.land import MEMORY


@pytest.fixture(scope="package")
def templates() -> Iterator[Path]:
    """Where the migrated databases lie that histories copy; and what instances say of troubles made on purpose is not shown."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)
    structlog.configure(**before)
