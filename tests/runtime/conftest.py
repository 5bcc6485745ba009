"""What the tests of the runtime share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the migrated databases lie that tests copy."""
    return tmp_path_factory.mktemp("templates")
