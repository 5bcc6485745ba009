"""What was made of a catalogue outlives the process, and is never used once a source says something else."""

from functools import partial

import pytest

from shared.web.text.compiled_words import kept


@pytest.fixture
def counted():
    """What is made, and how often."""
    made = []

    def make():
        made.append(1)
        return b"words %d" % len(made)

    return made, make


def test_it_is_made_once_until_a_source_changes(tmp_path, counted):
    made, make = counted
    po, rule = tmp_path / "fi.po", tmp_path / "rule.py"
    po.write_text("a")
    rule.write_text("b")
    asked = partial(kept, "fi", (po, rule), make, tmp_path / "kept")
    assert [asked(), asked(), len(made)] == [b"words 1", b"words 1", 1]
    for source in (po, rule):
        source.write_text("another")
        assert asked() == asked() == b"words %d" % len(made)
    assert len(made) == 3
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["fi.words"]
    (tmp_path / "kept" / "fi.words").write_bytes(b"half")
    assert asked() == b"words 4"


def test_where_nothing_may_be_kept_it_is_made_each_time(tmp_path, counted):
    made, make = counted
    (tmp_path / "file").write_text("no folder")
    for folder in (None, tmp_path / "file"):
        assert kept("fi", (), make, folder) != kept("fi", (), make, folder)
    assert len(made) == 4
