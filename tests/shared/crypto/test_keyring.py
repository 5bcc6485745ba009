"""An instance's keys lie in a file for its owner alone, whole or not at all; what cannot be used says what to do, and quotes no key."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from shared.crypto import keyring, primitives
from shared.crypto.keyring import Unusable
from shared.crypto.primitives import NotForUs, text
from tests.shared.crypto.watching import mode, secrets_of, watched

ME = "assistance.rs-police"


def test_keys_are_for_their_owner_alone_from_the_first_moment_whatever_the_umask(tmp_path: Path) -> None:
    with watched(tmp_path) as seen:
        file = keyring.write(tmp_path, keyring.new(ME))
    assert seen == {0o600}
    assert mode(file) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [f"{ME}.keys"], "nothing is left beside it"


def test_the_watch_sees_a_file_that_others_can_read_for_a_moment(tmp_path: Path) -> None:
    with watched(tmp_path) as seen:
        (tmp_path / "careless").write_text("")
        (tmp_path / "careless").chmod(0o600)
    assert seen == {0o666, 0o600}


def test_the_folder_of_keys_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "agency" / "keys"
    before = os.umask(0)
    try:
        keyring.write(folder, keyring.new(ME))
    finally:
        os.umask(before)
    assert mode(folder) == 0o700


def test_what_was_left_of_a_write_that_died_is_not_written_into(tmp_path: Path) -> None:
    half = tmp_path / f".{ME}.keys.half"
    half.write_text("left over")
    half.chmod(0o666)
    held = half.open()
    ring = keyring.new(ME)
    keyring.write(tmp_path, ring)
    with held:
        assert held.read() == "left over", "whoever had it open sees nothing of the keys"
    assert keyring.read(tmp_path, ME) == ring
    assert not half.exists()


def test_a_write_that_fails_leaves_the_keys_that_were_there(tmp_path: Path) -> None:
    ring = keyring.new(ME)
    keyring.write(tmp_path, ring)
    (tmp_path / f".{ME}.keys.half").mkdir()
    with pytest.raises(OSError, match="half"):
        keyring.write(tmp_path, keyring.renewed(ring))
    assert keyring.read(tmp_path, ME) == ring


def test_keys_are_read_as_they_were_written(tmp_path: Path) -> None:
    ring = keyring.renewed(keyring.renewed(keyring.new(ME)))
    assert keyring.write(tmp_path, ring) == keyring.place(tmp_path, ME)
    assert keyring.read(tmp_path, ME) == ring


def test_keys_that_nobody_had_before_are_four_different_ones() -> None:
    one, two = keyring.new(ME), keyring.new(ME)
    keys = {*one.seal, *one.sign, *two.seal, *two.sign}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {primitives.KEY}


def test_renewing_keeps_the_old_keys_and_puts_the_new_ones_last() -> None:
    old = keyring.new(ME)
    new = keyring.renewed(old)
    assert (new.instance, new.seal[:-1], new.sign[:-1]) == (ME, old.seal, old.sign)
    assert new.seal[-1] not in old.seal
    assert new.sign[-1] not in old.sign
    assert (new.public("seal"), new.public("sign")) != (old.public("seal"), old.public("sign"))
    assert new.public("seal") == text(primitives.public_of(new.seal[-1], "seal"))
    assert list(new.signers.values()) == [*reversed(new.sign)], "the newest is tried first"
    assert [public for public in new.signers] == [new.public("sign"), old.public("sign")]


def test_what_was_sealed_for_an_old_key_opens_after_renewing_and_the_newest_is_tried_first() -> None:
    old = keyring.new(ME)
    new = keyring.renewed(old)
    part = primitives.sealed(b"said", primitives.Public(primitives.raw(old.public("seal"))), b"")
    newest, oldest = new.openers
    assert primitives.opened(part, oldest, b"") == b"said"
    with pytest.raises(NotForUs):
        primitives.opened(part, newest, b"")


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r}".format])
def test_keys_do_not_show_when_they_are_printed(shown: Any) -> None:
    ring = keyring.renewed(keyring.new(ME))
    assert ME in shown(ring)
    assert not any(secret in shown(ring) for secret in secrets_of(ring))
    assert not any(secret in shown([ring]) for secret in secrets_of(ring))


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o660, 0o666, 0o777])
def test_keys_on_which_others_have_any_right_are_not_used(tmp_path: Path, rights: int) -> None:
    keyring.write(tmp_path, keyring.new(ME)).chmod(rights)
    with pytest.raises(Unusable, match=r"can be read by others than its owner; `chmod 600` it"):
        keyring.read(tmp_path, ME)


@pytest.mark.parametrize("rights", [0o600, 0o400, 0o700])
def test_keys_on_which_nobody_else_has_a_right_are_used(tmp_path: Path, rights: int) -> None:
    ring = keyring.new(ME)
    keyring.write(tmp_path, ring).chmod(rights)
    assert keyring.read(tmp_path, ME) == ring


def test_keys_that_are_not_there_are_named_with_what_makes_them(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=rf"There are no keys of {ME} at .*{ME}\.keys; `\./nrm agency init` makes them\."):
        keyring.read(tmp_path / "nowhere", ME)


def test_the_keys_of_another_instance_are_not_taken_for_ours(tmp_path: Path) -> None:
    theirs = keyring.new("intake.rs-ir")
    keyring.write(tmp_path, theirs).rename(keyring.place(tmp_path, ME))
    with pytest.raises(Unusable, match=f"does not hold the keys of {ME}") as refused:
        keyring.read(tmp_path, ME)
    assert not any(secret in str(refused.value) for secret in secrets_of(theirs))


def test_a_file_that_is_cut_anywhere_cannot_be_used_and_is_not_quoted(tmp_path: Path) -> None:
    ring = keyring.new(ME)
    file = keyring.write(tmp_path, ring)
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(Unusable, match="put it back from where the agency keeps a copy") as refused:
            keyring.read(tmp_path, ME)
        assert not any(secret in str(refused.value) for secret in secrets_of(ring))
        assert refused.value.__suppress_context__, "nor does the cause show, which may quote"


KEY = text(bytes(range(32)))
SPOILED: dict[str, Any] = {
    "a list": [],
    "a text": "keys",
    "no instance": {"seal": [KEY], "sign": [KEY]},
    "no signing keys": {"instance": ME, "seal": [KEY]},
    "an empty list": {"instance": ME, "seal": [], "sign": [KEY]},
    "keys are nothing": {"instance": ME, "seal": None, "sign": [KEY]},
    "keys are a number": {"instance": ME, "seal": 7, "sign": [KEY]},
    "keys are a text": {"instance": ME, "seal": KEY, "sign": [KEY]},
    "a key is a number": {"instance": ME, "seal": [7], "sign": [KEY]},
    "a key is short": {"instance": ME, "seal": [KEY, text(bytes(31))], "sign": [KEY]},
    "a key is long": {"instance": ME, "seal": [KEY], "sign": [text(bytes(33))]},
    "a key is not base64": {"instance": ME, "seal": ["?" * 44], "sign": [KEY]},
    "another case of the name": {"instance": ME.upper(), "seal": [KEY], "sign": [KEY]},
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_file_that_holds_something_else_cannot_be_used_and_is_not_quoted(tmp_path: Path, name: str) -> None:
    file = keyring.write(tmp_path, keyring.new(ME))
    file.write_text(json.dumps(SPOILED[name]))
    with pytest.raises(Unusable, match="does not hold") as refused:
        keyring.read(tmp_path, ME)
    assert KEY not in str(refused.value)
    assert file.name in str(refused.value)


def test_a_file_that_is_not_text_cannot_be_used(tmp_path: Path) -> None:
    keyring.write(tmp_path, keyring.new(ME)).write_bytes(b"\xff\xfe" * 100)
    with pytest.raises(Unusable, match="does not hold an instance's keys"):
        keyring.read(tmp_path, ME)


def test_keys_that_cannot_be_read_cannot_be_used_and_say_why(tmp_path: Path) -> None:
    keyring.place(tmp_path, ME).mkdir(mode=0o700)
    with pytest.raises(Unusable, match=rf"{ME}\.keys cannot be read: Is a directory\.") as refused:
        keyring.read(tmp_path, ME)
    assert refused.value.__suppress_context__
