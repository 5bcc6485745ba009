"""An agency's folder as `./nrm agency init` makes it."""

from pathlib import Path

import pytest

from deploy.installation.folder import InstallationPlan, init


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lead of Serbia, its bus far away."""
    init(InstallationPlan("rs-czztlj", Path("serbia"), "kafka1.example:9094,kafka2.example:9094", tmp_path / "centre"))
    return tmp_path / "centre"
