"""Invented directories, so that a test says only what it is about."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from shared.crypto import primitives
from shared.crypto.directory import LIFE, Directory, Key, ListedAgency, ListedInstance, issue, read_directory
from shared.crypto.keyring import Use
from shared.crypto.primitives import text
from shared.crypto.protocols_read import read_statement, state, with_reads
from shared.protocol.case import agency_of

COUNTRY, OTHER_COUNTRY = "rs", "fi"
ROOT, OTHER_ROOT = bytes(range(32)), bytes(range(1, 33))
PUBLIC_ROOT, OTHER_PUBLIC_ROOT = (primitives.public_of(root, "sign") for root in (ROOT, OTHER_ROOT))
ISSUED = 1_700_000_000_000
ME = "assistance.rs-police"
AGENCY = ListedAgency(id="rs-police", name="Police", kind="police", services=("intake", "assistance"))


@lru_cache(maxsize=1024)
def public(number: int, use: Use = "seal") -> str:
    """The public key of this number, as a directory lists it."""
    return text(primitives.public_of(sha256(b"%d" % number).digest(), use))


def key(number: int = 1, use: Use = "seal", since: int = 1, ended: int | None = None, until: int | None = None) -> Key:
    """A listed key."""
    return Key(use=use, public=public(number, use), since=since, ended=ended, until=until)


def agencies_of(instances: Iterable[str]) -> tuple[ListedAgency, ...]:
    """The police, and each other agency that has one of these instances."""
    others = dict.fromkeys(agency_of(instance) for instance in instances)
    others.pop(AGENCY.id, None)
    return (AGENCY, *(ListedAgency(id=id, name=id, kind="ngo", services=("intake", "referral", "assistance")) for id in others))


def directory(instances: Mapping[str, tuple[Key, ...]] | None = None, version: int = 1, issued: int = ISSUED, **other: Any) -> Directory:
    """A directory that lists these instances with these keys, and their agencies."""
    listed = tuple(ListedInstance(id=id, keys=keys) for id, keys in (instances or {}).items())
    said = {"country": COUNTRY, "expires": issued + LIFE, "agencies": agencies_of(instances or {}), **other}
    return Directory(version=version, issued=issued, instances=listed, **said)


def kept(directory: Directory) -> Directory:
    """The same as whoever has read it knows it."""
    said = read_statement(state(directory, ROOT), PUBLIC_ROOT)
    return with_reads(read_directory(issue(directory, ROOT), PUBLIC_ROOT), said.reads)
