"""Folders of one instance's keystore, and what its tests do with them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.crypto.keystore import Keystore
from shared.protocol.classes import SECTIONS

ME = "intake.rs-insp"


@dataclass
class Places:
    """The folders of one instance's keystore."""

    root: Path

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def copy(self) -> Path:
        return self.root / "second"

    @property
    def file(self) -> Path:
        return self.root / "keystore" / f"{ME}.keystore"

    @property
    def second(self) -> Path:
        return self.copy / self.file.name

    @property
    def kek(self) -> Path:
        return self.keys / f"{ME}.kek"

    def open(self) -> Keystore:
        return Keystore(ME, self.file.parent, self.keys, self.copy)


class Stopped(Exception):
    """The power went."""


def with_cases(store: Keystore, *cases: str) -> dict[str, bytes]:
    """Keys of these cases, on the disk."""
    made = {case: key for case in cases if (key := store.key_to_write(case, "D1"))}
    store.settle()
    return made


def whole(*cases: str) -> dict[str, list[str]]:
    """These cases with all their classes."""
    return dict.fromkeys(cases, list(SECTIONS))


def stop_at(step: str) -> Callable[[str], None]:
    def between(reached: str) -> None:
        if reached == step:
            raise Stopped

    return between


def keys_of(store: Keystore, *cases: str) -> dict[str, bytes | None]:
    return {case: store.key(case, "D1") for case in cases}
