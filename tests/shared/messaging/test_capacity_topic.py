"""What agencies say they can take: believed of whom keys prove, never of a shelter, and sent until its own echo has come."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.brokers import Mock
from deploy.brokers.access import allowed
from deploy.brokers.topics import CONFIGS, ensure_topics
from deploy.process.composition import service
from deploy.process.country_file import country_of
from services.assistance.handlers.capacity import SayCapacity, say_capacity
from shared.config.attempts import poll_until_async
from shared.config.capacity import CapacityNow, CapacityState, may_say, needs_of
from shared.config.clock import wall
from shared.config.kafka import Bus
from shared.crypto import keyring
from shared.crypto.directory import Key, issue
from shared.crypto.directory_state import Listing
from shared.decisions.errors import RuleBroken
from shared.messaging.capacity_topic import AGAIN_MS, AHEAD, MOST_WAITING, CapacityBoard, CapacityTopic
from shared.messaging.rounds import Producer
from shared.processing.instance import Instance
from shared.protocol.vocabulary import Need
from shared.records.capacity import LONGEST_VALUE, SIGNATURE, TOPIC, CapacitySaid, signed
from shared.records.sealer import Sealer
from tests.shared.crypto.directories import COUNTRY, PUBLIC_ROOT, ROOT, directory
from tests.shared.land import Hand, database, templates

SERBIA = country_of(Path("serbia"))
SOCIAL, HOUSE, POLICE = "assistance.rs-csr-ns", "assistance.rs-kuca", "assistance.rs-pu-bg"
RINGS = {me: keyring.new(me) for me in (SOCIAL, HOUSE, POLICE)}


@pytest.fixture
def listing() -> Listing:
    """A directory that lists the three with their keys."""
    found = Listing(COUNTRY, PUBLIC_ROOT)
    offered(found)
    return found


def offered(found: Listing, **more: Any) -> None:
    """The directory with the keys of the three comes."""
    keys = {me: tuple(Key(use=use, public=ring.publics[use][-1], since=1) for use in ("seal", "sign")) for me, ring in RINGS.items()}
    assert found.offer(issue(directory(keys, issued=wall(), **more), ROOT))


@pytest.fixture
def board(listing: Listing) -> CapacityBoard:
    return CapacityBoard(listing, lambda: SERBIA)


def said(me: str = SOCIAL, need: Need = Need.HOUSING, at: int = 1_000, **more: Any) -> CapacitySaid:
    return CapacitySaid.model_validate({"instance": me, "need": need, "state": "takes", "places": 3, "at": at} | more)


def record(one: CapacitySaid, by: str = "", **other: Any) -> Any:
    value = one.written()
    proof = signed(next(iter(RINGS[by or one.instance].signers.values())), value)
    return SimpleNamespace(**{"key": one.key, "value": value, "headers": [(SIGNATURE, proof)]} | other)


def test_the_newest_of_each_agency_and_need_is_believed(board: CapacityBoard) -> None:
    full = said(at=2_000, state="full", places=None)
    board.take([record(said()), record(full), record(said(at=1_500)), record(said(POLICE, Need.SAFETY))])
    assert board.now() == {
        ("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.FULL, None, 2_000),
        ("rs-pu-bg", Need.SAFETY): CapacityNow(CapacityState.TAKES, 3, 1_000),
    }


NOT_BELIEVED: dict[str, Any] = {
    "without a signature": record(said(), headers=[]),
    "signed by another agency": record(said(), by=POLICE),
    "under the key of another agency": record(said(), key=b"rs-pu-bg/housing"),
    "a need that it does not help with": record(said(need=Need.RESIDENCE)),
    "a need that is the lead's own": record(said(need=Need.IDENTIFICATION)),
    "of a shelter": record(said(HOUSE)),
    "of an agency that nobody knows": record(said("assistance.rs-nobody"), by=SOCIAL),
    "emptied": record(said(), value=None),
    "too long": record(said(), value=said().written() + b" " * LONGEST_VALUE),
    "with a word more": record(said(), value=said().written().replace(b'"at":', b'"note":"Ana","at":')),
    "of more places than are told apart": record(said(), value=said().written().replace(b'"places":3', b'"places":300')),
    "with a header of no value": record(said(), headers=[(SIGNATURE, None)]),
    "with headers that cannot be read": record(said(), headers=None),
    "with a signature longer than any": record(said(), headers=[(SIGNATURE, b"A" * 5_000)]),
    "said by a clock that is ahead": record(said(at=wall() + 3_600_000)),
    "with a signature that is none": record(said(), headers=[(SIGNATURE, b"\xff no base64")]),
}


@pytest.mark.parametrize("what", NOT_BELIEVED)
def test_what_is_not_proven_or_not_allowed_counts_for_nothing(board: CapacityBoard, what: str) -> None:
    board.take([NOT_BELIEVED[what], record(said(POLICE, Need.SAFETY))])
    assert board.now().keys() == {("rs-pu-bg", Need.SAFETY)}, "and what comes after it is read"


def test_what_comes_before_its_keys_is_believed_once_the_directory_names_them() -> None:
    early = Listing(COUNTRY, PUBLIC_ROOT)
    board = CapacityBoard(early, lambda: SERBIA)
    board.take([record(said(at=500)), record(said(at=2_000, state="full", places=None)), record(said(POLICE, Need.SAFETY), by=SOCIAL)])
    board.take([NOT_BELIEVED["with a header of no value"], NOT_BELIEVED["of an agency that nobody knows"]])
    assert board.now() == {}
    offered(early)
    assert board.now() == {("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.FULL, None, 2_000)}, "the newest, and only what is proven"


def test_what_is_not_proven_never_takes_the_place_of_what_is(board: CapacityBoard, listing: Listing) -> None:
    board.take([record(said()), record(said(at=3_000, state="full", places=None), by=POLICE), record(said(at=500))])
    offered(listing, version=2)
    assert board.now() == {("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.TAKES, 3, 1_000)}


def test_what_waits_for_its_keys_is_bounded() -> None:
    board = CapacityBoard(Listing(COUNTRY, PUBLIC_ROOT), lambda: SERBIA)
    board.take([record(said(f"assistance.rs-a{n}"), by=SOCIAL) for n in range(MOST_WAITING + 10)])
    assert len(board.waiting) == MOST_WAITING


def test_what_a_clock_ahead_said_counts_once_its_time_has_come(listing: Listing) -> None:
    clock = Hand()
    board = CapacityBoard(listing, lambda: SERBIA, lambda: clock.at)
    board.take([record(said(at=clock.at + AHEAD)), record(said(POLICE, Need.SAFETY, at=clock.at + AHEAD + 1))])
    assert board.now().keys() == {("rs-csr-ns", Need.HOUSING)}
    clock.at += AGAIN_MS
    assert board.now().keys() == {("rs-csr-ns", Need.HOUSING), ("rs-pu-bg", Need.SAFETY)}


def test_a_confidential_agency_has_nothing_to_say_and_no_right_to() -> None:
    assert needs_of(SERBIA, "rs-kuca") == []
    assert not any(may_say(SERBIA, one.id, need) for one in SERBIA.agencies if one.apart for need in Need)
    assert {one.id for one in SERBIA.agencies if "WRITE" in allowed(one).get(TOPIC, ())} == {
        one.id for one in SERBIA.agencies if "assistance" in one.services and not one.apart
    }
    assert CONFIGS[TOPIC]["cleanup.policy"] == "compact"


@pytest.fixture
def bus() -> Iterator[Bus]:
    with Mock() as mock:
        yield mock.bus


async def test_what_an_officer_said_reaches_every_process_and_is_sent_until_its_echo_has_come(
    bus: Bus, listing: Listing, tmp_path: Path
) -> None:
    await ensure_topics(bus)
    here = instance(SOCIAL, listing, tmp_path)
    here.transact(lambda work: say_capacity(work, SayCapacity(need=Need.HOUSING, state=CapacityState.TAKES, places=2), "sofija", 5_000))
    with pytest.raises(RuleBroken, match="no-capacity-said"):
        here.transact(lambda work: say_capacity(work, SayCapacity(need=Need.RESIDENCE, state=CapacityState.FULL), "sofija", 5_000))
    there = instance(POLICE, listing, tmp_path)
    topics = [CapacityTopic([one], listing, bus, Producer(bus)) for one in (here, there)]
    for topic in topics:
        topic.start()
    expected = {("rs-csr-ns", Need.HOUSING): CapacityNow(CapacityState.TAKES, 2, 5_000)}

    async def all_know() -> bool:
        return all(topic.board.now() == expected for topic in topics)

    await poll_until_async(all_know, 30, 0.05, lambda: AssertionError("what was said has not come"))
    sent = dict(topics[0].sent)
    await topics[0].tell(here)
    assert topics[0].sent == sent, "what has its echo is not sent again"
    topics[0].made_anew()
    for _ in range(2):
        await topics[0].tell(here)
    assert [old < new for old, new in zip(sent.values(), topics[0].sent.values(), strict=True)] == [True], "a topic made anew is filled"
    sent = dict(topics[0].sent)
    here.transact(lambda work: say_capacity(work, SayCapacity(need=Need.HOUSING, state=CapacityState.FULL), "sofija", 4_000))
    await topics[0].tell(here)
    assert topics[0].sent == sent, "a database that was put back does not say the old anew"
    for topic in topics:
        await topic.stop()
        await topic.producer.close()
    for one in (here, there):
        one.close()


def instance(me: str, listing: Listing, data: Path) -> Instance:
    agency, kind = me.partition(".")[2], service("assistance")
    url = f"sqlite:///{data / me}.db"
    database(data, templates(), kind, me)
    return Instance(
        kind, agency, SERBIA, url, Hand(), seal=Sealer(keyring.renewed(RINGS[me]), listing)
    )  # of a key that no directory lists yet
