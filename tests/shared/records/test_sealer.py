"""What one instance seals the others open: each who follows the case, and nobody else; a record is judged by who signed it and when."""

from collections.abc import Callable

import orjson
import pytest

from shared.config.clock import wall
from shared.crypto import envelope, keyring
from shared.crypto.directory import DAY, GRACE, Key
from shared.crypto.directory_state import Listing
from shared.crypto.envelopes import introduces, is_sealed
from shared.crypto.keyring import Keyring
from shared.protocol.case import agency_of
from shared.protocol.core import event_id
from shared.protocol.events import HandoffAccepted
from shared.records.codec import INTRO, kept
from shared.records.sealer import SEALED_TYPE, NotNow, Sealer
from tests.shared.crypto.directories import COUNTRY, PUBLIC_ROOT
from tests.shared.crypto.land import CASE, INSTANCES, ROSTER, Land, decided, joined, keys, reported, supplied, why
from tests.shared.protocol.cases import HEALTH, LEAD, LEADING, NGO, OUTSIDER, POLICE, REPORTER, REPORTING, START, acting


@pytest.fixture
def land() -> Land:
    return Land()


def test_an_opening_is_read_by_the_intake_that_sent_it_and_by_lead_and_reporter(land: Land) -> None:
    value = land.say(reported(), None)
    assert land.readers(value) == {REPORTING, acting(REPORTER), LEADING, acting(LEAD)}
    for instance in land.readers(value):
        opened = land.open(value, instance)
        assert opened is not None
        assert (opened.core.author, opened.core.case, opened.core.type) == (REPORTING, CASE, "case.reported.v1")
        assert set(opened.sections) == {"D1", "D2"}
        assert opened.readers == {agency_of(instance): ["D1", "D2"]}


def test_the_record_is_keyed_by_its_case_and_its_headers_are_those_of_any_other(land: Land) -> None:
    seal = land.seal(REPORTING)
    for event, case in ((reported(), None), (supplied(), ROSTER)):
        key, value, headers = seal.complete(decided(event), case, 0, START)
        assert key == CASE.encode()
        told = dict(headers)
        assert told.pop("intro", b"0") == (b"1" if event.TYPE in INTRO else b"0")
        assert told == {"ce_specversion": b"1.0", "ce_type": b"nrm.event", "ce_source": b"nrm", "content-type": SEALED_TYPE % 1}
        assert is_sealed(value)
        assert introduces(value) == (event.TYPE in INTRO)
    assert not is_sealed(None)
    assert not is_sealed(b'{"core":"{}"}')


def test_each_instance_of_an_agency_on_the_roster_gets_what_its_agency_may_see(land: Land) -> None:
    value = land.say(supplied(), ROSTER)
    seen = {instance: set(opened.sections) for instance in INSTANCES if (opened := land.open(value, instance))}
    assert seen == {
        REPORTING: {"D2"}, acting(REPORTER): {"D2"}, LEADING: {"D2"}, acting(LEAD): {"D2"}, acting(POLICE): {"D2"}, acting(NGO): {"D2"},
        acting(HEALTH): set(),
    }  # fmt: skip
    assert len(orjson.loads(value)["parts"]) == len(seen), "and nobody else has a part"


def test_of_intakes_only_the_one_that_opened_the_case_gets_a_part(land: Land) -> None:
    theirs = ROSTER.model_copy(update={"opened_by": f"intake.{POLICE}"})
    value = land.say(HandoffAccepted(handoff="h0"), theirs, LEADING)
    assert {instance for instance in land.readers(value) if instance.startswith("intake")} == {f"intake.{POLICE}"}
    gone = ROSTER.model_copy(update={"opened_by": f"intake.{OUTSIDER}"})
    value = land.say(HandoffAccepted(handoff="h0"), gone, LEADING)
    assert f"intake.{OUTSIDER}" not in land.readers(value), "unless its agency is not on the roster any more"


def test_what_is_opened_is_kept_as_an_unsealed_record_would_be(land: Land) -> None:
    opened = land.open(land.say(supplied(), ROSTER), acting(POLICE))
    assert opened is not None
    assert kept(opened, POLICE, ROSTER, START) == {"D0": {"handoff": "h0"}, "D2": {"indicators": ["LI04"]}}
    assert kept(opened, POLICE, joined(REPORTER, LEAD), START) == {"D0": {"handoff": "h0"}}, "the reader's own roster has the last word"


def test_an_event_is_named_by_the_first_half_of_the_id_in_the_clear(land: Land) -> None:
    value = land.say(supplied(), ROSTER)
    opened, inside = land.open(value, LEADING), envelope.open_for(value, CASE, land.rings[LEADING].openers)
    assert opened is not None
    assert inside is not None
    assert opened.event == orjson.loads(value)["id"][:32] == event_id(inside.core)


def test_an_opening_that_is_sent_again_goes_to_its_own_roster_whatever_the_picture_is_now(land: Land) -> None:
    elsewhere = ROSTER.model_copy(update={"opened_by": f"intake.{POLICE}"})
    for picture in (ROSTER, elsewhere):
        assert land.readers(land.say(reported(), picture)) == land.readers(land.say(reported(), None))


def test_an_instance_that_the_directory_does_not_list_gets_no_part(land: Land) -> None:
    del land.listed[acting(POLICE)]
    land.publish()
    assert land.readers(land.say(supplied(), ROSTER)) == {
        REPORTING, acting(REPORTER), LEADING, acting(LEAD), acting(NGO), acting(HEALTH),
    }  # fmt: skip


