"""How long an instance needs its former keys. Pure: the directory says when their successors came.

Whoever has heard of no newer directory seals by the one that they have, until it is dead. So for a former key nothing is sealed any more
once the directory before its successor has been dead; and the last of that lies on the log for as long as the log keeps records.
"""

from collections.abc import Iterable, Sequence

from shared.crypto.directory import GRACE, LIFE, Key, ListedInstance
from shared.crypto.keyring import Keyring, Use

BEHIND = LIFE + GRACE
"""Milliseconds for which somebody may go on sealing by a directory that is not the newest."""


def sealed_until(keys: Sequence[Key], key: Key) -> int | None:
    """Until when (ms) a record may have been sealed for one of an instance's opening keys, given in the order of their listing.

    None while it is in use: nothing that counts came after it. When a key was revoked the directory does not say; its time was over when
    that of a later one was.
    """
    here = keys.index(key)
    ends = [k.until for k in keys[here:] if k.until is not None]
    follows = any(k.ended is None for k in keys[here + 1 :]) or (key.ended is not None and len(keys) > here + 1)
    return min(ends) + BEHIND if follows and ends else None


def sealing(listed: ListedInstance | None) -> list[Key]:
    """An instance's opening keys, the newest last."""
    return _of(listed, "seal")


def lacking(listed: ListedInstance | None, ring: Keyring, now: int) -> bool:
    """Whether records may come that are sealed for a key which is not in this ring, though nobody has revoked it."""
    keys, here = sealing(listed), ring.publics["seal"]
    absent = [key for key in keys if key.ended is None and key.public not in here]
    return any((over := sealed_until(keys, key)) is None or now < over for key in absent)


def ended(listed: ListedInstance | None, ring: Keyring, now: int) -> set[str]:
    """The public halves of signing keys that can sign nothing any more: revoked, or past their time (ms). Never the newest."""
    over = {key.public for key in _of(listed, "sign") if key.ended is not None or (key.until is not None and key.until <= now)}
    return over & {*ring.publics["sign"][:-1]}


def without(ring: Keyring, publics: Iterable[str]) -> Keyring:
    """The same keys, less those with these public halves."""
    gone = {*publics}
    return Keyring(
        ring.instance,
        tuple(key for key, public in zip(ring.seal, ring.publics["seal"], strict=True) if public not in gone),
        tuple(key for key, public in zip(ring.sign, ring.publics["sign"], strict=True) if public not in gone),
    )


def _of(listed: ListedInstance | None, use: Use) -> list[Key]:
    return [key for key in listed.keys if key.use == use] if listed else []
