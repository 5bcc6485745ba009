"""`./nrm agency keystore`: copies of the keystores and their master keys, for another custodian than that of the databases' backups.

A copy opens what has been erased since it was made. So only the last two stay, none longer than the settings allow, and never none at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup import copies
from deploy.backup.manifest import sha256
from deploy.databases.transaction import database
from deploy.language_choice import translate
from deploy.process.keys import SEALING
from deploy.trouble import Trouble
from shared.config.release import VERSION
from shared.config.settings import Settings
from shared.crypto import secret_file
from shared.crypto.keyring import Unusable
from shared.crypto.keystore import Keystore
from shared.crypto.keystore_snapshot import snapshot
from shared.protocol.case import service_of
from shared.store.instance_tables import InstanceMetadata, only

LIST = "keystore.json"
FORMAT, LAST = 1, 2
Keystores = Mapping[str, Keystore]
"""Instance → its keystore."""


@dataclass(frozen=True)
class Copied:
    """What a copy is: SHA-256 of each of its files."""

    agency: str
    made_at: str
    release: str
    files: dict[str, str] = field(default_factory=dict[str, str])
    format: int = FORMAT


def keep(settings: Settings, instances: Sequence[str], to: Path, now: datetime | None = None) -> Path:
    """Write a folder below `to`, readable by its owner alone, and take away what had its time there; the folder. Raises Trouble."""
    at = now or datetime.now(UTC)
    place = to / copies.name(settings.agency, at)
    half = place.with_name(f".{place.name}.half")
    if place.exists() or half.exists():
        raise Trouble("%(place)s is there already.", place=place)
    names = [name for name in instances if service_of(name) in SEALING]
    if not settings.sealed or not names:
        raise Trouble("This installation keeps no keystore: its events are not sealed, or none of its services has cases.")
    half.mkdir(parents=True, mode=0o700)
    for name in names:
        _copy(settings, name, half)
    files = {file.name: sha256(file) for file in sorted(half.iterdir())}
    secret_file.write(half / LIST, json.dumps(asdict(Copied(settings.agency, at.isoformat(timespec="seconds"), VERSION, files))).encode())
    secret_file.put(half, place)
    copies.remember(settings, place)
    _expire(settings, place, at)
    return place


def _expire(settings: Settings, newest: Path, now: datetime) -> None:
    """Beside the newest copy the one before stays, while it is young enough. What a crash left half made goes too."""
    others = [place for place in copies.made_in(newest.parent, settings.agency) if place != newest]
    young = [place for place in others[1 - LAST :] if not copies.outlived(settings, place, now)]
    for place in [*copies.half_made_in(newest.parent, settings.agency), *others]:
        if place not in young:
            _destroy(place)


def _copy(settings: Settings, instance: str, to: Path) -> None:
    try:
        data, kek = snapshot(instance, settings.keystore_in_use(), settings.keys_in_use())
    except Unusable as error:
        raise Trouble.of(error) from None
    except OSError as error:
        said = f"{error.filename or instance}: {error.strerror or type(error).__name__}"
        raise Trouble(
            "The keystore of %(instance)s cannot be read (%(said)s); was it ever started?", instance=instance, said=said
        ) from None
    secret_file.write(to / f"{instance}.keystore", data)
    secret_file.write(to / f"{instance}.kek", kek)


def _destroy(folder: Path) -> None:
    for file in folder.iterdir():
        secret_file.destroy(file)
    folder.rmdir()


def restored(place: Path, scratch: Path) -> Keystores:
    """The keystores of a copy, put into folders below `scratch` as a restored installation has them. Raises Trouble."""
    for name, data in _whole(place).items():
        folder = scratch / ("keys" if name.endswith(".kek") else "keystore")
        folder.mkdir(mode=0o700, exist_ok=True)
        secret_file.write(folder / name, data)
    try:
        instances = [file.stem for file in sorted((scratch / "keystore").glob("*.keystore"))]
        return {name: Keystore(name, scratch / "keystore", scratch / "keys") for name in instances}
    except Unusable as error:
        raise Trouble("The copy of the keystore cannot be used: %(why)s", why=Trouble.of(error)) from None


def put_back(settings: Settings, place: Path) -> list[str]:
    """Lay the keystores and master keys of a copy where the settings have them; the names of the files. Where another one is there it
    stays, and nothing is laid. Raises Trouble."""
    files = _whole(place)
    if others := [name for name in files if not Path(name).stem.endswith(f".{settings.agency}")]:
        raise Trouble(
            "%(place)s is not a copy of %(agency)s: it holds %(others)s.", place=place, agency=settings.agency, others=", ".join(others)
        )
    homes = {name: (settings.keys_in_use() if name.endswith(".kek") else settings.keystore_in_use()) / name for name in files}
    if taken := [home for name, home in homes.items() if home.exists() and home.read_bytes() != files[name]]:
        raise Trouble(
            "%(taken)s is there already, and another one than that copy: move it away first, if the copy is the right one.", taken=taken[0]
        )
    for name, home in homes.items():
        home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret_file.write(home, files[name])
    return list(homes)


def _whole(place: Path) -> dict[str, bytes]:
    """File → what is in it, once each is proven to be the one that was copied."""
    try:
        said = json.loads((place / LIST).read_text(encoding="utf-8"))
        files: dict[str, str] = said["files"]
        if said["format"] != FORMAT:
            raise Trouble(
                "%(place)s was made by another release (%(said)s), in a form that this one does not know.",
                place=place,
                said=said["release"],
            )
        changed = [name for name, digest in files.items() if (place / name).parent != place or sha256(place / name) != digest]
    except FileNotFoundError:
        raise Trouble("%(place)s is no copy of a keystore, or not a whole one.", place=place) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Trouble("The %(manifest)s of %(place)s cannot be read; take another copy.", manifest=LIST, place=place) from None
    if changed:
        raise Trouble("%(changed)s is not the file that was copied. Take another copy.", changed=place / changed[0])
    return {name: (place / name).read_bytes() for name in files}


def give_up(urls: Mapping[str, str]) -> str:
    """The keystore is lost for good: have the databases taken with a new one, the services being stopped."""
    for name, url in urls.items():
        if service_of(name) in SEALING:
            with database(name, url) as session:
                me = only(session, InstanceMetadata)
                me.keystore = None
                session.add(me)
    return translate(
        "The databases are taken with a new keystore at the next start; move away what is left of the old one and its master key."
    )
