"""The next version of a directory: each change does what it says and nothing else, and what was judged before is judged the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.directory import listing
from deploy.directory.changes import OVERLAP, admitted, left, prolonged, revoked
from deploy.directory.request import ListingRequest
from deploy.trouble import Trouble
from shared.crypto import keyring
from shared.crypto.directory import DAY, LIFE, Directory, Key, ListedAgency, ListedInstance, judge
from shared.crypto.keyring import Keyring
from tests.shared.crypto.directories import AGENCY, COUNTRY, ISSUED, ME, directory, kept
from tests.shared.crypto.land import keys

INTAKE, NOW = "intake.rs-police", ISSUED + DAY
NEW = ListedAgency(id="rs-legal", name="Legal aid", kind="legal_aid", services=("assistance",))
LEGAL = "assistance.rs-legal"
RINGS = {name: keyring.new(name) for name in (INTAKE, ME, "assistance.rs-ngo", LEGAL)}
FIRST = directory({name: keys(ring) for name, ring in RINGS.items() if name != LEGAL})


def asked(*rings: Keyring, agency: ListedAgency = AGENCY) -> ListingRequest:
    """What an agency asks for, with its newest keys."""
    return ListingRequest(agency=agency, instances=tuple(listing.instance(ring, 1) for ring in rings))


def of(known: Directory, name: str) -> tuple[Key, ...]:
    """The keys of an instance."""
    return next(instance.keys for instance in known.instances if instance.id == name)


def agency(known: Directory, name: str) -> ListedAgency:
    """An agency."""
    return next(each for each in known.agencies if each.id == name)


def others(before: Directory, after: Directory, instances: Sequence[str] = (), agencies: Sequence[str] = ()) -> bool:
    """Whether all but these stayed as they were, the version is the next one, and it holds for its time from now."""
    told = (after.country, after.version, after.issued, after.expires) == (before.country, before.version + 1, NOW, NOW + LIFE)
    stayed = [i for i in before.instances if i.id not in instances] == [i for i in after.instances if i.id not in instances]
    return told and stayed and [a for a in before.agencies if a.id not in agencies] == [a for a in after.agencies if a.id not in agencies]


def test_an_agency_that_is_new_is_listed_with_its_keys_from_this_version_on() -> None:
    second = kept(admitted(FIRST, asked(RINGS[LEGAL], agency=NEW), NOW))
    assert others(FIRST, second, [LEGAL], ["rs-legal"])
    assert (agency(second, "rs-legal"), of(second, LEGAL)) == (NEW, keys(RINGS[LEGAL], since=2))


def test_keys_that_are_renewed_stand_behind_the_former_ones_which_count_a_while_longer() -> None:
    ring = keyring.renewed(RINGS[ME])
    second = kept(admitted(FIRST, asked(ring), NOW))
    assert others(FIRST, second, [ME])
    assert of(second, ME) == (*keys(RINGS[ME], until=NOW + OVERLAP), *keys(ring, since=2))
    assert OVERLAP == 7 * DAY
    third = kept(admitted(second, asked(keyring.renewed(ring)), NOW + DAY))
    assert [key.until for key in of(third, ME)] == [NOW + OVERLAP] * 2 + [NOW + DAY + OVERLAP] * 2 + [None] * 2, "an end once said stays"


def test_what_is_listed_of_an_agency_a_request_does_not_change() -> None:
    wishes = ListedAgency(
        id="rs-police", name="Another", kind="identifier", services=("referral",), classes=(), confidential=True, leaving=True
    )
    second = kept(admitted(FIRST, asked(keyring.renewed(RINGS[ME]), agency=wishes), NOW))
    assert others(FIRST, second, [ME])
    assert agency(second, "rs-police") == AGENCY


def test_the_same_keys_once_more_and_what_they_claim_of_themselves_change_nothing() -> None:
    claims = ListingRequest(agency=AGENCY, instances=(ListedInstance(id=ME, keys=keys(RINGS[ME], since=9, ended=9, until=NOW)),))
    for same in (asked(RINGS[ME]), asked(), claims):
        assert others(FIRST, kept(admitted(FIRST, same, NOW)))
    mine = keys(RINGS[LEGAL], since=1, ended=9, until=NOW)
    second = admitted(FIRST, ListingRequest(agency=NEW, instances=(ListedInstance(id=LEGAL, keys=mine),)), NOW)
    assert of(second, LEGAL) == keys(RINGS[LEGAL], since=2), "since when a key counts is not for the agency to say"


def test_only_the_use_that_has_a_new_key_loses_its_old_one() -> None:
    signing = keys(keyring.new(ME))[1]
    second = kept(
        admitted(FIRST, ListingRequest(agency=AGENCY, instances=(ListedInstance(id=ME, keys=(keys(RINGS[ME])[0], signing)),)), NOW)
    )
    assert [(key.use, key.since, key.until) for key in of(second, ME)] == [("seal", 1, None), ("sign", 1, NOW + OVERLAP), ("sign", 2, None)]


def test_none_of_an_instances_keys_counts_from_its_revocation_on_and_its_agency_stays() -> None:
    second = kept(revoked(FIRST, ME, NOW))
    assert others(FIRST, second, [ME])
    assert of(second, ME) == keys(RINGS[ME], ended=2)
    assert second.sealed_for(ME, NOW) is None
    assert (second.signed_by(ME, 2, NOW), len(second.signed_by(ME, 1, NOW))) == ([], 1)


def test_an_agency_that_is_revoked_is_also_on_its_way_out() -> None:
    second = kept(revoked(FIRST, "rs-police", NOW))
    assert others(FIRST, second, [INTAKE, ME], ["rs-police"])
    assert agency(second, "rs-police") == AGENCY.model_copy(update={"leaving": True})
    assert [key.ended for name in (INTAKE, ME) for key in of(second, name)] == [2] * 4
    third = kept(revoked(second, ME, NOW))
    assert of(third, ME) == of(second, ME), "the end of a key stays where it was"


def test_a_key_that_was_revoked_is_not_listed_anew_and_other_keys_are() -> None:
    second = kept(revoked(FIRST, ME, NOW))
    third = kept(admitted(second, asked(RINGS[ME]), NOW))
    assert of(third, ME) == of(second, ME)
    ring = keyring.new(ME)
    fourth = kept(admitted(third, asked(ring), NOW))
    assert of(fourth, ME) == (*of(second, ME), *keys(ring, since=4)), "and what is over needs no other end"
    assert fourth.sealed_for(ME, NOW) == ring.public("seal")


def test_an_agency_that_leaves_keeps_its_keys_and_comes_back_when_it_asks() -> None:
    second = kept(left(FIRST, "rs-ngo", NOW))
    assert others(FIRST, second, agencies=["rs-ngo"])
    assert agency(second, "rs-ngo") == agency(FIRST, "rs-ngo").model_copy(update={"leaving": True})
    back = kept(admitted(second, asked(agency=agency(second, "rs-ngo")), NOW))
    assert not agency(back, "rs-ngo").leaving, "whatever its request says"


def test_a_directory_that_is_prolonged_is_the_same_for_another_while() -> None:
    assert others(FIRST, kept(prolonged(FIRST, NOW)))


@pytest.mark.parametrize("name", ["rs-nobody", "assistance.rs-nobody", "police", "assistance", ""])
def test_whom_nobody_lists_nobody_takes_off(name: str) -> None:
    with pytest.raises(Trouble, match=f"The directory lists neither an instance nor an agency {name}\\."):
        revoked(FIRST, name, NOW)
    with pytest.raises(Trouble, match=f"The directory lists no agency {name}\\."):
        left(FIRST, name, NOW)


POOL = {id: tuple(f"{service}.{id}" for service in ("intake", "assistance")) for id in ("rs-police", "rs-ngo", "rs-legal")}
STEPS = st.one_of(
    *(st.tuples(st.just(kind), st.sampled_from([*POOL]), st.integers(0, 3)) for kind in ("renewed", "same", "lost")),
    st.tuples(st.just("revoked"), st.sampled_from([*POOL, *(i for some in POOL.values() for i in some)]), st.just(0)),
    st.tuples(st.just("left"), st.sampled_from([*POOL]), st.just(0)),
    st.tuples(st.just("prolonged"), st.just(""), st.just(0)),
)


@dataclass
class Life:
    """A directory through the years, and the keys that its agencies have. It begins with those of three instances."""

    known: Directory = FIRST
    rings: dict[str, Keyring] = field(default_factory=lambda: {name: ring for name, ring in RINGS.items() if name != LEGAL})
    now: int = ISSUED

    def step(self, kind: str, name: str, which: int) -> Directory:
        """The next version; the same where nobody is listed who could be changed."""
        try:
            if kind == "left":
                return left(self.known, name, self.now)
            if kind == "revoked":
                return revoked(self.known, name, self.now)
        except Trouble:
            return self.known
        if kind == "prolonged":
            return prolonged(self.known, self.now)
        rings = [self.ring(kind, instance) for n, instance in enumerate(POOL[name]) if which & (n + 1) or which == 0]
        return admitted(self.known, asked(*rings, agency=ListedAgency(id=name, name=name, kind="ngo", services=("intake",))), self.now)

    def ring(self, kind: str, name: str) -> Keyring:
        """The keys of an instance that asks."""
        old = self.rings.get(name)
        self.rings[name] = keyring.new(name) if old is None or kind == "lost" else keyring.renewed(old) if kind == "renewed" else old
        return self.rings[name]


def instances(known: Directory) -> dict[str, list[Key]]:
    """The keys by instance; none is listed twice."""
    names = [instance.id for instance in known.instances]
    assert len(names) == len({*names})
    return {instance.id: [*instance.keys] for instance in known.instances}


def follows(old: Directory, new: Directory, now: int) -> None:
    """What no change may do."""
    assert judge(old, new, COUNTRY), "everybody takes it"
    assert (new.version, new.issued, new.expires) == (old.version + 1, now, now + LIFE)
    assert [a.id for a in new.agencies][: len(old.agencies)] == [a.id for a in old.agencies]
    listed = instances(new)
    for name, before in instances(old).items():
        after = listed[name]
        for was, now_is in zip(before, after, strict=False):
            assert (was.use, was.public, was.since) == (now_is.use, now_is.public, now_is.since), "every key stays listed"
            assert was.ended in (None, now_is.ended), "no revocation is taken back"
            assert was.until in (None, now_is.until), "nor is an end put off"
            assert now_is.ended in (None, was.ended, new.version)
        assert len(after) >= len(before)
        assert {key.since for key in after[len(before) :]} <= {new.version}, "no key counts for what was said before it was listed"
        assert len({key.public for key in after}) == len(after)
        for version in range(1, old.version + 1):
            assert new.signed_by(name, version, now) == old.signed_by(name, version, now), "what lies on the log is judged the same"


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 9)), min_size=4, max_size=14))
def test_through_any_changes_keys_stay_listed_and_what_is_over_stays_over(steps: list[tuple[tuple[str, str, int], int]]) -> None:
    life, ended = Life(), dict[str, int]()
    for (kind, name, which), days in steps:
        life.now += days * DAY
        old, new = life.known, kept(life.step(kind, name, which))
        if new != old:
            follows(old, new, life.now)
        ended |= {key.public: key.ended for some in instances(new).values() for key in some if key.ended is not None}
        for key in (key for some in instances(new).values() for key in some if key.public in ended):
            assert not any(key.counts(version, life.now) for version in (0, *range(ended[key.public], new.version + 1)))
        life.known = new
