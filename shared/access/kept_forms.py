"""Forms that came and could not be recorded, because nobody was signed in any more or because something failed: kept for their officer.

What was typed is about people in danger. It lies in the memory of the process alone, for half an hour, encrypted under a key that is made
of a name which only the browser has: the process keeps neither the name nor the key. A restart forgets all of it.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TLRUCache

from shared.crypto import primitives
from shared.crypto.primitives import NotForUs

MINUTES = 30
"""How long a form is kept."""
LARGEST, ALL_AT_MOST = 256 * 1024, 64 * 1024 * 1024
"""Bytes of one form, and of all; where there is no room, the one unused for longest gives way."""
BOUND = b"nrm kept form 1"
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it came: the address to which it was sent, its id, and all that it said."""

    path: str
    form: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class _Closed:
    until: int
    cipher: bytes


class KeptForms:
    """The forms of a process that wait for their officer."""

    def __init__(self, now: Callable[[], int], room: int = ALL_AT_MOST) -> None:
        """`now`: ms UTC; `room`: bytes of all."""
        self.now = now
        self._kept = TLRUCache[str, _Closed, int](
            room, lambda _, one, __: one.until, lambda: self.now(), getsizeof=lambda one: len(one.cipher)
        )

    def keep(self, form: KeptForm) -> str | None:
        """Keep a form; the name that alone opens it again. None where it is too large."""
        plain = json.dumps([form.path, form.form, form.fields]).encode()
        if len(plain) > LARGEST:
            return None
        name = secrets.token_urlsafe(32)
        self._kept[_place(name)] = _Closed(self.now() + MINUTES * 60_000, primitives.encrypted(_key(name), plain, BOUND))
        return name

    def find(self, name: str) -> KeptForm | None:
        """The form of this name, while it is kept."""
        closed = self._kept.get(_place(name))
        if closed is None:
            return None
        try:
            path, form, fields = json.loads(primitives.decrypted(_key(name), closed.cipher, BOUND))
        except NotForUs:
            return None
        return KeptForm(path, form, [(field, said) for field, said in fields])

    def drop(self, name: str) -> None:
        """Forget it."""
        self._kept.pop(_place(name), None)


def _place(name: str) -> str:
    return hashlib.sha256(b"place\n" + name.encode()).hexdigest()


def _key(name: str) -> bytes:
    return hashlib.sha256(b"key\n" + name.encode()).digest()
