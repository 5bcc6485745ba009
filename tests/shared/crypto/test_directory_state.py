"""What a process knows of the directory: taken when it is newer and the root's, kept for the next start, and markers of the log."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from shared.config.clock import wall
from shared.crypto import directory as d
from shared.crypto import primitives
from shared.crypto.directory import DAY, GRACE, LIFE, Directory, DirectoryStanding, Distrusted, Marker, issue, mark
from shared.crypto.directory_state import Listing, pinned
from shared.crypto.primitives import text
from tests.shared.crypto.directories import COUNTRY, ME, OTHER_COUNTRY, OTHER_PUBLIC_ROOT, OTHER_ROOT, PUBLIC_ROOT, ROOT, directory, key

FIRST = directory({ME: (key(1),)})
SECOND = directory({ME: (key(1), key(2, since=2))}, version=2)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Where a directory is kept; nothing else may be left beside it."""
    yield tmp_path / "directory.json"
    assert [path.name for path in tmp_path.iterdir() if path.name != "directory.json" and not path.is_dir()] == []


def fork(version: int) -> bytes:
    """Another directory of a version, by the same root."""
    return issue(directory({ME: (key(9),)}, version=version), ROOT)


def test_a_newer_directory_is_taken_and_told_of_once(file: Path) -> None:
    listing, heard = Listing(COUNTRY, PUBLIC_ROOT, file), list[Directory]()
    listing.told.append(heard.append)
    assert (listing.version, listing.now) == (0, None)
    assert listing.offer(issue(FIRST, ROOT))
    assert listing.offer(issue(SECOND, ROOT))
    assert not listing.offer(issue(SECOND, ROOT)), "the same once more"
    assert (listing.version, listing.now, heard) == (2, SECOND, [FIRST, SECOND])


def test_who_is_told_sees_the_new_one_already_and_finds_it_kept(file: Path) -> None:
    listing, seen = Listing(COUNTRY, PUBLIC_ROOT, file), list[tuple[int, bool]]()
    listing.told.append(lambda new: seen.append((listing.version, file.read_bytes() == issue(new, ROOT))))
    listing.offer(issue(SECOND, ROOT))
    assert seen == [(2, True)]


def test_who_cannot_use_a_directory_does_not_keep_it_from_the_others() -> None:
    def fails(new: Directory) -> None:
        raise ArithmeticError(new.version)

    listing, heard = Listing(COUNTRY, PUBLIC_ROOT), list[Directory]()
    listing.told += [fails, heard.append]
    assert listing.offer(issue(FIRST, ROOT))
    assert (listing.now, listing.distrusted, heard) == (FIRST, "", [FIRST])


def test_the_next_start_begins_with_what_was_kept(file: Path) -> None:
    Listing(COUNTRY, PUBLIC_ROOT, file).offer(issue(FIRST, ROOT))
    again = Listing(COUNTRY, PUBLIC_ROOT, file)
    assert again.now == FIRST
    assert not again.offer(issue(FIRST, ROOT))
    assert again.offer(issue(SECOND, ROOT))
    assert Listing(COUNTRY, PUBLIC_ROOT, file).now == SECOND


def test_without_a_file_a_directory_is_known_until_the_process_ends() -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    assert listing.offer(issue(FIRST, ROOT))
    assert listing.now == FIRST


def test_a_file_is_put_in_place_of_the_former_and_never_written_into(file: Path) -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    listing.offer(issue(FIRST, ROOT))
    with file.open("rb") as held:
        listing.offer(issue(SECOND, ROOT))
        assert held.read() == issue(FIRST, ROOT), "whoever was reading it reads it whole"
    assert file.read_bytes() == issue(SECOND, ROOT)


