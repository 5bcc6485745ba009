"""Sealed records of envelope 2 for who writes a member in another language: with the keys of their readers, and what each of them finds.

`python -m tests.shared.crypto.vectors2` writes `vectors.v2.json` where it is missing; nothing edits it. The keys are those of `vectors.py`.
"""

import sys
from typing import Any

import orjson

from shared.crypto import envelope2, primitives
from shared.crypto.primitives import Private, text
from shared.protocol.core import encode
from tests.shared.crypto import vectors
from tests.shared.crypto.vectors import INSTANCES, private, public, said

FILE = vectors.FILE.with_name("vectors.v2.json")
ROOM = 20_000
"""What the last record is given room for, so that one lies in another bucket."""


def _record(name: str, room: int = 0) -> dict[str, Any]:
    one = said(name)
    core, body, author = one.core, encode(one.core), one.core.author
    readers = [(public(instance), list(seen)) for instance, seen in one.finds.items()]
    value = envelope2.seal(core.case, body, private(author, "sign"), one.sections, readers, room=room)
    inside = envelope2.open_for(value, core.case, [Private(private(author, "seal"))])
    assert inside is not None
    assert inside.signed_by(primitives.public_of(private(author, "sign"), "sign"))
    return {
        "type": core.type, "case": core.case, "author": author, "id": orjson.loads(value)["id"], "core": body.decode(),
        "signature": text(inside.signature), "finds": {i: one.finds.get(i) for i in INSTANCES}, "value": value.decode(),
    }  # fmt: skip


def made() -> dict[str, Any]:
    """All vectors; records have new salts, keys and decoys each time."""
    records = [_record(name) for name in vectors.RECORDS]
    return {"keys": vectors.keys(), "records": [*records, _record(vectors.EMPTY, ROOM)]}


if __name__ == "__main__":
    sys.exit(vectors.main(FILE, made))
