"""How long former keys are needed, by what the directory says of their successors."""

from dataclasses import replace

import pytest

from shared.crypto import key_lifetime, keyring
from shared.crypto.directory import Key, ListedInstance
from tests.shared.crypto.directories import ME, key

AT, UNTIL = 1_700_000_000_000, 1_700_600_000_000
OVER = UNTIL + key_lifetime.BEHIND


def listed(*keys: Key) -> ListedInstance:
    return ListedInstance(id=ME, keys=keys)


def until(instance: ListedInstance) -> list[int | None]:
    keys = key_lifetime.sealing(instance)
    return [key_lifetime.sealed_until(keys, one) for one in keys]


def test_a_key_is_sealed_for_until_the_directory_before_its_successor_is_dead() -> None:
    assert until(listed(key(1, until=UNTIL), key(2, until=UNTIL + 5), key(3))) == [OVER, OVER + 5, None]
    assert until(listed(key(1))) == [None]


def test_a_revoked_key_has_had_its_time_when_a_later_one_had() -> None:
    assert until(listed(key(1, ended=2), key(2, since=3))) == [None, None]
    assert until(listed(key(1, ended=2), key(2, since=3, until=UNTIL), key(3, since=4))) == [OVER, OVER, None]


def test_a_key_whose_successors_were_all_revoked_is_in_use() -> None:
    assert until(listed(key(1, until=UNTIL), key(2, ended=3))) == [None, None]


RING = keyring.renewed(keyring.renewed(keyring.new(ME)))


def keys_of(use: keyring.Use, **first: int) -> tuple[Key, ...]:
    """The three keys of the ring, the first two of them replaced."""
    one, two, three = RING.publics[use]
    return (Key(use=use, public=one, since=1, **first), Key(use=use, public=two, since=2, until=UNTIL), Key(use=use, public=three, since=3))


@pytest.mark.parametrize(
    ("first", "now", "gone"),
    [({"until": AT}, AT - 1, 0), ({"until": AT}, AT, 1), ({"ended": 2}, 0, 1), ({"until": AT}, UNTIL, 2), ({"until": AT}, OVER * 2, 2)],
)
def test_a_signing_key_goes_when_it_has_ended_and_the_newest_never(first: dict[str, int], now: int, gone: int) -> None:
    assert key_lifetime.ended(listed(*keys_of("sign", **first)), RING, now) == {*RING.publics["sign"][:gone]}


def test_a_key_that_nobody_has_listed_yet_takes_none_away() -> None:
    one = Key(use="sign", public=RING.publics["sign"][-1], since=1, until=AT)
    assert key_lifetime.ended(listed(one), RING, AT) == set()
    assert key_lifetime.ended(None, RING, AT) == set()


def test_an_instance_lacks_a_key_as_long_as_somebody_may_seal_for_it() -> None:
    instance = listed(*keys_of("seal", until=AT))
    newest = keyring.Keyring(ME, RING.seal[-1:], RING.sign)
    assert [key_lifetime.lacking(instance, newest, now) for now in (AT, OVER - 1, OVER)] == [True, True, False]
    assert not key_lifetime.lacking(instance, RING, AT)
    assert key_lifetime.lacking(instance, replace(RING, seal=RING.seal[:-1]), OVER), "the newest is always needed"
    revoked = listed(*(one.model_copy(update={"ended": 4}) for one in instance.keys))
    assert not key_lifetime.lacking(revoked, newest, AT), "for a revoked one nobody seals"


def test_what_is_taken_out_of_a_ring_is_its_private_half_alone() -> None:
    left = key_lifetime.without(RING, {RING.publics["seal"][0], RING.publics["sign"][1]})
    assert (left.seal, left.sign) == (RING.seal[1:], (RING.sign[0], RING.sign[2]))
