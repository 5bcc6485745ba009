"""What `./nrm test` makes ready: where tests write, in memory where there is room; and that a fresh clone is compiled once."""

from pathlib import Path

import pytest

from deploy.dev.testing import compile_once, place_for_what_tests_write


def test_what_tests_write_lies_in_memory_where_there_is_room(tmp_path: Path) -> None:
    assert place_for_what_tests_write({}, tmp_path, room=1) == tmp_path
    assert place_for_what_tests_write({}, tmp_path, room=1 << 62) is None
    assert place_for_what_tests_write({}, tmp_path / "none", room=1) is None
    assert place_for_what_tests_write({"TMPDIR": "/elsewhere"}, tmp_path, room=1) is None


def test_a_fresh_clone_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tests := tmp_path / "tests").mkdir()
    (tests / "conftest.py").write_text("")
    (tests / "test_a.py").write_text("def test_a():\n    raise AssertionError('it is not run')\n")
    compiling = compile_once(tmp_path)
    assert compiling
    assert compiling.wait() == 0
    assert list((tests / "__pycache__").glob("test_a.*-pytest-*.pyc"))
    assert compile_once(tmp_path) is None