def test_after_renewing_what_was_sealed_before_and_what_is_sealed_now_opens(land: Land) -> None:
    police, author = acting(POLICE), land.rings[REPORTING]
    before = land.say(supplied(), ROSTER, version=1)
    old = {instance: land.rings[instance] for instance in (police, REPORTING)}
    for instance, ring in old.items():
        land.rings[instance] = keyring.renewed(ring)
        land.listed[instance] = (*keys(ring), *keys(land.rings[instance], since=2))
    land.publish()
    after = land.say(supplied(), ROSTER, version=2)
    assert land.open(before, police, 1) is not None
    assert land.open(after, police, 2) is not None
    land.rings[police] = old[police]
    assert land.open(after, police, 2) is None, "the new key is sealed for"
    assert signed_with(land, after, land.rings[REPORTING].sign[-1])
    assert signed_with(land, land.say(supplied(), ROSTER, version=1), author.sign[0]), "where version 1 is in force the old one signs"


def signed_with(land: Land, value: bytes, private: bytes) -> bool:
    """Whether this key signed a record."""
    inside = envelope.open_for(value, CASE, land.rings[LEADING].openers)
    assert inside is not None
    return inside.signature == envelope.sign(inside.core, private)


def test_in_the_grace_after_its_end_newly_listed_instances_get_no_part_and_after_it_nothing_is_sealed(land: Land) -> None:
    land.listed[acting(POLICE)] = keys(land.rings[acting(POLICE)], since=2)
    land.publish(left=DAY)
    assert acting(POLICE) in land.readers(land.say(supplied(), ROSTER))
    for left, since in ((-DAY, 3), (-GRACE + DAY, 4)):
        land.listed[acting(POLICE)] = keys(land.rings[acting(POLICE)], since=since)
        land.publish(left=left)
        assert acting(POLICE) not in land.readers(land.say(supplied(), ROSTER))
        assert acting(NGO) in land.readers(land.say(supplied(), ROSTER)), "those that were listed before still do"
    value = land.say(supplied(), ROSTER)
    land.publish(left=-GRACE - DAY)
    with pytest.raises(NotNow, match="the directory has expired"):
        land.say(supplied(), ROSTER)
    assert why(land, value) == "", "what others sealed is read"


NO_SIGNING, NO_SEALING = "does not list this instance's keys", "its echo would never open"
UNLISTED: dict[str, tuple[Callable[[Keyring], tuple[Key, ...]], str]] = {
    "no keys": (lambda ring: (), NO_SEALING),
    "another's keys": (lambda ring: keys(keyring.new(REPORTING)), NO_SIGNING),
    "revoked ones": (lambda ring: keys(ring, ended=2), NO_SEALING),
    "one revoked that signs": (lambda ring: (keys(ring)[0], keys(ring, ended=2)[1]), NO_SIGNING),
    "one to be revoked that signs": (lambda ring: (keys(ring)[0], keys(ring, ended=9)[1]), NO_SIGNING),
    "none that signs": (lambda ring: keys(ring)[:1], NO_SIGNING),
    "none that opens": (lambda ring: keys(ring)[1:], NO_SEALING),
    "the one that signs as one that opens": (lambda ring: (Key(use="seal", public=ring.public("sign"), since=1),), NO_SIGNING),
    "ones that do not count yet": (lambda ring: keys(ring, since=9), NO_SEALING),
    "one that signs and does not count yet": (lambda ring: (keys(ring)[0], keys(ring, since=9)[1]), NO_SIGNING),
    "ones whose time is over": (lambda ring: keys(ring, until=wall()), NO_SIGNING),
    "one that signs and whose time is over": (lambda ring: (keys(ring)[0], keys(ring, until=wall())[1]), NO_SIGNING),
}


@pytest.mark.parametrize("name", UNLISTED)
def test_nothing_is_sealed_while_the_directory_does_not_list_the_own_keys(land: Land, name: str) -> None:
    listed, reason = UNLISTED[name]
    land.listed[REPORTING] = listed(land.rings[REPORTING])
    version = land.publish()
    for known in (0, version):
        with pytest.raises(NotNow, match=reason):
            land.say(supplied(), ROSTER, version=known)
        with pytest.raises(NotNow, match=reason):
            land.say(reported(), None, version=known)


def test_nothing_is_sealed_without_a_directory(land: Land) -> None:
    with pytest.raises(NotNow):
        Sealer(land.rings[REPORTING], Listing(COUNTRY, PUBLIC_ROOT)).complete(decided(supplied()), ROSTER, 0, START)


def test_a_key_that_is_listed_but_not_in_force_where_the_record_will_lie_does_not_sign_yet(land: Land) -> None:
    land.listed[REPORTING] = keys(land.rings[REPORTING], since=2)
    land.publish()
    with pytest.raises(NotNow, match=NO_SEALING):
        land.say(supplied(), ROSTER, version=1)
    assert why(land, land.say(supplied(), ROSTER, version=2), version=2) == ""


def test_an_instance_that_is_newly_listed_says_nothing_in_the_grace_because_nobody_could_seal_for_it(land: Land) -> None:
    land.listed[REPORTING] = keys(land.rings[REPORTING], since=2)
    land.publish(left=-DAY)
    with pytest.raises(NotNow, match=NO_SEALING):
        land.say(supplied(), ROSTER)
    land.publish(left=DAY)
    assert REPORTING in land.readers(land.say(supplied(), ROSTER))


def test_a_directory_under_which_nobody_opens_seals_nothing(land: Land) -> None:
    land.listed = {instance: listed[1:] for instance, listed in land.listed.items()}
    land.publish()
    with pytest.raises(NotNow, match=NO_SEALING):
        land.say(supplied(), ROSTER)


def test_who_is_off_the_roster_of_its_own_record_says_nothing(land: Land) -> None:
    with pytest.raises(NotNow, match=NO_SEALING):
        land.say(HandoffAccepted(handoff="h0"), joined(REPORTER, LEAD, NGO), acting(POLICE))
