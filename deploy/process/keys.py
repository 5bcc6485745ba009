"""What an agency's process seals with, on the bus and at rest: its instances' keys and the directory that it trusts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from deploy.trouble import Trouble
from shared.config.country import Country
from shared.config.settings import Settings
from shared.crypto import keyring
from shared.crypto.directory import Distrusted
from shared.crypto.directory_state import Listing, pinned
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.records.sealer import Sealer

logger: Any = structlog.get_logger("nrm.keys")
SEALING = ("intake", "referral", "assistance", "reporting")
"""The services that have keys: they read or write what is sealed, and close what they keep."""


def listing_of(settings: Settings, country: Country) -> Listing | None:
    """The directory that a process trusts; none where events travel unsealed. Raises Trouble."""
    if not settings.sealed:
        return None
    file, handed = directory_file(settings), settings.keys_in_use() / "directory.json"
    listing = listing_for(country, settings.root, file)
    try:
        if handed.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            listing.offer(handed.read_bytes(), by_hand=True)
    except OSError as error:
        raise Trouble(
            "%(handed)s cannot be read, or not be kept as %(file)s (%(why)s): run this as who owns them.",
            handed=handed,
            file=file,
            why=error.strerror,
        ) from None
    return listing


def directory_file(settings: Settings) -> Path:
    """Where a process keeps the directory that it knows."""
    return settings.data / f"directory.{settings.agency}.json"


def seals(settings: Settings, services: Sequence[str], listing: Listing | None) -> dict[str, Sealer]:
    """Service → its seal; none where events travel unsealed. Raises Trouble where keys are missing or cannot be used."""
    names = [name for name in services if name in SEALING]
    if listing is None:
        return {}
    try:
        keys = settings.keys_in_use()
        names = [name for name in names if not _before_keys(name, f"{name}.{settings.agency}", keys, listing)]
        made = {name: Sealer(keyring.read(keys, f"{name}.{settings.agency}"), listing, keys) for name in names}
    except Unusable as error:
        raise Trouble.of(error) from None
    for seal in made.values():
        if not seal.ready:  # what others seal would pass by unread
            raise Trouble(
                "Others may seal for keys of %(instance)s that are listed and not here: put back the newest copy of its keys. If "
                "they are lost for good, have them revoked.",
                instance=seal.ring.instance,
            )
    return made


def _before_keys(name: str, instance: str, keys: Path, listing: Listing) -> bool:
    """Whether this is reporting as releases had it that gave it no keys: it goes on without, until it is given some and listed."""
    if name != "reporting" or keyring.place(keys, instance).exists() or listing.lists(instance):
        return False
    logger.warning("reporting has no keys and reads no sealed batch: ./nrm agency rotate makes some", instance=instance)
    return True


def keystores(settings: Settings, services: Sequence[str]) -> dict[str, Keystore]:
    """Service → the keystore of its instance, begun where there is none; none where events travel unsealed. Raises Trouble."""
    names = [name for name in services if name in SEALING] if settings.sealed else []
    try:
        return {name: keystore_of(settings, f"{name}.{settings.agency}") for name in names}
    except Unusable as error:
        raise Trouble.of(error) from None
    except OSError as error:
        raise Trouble(
            "%(place)s cannot be used: %(error)s. The keystore and its master key lie in the folders of "
            "NRM_KEYSTORE and NRM_KEYS, and the first start makes them: both must be writable here.",
            place=error.filename or settings.keystore_in_use(),
            error=error.strerror or type(error).__name__,
        ) from None


def keystore_of(settings: Settings, instance: str) -> Keystore:
    """The keystore of one instance. Raises Unusable, OSError."""
    return Keystore(instance, settings.keystore_in_use(), settings.keys_in_use(), settings.keystore_copy)


def listing_for(country: Country, root: str, file: Path) -> Listing:
    """The directory of a process, as far as its file knows it. Raises Trouble."""
    try:
        return Listing(country.id, pinned(root), file)
    except Distrusted as error:
        raise Trouble(
            "%(file)s cannot be used: %(why)s. Was it made under another root? If so, remove it; a new one comes by the bus.",
            file=file,
            why=Trouble.of(error),
        ) from None
    except ValueError:
        raise Trouble(
            "Sealed events need the coordinator's root key (NRM_ROOT, 64 hex digits, compared by phone). To try things out unsealed, with "
            "invented people alone, set NRM_SEALED=false."
        ) from None
