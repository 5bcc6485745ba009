"""The older release for `./nrm upgrade` comes from the project's history, or there is a word that says why not."""

from pathlib import Path

import pytest

from deploy.proving.upgrade import export
from deploy.trouble import Trouble


def test_a_revision_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"no revision 0000000|not installed"):
        export("0" * 40, tmp_path)
    assert list(tmp_path.iterdir()) == []
