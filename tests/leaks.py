"""Looks for planted words in bytes, also where somebody has encoded them on the way."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote


def forms(word: str) -> Iterator[bytes]:
    """A word as it could lie somewhere: plain, in other encodings, escaped, in hexadecimal, in base64 whatever stands before it."""
    raw = word.encode()
    yield from (
        raw,
        word.encode("utf-16-le"),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        quote(word).encode(),
        json.dumps(word)[1:-1].encode(),
    )
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(b"\0" * before + raw)
            # Only what does not depend on the neighbours: the first and last groups of four do.
            yield whole[4 if before else 0 : len(whole) // 4 * 4 - 4]


def found(words: Iterable[str], data: bytes) -> set[str]:
    """The words that are there in one form or another."""
    return {word for word in words if any(form and form in data for form in forms(word))}