def test_a_directory_that_cannot_be_kept_is_not_taken(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    listing = Listing(COUNTRY, PUBLIC_ROOT, folder / "directory.json")
    folder.rmdir()
    with pytest.raises(OSError, match="gone"):
        listing.offer(issue(FIRST, ROOT))
    assert listing.now is None
    folder.mkdir()
    assert listing.offer(issue(FIRST, ROOT)), "it is taken when it comes again"


@pytest.mark.parametrize("kept", [issue(FIRST, OTHER_ROOT), issue(FIRST, ROOT)[:-9], b"", b"\xff"])
def test_a_start_on_a_file_that_is_not_the_roots_fails(file: Path, kept: bytes) -> None:
    file.write_bytes(kept)
    with pytest.raises(Distrusted):
        Listing(COUNTRY, PUBLIC_ROOT, file)


@pytest.mark.parametrize(
    ("value", "code"),
    [(fork(2), "fork"), (issue(directory(version=3), OTHER_ROOT), "signature"), (b"nonsense", "shape"),
     (issue(directory(version=3, country=OTHER_COUNTRY), ROOT), "country")],
)  # fmt: skip
def test_what_is_not_trusted_changes_nothing_is_shown_and_is_forgotten_with_the_next_that_is(file: Path, value: bytes, code: str) -> None:
    listing, heard = Listing(COUNTRY, PUBLIC_ROOT, file), list[Directory]()
    listing.offer(issue(SECOND, ROOT))
    listing.told.append(heard.append)
    assert listing.distrusted == ""
    assert not listing.offer(value)
    assert (listing.distrusted, listing.now, heard) == (code, SECOND, [])
    assert file.read_bytes() == issue(SECOND, ROOT)
    assert listing.offer(issue(directory(version=4), ROOT))
    assert (listing.distrusted, len(heard)) == ("", 1)


def test_older_ones_change_nothing_and_are_no_alarm_because_they_lie_on_the_topic_until_it_is_compacted(file: Path) -> None:
    board = [issue(directory({ME: (key(1),)}, version=version), ROOT) for version in (1, 2, 3)]
    for _ in range(2):  # a start, and one more
        listing, heard = Listing(COUNTRY, PUBLIC_ROOT, file), list[Directory]()
        listing.told.append(heard.append)
        for value in (*board, *board, fork(2)):  # the board is read again after the connection was lost
            listing.offer(value)
            assert listing.distrusted == ""
        assert not listing.offer(board[0])
        assert (listing.version, file.read_bytes()) == (3, board[2])
    assert heard == []


def test_an_older_one_does_not_hide_what_was_shown_and_the_current_one_ends_it(file: Path) -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    listing.offer(issue(SECOND, ROOT))
    listing.offer(fork(2))
    listing.offer(issue(FIRST, ROOT))
    assert listing.distrusted == "fork", "somebody still has the coordinator's root"
    assert not listing.offer(issue(SECOND, ROOT))
    assert (listing.distrusted, listing.now) == ("", SECOND)


def test_an_older_one_of_another_root_or_country_is_shown_all_the_same() -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    listing.offer(issue(SECOND, ROOT))
    for value, code in ((issue(FIRST, OTHER_ROOT), "signature"), (issue(directory(country=OTHER_COUNTRY), ROOT), "country")):
        listing.offer(value)
        assert listing.distrusted == code


def test_a_start_on_the_file_of_another_country_fails(file: Path) -> None:
    Listing(OTHER_COUNTRY, PUBLIC_ROOT, file).offer(issue(directory(country=OTHER_COUNTRY), ROOT))
    with pytest.raises(Distrusted) as distrusted:
        Listing(COUNTRY, PUBLIC_ROOT, file)
    assert distrusted.value.code == "country"


def test_a_directory_that_expired_is_taken_where_it_is_newer() -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    assert listing.offer(issue(FIRST, ROOT)), "issued years ago"
    assert listing.standing() is DirectoryStanding.DEAD


@pytest.mark.parametrize(
    ("left", "standing"),
    [
        (20 * DAY, DirectoryStanding.GOOD),
        (3 * DAY, DirectoryStanding.ENDING),
        (-DAY, DirectoryStanding.EXPIRED),
        (-GRACE - DAY, DirectoryStanding.DEAD),
    ],
)
def test_how_a_directory_stands_now_decides_who_is_sealed_for(left: int, standing: DirectoryStanding) -> None:
    listed, other = (primitives.public_of(primitives.random_key(), "seal") for _ in range(2))
    old, fresh = d.Key(use="seal", public=text(listed), since=1), d.Key(use="seal", public=text(other), since=2)
    now = directory({ME: (old,), "intake.rs-ir": (fresh,)}, 2, wall() + left - LIFE)
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    assert listing.standing() is DirectoryStanding.DEAD, "without a directory nothing can be sealed"
    assert listing.readers([ME]) == {}
    listing.offer(issue(now, ROOT))
    assert listing.standing() is standing
    readers = listing.readers([ME, "intake.rs-ir", "assistance.rs-nobody"])
    expected = {"good": {ME, "intake.rs-ir"}, "ending": {ME, "intake.rs-ir"}, "expired": {ME}, "dead": set[str]()}[standing]
    assert set(readers) == expected
    assert {id: reader.key.public_bytes_raw() for id, reader in readers.items()}.get(ME, listed) == listed


def test_without_a_directory_nobody_may_have_signed() -> None:
    assert Listing(COUNTRY, PUBLIC_ROOT).signers(ME, 0, 0) == []


def test_a_marker_of_this_log_and_partition_is_taken() -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    for partition in (0, 3):
        value = mark(Marker(directory=7, partition=partition, country=COUNTRY), ROOT)
        assert d.is_marker(value)
        assert listing.marker(value, partition).directory == 7


@pytest.mark.parametrize(
    ("marker", "root", "code"),
    [
        (Marker(directory=7, partition=1, country=COUNTRY), ROOT, "place"),
        (Marker(directory=7, partition=2, country=OTHER_COUNTRY), ROOT, "place"),
        (Marker(directory=7, partition=2, country=COUNTRY), OTHER_ROOT, "signature"),
    ],
)
def test_a_marker_of_another_partition_country_or_root_is_not_trusted(marker: Marker, root: bytes, code: str) -> None:
    with pytest.raises(Distrusted) as distrusted:
        Listing(COUNTRY, PUBLIC_ROOT).marker(mark(marker, root), 2)
    assert distrusted.value.code == code


@pytest.mark.parametrize("value", [b'{"marker":', b'{"marker":{}}', b'{"marker":7,"signature":""}', b'{"marker":"{}","signature":"?"}'])
def test_bytes_that_begin_like_a_marker_and_are_none_are_not_trusted(value: bytes) -> None:
    assert d.is_marker(value)
    with pytest.raises(Distrusted):
        Listing(COUNTRY, PUBLIC_ROOT).marker(value, 0)


def test_a_document_is_no_marker_and_the_absence_of_bytes_neither() -> None:
    assert not d.is_marker(issue(FIRST, ROOT))
    assert not d.is_marker(None)
    said, proof = orjson.loads(issue(FIRST, ROOT)).values()
    with pytest.raises(Distrusted, match="not signed by the root"):
        Listing(COUNTRY, PUBLIC_ROOT).marker(orjson.dumps({"marker": said, "signature": proof}), 0)


def test_a_root_is_pinned_by_its_64_hex_digits() -> None:
    assert pinned(PUBLIC_ROOT.hex()) == PUBLIC_ROOT
    assert pinned(PUBLIC_ROOT.hex()) != OTHER_PUBLIC_ROOT
    for said in ("", "00", PUBLIC_ROOT.hex()[:-2], PUBLIC_ROOT.hex() + "00", "z" * 64):
        with pytest.raises(ValueError, match="hex"):
            pinned(said)


def test_a_root_may_lie_in_a_file(tmp_path: Path) -> None:
    lies = tmp_path / "root.pin"
    lies.write_text(PUBLIC_ROOT.hex() + "\n")
    assert pinned(f"file:{lies}") == PUBLIC_ROOT
    lies.write_text(PUBLIC_ROOT.hex()[:-2])
    for said in (f"file:{lies}", f"file:{tmp_path}", f"file:{tmp_path}/nowhere", "file:"):
        with pytest.raises(ValueError, match=r"64 hex digits|cannot be read"):
            pinned(said)
