"""Destroyed keys stay destroyed, and a crash at any moment of it leaves a keystore that opens."""

from pathlib import Path

import pytest

from shared.crypto import keystore_frames
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.crypto.keystore_snapshot import snapshot
from tests.shared.crypto.places import ME, Places, Stopped, keys_of, stop_at, whole, with_cases

STEPS = ("announced", "written", "replaced", "forgotten", "promoted", "blanked", "copied")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path)
    made.copy.mkdir()
    return made


def test_erased_keys_are_nowhere_and_never_made_again(places: Places) -> None:
    store = places.open()
    kept = with_cases(store, "a", "b")
    old = {file: file.read_bytes() for file in (places.file, places.second, places.kek)}
    store.erase(whole("a", "unknown"))
    for again in (store, places.open()):
        assert keys_of(again, "a", "b") == {"a": None, "b": kept["b"]}
        assert again.erased("a")
        assert again.erased("unknown")
        assert again.key_to_write("a", "D1") is None
    assert all(file.read_bytes() != was for file, was in old.items())
    assert places.second.read_bytes() == places.file.read_bytes()
    places.file.write_bytes(old[places.file])
    with pytest.raises(Unusable, match="master key"):
        places.open()


@pytest.mark.parametrize("step", STEPS)
def test_stopped_anywhere_while_erasing_it_opens_and_can_erase(places: Places, step: str) -> None:
    store = places.open()
    kept = with_cases(store, "a", "b")
    kek = places.kek.read_bytes()
    with pytest.raises(Stopped):
        store.erase(whole("a"), stop_at(step))
    again = places.open()
    done = step not in ("announced", "written")
    assert keys_of(again, "a", "b") == {"a": None if done else kept["a"], "b": kept["b"]}
    assert [file.name for file in places.keys.iterdir()] == [places.kek.name]
    assert (places.kek.read_bytes() != kek) is done
    assert places.second.read_bytes() == places.file.read_bytes()
    again.erase(whole("a"))
    more = with_cases(again, "c")
    assert keys_of(places.open(), "a", "b", "c") == {"a": None, "b": kept["b"], **more}
    assert not list(places.file.parent.glob("*.half"))


@pytest.mark.parametrize("step", ["announced", "written", "replaced", "forgotten", "promoted", "blanked"])
def test_the_same_process_goes_on_after_a_disk_that_failed_it(places: Places, step: str) -> None:
    store = places.open()
    kept = with_cases(store, "a", "b")
    with pytest.raises(Stopped):
        store.erase(whole("a"), stop_at(step))
    store.erase(whole("a"))
    more = with_cases(store, "c")
    for each in (store, places.open()):
        assert keys_of(each, "a", "b", "c") == {"a": None, "b": kept["b"], **more}


def test_a_copy_that_was_away_while_erasing_is_dead_and_then_replaced(places: Places) -> None:
    store = places.open()
    kept = with_cases(store, "a", "b")
    places.copy.rename(places.root / "unplugged")
    store.erase(whole("a"))
    (places.root / "unplugged").rename(places.copy)
    old = places.second.read_bytes()
    assert store.master.find(keystore_frames.marked(old)) is None, "nobody has the master key of the old copy"
    again = places.open()
    assert keys_of(again, "a", "b") == {"a": None, "b": kept["b"]}
    assert places.second.read_bytes() == places.file.read_bytes()


def test_a_snapshot_is_both_files_as_they_belong_together(places: Places) -> None:
    store = places.open()
    kept = with_cases(store, "a")
    with pytest.raises(Stopped):
        store.erase(whole("x"), stop_at("replaced"))
    data, kek = snapshot(ME, places.file.parent, places.keys)
    other = Places(places.root / "other")
    other.file.parent.mkdir(parents=True)
    other.keys.mkdir()
    for file, content in ((other.file, data), (other.kek, kek)):
        file.touch(0o600)
        file.write_bytes(content)
    assert keys_of(Keystore(ME, other.file.parent, other.keys), "a") == kept
