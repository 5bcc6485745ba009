"""The next version of a directory: somebody comes, changes keys, loses them, or leaves. Pure; each gives version + 1."""

from collections.abc import Callable, Iterable

from deploy.directory.request import ListingRequest
from deploy.trouble import Trouble
from shared.crypto.directory import DAY, LIFE, Directory, Key, ListedAgency, ListedInstance
from shared.protocol.versions import NEWEST

OVERLAP = 7 * DAY
"""Milliseconds for which a key counts after a newer one was listed: what was signed with it before may still be on its way."""


def admitted(directory: Directory, asked: ListingRequest, now: int) -> Directory:
    """The agency with these instances and keys, and what its release reads; keys that it had before count a while longer. What is listed of
    an agency, its kind and classes above all, a request does not change."""
    version = directory.version + 1
    known = {one.id: one for one in directory.instances}
    for one in asked.instances:
        known[one.id] = _renewed(known.get(one.id), one, version, now).model_copy(update={"reads": asked.reads})
    listed = {a.id: a for a in directory.agencies}
    agencies = {**listed, asked.agency.id: listed.get(asked.agency.id, asked.agency).model_copy(update={"leaving": False})}
    return _next(directory, now, tuple(agencies.values()), tuple(known.values()))


def _renewed(known: ListedInstance | None, asked: ListedInstance, version: int, now: int) -> ListedInstance:
    old = known.keys if known else ()
    had = {key.public for key in old}
    fresh = tuple(key.model_copy(update={"since": version, "ended": None, "until": None}) for key in asked.keys if key.public not in had)
    replaced = {key.use for key in fresh}
    return ListedInstance(id=asked.id, keys=(*(_ending(key, now) if key.use in replaced else key for key in old), *fresh))


def _ending(key: Key, now: int) -> Key:
    return key if key.until is not None or key.ended is not None else key.model_copy(update={"until": now + OVERLAP})


def revoked(directory: Directory, name: str, now: int) -> Directory:
    """None of the keys of an instance, or of all of an agency, counts from here on; an agency is also on its way out. Raises Trouble."""
    version = directory.version + 1

    def ended(key: Key) -> Key:
        return key if key.ended is not None else key.model_copy(update={"ended": version})

    hit = [i.id for i in directory.instances if name in (i.id, i.id.partition(".")[2])]
    if not hit and all(a.id != name for a in directory.agencies):
        raise Trouble("The directory lists neither an instance nor an agency %(name)s.", name=name)
    instances = tuple(i.model_copy(update={"keys": tuple(map(ended, i.keys))}) if i.id in hit else i for i in directory.instances)
    return _next(directory, now, _each(directory, name, lambda a: a.model_copy(update={"leaving": True})), instances)


def left(directory: Directory, agency: str, now: int) -> Directory:
    """Nothing new is asked of the agency, and leads take it off their rosters; its keys count on until they are revoked. Raises Trouble."""
    if all(a.id != agency for a in directory.agencies):
        raise Trouble("The directory lists no agency %(agency)s.", agency=agency)
    agencies = _each(directory, agency, lambda a: a.model_copy(update={"leaving": True}))
    return _next(directory, now, agencies, directory.instances)


def completed(directory: Directory, ours: Iterable[ListedInstance], now: int) -> Directory:
    """With those instances that are not listed yet: for who holds the keys of all, and whose release has given keys to more of them."""
    fresh = [one for one in ours if directory.instance(one.id) is None]
    version = directory.version + 1
    added = [one.model_copy(update={"keys": tuple(k.model_copy(update={"since": version}) for k in one.keys)}) for one in fresh]
    return _next(directory, now, directory.agencies, (*directory.instances, *added))


def prolonged(directory: Directory, now: int) -> Directory:
    """The same, for another while."""
    return _next(directory, now, directory.agencies, directory.instances)


def upgraded(directory: Directory, now: int) -> Directory:
    """Every instance runs this release: for who runs them all."""
    instances = tuple(one.model_copy(update={"reads": NEWEST}) for one in directory.instances)
    return _next(directory, now, directory.agencies, instances)


def _each(directory: Directory, agency: str, change: Callable[[ListedAgency], ListedAgency]) -> tuple[ListedAgency, ...]:
    return tuple(change(a) if a.id == agency else a for a in directory.agencies)


def _next(directory: Directory, now: int, agencies: tuple[ListedAgency, ...], instances: tuple[ListedInstance, ...]) -> Directory:
    return Directory(
        country=directory.country, version=directory.version + 1, issued=now, expires=now + LIFE, agencies=agencies, instances=instances
    )  # fmt: skip
