"""Markers of the log: from its place on a version is in force in its partition, and an older one laid again takes nothing back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto.directory import Marker, mark
from shared.crypto.directory_state import Listing
from shared.records.codec import ELSEWHERE
from shared.records.reader import Taken, read
from shared.store.positions import Positions
from tests.shared.bus import START, SimulatedRecord
from tests.shared.crypto.directories import COUNTRY, OTHER_ROOT, PUBLIC_ROOT
from tests.shared.crypto.instances import Instances, marker, opened
from tests.shared.land import INTAKE_ME, LEAD_ME, report, send

KEYLESS = "the record's author has no key that counts here"


@pytest.fixture
def instances(tmp_path: Path) -> Iterator[Instances]:
    with opened(tmp_path) as made:
        yield made


def poll(versions: Sequence[tuple[int, int]], begin: int = 0) -> list[Taken]:
    """Records of a poll by (partition, version of the marker; 0 for any other record)."""
    values = [(p, marker(v, p) if v else b"any other") for p, v in versions]
    return read(
        [SimulatedRecord(p, n, START, b"m", v) for n, (p, v) in enumerate(values, begin)], 0, frozenset(), Listing(COUNTRY, PUBLIC_ROOT)
    )


@pytest.mark.parametrize("polls", [[[1, 2, 1]], [[1], [2], [1]], [[1, 2], [1]], [[2, 1], [1, 0]], [[2], [0], [1], [0]], [[2, 0, 1, 0, 2]]])
def test_an_old_marker_that_is_laid_once_more_puts_no_older_directory_in_force(polls: list[list[int]]) -> None:
    positions = Positions("cases")
    for number, versions in enumerate(polls):
        positions.advance(poll([(0, version) for version in versions], 10 * number))
    assert positions.directory(0) == 2


def test_each_partition_has_the_version_that_was_marked_in_it() -> None:
    positions = Positions("cases")
    positions.advance(poll([(0, 1), (1, 1), (0, 2), (2, 0), (1, 1), (0, 1)]))
    assert [positions.directory(partition) for partition in range(4)] == [2, 1, 0, 0]
    positions.advance(poll([(1, 3), (2, 2), (0, 0)], 10))
    assert [positions.directory(partition) for partition in range(4)] == [2, 3, 2, 0]


POLLS = st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=6), max_size=5)


@given(polls=POLLS)
def test_the_newest_version_that_was_ever_marked_in_a_partition_is_in_force_there(polls: list[list[tuple[int, int]]]) -> None:
    positions = Positions("cases")
    for number, versions in enumerate(polls):
        positions.advance(poll(versions, 10 * number))
    marked = [pair for versions in polls for pair in versions]
    for partition in range(3):
        assert positions.directory(partition) == max((v for p, v in marked if p == partition), default=0)


def test_a_marker_says_its_version_to_everybody_and_one_that_is_not_the_roots_says_why_it_is_none() -> None:
    (taken,) = poll([(0, 2)])
    assert (taken.opened, taken.directory) == (ELSEWHERE, 2)
    forged = mark(Marker(directory=2, partition=0, country=COUNTRY), OTHER_ROOT)
    for value, partition in ((forged, 0), (marker(2, 0), 1), (marker(2)[:-9], 0)):
        (taken,) = read([SimulatedRecord(partition, 0, START, b"m", value)], 0, frozenset(), Listing(COUNTRY, PUBLIC_ROOT))
        assert (type(taken.opened), taken.directory) == (str, 0)


def test_a_record_that_lies_before_the_marker_of_a_revocation_counts(instances: Instances) -> None:
    instances.revoke()
    report(instances.instances[INTAKE_ME])
    send(instances.instances[INTAKE_ME], instances.topic)
    instances.lay(2)
    assert instances.pull(LEAD_ME) == 2
    assert instances.noted(LEAD_ME)[0] == ("counted", "")


@pytest.mark.parametrize("limit", [1, 2, 3, 500], ids=lambda limit: f"polls of {limit}")
@pytest.mark.parametrize("laid", [[2], [2, 1], [1, 2, 1], [2, 1, 1]], ids=str)
def test_a_record_behind_it_does_not_though_an_older_marker_is_laid_again_between(
    instances: Instances, laid: list[int], limit: int
) -> None:
    instances.revoke()
    instances.lay(*laid)
    report(instances.instances[INTAKE_ME])
    send(instances.instances[INTAKE_ME], instances.topic)
    assert instances.pull(LEAD_ME, limit) == 2
    ((verdict, body),) = instances.noted(LEAD_ME)
    assert (verdict, KEYLESS in body) == ("unreadable", True)


def test_nor_after_a_restart(instances: Instances) -> None:
    instances.revoke()
    instances.lay(2)
    assert instances.pull(LEAD_ME) == 2
    instance = instances.instances[LEAD_ME]
    instance.transact(lambda work: None)
    instances.open(LEAD_ME)
    assert instances.instances[LEAD_ME].positions.directory(0) == 2
    instances.lay(1)
    report(instances.instances[INTAKE_ME])
    send(instances.instances[INTAKE_ME], instances.topic)
    assert instances.pull(LEAD_ME) == 2
    assert [verdict for verdict, _ in instances.noted(LEAD_ME)] == ["unreadable"]


def test_where_only_the_first_version_was_ever_marked_the_record_counts(instances: Instances) -> None:
    instances.revoke()
    instances.lay(1)
    report(instances.instances[INTAKE_ME])
    send(instances.instances[INTAKE_ME], instances.topic)
    assert instances.pull(LEAD_ME) == 1
    assert instances.noted(LEAD_ME)[0] == ("counted", "")
