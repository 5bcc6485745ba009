"""What was made of a catalogue outlives the process, and is never used once a source says something else."""

from functools import partial

import pytest

from shared.web.text import cyrillic
from shared.web.text.compiled_words import kept
from shared.web.text.languages import made_of_files


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
    asked = partial(kept, "fi", (po, rule), make, tmp_path / "kept", writes=True)
    assert [asked(), asked(), len(made)] == [b"words 1", b"words 1", 1]
    for source in (po, rule):
        source.write_text("another")
        assert asked() == asked() == b"words %d" % len(made)
    assert len(made) == 3
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["fi.words"]


@pytest.mark.parametrize("left", [0, 4, 32, 64, 70])
def test_what_a_power_cut_has_torn_is_made_anew(tmp_path, counted, left):
    made, make = counted
    asked = partial(kept, "fi", (), make, tmp_path, writes=True)
    assert asked() == b"words 1"
    file = tmp_path / "fi.words"
    whole = file.read_bytes()
    for torn in (whole[:left], whole[:left].ljust(len(whole), b"\0")):
        file.write_bytes(torn)
        assert asked() == asked() == b"words %d" % len(made)
    assert len(made) == 3


def test_a_half_that_cannot_take_its_place_is_not_left(tmp_path, counted):
    (tmp_path / "fi.words").mkdir()
    assert kept("fi", (), counted[1], tmp_path, writes=True) == b"words 1"
    assert [file.name for file in tmp_path.iterdir()] == ["fi.words"]


def test_a_word_that_another_release_spells_otherwise_in_cyrillic_is_made_again(tmp_path, monkeypatch):
    exceptions = tmp_path / "cyrillic.toml"
    exceptions.write_text('stays = ["Kafka"]')
    monkeypatch.setattr(cyrillic, "EXCEPTIONS", exceptions)
    catalogue = tmp_path / "sr_Latn.po"
    catalogue.write_text("")
    asked = partial(kept, "sr", make=exceptions.read_bytes, folder=tmp_path / "kept")
    assert asked(sources=made_of_files(catalogue)) == b'stays = ["Kafka"]'
    exceptions.write_text('stays = ["Kafka", "ISO"]')
    assert asked(sources=made_of_files(catalogue)) == b'stays = ["Kafka", "ISO"]'


def test_where_nothing_may_be_kept_it_is_made_each_time(tmp_path, counted):
    made, make = counted
    (tmp_path / "file").write_text("no folder")
    for folder, writes in ((tmp_path, False), (tmp_path / "file", True)):
        assert kept("fi", (), make, folder, writes=writes) != kept("fi", (), make, folder, writes=writes)
    assert len(made) == 4
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_who_keeps_nothing_reads_what_is_there(tmp_path, counted):
    made, make = counted
    assert kept("fi", (), make, tmp_path, writes=True) == kept("fi", (), make, tmp_path, writes=False) == b"words 1"
    assert len(made) == 1
