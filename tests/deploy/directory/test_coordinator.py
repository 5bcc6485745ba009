"""What an agency asks the coordinator for, and who may ask it; each refusal is one clear sentence."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.directory import changes, listing, request
from deploy.directory.request import ListingRequest
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto import keyring, primitives
from shared.crypto.directory import Directory
from shared.crypto.keyring import Keyring
from shared.crypto.primitives import raw, text
from shared.protocol.versions import FIRST, NEWEST
from tests.shared.crypto.directories import AGENCY, ISSUED, ME, directory, kept
from tests.shared.crypto.land import keys
from tests.shared.crypto.test_keyring import secrets_of

INTAKE = "intake.rs-police"
RINGS = [keyring.new(INTAKE), keyring.new(ME)]
RENEWED = [keyring.renewed(ring) for ring in RINGS]
LISTED = directory({ring.instance: keys(ring) for ring in RINGS})
Proofs = dict[str, list[str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "request.json"


def asked(rings: Sequence[Keyring], agency: Any = AGENCY) -> ListingRequest:
    """What is said in a request."""
    return ListingRequest(agency=agency, instances=tuple(listing.instance(ring, 1) for ring in rings), reads=NEWEST)


def read(file: Path, value: bytes, known: Directory | None = None) -> ListingRequest:
    """A request that has come in a file."""
    file.write_bytes(value)
    return request.read(file, known)


def refused(file: Path, value: bytes, known: Directory | None = None) -> str:
    """The sentence with which a request is refused."""
    with pytest.raises(Trouble) as trouble:
        read(file, value, known)
    assert trouble.value.__suppress_context__ or trouble.value.__context__ is None
    return str(trouble.value)


def proven_by(said: str, private: dict[str, Sequence[bytes]]) -> bytes:
    """A request with these words, which these keys sign."""
    proofs = {id: [text(primitives.signature(key, request.REQUEST + said.encode())) for key in some] for id, some in private.items()}
    return orjson.dumps({"request": said, "proofs": proofs})


def test_a_request_is_signed_with_the_new_key_of_each_instance_and_holds_no_secret(file: Path) -> None:
    value = request.written(AGENCY, RINGS)
    assert read(file, value) == read(file, value, directory()) == asked(RINGS)
    body = orjson.loads(value)
    for ring in RINGS:
        (proof,) = body["proofs"][ring.instance]
        assert primitives.signed(raw(ring.public("sign")), raw(proof), b"nrm request 1\n" + body["request"].encode())
        assert not any(secret in value.decode() for secret in secrets_of(ring))


def test_a_request_of_a_release_of_before_is_taken_and_says_that_it_reads_the_first_protocol(file: Path) -> None:
    said = asked(RINGS).model_dump_json(exclude={"reads"})
    assert "reads" not in said
    assert read(file, proven_by(said, {ring.instance: ring.sign for ring in RINGS})) == asked(RINGS).model_copy(update={"reads": FIRST})


def test_an_upgraded_agency_says_what_it_reads_now_with_the_keys_that_it_has(file: Path) -> None:
    again = read(file, request.written(AGENCY, RINGS), LISTED)
    after = changes.admitted(LISTED, again, ISSUED)
    assert [one.reads for one in LISTED.instances] == [FIRST, FIRST]
    assert [one.reads for one in after.instances] == [NEWEST, NEWEST]
    assert [one.keys for one in after.instances] == [one.keys for one in LISTED.instances]


def test_where_an_instance_is_listed_a_former_key_signs_as_well(file: Path) -> None:
    value = request.written(AGENCY, RENEWED)
    assert read(file, value, LISTED) == asked(RENEWED), "the new keys are asked for, and them alone"
    proofs = orjson.loads(value)["proofs"]
    said = orjson.loads(value)["request"].encode()
    for ring in RENEWED:
        formerly, newly = proofs[ring.instance]
        assert primitives.signed(primitives.public_of(ring.sign[0], "sign"), raw(formerly), b"nrm request 1\n" + said)
        assert primitives.signed(primitives.public_of(ring.sign[1], "sign"), raw(newly), b"nrm request 1\n" + said)
    assert read(file, request.written(AGENCY, RINGS), LISTED) == asked(RINGS), "the same keys once more"


def test_who_has_not_a_key_that_is_listed_is_told_to_have_the_old_ones_revoked(file: Path) -> None:
    lost = [RENEWED[0], keyring.new(ME)]
    sentence = refused(file, request.written(AGENCY, lost), LISTED)
    assert sentence.startswith(f"{ME} is listed already, and the request is not signed with a key that it has there.")
    assert "have them revoked first" in sentence
    assert read(file, request.written(AGENCY, lost), kept(changes.revoked(LISTED, ME, ISSUED))) == asked(lost), "then it may be asked for"


def test_a_key_that_was_revoked_is_no_former_key(file: Path) -> None:
    both = directory({INTAKE: (*keys(RINGS[0], ended=1), *keys(keyring.new(INTAKE)))})
    assert "is listed already" in refused(file, request.written(AGENCY, [RENEWED[0]]), both)


def test_a_key_whose_time_is_over_is_no_former_key(file: Path) -> None:
    over = keys(RINGS[0], until=wall())
    both = directory({INTAKE: (*over, *keys(keyring.new(INTAKE)))})
    assert "is listed already" in refused(file, request.written(AGENCY, [RENEWED[0]]), both)
    sentence = refused(file, request.written(AGENCY, [RENEWED[0]]), directory({INTAKE: over}))
    assert sentence == f"The keys of {INTAKE} that are listed have run out; have them revoked, and compare the new ones by phone."
    soon = directory({INTAKE: keys(RINGS[0], until=wall() + 60_000)})
    assert read(file, request.written(AGENCY, [RENEWED[0]]), soon) == asked([RENEWED[0]])


def test_nobody_else_asks_for_one_more_instance_of_an_agency_that_is_listed(file: Path) -> None:
    strangers = request.written(AGENCY, [keyring.new("referral.rs-police")])
    assert refused(file, strangers, LISTED).startswith("referral.rs-police is listed already, and the request is not signed with a key")
    assert read(file, strangers, kept(changes.revoked(LISTED, "rs-police", ISSUED))), "unless all of its keys were revoked"


@pytest.mark.parametrize("which", ["nobody's", "the former key's", "the key's that opens", "another instance's", "another agency's"])
def test_a_request_without_the_proof_of_each_instance_that_it_names_is_refused(file: Path, which: str) -> None:
    said = asked(RENEWED).model_dump_json()
    good = {ring.instance: ring.sign for ring in RENEWED}
    proofs: dict[str, dict[str, Sequence[bytes]]] = {
        "nobody's": {}, "the former key's": {ME: RINGS[1].sign}, "the key's that opens": {ME: RENEWED[1].seal},
        "another instance's": {ME: RENEWED[0].sign}, "another agency's": {"assistance.rs-ngo": RENEWED[1].sign},
    }  # fmt: skip
    assert read(file, proven_by(said, good), LISTED) == asked(RENEWED)
    for known in (None, LISTED):
        bad = {INTAKE: good[INTAKE], **proofs[which]}
        assert refused(file, proven_by(said, bad), known) == f"The request is not signed with the key of {ME} that it names."


def test_a_proof_of_other_words_proves_nothing(file: Path) -> None:
    good, other = request.written(AGENCY, RINGS), request.written(AGENCY.model_copy(update={"name": "Another"}), RINGS)
    mixed = orjson.dumps({**orjson.loads(good), "proofs": orjson.loads(other)["proofs"]})
    assert refused(file, mixed) == f"The request is not signed with the key of {INTAKE} that it names."
    said = asked(RINGS).model_dump_json()
    bare: Proofs = {ring.instance: [text(primitives.signature(ring.sign[0], said.encode()))] for ring in RINGS}
    assert "is not signed" in refused(file, orjson.dumps({"request": said, "proofs": bare})), "what is signed begins with what it is"


@pytest.mark.parametrize("instance", ["assistance.rs-ngo", "assistance.rs-police-2", "assistance.RS-POLICE", "rs-police", "assistance."])
def test_a_request_for_an_instance_of_another_agency_is_refused(file: Path, instance: str) -> None:
    value = request.written(AGENCY, [*RINGS, keyring.new(instance)])
    assert refused(file, value, LISTED).endswith(f"asks for {instance}, which is no instance of rs-police.")


def test_a_request_that_was_changed_anywhere_is_refused(file: Path) -> None:
    value = request.written(AGENCY, RINGS[:1])
    sentences = set[str]()
    for place, byte in enumerate(value):
        for other in {byte ^ 1, byte ^ 0x20, ord("A")} - {byte}:
            sentence = refused(file, value[:place] + bytes([other]) + value[place + 1 :])
            sentences.add(re.sub(r"of \S+ that", "of … that", sentence.removeprefix(str(file)).partition(", which is no instance")[0]))
    assert " is no request as `./nrm agency init` and `rotate` write it." in sentences
    assert "The request is not signed with the key of … that it names." in sentences
    assert all("is no request" in s or "not signed" in s or "asks for" in s for s in sentences), "nothing else is said"


GOOD: dict[str, Any] = orjson.loads(request.written(AGENCY, RINGS))
NO_REQUESTS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"\xff",
    "a deep tree": b"[" * 100_000,
    "a list": b"[]",
    "a text": b'"request"',
    "no proofs": orjson.dumps({"request": GOOD["request"]}),
    "proofs are a list": orjson.dumps({**GOOD, "proofs": []}),
    "proofs are numbers": orjson.dumps({**GOOD, "proofs": {ME: 7}}),
    "a proof is no base64": orjson.dumps({**GOOD, "proofs": {ME: ["?"]}}),
    "the request is an object": orjson.dumps({**GOOD, "request": orjson.loads(GOOD["request"])}),
    "the request is nothing": orjson.dumps({**GOOD, "request": None}),
    "a key is none": orjson.dumps({**GOOD, "request": GOOD["request"].replace(RINGS[0].public("seal"), text(bytes(32)))}),
    "a kind is none": orjson.dumps({**GOOD, "request": GOOD["request"].replace('"police"', '"thieves"')}),
    "a field more": orjson.dumps({**GOOD, "request": GOOD["request"].replace('{"agency"', '{"more":1,"agency"')}),
}


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_said_to_be_none(file: Path, name: str) -> None:
    assert refused(file, NO_REQUESTS[name]) == f"{file} is no request as `./nrm agency init` and `rotate` write it."


def test_a_request_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(Trouble, match=r"request\.json cannot be read: No such file or directory\."):
        request.read(file, None)


def test_what_both_sides_compare_by_phone_is_of_the_whole_file(file: Path) -> None:
    file.write_bytes(request.written(AGENCY, RINGS))
    told = request.fingerprint(file)
    assert re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", told)
    assert request.fingerprint(file) == told
    file.write_bytes(file.read_bytes() + b" ")
    assert request.fingerprint(file) != told
