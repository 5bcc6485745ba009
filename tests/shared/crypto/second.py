"""A second reader of sealed records, which shares no code with the first: another HPKE, and the standard library's hashes and JSON.

Of `cryptography` it takes what is standard beyond doubt: AES-256-GCM and Ed25519.
"""

import hashlib
import json
from base64 import b64decode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey, OpenError

SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
ENCAPSULATED, NONCE = 32, 12


def part_context(case: str, id: str, intro: bool) -> bytes:
    """What a part is bound to: it is the `info` of HPKE."""
    return f"nrm part 1\n{case}\n{id}\n{int(intro)}".encode()


def body_bound(case: str, id: str, intro: bool, parts: list[str]) -> bytes:
    """What the body is bound to: the additional data of AES-GCM."""
    return hashlib.sha256("\n".join([f"nrm body 1\n{case}\n{id}\n{int(intro)}", *parts]).encode()).digest()


def seal_part(plain: bytes, public: bytes, context: bytes) -> bytes:
    """A part for one reader."""
    reader = KEMKey.from_pyca_cryptography_key(X25519PublicKey.from_public_bytes(public))
    encapsulated, sender = SUITE.create_sender_context(reader, info=context)
    return encapsulated + sender.seal(plain)


def open_part(part: bytes, private: bytes, context: bytes) -> bytes | None:
    """What is in a part; None where it is not for this key."""
    reader = KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(private))
    try:
        return SUITE.create_recipient_context(part[:ENCAPSULATED], reader, info=context).open(part[ENCAPSULATED:])
    except OpenError:
        return None


def read(value: bytes, case: str, private: bytes, author: bytes) -> dict[str, Any] | None:
    """What the reader with this private key finds in a record by the author with this public one; None where no part is for it."""
    outer = json.loads(value)
    context = part_context(case, outer["id"], outer["intro"])
    for part in outer["parts"]:
        plain = open_part(b64decode(part), private, context)
        if plain is not None:
            return _inside(outer, case, json.loads(plain), author)
    return None


def _inside(outer: dict[str, Any], case: str, part: dict[str, Any], author: bytes) -> dict[str, Any]:
    body, bound = b64decode(outer["body"]), body_bound(case, outer["id"], outer["intro"], outer["parts"])
    try:
        plain = AESGCM(b64decode(part["key"])).decrypt(body[:NONCE], body[NONCE:], bound)
    except InvalidTag:
        raise AssertionError("the body does not open with the key that its part holds") from None
    inside = json.loads(plain)
    core, signature = inside["core"].encode(), b64decode(inside["signature"])
    assert hashlib.sha256(core).hexdigest() == outer["id"], "the id is the core's"
    Ed25519PublicKey.from_public_bytes(author).verify(signature, b"nrm core 1\n" + core)
    return {"core": inside["core"], "signature": inside["signature"], "sections": part["sections"]}
