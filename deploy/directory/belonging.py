"""To which root a log belongs: the one whose signature its directories carry. Nobody else publishes on it."""

import re

import orjson

from deploy.directory.publishing import newest, written
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.kafka import Bus
from shared.crypto.directory import Directory, Distrusted, read_directory

COUNTRY = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Another(Trouble):
    """The log belongs to somebody else, or the folder to another country."""


async def others(bus: Bus, root: bytes | None) -> dict[bytes, str]:
    """What this root (its public half; None: a root that is still to be made) did not sign: key on its topic → in words.

    Raises KafkaError.
    """
    return {key: in_words(value) for key, value in (await newest(bus)).items() if root is None or not _of(value, root)}


async def must_be_ours(bus: Bus, root: bytes | None, folder: object) -> None:
    """Raises Another where a directory lies on the log that is not of the root in this folder, and KafkaError."""
    if found := await others(bus, root):
        raise Another(
            "%(found)s, and its root is not that of %(folder)s. Nothing was published. Whoever holds the root of that "
            "directory may publish here; all others need a log of their own. Only where everybody was told a new root by "
            "phone does it replace the former one: ./nrm agency announce --coordinator %(folder)s --bus %(bus)s --take-over",
            found=_lies(bus, found),
            folder=folder,
            bus=bus.servers,
        )


async def must_be_unwritten(bus: Bus, partitions: int, folder: object) -> None:
    """Raises Another where records lie on a log that no root has a directory on: its agencies do not seal. Raises KafkaError."""
    if not await newest(bus) and await written(bus, partitions):
        raise Another(
            "On the log at %(bus)s lie records and no directory: its agencies do not seal what they say, and a directory "
            "from %(folder)s would come between them. Nothing was published.",
            bus=bus.servers,
            folder=folder,
        )


async def must_be_nobodys(bus: Bus) -> None:
    """For who seals nothing: raises Another where somebody's directory lies on the log, and KafkaError."""
    if found := await others(bus, None):
        raise Another(
            "%(found)s, so what its agencies say is sealed. Nothing was published unsealed; take a log of its own.", found=_lies(bus, found)
        )


def _lies(bus: Bus, found: dict[bytes, str]) -> str:
    return translate("On the log at %(bus)s lies %(found)s", bus=bus.servers, found=", ".join(sorted(found.values())))


def in_words(value: bytes) -> str:
    """What a value of that topic claims to be. Nothing of it is believed, so nothing but a number and a plain id of it is shown."""
    try:
        said = Directory.model_validate_json(orjson.loads(value)["document"])
    except (ValueError, KeyError, TypeError):
        return translate("something that is no signed directory")
    if not COUNTRY.fullmatch(said.country):
        return translate("directory %(version)s of a country without an id", version=said.version)
    return translate("directory %(version)s of %(country)s", version=said.version, country=said.country)


def _of(value: bytes, root: bytes) -> bool:
    try:
        read_directory(value, root)
    except Distrusted:
        return False
    return True
