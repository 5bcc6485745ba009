"""The primitives, in one place: nothing else in services or in what carries them imports them (import-linter holds that).

HPKE (RFC 9180, base mode, DHKEM X25519 HKDF-SHA256, HKDF-SHA256, AES-256-GCM) seals for one reader; the context goes into
`info`, because the one-shot interface has no additional data. Ed25519 signs. AES-256-GCM encrypts what is the same for all
readers, and what lies at rest. Where several readers have a key each told them (`locked`), it is made key-committing: AES-GCM by itself
is not, and whoever makes a ciphertext could have it open to one text under one key and to another under a second.
"""

import secrets
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
KEY, NONCE, TAG, SIGNATURE = 32, 12, 16, 64
"""Bytes of a key (of any kind here), of a nonce, of an authentication tag, of a signature."""
LOCKED = KEY + NONCE + TAG
"""Bytes by which what is locked is longer than what is in it."""
SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)  # fmt: skip
"""The points of small order of Ed25519, whatever their sign: for a key like these anybody can make signatures."""
OVERHEAD = KEY + TAG
"""Bytes by which a sealed part is longer than what is in it."""


class NotForUs(Exception):
    """This does not open with this key: it was sealed for another, in another context, or it was changed."""


def text(data: bytes) -> str:
    """Bytes as base64 text."""
    return b64encode(data).decode()


def raw(said: object) -> bytes:
    """The bytes of a base64 text, the canonical one only. Raises ValueError."""
    if not isinstance(said, str):
        raise ValueError("not base64")
    try:
        data = b64decode(said, validate=True)
    except (Error, ValueError):
        raise ValueError("not base64") from None
    if b64encode(data).decode() != said:
        raise ValueError("not base64 in its canonical form")
    return data


def random_key() -> bytes:
    """A fresh key for what is encrypted once, or for a private key."""
    return secrets.token_bytes(KEY)


def public_of(private: bytes, use: str) -> bytes:
    """The public half of a private key; `use` is seal or sign."""
    key = X25519PrivateKey if use == "seal" else Ed25519PrivateKey
    return key.from_private_bytes(private).public_key().public_bytes_raw()


def usable(public: bytes, use: str) -> bool:
    """Whether this is a public key of that use at all; points of low order are none."""
    try:
        if use == "sign":
            Ed25519PublicKey.from_public_bytes(public)
            return public[:-1] + bytes([public[-1] & 0x7F]) not in SMALL_ORDER
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return False
    return True


def sealed(plain: bytes, reader: "Public", context: bytes) -> bytes:
    """Seal for one reader: the encapsulated key, the ciphertext, the tag."""
    return SUITE.encrypt(plain, reader.key, info=context)


def opened(part: bytes, key: "Private", context: bytes) -> bytes:
    """What is in a part. Raises NotForUs."""
    if len(part) <= OVERHEAD:
        raise NotForUs
    try:
        return SUITE.decrypt(part, key.key, info=context)
    except (InvalidTag, ValueError):  # ValueError: a point of low order
        raise NotForUs from None


class Public:
    """A reader's public key, read once."""

    def __init__(self, public: bytes) -> None:
        self.key = X25519PublicKey.from_public_bytes(public)


class Private:
    """A reader's private key, read once."""

    def __init__(self, private: bytes) -> None:
        self.key = X25519PrivateKey.from_private_bytes(private)

    def shared(self, point: bytes, words: bytes, length: int) -> bytes:
        """Bytes that only this key and whoever made the point can compute. Raises NotForUs for a point of low order."""
        try:
            return _agreed(self.key, X25519PublicKey.from_public_bytes(point), words, length)
        except ValueError:
            raise NotForUs from None


class Ephemeral:
    """A key pair for one record, forgotten with it."""

    def __init__(self) -> None:
        self._key = X25519PrivateKey.generate()
        self.point = self._key.public_key().public_bytes_raw()

    def shared(self, reader: Public, words: bytes, length: int) -> bytes:
        """Bytes that only this key and the reader's can compute."""
        return _agreed(self._key, reader.key, words, length)


def _agreed(key: X25519PrivateKey, public: X25519PublicKey, words: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, None, words).derive(key.exchange(public))


def first_opened(parts: Sequence[bytes], keys: tuple[Private, ...], context: bytes) -> bytes | None:
    """What is in the first of these parts that one of these keys opens; None where none does."""
    for key in keys:
        for part in parts:
            try:
                return opened(part, key, context)
            except NotForUs:
                continue
    return None


def decoy(length: int) -> bytes:
    """What nobody can tell from a sealed part with so many bytes in it, and nobody can open.

    Its encapsulated key is a real one: half of all random bytes are no point of the curve. The rest is random, as a ciphertext is for who
    has no key.
    """
    return Ephemeral().point + secrets.token_bytes(length + TAG)


def signature(private: bytes, said: bytes) -> bytes:
    """Sign. What is signed begins with the words that say what it is, so that a signature of one kind is none of another."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(said)


def signed(public: bytes, proof: bytes, said: bytes) -> bool:
    """Whether this signature of these bytes is of the holder of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(proof, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def encrypted(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Nonce, ciphertext, tag. `bound` is not in it, and without the same it does not open."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def decrypted(key: bytes, cipher: bytes, bound: bytes) -> bytes:
    """The plain bytes. Raises NotForUs."""
    try:
        return AESGCM(key).decrypt(cipher[:NONCE], cipher[NONCE:], bound)
    except (InvalidTag, ValueError):
        raise NotForUs from None


def of_both(one: bytes, other: bytes, words: bytes) -> bytes:
    """A key that who has only one of these two cannot make."""
    return HKDF(hashes.SHA256(), KEY, one, words).derive(other)


def locked(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """A commitment to the key, nonce, ciphertext, tag. It opens under this one key, which is used for nothing else; `bound` as above."""
    inner, commitment = _committed(key, bound)
    return commitment + encrypted(inner, plain, bound)


def unlocked(key: bytes, cipher: bytes, bound: bytes) -> bytes:
    """The plain bytes. Raises NotForUs."""
    inner, commitment = _committed(key, bound)
    if not compare_digest(commitment, cipher[:KEY]):
        raise NotForUs
    return decrypted(inner, cipher[KEY:], bound)


def _committed(key: bytes, bound: bytes) -> tuple[bytes, bytes]:
    both = HKDFExpand(hashes.SHA256(), 2 * KEY, b"nrm lock 2\n" + bound).derive(key)
    return both[:KEY], both[KEY:]
