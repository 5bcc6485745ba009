"""How an agency's keys and its copy of the directory stand, as the directory that the operators have lists them. Pure."""

from typing import NamedTuple

from shared.crypto.directory import Directory
from shared.protocol.case import agency_of


class ListedKeys(NamedTuple):
    """The keys of all instances of an agency."""

    since: int
    """The version of the directory from which on the oldest of those in use counts."""
    former_end: int | None
    """When the last of those that newer ones have replaced ends (ms UTC); None where none is left that counts."""
    revoked: bool
    """Whether nobody may seal for one of its instances any more."""


def keys_of(directory: Directory | None, agency: str, now: int) -> ListedKeys | None:
    """None where no directory is known, or it lists no instance of the agency."""
    mine = [one for one in directory.instances if agency_of(one.id) == agency] if directory else []
    if directory is None or not mine:
        return None
    newest = [key.since for one in mine for key in {key.use: key for key in one.keys}.values()]
    ends = [key.until for one in mine for key in one.keys if key.until is not None and key.until > now and key.ended is None]
    return ListedKeys(min(newest), max(ends, default=None), any(directory.revoked(one.id) for one in mine))
