"""An instance renews its keys while it runs: it takes them up when they are listed, signs with them where they are in force, and what was
sealed for the old ones opens."""

from pathlib import Path

import pytest

from shared.config.clock import wall
from shared.crypto import envelope, key_lifetime, keyring
from shared.crypto.directory import DAY
from shared.crypto.keyring import Keyring
from shared.records.sealer import NotNow, Sealer
from tests.shared.crypto.land import AT, CASE, ROSTER, Land, decided, keys, supplied, why
from tests.shared.protocol.cases import LEADING, NGO, POLICE, REPORTING, START, acting

LISTS_NONE = "the directory does not list this instance's keys"


@pytest.fixture
def land() -> Land:
    return Land()


@pytest.fixture
def seal(land: Land, tmp_path: Path) -> Sealer:
    """The intake's, with its keys in a folder."""
    keyring.write(tmp_path, land.rings[REPORTING])
    return Sealer(land.rings[REPORTING], land.listing, tmp_path)


def rotated(land: Land, folder: Path, instance: str = REPORTING) -> Keyring:
    """The instance makes new keys in its folder; nobody lists them yet."""
    ring = keyring.renewed(land.rings[instance])
    keyring.write(folder, ring)
    return ring


def listed(land: Land, ring: Keyring, left: int = 7 * DAY) -> int:
    """The next version lists the new keys, and the old ones for so long (ms) from now."""
    old = land.rings[ring.instance]
    land.rings[ring.instance] = ring
    land.listed[ring.instance] = (*keys(old, until=wall() + left), *keys(ring, since=land.listing.version + 1))
    return land.publish()


def said(seal: Sealer, version: int = 0) -> bytes:
    """What the instance says."""
    return seal.complete(decided(supplied(), seal.ring.instance), ROSTER, version, START)[1]


def signer(land: Land, value: bytes) -> int:
    """Which of the author's keys signed this, the oldest being 0."""
    inside = envelope.open_for(value, CASE, land.rings[LEADING].openers)
    assert inside is not None
    return [envelope.sign(inside.core, key) for key in land.rings[REPORTING].sign].index(inside.signature)


def test_new_keys_are_taken_up_when_they_are_listed_and_not_before(land: Land, seal: Sealer, tmp_path: Path) -> None:
    old, new = seal.ring, rotated(land, tmp_path)
    land.publish()
    assert seal.ring is old, "a directory that lists no others"
    assert signer(land, said(seal)) == 0
    listed(land, new)
    assert seal.ring == new


def test_the_new_key_signs_once_its_version_is_in_force_at_the_place_and_the_old_one_until_then(
    land: Land, seal: Sealer, tmp_path: Path
) -> None:
    version = listed(land, rotated(land, tmp_path))
    before, behind = said(seal, version - 1), said(seal, version)
    assert (signer(land, before), signer(land, behind), signer(land, said(seal))) == (0, 1, 1)
    assert why(land, before, version - 1, wall()) == why(land, behind, version, wall()) == ""
    assert why(land, before, version, wall()) == "", "a marker may come between, while both count"
    assert why(land, behind, version - 1, wall()) == "the record is not signed by its author"


def test_what_was_sealed_for_the_old_key_and_what_is_sealed_for_the_new_one_opens(land: Land, seal: Sealer, tmp_path: Path) -> None:
    police = acting(POLICE)
    theirs = land.say(supplied(), ROSTER, police, version=1)
    version = listed(land, rotated(land, tmp_path))
    for value, under in ((theirs, 1), (land.say(supplied(), ROSTER, police, version), version), (said(seal, version), version)):
        assert seal.open(value, CASE, under, AT) is not None


def test_where_the_former_version_is_in_force_others_are_sealed_for_with_their_former_keys(land: Land, tmp_path: Path) -> None:
    police = acting(POLICE)
    old, version = land.rings[police], listed(land, rotated(land, tmp_path, police))
    before, behind = land.say(supplied(), ROSTER, version=version - 1), land.say(supplied(), ROSTER, version=version)
    assert [Sealer(old, land.listing).open(value, CASE, version, wall()) is not None for value in (before, behind)] == [True, False]
    assert all(land.open(value, police, version, wall()) for value in (before, behind)), "who has taken the new ones up opens both"


def test_rotating_once_more_goes_on_in_the_same_way(land: Land, seal: Sealer, tmp_path: Path) -> None:
    values = [said(seal)]
    for number in (1, 2, 3):
        version = listed(land, rotated(land, tmp_path))
        values.append(said(seal, version))
        assert (len(seal.ring.sign), signer(land, values[-1])) == (number + 1, number)
    assert all(seal.open(value, CASE, number + 1, AT) for number, value in enumerate(values[-2:], 2))


