"""The coordinator's folder: the root, for its owner alone, and the newest directory, whole or the former one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.directory import changes, root
from deploy.directory.coordinator import DIRECTORY, Coordinator
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto import primitives
from shared.crypto.directory import LIFE, Directory, DirectoryStanding, issue, read_directory
from shared.crypto.directory_state import Listing, pinned
from tests.shared.crypto.directories import COUNTRY, ME, OTHER_ROOT, directory, key
from tests.shared.crypto.watching import mode, watched

FIRST = directory({ME: (key(1), key(2, "sign"))})


@pytest.fixture
def office(tmp_path: Path) -> Coordinator:
    """A coordinator that has issued version 1."""
    (tmp_path / DIRECTORY).write_bytes(issue(FIRST, root.make(tmp_path / "root.key")))
    return Coordinator(tmp_path)


def files(office: Coordinator) -> set[str]:
    """What lies in the folder."""
    return {path.name for path in office.folder.iterdir()}


def test_the_root_is_for_its_owner_alone_from_the_first_moment_and_made_once(tmp_path: Path) -> None:
    with watched(tmp_path) as seen:
        made = root.make(tmp_path / "root.key")
    assert (seen, len(made)) == ({0o600}, primitives.KEY)
    assert root.make(tmp_path / "root.key") == root.read(tmp_path / "root.key") == made
    assert pinned(root.pin(made)) == primitives.public_of(made, "sign")
    assert made.hex() not in root.pin(made)


def test_the_folder_of_the_root_is_made_for_its_owner_alone_and_no_two_roots_are_the_same(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        one, two = (root.make(tmp_path / name / "root.key") for name in ("one", "two"))
    finally:
        os.umask(before)
    assert one != two
    assert mode(tmp_path / "one") == 0o700


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    **{f"open by {rights:o}": (lambda file, r=rights: file.chmod(r), "can be read by others than its owner: chmod 600 it")
       for rights in (0o640, 0o604, 0o620, 0o601, 0o644)},
    "gone": (lambda file: file.unlink(), r"cannot be read: No such file or directory\."),
    "no hex": (lambda file: file.write_text("zz" * 32), "is not a root key; take its copy from the second safe place"),
    "short": (lambda file: file.write_text(file.read_text()[:-3]), "is not a root key"),
    "long": (lambda file: file.write_text(file.read_text().strip() + "00"), "is not a root key"),
    "empty": (lambda file: file.write_text(""), "is not a root key"),
    "no text": (lambda file: file.write_bytes(b"\xff\xfe"), "is not a root key"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_root_that_cannot_be_used_says_why_is_not_quoted_and_issues_nothing(office: Coordinator, name: str) -> None:
    spoil, sentence = SPOILT[name]
    secret, there = office.root.hex(), (office.folder / DIRECTORY).read_bytes()
    spoil(office.folder / "root.key")
    for use in (lambda: office.root, lambda: office.pin, office.directory, lambda: office.change(changes.prolonged)):
        with pytest.raises(Trouble, match=sentence) as trouble:
            use()
        assert secret not in str(trouble.value)
        assert trouble.value.__suppress_context__ or trouble.value.__context__ is None
    assert (office.folder / DIRECTORY).read_bytes() == there


def test_what_cannot_be_read_is_not_made_anew(office: Coordinator) -> None:
    (office.folder / "root.key").write_text("")
    with pytest.raises(Trouble, match="is not a root key"):
        root.make(office.folder / "root.key")
    assert (office.folder / "root.key").read_text() == "", "a new root would be another mechanism"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(issue(FIRST, OTHER_ROOT), "cannot be used: the document is not signed by the root that this installation trusts."),
     (b"", "cannot be used: this is not a signed document."), (b"{}", "cannot be used: this is not a signed document.")],
)  # fmt: skip
def test_a_directory_of_another_root_is_not_changed(office: Coordinator, value: bytes, sentence: str) -> None:
    (office.folder / DIRECTORY).write_bytes(value)
    for use in (office.directory, lambda: office.change(changes.prolonged)):
        with pytest.raises(Trouble) as trouble:
            use()
        assert str(trouble.value) == f"The directory in {office.folder} {sentence}"
    assert (office.folder / DIRECTORY).read_bytes() == value


def test_a_folder_without_a_directory_says_so(office: Coordinator) -> None:
    (office.folder / DIRECTORY).unlink()
    with pytest.raises(Trouble, match=r"holds no directory: No such file or directory\."):
        office.change(changes.prolonged)
    assert files(office) == {"root.key"}


def test_a_change_is_written_and_read_again_and_every_installation_takes_it(office: Coordinator) -> None:
    before = wall()
    second = office.change(changes.prolonged)
    assert (second.version, second.expires - second.issued) == (2, LIFE)
    assert before <= second.issued <= wall()
    assert second.standing(wall()) is DirectoryStanding.GOOD
    assert office.directory() == Coordinator(office.folder).directory() == second
    third = office.change(lambda known, now: changes.revoked(known, ME, now))
    assert (office.directory(), third.version) == (third, 3)
    assert files(office) == {"root.key", DIRECTORY, "directory.reads", "statistics.key"}
    listing = Listing(COUNTRY, pinned(office.pin))
    assert listing.offer((office.folder / DIRECTORY).read_bytes())
    assert listing.now == third


def test_what_a_change_is_made_from_is_what_lies_there_and_not_what_was_looked_up_before(office: Coordinator) -> None:
    assert office.directory().instance(ME) == FIRST.instances[0]
    office.change(lambda known, now: changes.revoked(known, ME, now))
    assert [key.ended for key in office.directory().by_id[ME].keys] == [2, 2]


def test_a_change_takes_the_place_of_the_former_and_is_never_written_into_it(office: Coordinator) -> None:
    with (office.folder / DIRECTORY).open("rb") as held:
        office.change(changes.prolonged)
        assert read_directory(held.read(), pinned(office.pin)) == FIRST, "whoever was reading it reads it whole"


def fails(known: Directory, now: int) -> Directory:
    """A change that nobody can make."""
    return changes.left(changes.prolonged(known, now), "rs-nobody", now)


def test_a_change_that_fails_leaves_what_was_there(office: Coordinator) -> None:
    with pytest.raises(Trouble, match=r"The directory lists no agency rs-nobody\."):
        office.change(fails)
    (office.folder / f".{DIRECTORY}.half").mkdir()
    with pytest.raises(OSError, match="half"):
        office.change(changes.prolonged)
    assert office.directory() == FIRST
    (office.folder / f".{DIRECTORY}.half").rmdir()
    assert office.change(changes.prolonged).version == 2, "and the next one has the number that was not used"


def test_what_was_left_of_a_change_that_died_is_in_nobodys_way(office: Coordinator) -> None:
    (office.folder / f".{DIRECTORY}.half").write_bytes(issue(directory(version=9), office.root)[:-9] + b"x" * 5000)
    assert office.directory() == FIRST
    second = office.change(changes.prolonged)
    assert office.directory() == second
    assert files(office) == {"root.key", DIRECTORY, "directory.reads", "statistics.key"}
