"""What `./nrm test` makes ready: where tests write, in memory where there is room."""

from pathlib import Path

from deploy.dev.testing import place_for_what_tests_write


def test_what_tests_write_lies_in_memory_where_there_is_room(tmp_path: Path) -> None:
    assert place_for_what_tests_write({}, tmp_path, room=1) == tmp_path
    assert place_for_what_tests_write({}, tmp_path, room=1 << 62) is None
    assert place_for_what_tests_write({}, tmp_path / "none", room=1) is None
    assert place_for_what_tests_write({"TMPDIR": "/elsewhere"}, tmp_path, room=1) is None
