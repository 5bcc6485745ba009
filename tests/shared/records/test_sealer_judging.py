"""A record is judged by who signed it, when, and under which version of the directory; each way to fail has its own words."""

from dataclasses import replace

import orjson
import pytest

from shared.crypto import envelope, keyring
from tests.shared.crypto.land import AT, CASE, OTHER_CASE, ROSTER, Land, keys, said_by, supplied, why
from tests.shared.protocol.cases import LEADING, NGO, POLICE, REPORTING, acting

UNSIGNED = "the record is not signed by its author"
KEYLESS = "the record's author has no key that counts here"


@pytest.fixture
def land() -> Land:
    return Land()


def test_a_record_signed_with_a_key_of_another_instance_cannot_be_read(land: Land) -> None:
    core = said_by(acting(POLICE))
    assert why(land, land.forged(core, land.rings[acting(POLICE)].sign[0])) == ""
    for thief in (acting(NGO), f"intake.{POLICE}", LEADING):
        assert why(land, land.forged(core, land.rings[thief].sign[0])) == UNSIGNED
    assert why(land, land.forged(core, bytes(32))) == UNSIGNED
    assert why(land, land.forged(core, land.rings[acting(POLICE)].seal[0])) == UNSIGNED, "nor with the key that opens"


def test_a_record_by_an_author_that_is_not_listed_cannot_be_read(land: Land) -> None:
    assert why(land, land.forged(said_by("assistance.rs-nobody"), bytes(32))) == KEYLESS
    assert why(land, land.forged(said_by(""), bytes(32))) == KEYLESS


def test_a_record_with_a_revoked_key_is_read_before_the_revocation_and_not_behind_it(land: Land) -> None:
    value = land.say(supplied(), ROSTER)
    land.listed[REPORTING] = keys(land.rings[REPORTING], ended=2)
    land.publish()
    assert why(land, value, version=1) == ""
    assert why(land, value, version=2) == why(land, value, version=3) == KEYLESS
    assert why(land, value, version=0) == KEYLESS, "nobody knows where it lies"
    land.listed[REPORTING] += keys(keyring.new(REPORTING), since=3)
    land.publish()
    assert (why(land, value, version=1), why(land, value, version=2), why(land, value, version=3)) == ("", KEYLESS, UNSIGNED)


def test_a_record_with_a_key_whose_time_is_over_by_the_logs_clock_cannot_be_read(land: Land) -> None:
    value = land.say(supplied(), ROSTER)
    land.listed[REPORTING] = keys(land.rings[REPORTING], until=AT)
    land.publish()
    assert [why(land, value, version=2, at=at) for at in (AT - 1, AT, AT + 1)] == ["", KEYLESS, KEYLESS]


def test_a_record_with_a_key_that_counts_only_from_a_later_version_on_cannot_be_read(land: Land) -> None:
    land.listed[REPORTING] = keys(land.rings[REPORTING], since=3)
    land.publish()
    land.publish()
    value = land.say(supplied(), ROSTER)
    assert [why(land, value, version=version) for version in (1, 2, 3, 4)] == [KEYLESS, KEYLESS, "", ""]


def test_a_record_whose_core_is_of_another_case_cannot_be_read(land: Land) -> None:
    signing = land.rings[acting(POLICE)].sign[0]
    core = said_by(acting(POLICE), OTHER_CASE)
    assert why(land, land.forged(core, signing, case=OTHER_CASE), case=OTHER_CASE) == ""
    assert why(land, land.forged(core, signing)) == "the record's core is another case's"
    with pytest.raises(AssertionError, match="no part of it"):
        why(land, land.forged(core, signing, case=OTHER_CASE))


def test_a_record_whose_core_is_no_core_cannot_be_read(land: Land) -> None:
    signing, police = land.rings[acting(POLICE)].sign[0], said_by(acting(POLICE))
    assert why(land, land.forged(replace(police, key="another"), signing)) == "the record's decision key is not its author's"
    assert why(land, land.forged(replace(police, at=-1), signing)) == "the record's core holds values that no instance could keep"
    public = land.listing.readers([LEADING]).values()
    for body in (b"", b"[]", b"nonsense", b"{}"):
        value = envelope.seal(CASE, body, envelope.sign(body, signing), [(key, {}) for key in public], intro=False)
        assert why(land, value).startswith("the record's core cannot be read")


def test_a_record_that_was_changed_cannot_be_read(land: Land) -> None:
    outer = orjson.loads(land.say(supplied(), ROSTER))
    assert why(land, orjson.dumps(outer | {"parts": [*outer["parts"], "AAAA"]})) == "the record was changed, or is not of this case"
    assert why(land, orjson.dumps(outer | {"parts": []})) == "the record has no parts, or more than any may have"
    assert why(land, b'{"intro":true}') == "the record is not a sealed one in its only form"
