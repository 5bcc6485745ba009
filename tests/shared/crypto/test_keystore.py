"""The keystore: what a crash, a lost disk, a second process or a careless mode may do to it."""

import os
import stat
from pathlib import Path

import pytest

from shared.crypto import keystore_frames
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore, KeystoreUnavailable
from shared.crypto.primitives import KEY
from shared.protocol.classes import SECTIONS
from tests.shared.crypto.places import ME, Places, keys_of, with_cases


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path)
    made.copy.mkdir()
    return made


def test_keys_are_random_one_for_each_case_and_class_and_stay(places: Places) -> None:
    store = places.open()
    for case in ("a", "b"):
        for section in SECTIONS:
            store.key_to_write(case, section)
    store.settle()
    made = [store.key(case, section) for case in ("a", "b") for section in SECTIONS]
    assert len(set(made)) == 2 * len(SECTIONS) == 16
    assert {len(key) for key in made if key} == {KEY}
    again = places.open()
    assert [again.key(case, section) for case in ("a", "b") for section in SECTIONS] == made
    assert again.name == store.name
    assert again.key("c", "D1") is None


def test_a_statement_has_a_key_of_its_own_that_goes_alone_or_with_its_class_and_never_comes_back(places: Places) -> None:
    store = places.open()
    of = {name: store.statement_key_to_write("a", section, name) for section, name in (("D3", "s1"), ("D3", "s2"), ("D4", "s3"))}
    assert None not in of.values()
    assert len({*of.values(), store.key("a", "D3"), store.key("a", "D4")}) == 5
    store.settle()
    store.erase_statements("a", {"s1": "D3"})
    store = places.open()
    assert [store.statement_key("a", "D3", "s1"), store.statement_key("a", "D3", "s2")] == [None, of["s2"]]
    assert store.statement_key_to_write("a", "D3", "s1") is None, "what was erased alone is not kept again"
    store.erase({"a": ["D3"]})
    store = places.open()
    assert [store.statement_key("a", "D3", "s2"), store.statement_key("a", "D4", "s3")] == [None, of["s3"]]
    store.revive("a", ["D3"])
    assert store.statement_key_to_write("a", "D3", "s2") not in (None, of["s2"]), "told again, under another key"
    assert store.statement_key_to_write("a", "D3", "s1") is None
    store.settle()
    assert places.open().statement_key("a", "D3", "s2") == store.statement_key("a", "D3", "s2")


def test_a_key_of_a_statement_that_is_not_on_the_disk_yet_goes_with_its_class_too(places: Places) -> None:
    store = places.open()
    store.statement_key_to_write("a", "D3", "s1")
    kept = store.statement_key_to_write("a", "D4", "s2")
    store.erase({"a": ["D3"]})
    store.settle()
    again = places.open()
    assert (again.statement_key("a", "D3", "s1"), again.statement_key("a", "D4", "s2")) == (None, kept)


def test_whatever_a_case_is_called_it_is_no_statement(places: Places) -> None:
    """Under protocol 1 anybody may open a case under any printable name."""
    store = places.open()
    for case in ("a D3 s1", "a b", " "):
        store.key_to_write(case, "D3")
    store.settle()
    store.erase({"a": ["D3"]})
    again = places.open()
    assert again.key("a D3 s1", "D3") == store.key("a D3 s1", "D3") is not None


def test_what_is_destroyed_after_it_was_made_anew_in_one_transaction_clashes_with_nothing(places: Places) -> None:
    store = places.open()
    store.key_to_write("a", "D1")
    store.settle()
    store.erase({"a": ["D1"]})
    store.revive("a", ["D1"])
    made = store.key("a", "D1")
    store.erase({"a": ["D1", "D2"]})
    assert store.key("a", "D1") is None
    store.revive("a", ["D1"])
    store.settle()
    assert store.key("a", "D1") not in (None, made)
    again = places.open()
    assert (again.key("a", "D1"), again.gone("a")) == (store.key("a", "D1"), {"D2"})


def test_what_is_destroyed_of_a_case_whose_keys_are_not_on_the_disk_yet_leaves_the_others_as_they_were_used(places: Places) -> None:
    store = places.open()
    used = store.key_to_write("a", "D2")
    store.erase({"a": ["D1"]})
    store.settle()
    again = places.open()
    assert (again.key("a", "D2"), again.gone("a")) == (used, {"D1"})


def test_the_files_are_for_their_owner_alone_and_hold_no_key_in_the_clear(places: Places) -> None:
    store = places.open()
    (key,) = with_cases(store, "a").values()
    for file in (places.file, places.second, places.kek):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert key not in file.read_bytes()
        assert b'"a"' not in file.read_bytes()
    assert not places.kek.with_name(f"{places.kek.name}.next").exists()


@pytest.mark.parametrize("which", ["file", "kek"])
def test_what_others_may_read_is_refused(places: Places, which: str) -> None:
    with_cases(places.open(), "a")
    getattr(places, which).chmod(0o640)
    with pytest.raises(Unusable, match="chmod 600"):
        places.open()


def test_many_new_cases_are_one_frame_and_known_ones_none(places: Places) -> None:
    store = places.open()
    before = places.file.stat().st_size
    with_cases(store, *map(str, range(50)))
    data = places.file.read_bytes()
    assert len(list(keystore_frames.read(data, store.kek, ME))) == 2
    assert len(data) > before
    with_cases(store, *map(str, range(50)))
    assert places.file.read_bytes() == data


