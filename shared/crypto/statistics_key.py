"""The country's statistics key: leads make the pseudonym of a case with it, the same whoever leads the case. Reporting never has it.

The coordinator makes it, and seals it in the statement beside the directory for each listed instance of `referral`.
"""

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache

from shared.crypto import primitives
from shared.crypto.directory import Directory, ListedInstance
from shared.crypto.primitives import KEY, NotForUs, Private, Public, raw, text
from shared.protocol.case import service_of

CONTEXT, CASE = b"nrm statistics key 1\n", b"nrm statistics case 1\n"


def sealed_in(directory: Directory, key: bytes) -> Directory:
    """The directory with the key sealed for each lead's newest opening key. What is sealed for that already stays as it is."""
    instances = tuple(_with(one, directory, key) if service_of(one.id) == "referral" else one for one in directory.instances)
    return directory.model_copy(update={"instances": instances})


def known_to(listed: ListedInstance | None, country: str, keys: Iterable[Private]) -> bytes | None:
    """The key, where it was sealed for one of these keys of an instance."""
    return _opened(listed.statistics, country, listed.id, tuple(keys)) if listed and listed.statistics else None


def pseudonym(key: bytes, case: str) -> str:
    """What stands for a case in statistics: nobody without the key finds the case, or the same case elsewhere."""
    return hmac.new(key, CASE + case.encode(), hashlib.sha256).hexdigest()[:32]


def _with(one: ListedInstance, directory: Directory, key: bytes) -> ListedInstance:
    public = directory.newest(one.id)
    if public is None or one.statistics.startswith(f"{public}."):
        return one if public else one.model_copy(update={"statistics": ""})
    part = primitives.sealed(key, Public(raw(public)), _context(directory.country, one.id))
    return one.model_copy(update={"statistics": f"{public}.{text(part)}"})


@lru_cache(maxsize=64)
def _opened(sealed: str, country: str, instance: str, keys: tuple[Private, ...]) -> bytes | None:
    for key in keys:
        try:
            found = primitives.opened(raw(sealed.partition(".")[2]), key, _context(country, instance))
        except (NotForUs, ValueError):
            continue
        return found if len(found) == KEY else None
    return None


def _context(country: str, instance: str) -> bytes:
    return CONTEXT + f"{country}\n{instance}".encode()
