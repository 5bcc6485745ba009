"""What is locked opens under one key alone, though AES-GCM by itself would open one ciphertext under two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import primitives
from shared.crypto.envelope import Inside
from shared.crypto.primitives import NotForUs, decrypted, locked, unlocked
from tests.shared.crypto import salamander, second2
from tests.shared.crypto.crafted2 import KEY, SECTION_KEY, craft, section, table
from tests.shared.crypto.people import CORE, people
from tests.shared.crypto.people2 import found

ONE, OTHER, BOUND = KEY, bytes(range(32, 64)), b"what it is bound to"


def test_a_ciphertext_of_aes_gcm_can_be_made_that_opens_under_two_keys() -> None:
    """Without this the commitment would be against nothing."""
    forged = salamander.both(ONE, OTHER, b"what one is told", BOUND, bytes(12))
    assert decrypted(ONE, forged, BOUND).startswith(b"what one is told")
    assert not decrypted(OTHER, forged, BOUND).startswith(b"what one is told")


@pytest.mark.parametrize("first", [True, False])
def test_with_a_commitment_it_opens_under_the_key_that_is_committed_to_or_under_none(first: bool) -> None:
    inner = [primitives._committed(key, BOUND) for key in (ONE, OTHER)]  # pyright: ignore[reportPrivateUsage]
    forged = salamander.both(inner[0][0], inner[1][0], b"what one is told", BOUND, bytes(12))
    commitment = inner[0 if first else 1][1]
    told, untold = (ONE, OTHER) if first else (OTHER, ONE)
    assert unlocked(told, commitment + forged, BOUND)
    with pytest.raises(NotForUs):
        unlocked(untold, commitment + forged, BOUND)


def test_two_readers_with_two_keys_of_one_section_never_find_two_texts() -> None:
    """The author of this record lies: one reader is told another key. It finds nothing there, and all else as the other does."""
    readers = people(2)
    value = craft(
        [(readers[0], table(D1=SECTION_KEY)), (readers[1], table(D1=OTHER))], sections={"D1": section({"salt": "s", "values": {}})}
    )
    first, second = (found(value, reader) for reader in readers)
    assert isinstance(first, Inside)
    assert isinstance(second, Inside), "a section that does not open makes no record unreadable"
    assert (first.sections, second.sections) == ({"D1": {"salt": "s", "values": {}}}, {})
    assert first.core == second.core == CORE


def test_two_readers_with_two_keys_of_the_record_never_find_two_bodies() -> None:
    readers = people(2)
    value = craft([(readers[0], table(ONE)), (readers[1], table(OTHER))])
    assert isinstance(found(value, readers[0]), Inside)
    assert found(value, readers[1]) == "changed"


@given(plain=st.binary(max_size=200), bound=st.binary(max_size=200), place=st.integers(0, 259), bit=st.integers(0, 7))
def test_what_was_locked_opens_whole_or_not_at_all(plain: bytes, bound: bytes, place: int, bit: int) -> None:
    cipher = locked(ONE, plain, bound)
    assert len(cipher) == len(plain) + primitives.LOCKED
    assert unlocked(ONE, cipher, bound) == plain == second2.unlock(ONE, cipher, bound)
    place %= len(cipher)
    changed = cipher[:place] + bytes([cipher[place] ^ 1 << bit]) + cipher[place + 1 :]
    for key, said, context in ((ONE, changed, bound), (OTHER, cipher, bound), (ONE, cipher, bound + b"\0"), (ONE, cipher[:-1], bound)):
        with pytest.raises(NotForUs):
            unlocked(key, said, context)
