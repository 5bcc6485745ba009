"""Invented directories, so that a test says only what it is about."""

from collections.abc import Mapping
from typing import Any

from shared.runtime.sealed import primitives
from shared.runtime.sealed.directory import LIFE, Directory, Instance, Key, Listed
from shared.runtime.sealed.keyring import Use
from shared.runtime.sealed.primitives import text

COUNTRY, OTHER_COUNTRY = "rs", "fi"
ROOT, OTHER_ROOT = bytes(range(32)), bytes(range(1, 33))
PUBLIC_ROOT, OTHER_PUBLIC_ROOT = (primitives.public_of(root, "sign") for root in (ROOT, OTHER_ROOT))
ISSUED = 1_700_000_000_000
ME = "assistance.rs-police"
AGENCY = Listed(id="rs-police", name="Police", kind="police", services=("intake", "assistance"))


def public(number: int) -> str:
    """The public key of this number, as a directory lists it."""
    return text(bytes([number]) * 32)


def key(number: int = 1, use: Use = "seal", since: int = 1, ended: int | None = None, until: int | None = None) -> Key:
    """A listed key."""
    return Key(use=use, public=public(number), since=since, ended=ended, until=until)


def directory(instances: Mapping[str, tuple[Key, ...]] | None = None, version: int = 1, issued: int = ISSUED, **other: Any) -> Directory:
    """A directory that lists these instances with these keys."""
    listed = tuple(Instance(id=id, keys=keys) for id, keys in (instances or {}).items())
    said = {"country": COUNTRY, "expires": issued + LIFE, "agencies": (AGENCY,), **other}
    return Directory(version=version, issued=issued, instances=listed, **said)
