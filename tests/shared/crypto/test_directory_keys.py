"""Which key is sealed for and which may sign, through rotation, revocation and the end of a directory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto.directory import DAY, GRACE, LIFE, WARNING, Directory, Key
from shared.crypto.primitives import raw
from tests.shared.crypto.directories import ISSUED, ME, directory, key, public

END = ISSUED + LIFE
OVERLAP = ISSUED + 10 * DAY
FIRST = directory({ME: (key(1), key(11, "sign"))})
ROTATED = directory({
    ME: (key(1, until=OVERLAP), key(11, "sign", until=OVERLAP), key(2, since=2), key(12, "sign", since=2)),
}, version=2)  # fmt: skip
REVOKED = directory({ME: (key(1, ended=2), key(11, "sign", ended=2), key(2, since=2), key(12, "sign", since=2))}, version=2)


def numbers(keys: list[bytes]) -> list[int]:
    """The numbers of these public keys that sign."""
    known = {raw(public(number, "sign")): number for number in range(20)}
    return [known[each] for each in keys]


def test_the_newest_key_that_counts_is_sealed_for() -> None:
    assert FIRST.sealed_for(ME, ISSUED) == public(1)
    assert ROTATED.sealed_for(ME, ISSUED) == public(2), "both count; the newest stands last"
    assert REVOKED.sealed_for(ME, ISSUED) == public(2)
    later = directory({ME: (key(1), key(2, since=3))}, version=2)
    assert later.sealed_for(ME, ISSUED) == public(1), "one that does not count yet is not sealed for"


def test_where_a_former_version_is_in_force_its_newest_key_is_sealed_for() -> None:
    third = directory({ME: (*ROTATED.instances[0].keys, key(3, since=3))}, version=3)
    assert [third.sealed_for(ME, ISSUED, version) for version in (0, 1, 2, 3, 4)] == [public(n) for n in (3, 1, 2, 3, 3)]
    assert REVOKED.sealed_for(ME, ISSUED, 1) is None, "but nothing is sealed for a key that was revoked since"
    assert [third.sealed_for(ME, END, version) for version in (0, 1, 2, 3)] == [public(n) for n in (2, 1, 2, 2)]
    assert {third.sealed_for(ME, END + GRACE, version) for version in range(5)} == {None}


def test_nobody_is_sealed_for_who_is_not_listed_or_has_no_key_that_counts() -> None:
    assert FIRST.sealed_for("assistance.rs-nobody", ISSUED) is None
    assert directory({ME: ()}).sealed_for(ME, ISSUED) is None
    assert directory({ME: (key(1, "sign"),)}).sealed_for(ME, ISSUED) is None, "a key that signs is not sealed for"
    assert directory({ME: (key(1, ended=2),)}, version=2).sealed_for(ME, ISSUED) is None
    assert directory({ME: (key(1, until=ISSUED),)}).sealed_for(ME, ISSUED) == public(1), "its reader has it still, whatever its time"


@pytest.mark.parametrize(
    ("at", "old", "newly_listed"),
    [(ISSUED, True, True), (END - WARNING, True, True), (END - 1, True, True), (END, True, False), (END + GRACE - 1, True, False),
     (END + GRACE, False, False), (END + 400 * DAY, False, False)],
)  # fmt: skip
def test_after_its_end_a_directory_is_used_for_keys_that_were_listed_before_and_after_the_grace_for_none(
    at: int, old: bool, newly_listed: bool
) -> None:
    second = directory({ME: (key(1),), "intake.rs-ir": (key(3, since=2),)}, version=2)
    assert second.sealed_for(ME, at) == (public(1) if old else None)
    assert second.sealed_for("intake.rs-ir", at) == (public(3) if newly_listed else None)


@pytest.mark.parametrize(("at", "number"), [(END - 1, 2), (END, 1), (END + GRACE - 1, 1), (END + GRACE, None)])
def test_after_its_end_the_key_before_the_newly_listed_one_is_sealed_for_once_more(at: int, number: int | None) -> None:
    second = directory({ME: (key(1), key(2, since=2))}, version=2)
    assert second.sealed_for(ME, at) == (None if number is None else public(number))


def test_after_its_end_a_revoked_key_is_not_sealed_for_though_the_other_is_newly_listed() -> None:
    assert REVOKED.sealed_for(ME, END) is None
    assert ROTATED.sealed_for(ME, END) == public(1), "the former one is better than nobody's"


def test_through_a_rotation_both_keys_sign_while_they_overlap() -> None:
    for at, under_first, under_second in ((ISSUED, [11], [11, 12]), (OVERLAP - 1, [11], [11, 12]), (OVERLAP, [], [12])):
        assert numbers(ROTATED.signed_by(ME, 1, at)) == under_first
        assert numbers(ROTATED.signed_by(ME, 2, at)) == under_second
        assert numbers(ROTATED.signed_by(ME, 0, at)) == [*under_first, 12], "nobody knows the version: time alone ends"


def test_a_revoked_key_signs_what_lies_before_the_revocation_and_nothing_behind_it() -> None:
    assert numbers(REVOKED.signed_by(ME, 1, ISSUED)) == [11]
    assert numbers(REVOKED.signed_by(ME, 2, ISSUED)) == [12]
    assert numbers(REVOKED.signed_by(ME, 3, ISSUED)) == [12]
    assert numbers(REVOKED.signed_by(ME, 0, ISSUED)) == [12], "nobody knows where it lies"


def test_by_the_newest_directory_all_that_an_older_one_judged_is_judged_the_same() -> None:
    third = directory({ME: (*ROTATED.instances[0].keys, key(13, "sign", since=3))}, version=3)
    for newest in (ROTATED, third):
        assert newest.signed_by(ME, 1, ISSUED) == FIRST.signed_by(ME, 1, ISSUED) == [raw(public(11, "sign"))]
    assert third.signed_by(ME, 2, ISSUED) == ROTATED.signed_by(ME, 2, ISSUED)


def test_a_directory_that_expired_still_says_who_signed() -> None:
    assert numbers(FIRST.signed_by(ME, 1, END + GRACE + 400 * DAY)) == [11]


def plainly_sealed_for(known: Directory, keys: list[Key], now: int) -> str | None:
    """The same in other words: go through the keys, and keep the last that nothing speaks against."""
    chosen = None
    for listed in keys:
        revoked = listed.ended is not None and listed.ended <= known.version
        too_new = now >= known.expires and listed.since == known.version
        if listed.use == "seal" and listed.since <= known.version and not (revoked or too_new):
            chosen = listed.public
    return chosen if now < known.expires + GRACE else None


MOMENTS = st.sampled_from([ISSUED, OVERLAP - 1, OVERLAP, END - WARNING, END - 1, END, END + GRACE - 1, END + GRACE])
VERSIONS = st.integers(1, 4)
KEYS = st.builds(key, st.integers(1, 200), st.sampled_from(["seal", "sign"]), VERSIONS, st.none() | VERSIONS, st.none() | MOMENTS)


@given(keys=st.lists(KEYS, max_size=5), version=VERSIONS, now=MOMENTS)
def test_exactly_the_key_is_sealed_for_that_nothing_speaks_against(keys: list[Key], version: int, now: int) -> None:
    known = directory({ME: tuple(keys)}, version=version)
    assert known.sealed_for(ME, now) == plainly_sealed_for(known, keys, now)
