"""Making directories: the first one of a country, and the next version of one."""

from collections.abc import Iterable
from pathlib import Path

from deploy.process.keys import SEALING
from shared.config.country import Agency, Country
from shared.crypto import keyring
from shared.crypto.directory import LIFE, Directory, Key, ListedAgency, ListedInstance
from shared.crypto.keyring import Keyring
from shared.protocol.versions import NEWEST


def instances_of(agencies: Iterable[Agency]) -> list[str]:
    """The instances that need keys."""
    return [f"{service}.{agency.id}" for agency in agencies for service in agency.services if service in SEALING]


def rings(folder: Path, instances: Iterable[str]) -> list[Keyring]:
    """The keys of these instances in a folder; those that are missing are made. For who holds the keys of all: a demo, an import."""
    found: list[Keyring] = []
    for instance in instances:
        if not keyring.place(folder, instance).exists():
            keyring.write(folder, keyring.new(instance))
        found.append(keyring.read(folder, instance))
    return found


def first(country: Country, rings: Iterable[Keyring], now: int) -> Directory:
    """Version 1: every agency of the country's file, with the keys of its instances, all of this release."""
    return Directory(
        country=country.id, version=1, issued=now, expires=now + LIFE,
        agencies=tuple(listed(agency) for agency in country.agencies),
        instances=tuple(instance(ring, 1).model_copy(update={"reads": NEWEST}) for ring in rings),
    )  # fmt: skip


def listed(agency: Agency) -> ListedAgency:
    """An agency as the directory lists it."""
    return ListedAgency.model_validate(agency.model_dump(exclude={"officers", "phone", "names"}))


def instance(ring: Keyring, since: int) -> ListedInstance:
    """An instance with its newest keys, which count from a version on."""
    keys = (Key(use=use, public=ring.public(use), since=since) for use in keyring.USES)
    return ListedInstance(id=ring.instance, keys=tuple(keys))
