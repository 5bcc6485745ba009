"""The directory: only the root makes one, nothing in it can be changed, it never goes back, and all judge alike by it."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.crypto import primitives
from shared.crypto.directory import (
    DAY,
    GRACE,
    LIFE,
    WARNING,
    Directory,
    DirectoryStanding,
    Distrusted,
    Key,
    Marker,
    issue,
    judge,
    mark,
    read_directory,
    read_marker,
)
from shared.crypto.keyring import USES, Use
from shared.crypto.primitives import raw, text
from tests.shared.crypto.directories import (
    AGENCY,
    COUNTRY,
    ISSUED,
    ME,
    OTHER_COUNTRY,
    OTHER_PUBLIC_ROOT,
    OTHER_ROOT,
    PUBLIC_ROOT,
    ROOT,
    directory,
    key,
    public,
)

SMALL = directory({ME: (key(1), key(2, "sign"))})
END = ISSUED + LIFE
MARKER = Marker(directory=3, partition=2, country=COUNTRY)


def code_of(value: bytes, root: bytes = PUBLIC_ROOT, reads: Any = read_directory) -> str:
    """Why a document or marker is not trusted."""
    with pytest.raises(Distrusted) as distrusted:
        reads(value, root)
    return distrusted.value.code


def test_what_the_root_signed_is_read_as_it_was_said() -> None:
    rich = directory({ME: (key(1, since=1, ended=2), key(2, since=2, until=END)), "intake.rs-ir": ()}, version=7)
    assert read_directory(issue(rich, ROOT), PUBLIC_ROOT) == rich
    assert read_marker(mark(MARKER, ROOT), PUBLIC_ROOT) == MARKER


def test_what_another_root_signed_is_not_trusted() -> None:
    assert code_of(issue(SMALL, OTHER_ROOT)) == "signature"
    assert code_of(issue(SMALL, ROOT), OTHER_PUBLIC_ROOT) == "signature"
    assert code_of(mark(MARKER, OTHER_ROOT), reads=read_marker) == "signature"


@pytest.mark.parametrize(("value", "reads"), [(issue(SMALL, ROOT), read_directory), (mark(MARKER, ROOT), read_marker)])
def test_a_byte_changed_anywhere_is_not_trusted(value: bytes, reads: Any) -> None:
    codes = set[str]()
    for place, byte in enumerate(value):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("A"), ord("1"), ord(" ")} - {byte}:
            codes.add(code_of(value[:place] + bytes([other]) + value[place + 1 :], reads=reads))
    assert codes == {"shape", "signature"}, "each of the ways to fail was met"


@pytest.mark.parametrize(("value", "reads"), [(issue(SMALL, ROOT), read_directory), (mark(MARKER, ROOT), read_marker)])
def test_what_is_cut_anywhere_is_not_trusted(value: bytes, reads: Any) -> None:
    assert {code_of(value[:length], reads=reads) for length in range(len(value))} == {"shape"}


def test_a_signature_of_one_kind_is_none_of_another() -> None:
    said, proof = orjson.loads(mark(MARKER, ROOT)).values()
    assert code_of(orjson.dumps({"document": said, "signature": proof})) == "signature"
    bare = text(primitives.signature(ROOT, SMALL.model_dump_json().encode()))
    assert code_of(orjson.dumps({"document": SMALL.model_dump_json(), "signature": bare})) == "signature"


OUTER: dict[str, Any] = orjson.loads(issue(SMALL, ROOT))
UNSIGNED: dict[str, Any] = {
    "a list": [],
    "a text": "document",
    "nothing": None,
    "no signature": {"document": OUTER["document"]},
    "no document": {"signature": OUTER["signature"]},
    "a field more": {**OUTER, "more": 1},
    "the document is no text": {**OUTER, "document": orjson.loads(OUTER["document"])},
    "the signature is no text": {**OUTER, "signature": 7},
    "the signature is not base64": {**OUTER, "signature": OUTER["signature"] + "\n"},
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_what_is_not_of_the_shape_of_a_signed_document_is_not_trusted(name: str) -> None:
    assert code_of(orjson.dumps(UNSIGNED[name])) == "shape"
    assert code_of(orjson.dumps({**OUTER, "signature": text(b"short")})) == "signature"
    assert code_of(b"[" * 100_000) == code_of(b"\xff") == code_of(b"") == "shape"


@pytest.mark.parametrize(
    "other",
    [{"version": 0}, {"version": "one"}, {"expires": -1}, {"more": 1}, {"country": None}, {"instances": [{"id": ME}]},
     {"instances": [{"id": ME, "keys": [{"use": "open", "public": public(1), "since": 1}]}]},
     {"instances": [{"id": ME, "keys": [{"use": "seal", "public": "short", "since": 1}]}]},
     {"instances": [{"id": ME, "keys": [{"use": "seal", "public": public(1), "since": 0}]}]}],
)  # fmt: skip
def test_what_the_root_signed_must_still_be_a_directory(other: dict[str, Any]) -> None:
    assert code_of(signed_by_the_root(**other)) == "shape"


NO_KEYS: dict[str, tuple[Use, str]] = {
    "seals, of low order": ("seal", text(bytes(32))),
    "seals, of low order, with the bit that is not read": ("seal", text(b"\x01" + bytes(30) + b"\x80")),
    **{f"{use}s, {name}": (use, said) for use in USES for name, said in {
        "not base64": "?" * 44, "base64 up to its end": "A" * 43 + "?", "not canonical": "A" * 42 + "B=", "31 bytes": text(bytes(31)),
        "33 bytes": text(bytes(33)), "no padding": "A" * 44,
    }.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_is_no_public_key_is_not_listed(name: str) -> None:
    use, said = NO_KEYS[name]
    with pytest.raises(ValidationError):
        Key(use=use, public=said, since=1)
    instances = [{"id": ME, "keys": [*SMALL.model_dump(mode="json")["instances"][0]["keys"], {"use": use, "public": said, "since": 1}]}]
    assert code_of(signed_by_the_root(instances=instances)) == "shape", "one bad key would stop all who seal for it"


UNFIT: dict[str, dict[str, Any]] = {
    "an instance of no agency that is listed": {"instances": [{"id": "intake.rs-ir", "keys": []}]},
    "an instance of an agency whose id is longer": {"instances": [{"id": f"{ME}-2", "keys": []}]},
    "an instance of an agency in other letters": {"instances": [{"id": ME.upper(), "keys": []}]},
    "an agency instead of an instance": {"instances": [{"id": AGENCY.id, "keys": []}]},
    "no agencies": {"agencies": []},
    "an instance twice": {"instances": [{"id": ME, "keys": []}, {"id": ME, "keys": []}]},
    "an agency twice": {"agencies": [AGENCY.model_dump(mode="json"), AGENCY.model_dump(mode="json") | {"name": "Another"}]},
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_directory_lists_each_once_and_the_agency_of_each_instance(name: str) -> None:
    assert code_of(signed_by_the_root(**UNFIT[name])) == "shape"
    assert read_directory(signed_by_the_root(), PUBLIC_ROOT) == SMALL, "the same without that is one"


def signed_by_the_root(**other: Any) -> bytes:
    """A small directory with other fields, signed whatever they are."""
    said = orjson.dumps({**SMALL.model_dump(mode="json"), **other}).decode()
    proof = text(primitives.signature(ROOT, b"nrm directory 1\n" + said.encode()))
    return orjson.dumps({"document": said, "signature": proof})


def test_a_newer_version_replaces_and_the_same_changes_nothing() -> None:
    second = SMALL.model_copy(update={"version": 2})
    assert judge(None, SMALL, COUNTRY)
    assert judge(SMALL, second, COUNTRY)
    assert judge(SMALL, second.model_copy(update={"version": 9}), COUNTRY), "some may never have come here"
    assert SMALL.instance(ME), "whoever has looked something up in it"
    assert not judge(SMALL, read_directory(issue(SMALL, ROOT), PUBLIC_ROOT), COUNTRY), "finds the same to be the same"


@pytest.mark.parametrize(
    ("known", "new", "code"),
    [
        (SMALL.model_copy(update={"version": 2}), SMALL, "roll-back"),
        (SMALL, directory({ME: (key(3), key(2, "sign"))}), "fork"),
        (SMALL, SMALL.model_copy(update={"expires": END + 1}), "fork"),
        (SMALL, SMALL.model_copy(update={"version": 2, "country": OTHER_COUNTRY}), "country"),
        (None, SMALL.model_copy(update={"country": OTHER_COUNTRY}), "country"),
    ],
)
def test_an_older_one_another_of_the_same_version_and_another_countrys_are_not_trusted(
    known: Directory | None, new: Directory, code: str
) -> None:
    with pytest.raises(Distrusted) as distrusted:
        judge(known, new, COUNTRY)
    assert distrusted.value.code == code


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        (ISSUED, DirectoryStanding.GOOD), (END - 7 * DAY - 1, DirectoryStanding.GOOD),
        (END - 7 * DAY, DirectoryStanding.ENDING), (END - 1, DirectoryStanding.ENDING),
        (END, DirectoryStanding.EXPIRED), (END + 14 * DAY - 1, DirectoryStanding.EXPIRED),
        (END + 14 * DAY, DirectoryStanding.DEAD), (END + 400 * DAY, DirectoryStanding.DEAD),
    ],
)  # fmt: skip
def test_a_directory_is_warned_of_expires_and_dies_at_its_hour(at: int, standing: DirectoryStanding) -> None:
    assert (WARNING, GRACE, LIFE) == (7 * DAY, 14 * DAY, 30 * DAY)
    assert SMALL.standing(at) is standing


LIVES: list[tuple[int, int | None, str]] = [
    (1, None, "yyyyyy"), (2, None, "ynyyyy"), (5, None, "ynnnny"), (6, None, "ynnnnn"),
    (1, 1, "nnnnnn"), (1, 2, "nynnnn"), (1, 5, "nyyyyn"), (1, 6, "nyyyyy"),
    (2, 4, "nnyynn"), (3, 3, "nnnnnn"), (4, 2, "nnnnnn"),
]  # fmt: skip
"""Since which version, ended in which, and whether it counts under the versions 0 to 5. At 0 nobody knows the version: what was ever
revoked does not count, and all else does."""


@pytest.mark.parametrize(("since", "ended", "counts"), LIVES)
@pytest.mark.parametrize(("until", "at", "in_time"), [(None, 10, True), (10, 9, True), (10, 10, False), (10, 11, False)])
def test_a_key_counts_from_a_version_on_until_one_that_ends_it_or_until_its_time_is_over(
    since: int, ended: int | None, counts: str, until: int | None, at: int, in_time: bool
) -> None:
    listed = key(since=since, ended=ended, until=until)
    assert "".join("ny"[listed.counts(version, at)] for version in range(6)) == (counts if in_time else "nnnnnn")


def plainly(listed: Key, version: int, at: int) -> bool:
    """The same in other words: the versions under which it counts are a range, of which version 0 knows only whether it ends."""
    if listed.until is not None and listed.until <= at:
        return False
    if version == 0:
        return listed.ended is None
    return version in range(listed.since, 10**9 if listed.ended is None else listed.ended)


VERSION, TIME = st.integers(1, 6), st.integers(0, 12)
KEYS = st.builds(key, st.integers(1, 200), st.sampled_from(["seal", "sign"]), VERSION, st.none() | VERSION, st.none() | TIME)


@given(listed=KEYS, version=st.integers(0, 7), at=TIME)
def test_a_key_counts_exactly_where_it_plainly_does(listed: Key, version: int, at: int) -> None:
    assert listed.counts(version, at) is plainly(listed, version, at)


@given(keys=st.lists(KEYS, max_size=6), version=st.integers(0, 7), at=TIME)
def test_an_author_may_sign_with_the_signing_keys_of_its_own_that_count_there(keys: list[Key], version: int, at: int) -> None:
    known = directory({ME: tuple(keys), "intake.rs-ir": (key(201, "sign"),)}, version=7)
    expected = [raw(k.public) for k in keys if k.use == "sign" and plainly(k, version, at)]
    assert known.signed_by(ME, version, at) == expected
    assert known.signed_by("intake.rs-ir", version, at) == [raw(public(201, "sign"))]
    assert known.signed_by("assistance.rs-nobody", version, at) == []
