"""A guard sees the end of its owner and of its program by whatever the system offers."""

import os
import subprocess
import sys

import pytest

from deploy.brokers import guard


@pytest.mark.parametrize("told", [True, False], ids=["told", "by looking"])
def test_it_returns_once_the_program_has_ended_also_where_python_knows_no_descriptors_of_processes(
    monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    if not told:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    here, there = os.pipe()
    with os.fdopen(here) as owner, os.fdopen(there, "w"):
        monkeypatch.setattr(sys, "stdin", owner)
        child = subprocess.Popen([sys.executable, "-I", "-c", ""])
        guard._wait_for_owner(child)  # pyright: ignore[reportPrivateUsage]
    assert child.poll() == 0