def test_keys_that_are_already_there_are_not_read_again(land: Land, seal: Sealer, tmp_path: Path) -> None:
    old = seal.ring
    keyring.write(tmp_path, keyring.new(REPORTING))
    land.publish()
    land.listed[acting(NGO)] = keys(keyring.new(acting(NGO)))
    land.publish()
    assert seal.ring is old, "only who has other keys listed than it has looks into its folder"


@pytest.mark.parametrize("spoilt", ["gone", "broken", "another's", "open to others", "a folder"])
def test_while_listed_keys_cannot_be_read_nothing_is_said_and_the_former_ones_open(
    land: Land, seal: Sealer, tmp_path: Path, spoilt: str
) -> None:
    old, new = seal.ring, rotated(land, tmp_path)
    file = keyring.place(tmp_path, REPORTING)
    whole = file.read_bytes()
    if spoilt == "open to others":
        file.chmod(0o644)
    elif spoilt == "broken":
        file.write_bytes(whole[:-9])
    elif spoilt == "another's":
        keyring.write(tmp_path, keyring.new(LEADING)).rename(file)
    else:
        file.unlink()
        if spoilt == "a folder":
            file.mkdir()
    value = land.say(supplied(), ROSTER, acting(POLICE), version=1)
    version = listed(land, new)
    assert seal.ring is old
    for under in (0, version - 1, version):
        with pytest.raises(NotNow, match="lists a key for this instance that it does not have"):
            said(seal, under)
    assert seal.open(value, CASE, version, wall()) is not None
    if spoilt == "a folder":
        file.rmdir()
    keyring.write(tmp_path, new)
    land.publish()
    assert seal.ring == new, "and the next directory is another occasion"
    assert signer(land, said(seal, version)) == 1


def test_keys_that_are_put_back_are_taken_up_without_another_directory(land: Land, seal: Sealer, tmp_path: Path) -> None:
    new = rotated(land, tmp_path)
    away = keyring.place(tmp_path, REPORTING).rename(tmp_path / "away")
    version = listed(land, new)
    seal.look_again()
    assert not seal.ready
    away.rename(keyring.place(tmp_path, REPORTING))
    seal.look_again()
    assert (seal.ready, signer(land, said(seal, version))) == (True, 1)


def test_without_a_former_key_that_others_may_still_seal_for_nothing_is_read_or_said(land: Land, seal: Sealer, tmp_path: Path) -> None:
    new = rotated(land, tmp_path)
    version = listed(land, new)
    seal.ring = key_lifetime.without(new, new.publics["seal"][:1])
    assert not seal.ready
    with pytest.raises(NotNow, match="that it does not have"):
        said(seal, version)
    seal.look_again()
    assert seal.ready
    seal.ring = key_lifetime.without(new, new.publics["seal"][:1])
    land.rings[REPORTING] = land.rings[REPORTING].__class__(REPORTING, new.seal[:1], new.sign[:1])
    listed(land, new, left=-key_lifetime.BEHIND)
    assert seal.ready, "for that one nobody seals any more"


def test_a_directory_that_does_not_list_the_instance_changes_nothing(land: Land, seal: Sealer, tmp_path: Path) -> None:
    old = seal.ring
    rotated(land, tmp_path)
    del land.listed[REPORTING]
    land.publish()
    assert seal.ring is old


def test_without_a_folder_the_keys_stay_those_of_the_start(land: Land, tmp_path: Path) -> None:
    seal = Sealer(land.rings[REPORTING], land.listing)
    old = seal.ring
    version = listed(land, rotated(land, tmp_path))
    assert seal.ring is old
    with pytest.raises(NotNow):
        said(seal, version)


def test_a_key_whose_time_is_over_does_not_sign_though_the_marker_of_the_new_one_is_late(land: Land, seal: Sealer, tmp_path: Path) -> None:
    version = listed(land, rotated(land, tmp_path), left=-DAY)
    with pytest.raises(NotNow, match=LISTS_NONE):
        said(seal, version - 1)
    value = said(seal, version)
    assert (signer(land, value), why(land, value, version, wall())) == (1, "")


def test_a_key_signs_until_its_time_is_over_by_this_machines_clock(land: Land, seal: Sealer, tmp_path: Path) -> None:
    version = listed(land, rotated(land, tmp_path), left=60_000)
    assert signer(land, said(seal, version - 1)) == 0
