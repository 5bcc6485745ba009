"""A second reader of envelope 2, which shares no code with the first: another HPKE, and HMAC, hashes and JSON of the standard library.

Of `cryptography` it takes what is standard beyond doubt: X25519, AES-256-GCM and Ed25519.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.shared.crypto.second import open_part

CLASSES = ("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8")


def context(kind: str, case: str, id: str) -> bytes:
    """What a part, a hint and a section are bound to."""
    return f"nrm {kind} 2\n{case}\n{id}".encode()


def bound_of(case: str, outer: dict[str, Any]) -> bytes:
    """What the body is bound to."""
    return hashlib.sha256("\n".join([f"nrm body 2\n{case}\n{outer['id']}", outer["point"], *outer["parts"]]).encode()).digest()


def expanded(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869) with SHA-256."""
    made, block = b"", b""
    while len(made) < length:
        block = hmac.digest(key, block + info + bytes([len(made) // 32 + 1]), "sha256")
        made += block
    return made[:length]


def hint(private: bytes, point: bytes, case: str, id: str) -> bytes:
    """By which a reader knows its part: HKDF, without salt, of what the two X25519 keys share."""
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(point))
    return expanded(hmac.digest(bytes(32), shared, "sha256"), context("hint", case, id), 9)


def unlock(key: bytes, locked: bytes, bound: bytes) -> bytes | None:
    """What is locked under a key; None where it is another key's or was changed."""
    both = expanded(key, b"nrm lock 2\n" + bound, 64)
    if locked[:32] != both[32:]:
        return None
    try:
        return AESGCM(both[:32]).decrypt(locked[32:44], locked[44:], bound)
    except InvalidTag:
        return None


def read(value: bytes, case: str, private: bytes, author: bytes) -> dict[str, Any] | None:
    """What the reader with this private key finds in a record by the author with this public one; None where no part is for it."""
    outer = json.loads(value)
    begins = b64encode(hint(private, b64decode(outer["point"]), case, outer["id"])).decode()
    for part in outer["parts"]:
        if part[:12] == begins:
            table = open_part(b64decode(part)[9:], private, context("part", case, outer["id"]))
            return None if table is None else _inside(outer, case, table, author)
    return None


def _inside(outer: dict[str, Any], case: str, table: bytes, author: bytes) -> dict[str, Any]:
    assert len(table) == 4 + 32 + 12 * 32
    flags, record_key, bound = int.from_bytes(table[:4], "big"), table[4:36], bound_of(case, outer)
    plain = unlock(record_key, b64decode(outer["body"]), bound)
    assert plain is not None, "the body opens with the key that its part holds"
    length = int.from_bytes(plain[:4], "big")
    core, signature, rest = plain[4 : 4 + length], plain[4 + length : 68 + length], plain[68 + length :]
    locked, end = dict[str, bytes](), 0
    while end < len(rest) and rest[end]:
        size = int.from_bytes(rest[end + 1 : end + 5], "big")
        locked[f"D{rest[end]}"] = rest[end + 5 : end + 5 + size]
        end += 5 + size
    assert not any(rest[end:]), "zeros fill it"
    assert hashlib.sha256(core).hexdigest() == outer["id"], "the id is the core's"
    signed = b"nrm record 2\n" + hashlib.sha256(bound + rest[:end]).digest() + core
    Ed25519PublicKey.from_public_bytes(author).verify(signature, signed)
    sections = dict[str, Any]()
    for place, name in enumerate(CLASSES):
        if flags >> place & 1:
            key = table[36 + 32 * place : 68 + 32 * place]
            section = unlock(key, locked[name], context("section", case, outer["id"]) + b"\n" + name.encode())
            assert section is not None, "a section opens with the key that the part holds"
            sections[name] = json.loads(section)
    return {"core": core.decode(), "signature": b64encode(signature).decode(), "sections": sections}
