"""The master key of a keystore, in the folder of the private keys: which one is in force, and how another one takes its place.

Beside `<instance>.kek` there may be `<instance>.kek.next`. Whichever of them the head of the keystore names is in force, so putting the
keystore in its place is the one moment at which the other key counts. Whatever a crash left is put in order from there.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from shared.crypto import keystore_frames, primitives, secret_file
from shared.crypto.primitives import raw, text


@dataclass(frozen=True, slots=True)
class Master:
    """Where the master key of an instance lies."""

    instance: str
    folder: Path

    @staticmethod
    def written(instance: str, key: bytes) -> bytes:
        """What the file of a key holds."""
        return json.dumps({"instance": instance, "kek": text(key)}).encode()

    @property
    def file(self) -> Path:
        """The file of the key."""
        return self.folder / f"{self.instance}.kek"

    @property
    def following(self) -> Path:
        """The file of the key that is to come."""
        return self.file.with_name(f"{self.file.name}.next")

    def there(self) -> bool:
        """Whether there is a key that is no leftover. Raises OSError, Exposed."""
        return _key(self.file) is not None

    def find(self, marked: bytes) -> bytes | None:
        """The key that a keystore names at its head; None where it is not here. Changes nothing. Raises OSError, Exposed."""
        return next((k for f in (self.file, self.following) if (k := _key(f)) and keystore_frames.mark(k) == marked), None)

    def settle(self, key: bytes) -> None:
        """The keystore names this key: it alone stays, under the right name. Raises OSError, Exposed."""
        if _key(self.file) == key:
            secret_file.destroy(self.following)
        else:
            self.promote()

    def announce(self) -> bytes:
        """A fresh key, which does not count yet. Raises OSError."""
        key = primitives.random_key()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret_file.write(self.following, self.written(self.instance, key))
        return key

    def promote(self) -> None:
        """What was to come is in force: the key before it is overwritten and gone. Raises OSError."""
        self.forget()
        secret_file.put(self.following, self.file)

    def forget(self) -> None:
        """Overwrite the key; its name stays until another takes it. Raises OSError."""
        if self.file.exists():
            secret_file.blank(self.file)


def _key(file: Path) -> bytes | None:
    """The key in a file; None where there is none, or one that was overwritten or cut short. Raises OSError, Exposed."""
    data = secret_file.load(file)
    try:
        key = raw(json.loads(data)["kek"]) if data else b""
    except (ValueError, KeyError, TypeError):
        return None
    return key if len(key) == primitives.KEY else None
