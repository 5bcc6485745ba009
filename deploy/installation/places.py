"""What of this machine an agency's settings name: files and folders, and addresses on it. A container is given both as they are."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from deploy.trouble import Trouble
from shared.config.endpoints import here
from shared.config.kafka import Bus
from shared.config.settings import Settings

COPY = "NRM_KEYSTORE_COPY"
WRITTEN = frozenset({"NRM_DATA", "NRM_KEYS", "NRM_KEYSTORE", "NRM_DOCUMENTS", COPY})
"""Settings of folders that a process writes to. The master keys of the keystores are made, and destroyed, among the private keys."""
PATHS = frozenset(f"NRM_{name.upper()}" for name, field in Settings.model_fields.items() if "Path" in str(field.annotation))
PAGES = frozenset({"NRM_ADDRESS", "NRM_HOST", "NRM_HOSTS"})
"""Settings of where people come to us, not of where we go."""
FILE = "file:"


@dataclass(frozen=True)
class Place:
    """A file or folder that settings name by its whole path."""

    path: Path
    written: bool


def places(values: Mapping[str, str]) -> list[Place]:
    """What these settings name, parents first; what lies in a folder that is named with the same rights is in it. Raises Trouble.

    Of the keystore's second place it is the folder around it, where a medium is mounted, unless others lie in there too: without the
    medium the place is away, and that hinders nobody.
    """
    named = dict[Path, bool]()
    for name, value in values.items():
        for path in _paths(name, value):
            named[path] = named.get(path, False) or name in WRITTEN or _is_sqlite(name, value)
    copy = Path(os.path.normpath(values.get(COPY) or "/"))
    if copy.parent != Path("/") and not any(copy.parent in (path, *path.parents) for path in named if path != copy):
        named[copy.parent] = named.pop(copy)
    return [Place(path, written) for path, written in sorted(named.items()) if not _covered(path, written, named)]


def _covered(path: Path, written: bool, named: Mapping[Path, bool]) -> bool:
    return any(folder in path.parents and (may_write or not written) for folder, may_write in named.items())


def _paths(name: str, value: str) -> Iterator[Path]:
    if name == "NRM_DATABASES":
        texts = _of_url(value)
    else:
        texts = [value.removeprefix(FILE)]
        relative = value.startswith(FILE) or (name in PATHS and (name != "NRM_COUNTRY" or value.endswith(".toml")))
        if value and relative and not texts[0].startswith("/"):
            raise Trouble(
                "%(name)s=%(value)s is no whole path, so a container cannot be given it; write it from / on.", name=name, value=value
            )
    yield from (Path(os.path.normpath(text)) for text in texts if text.startswith("/"))


def _of_url(value: str) -> list[str]:
    """A SQLite file's folder; of a PostgreSQL, its socket's folder and the files by which both sides prove who they are."""
    try:
        url = make_url(value)
    except ArgumentError:
        return []  # `serve` and `doctor` say what is wrong with it
    if url.get_backend_name() == "sqlite":
        return [os.path.dirname(url.database or "")]
    return [text for told in url.query.values() for text in ([told] if isinstance(told, str) else told)]


def _is_sqlite(name: str, value: str) -> bool:
    return name == "NRM_DATABASES" and value.startswith("sqlite")


def near(values: Mapping[str, str]) -> list[str]:
    """The settings that name an address on this very machine's loopback: from another network none of them is reached."""
    named = {"NRM_BUS": Settings.model_fields["bus"].default, **values}
    return sorted(name for name, value in named.items() if name not in PAGES and any(here(host) for host in _hosts(name, value)))


def _hosts(name: str, value: str) -> Iterator[str]:
    if name == "NRM_BUS":
        yield from (server.rpartition(":")[0] for server in Bus(value).seeds)
    elif name == "NRM_SMTP":
        yield value.rpartition(":")[0]
    elif "://" in value:
        try:
            yield urlsplit(value).hostname or ""
        except ValueError:  # `serve` and `doctor` say what is wrong with it
            return
