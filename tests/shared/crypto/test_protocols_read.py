"""What the directory says of the protocols that instances read, and under which one a country opens."""

from pathlib import Path

import orjson
import pytest

from deploy.directory import changes
from shared.crypto.directory import Directory, ListedAgency, ListedInstance, Marker, issue, mark, read_directory
from shared.crypto.directory_state import Listing, beside
from shared.crypto.protocols_read import holding_back, opens_under, read_statement, state, with_reads
from shared.protocol.versions import FIRST, NEWEST
from tests.shared.crypto.directories import COUNTRY, ISSUED, ME, OTHER_ROOT, PUBLIC_ROOT, ROOT, directory, key

OTHER = "assistance.rs-ngo"
PLAIN = directory({ME: (key(1),), OTHER: (key(2),)}, version=3)


def reading(**reads: int) -> Directory:
    """The police and another agency, each with what it reads."""
    return with_reads(PLAIN, {ME: reads.get("police", NEWEST), OTHER: reads.get("ngo", NEWEST)})


def test_the_document_is_what_the_releases_of_before_take() -> None:
    """They take no member that they do not know: neither in the document nor in what is signed."""
    value = orjson.loads(issue(reading(), ROOT))
    assert set(value) == {"document", "signature"}
    said = orjson.loads(value["document"])
    assert set(said) == {"country", "version", "issued", "expires", "agencies", "instances"}
    assert {frozenset(one) for one in said["instances"]} == {frozenset({"id", "keys"})}
    assert read_directory(issue(reading(), ROOT), PUBLIC_ROOT) == PLAIN


@pytest.mark.parametrize(
    ("known", "protocol", "behind"),
    [
        (reading(), NEWEST, []),
        (PLAIN, FIRST, [OTHER, ME]),
        (reading(ngo=1), FIRST, [OTHER]),
        (reading(ngo=NEWEST + 7), NEWEST, []),
        (changes.left(reading(ngo=1), "rs-ngo", ISSUED), NEWEST, []),
        (changes.revoked(reading(ngo=1), OTHER, ISSUED), NEWEST, []),
        (changes.revoked(reading(police=1), "rs-ngo", ISSUED), FIRST, [ME]),
    ],
)
def test_the_newest_that_everybody_reads_who_may_be_asked(known: Directory, protocol: int, behind: list[str]) -> None:
    assert opens_under(known) == protocol
    assert holding_back(known) == behind


def test_a_country_whose_directory_lists_nobody_waits_for_nobody() -> None:
    assert opens_under(directory()) == NEWEST


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "directory.rs-police.json"


def test_what_came_beside_a_directory_is_known_after_a_restart(file: Path) -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    assert listing.protocol == FIRST, "nothing is known"
    assert listing.offer(issue(PLAIN, ROOT), state(reading(), ROOT))
    assert listing.protocol == NEWEST
    assert Listing(COUNTRY, PUBLIC_ROOT, file).now == listing.now == reading()
    beside(file).unlink()
    assert Listing(COUNTRY, PUBLIC_ROOT, file).protocol == FIRST


def test_the_same_directory_may_say_more_later_and_never_less(file: Path) -> None:
    """It was handed over beside the keys, where nothing is said of it, and then comes by the bus."""
    listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    assert listing.offer(issue(PLAIN, ROOT))
    assert listing.offer(issue(PLAIN, ROOT), state(reading(), ROOT))
    assert not listing.offer(issue(PLAIN, ROOT), state(reading(), ROOT))
    assert not listing.offer(issue(PLAIN, ROOT))
    assert (listing.protocol, listing.distrusted) == (NEWEST, "")


@pytest.mark.parametrize(
    "statement",
    [
        state(reading(), OTHER_ROOT),
        state(reading(), ROOT)[:-9],
        b"nonsense",
        issue(reading(), ROOT),
        mark(Marker(directory=3, partition=0, country=COUNTRY), ROOT),
        state(reading().model_copy(update={"version": 2}), ROOT),
        state(reading().model_copy(update={"country": "fi"}), ROOT),
    ],
)
def test_what_the_root_did_not_say_of_this_very_directory_says_nothing(statement: bytes) -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    assert listing.offer(issue(PLAIN, ROOT), statement), "the directory itself is good"
    assert listing.now == PLAIN


@pytest.mark.parametrize("left", [b"", b"nonsense", state(reading(), OTHER_ROOT), state(reading(), ROOT)])
def test_whoever_takes_the_statement_from_a_newer_directory_gains_nothing(file: Path, left: bytes) -> None:
    """It is not taken until its own comes, also after a restart: nobody opens cases under the first protocol, or counts in the clear."""
    listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    listing.offer(issue(PLAIN, ROOT), state(reading(), ROOT))
    newer = changes.prolonged(reading(), ISSUED)
    for _ in range(2):
        assert not listing.offer(issue(newer, ROOT), left)
        assert (listing.version, listing.protocol, listing.distrusted) == (PLAIN.version, NEWEST, "unstated")
        listing = Listing(COUNTRY, PUBLIC_ROOT, file)
    assert not listing.offer(issue(newer, ROOT), by_hand=True)
    assert listing.distrusted == "", "who hands it over has no statement, and the bus will bring it"
    assert listing.offer(issue(newer, ROOT), state(newer, ROOT))
    assert (listing.version, listing.protocol, listing.distrusted) == (newer.version, NEWEST, "")


def test_a_process_that_ends_between_the_two_files_has_not_forgotten_what_is_read(file: Path) -> None:
    listing, newer = Listing(COUNTRY, PUBLIC_ROOT, file), changes.prolonged(reading(), ISSUED)
    listing.offer(issue(PLAIN, ROOT), state(reading(), ROOT))
    beside(file).write_bytes(state(newer, ROOT))
    again = Listing(COUNTRY, PUBLIC_ROOT, file)
    assert (again.version, again.protocol, again.stated) == (PLAIN.version, NEWEST, True)


def test_a_coordinator_of_before_says_of_nobody_that_it_reads_more_than_the_first() -> None:
    listing = Listing(COUNTRY, PUBLIC_ROOT)
    assert listing.offer(issue(PLAIN, ROOT))
    assert listing.offer(issue(changes.prolonged(PLAIN, ISSUED), ROOT))
    assert (listing.protocol, listing.distrusted) == (FIRST, "")


def test_a_change_keeps_what_is_read() -> None:
    for change in (changes.prolonged, lambda d, now: changes.left(d, "rs-ngo", now), lambda d, now: changes.revoked(d, "rs-ngo", now)):
        assert {one.id: one.reads for one in change(reading(ngo=1), ISSUED).instances} == {ME: NEWEST, OTHER: 1}
    assert holding_back(changes.upgraded(PLAIN, ISSUED)) == []


def test_a_statement_names_who_reads_more_than_the_first_alone() -> None:
    assert read_statement(state(reading(ngo=1), ROOT), PUBLIC_ROOT).reads == {ME: NEWEST}


def test_an_instance_without_a_word_reads_the_first() -> None:
    assert ListedInstance(id=ME, keys=()).reads == FIRST
    assert ListedAgency.model_fields.keys().isdisjoint({"reads"})