@pytest.mark.parametrize("cut", [1, 3, 5, 100, 400])
def test_a_torn_last_frame_is_passed_over_and_written_over(places: Places, cut: int) -> None:
    store = places.open()
    kept = with_cases(store, "a")
    whole = places.file.stat().st_size
    places.copy.rename(places.root / "gone")
    with_cases(store, "b")
    os.truncate(places.file, max(places.file.stat().st_size - cut, whole))
    again = places.open()
    assert keys_of(again, "a", "b") == {**kept, "b": None}
    more = with_cases(again, "c")
    assert keys_of(places.open(), "a", "b", "c") == {**kept, "b": None, **more}


def test_what_an_append_left_that_stopped_half_way_is_written_over(places: Places) -> None:
    store = places.open()
    kept = with_cases(store, "a")
    with places.file.open("ab") as file:
        file.write(b"\0\0\x01\x90half of a frame")
    kept |= with_cases(store, "b")
    for each in (store, places.open()):
        assert keys_of(each, "a", "b") == kept
    assert places.second.read_bytes() == places.file.read_bytes()


def test_blocks_that_the_disk_never_wrote_are_a_torn_frame_too(places: Places) -> None:
    kept = with_cases(places.open(), "a")
    with places.file.open("ab") as file:
        file.write(bytes(4096))
    again = places.open()
    assert keys_of(again, "a") == kept
    more = with_cases(again, "b")
    assert keys_of(places.open(), "a", "b") == {**kept, **more}


@pytest.mark.parametrize("back", [100, 700])
def test_a_damaged_frame_is_an_error_that_says_what_to_do(places: Places, back: int) -> None:
    store = places.open()
    with_cases(store, "a")
    with_cases(store, "b")
    data = bytearray(places.file.read_bytes())
    data[-back] ^= 1
    places.file.write_bytes(data)
    with pytest.raises(Unusable, match=r"is damaged: put back"):
        places.open()


def test_a_missing_keystore_or_master_key_is_never_begun_anew(places: Places) -> None:
    with_cases(places.open(), "a")
    aside = places.kek.rename(places.root / "kek")
    with pytest.raises(Unusable, match=f"put back {places.kek.name}"):
        places.open()
    aside.rename(places.kek)
    places.second.unlink()
    places.file.unlink()
    with pytest.raises(Unusable, match="is missing"):
        places.open()


def test_another_instances_keystore_is_refused(places: Places) -> None:
    with_cases(places.open(), "a")
    other = Places(places.root / "other")
    other.copy.mkdir(parents=True)
    other.file.parent.mkdir()
    other.keys.mkdir()
    places.file.rename(other.file.with_name("assistance.rs-pol.keystore"))
    places.kek.rename(other.keys / "assistance.rs-pol.kek")
    with pytest.raises(Unusable, match="damaged"):
        Keystore("assistance.rs-pol", other.file.parent, other.keys)


def test_the_copy_is_away_and_back(places: Places) -> None:
    store = places.open()
    kept = with_cases(store, "a")
    places.copy.rename(places.root / "unplugged")
    kept |= with_cases(store, "b")
    assert "second place" in store.warning
    assert not places.copy.exists(), "no folder is made where the medium is not mounted"
    (places.root / "unplugged").rename(places.copy)
    kept |= with_cases(store, "c")
    assert store.warning == ""
    assert places.second.read_bytes() == places.file.read_bytes()
    places.copy.rename(places.root / "unplugged")
    again = places.open()
    assert again.warning
    kept |= with_cases(again, "d")
    (places.root / "unplugged").rename(places.copy)
    assert keys_of(places.open(), *kept) == kept
    assert places.second.read_bytes() == places.file.read_bytes()


def test_that_the_copy_goes_and_comes_back_is_seen_though_nothing_is_written(places: Places) -> None:
    store = places.open()
    store.second.look(store.file)
    assert store.warning == ""
    places.copy.rename(places.root / "unplugged")
    store.second.look(store.file)
    assert "second place" in store.warning
    (places.root / "unplugged").rename(places.copy)
    store.second.look(store.file)
    assert store.warning == ""
    places.second.unlink()
    store.second.look(store.file)
    assert (store.warning, places.second.read_bytes()) == ("", places.file.read_bytes())


@pytest.mark.parametrize("lost", ["all", "a frame"])
def test_what_the_disk_lost_comes_back_from_the_copy(places: Places, lost: str) -> None:
    kept = with_cases(places.open(), "a", "b")
    if lost == "all":
        places.file.unlink()
    else:
        os.truncate(places.file, places.file.stat().st_size - 10)
    assert keys_of(places.open(), "a", "b") == kept
    assert places.second.read_bytes() == places.file.read_bytes()


def test_two_processes_never_have_two_keys_for_one_case(places: Places) -> None:
    one, other = places.open(), places.open()
    kept = with_cases(one, "a")
    other.key_to_write("a", "D1")
    other.key_to_write("b", "D1")
    with pytest.raises(KeystoreUnavailable):
        other.settle()
    assert other.key("a", "D1") == kept["a"]
    other.settle()
    kept |= with_cases(one, "c")
    assert keys_of(places.open(), "a", "c") == kept
    assert places.open().key("b", "D1") == other.key("b", "D1")


def test_a_disk_that_takes_nothing_is_said_and_tried_again(places: Places) -> None:
    store = places.open()
    store.key_to_write("a", "D1")
    hidden = places.file.rename(places.root / "hidden")
    with pytest.raises(KeystoreUnavailable):
        store.settle()
    hidden.rename(places.file)
    store.settle()
    assert places.open().key("a", "D1") == store.key("a", "D1")
