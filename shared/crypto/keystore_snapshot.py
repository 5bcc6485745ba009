"""Copies of a keystore while it is in use."""

from pathlib import Path

from shared.crypto import keystore_frames, secret_file
from shared.crypto.keyring import Unusable
from shared.crypto.keystore_frames import Damaged
from shared.crypto.master_key import Master
from shared.crypto.secret_file import Exposed


def snapshot(instance: str, folder: Path, keys: Path) -> tuple[bytes, bytes]:
    """The files of a keystore and of its master key as they belong together, while it is in use. Raises Unusable, OSError."""
    file, master = folder / f"{instance}.keystore", Master(instance, keys)
    try:
        with secret_file.locked(file.with_name(f".{instance}.lock")):
            data = secret_file.load(file)
            kek = master.find(keystore_frames.marked(data)) if data else None
        if data is None or kek is None:
            raise Unusable(f"There is no keystore of {instance} in {folder}, or no master key for it in {keys}.")
        list(keystore_frames.read(data, kek, instance))
    except (Exposed, Damaged):
        raise Unusable(f"{file} is damaged, or it or its master key can be read by others; `./nrm doctor` looks at them.") from None
    return data, Master.written(instance, kek)
