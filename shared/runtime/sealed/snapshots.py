"""Copies of a keystore while it is in use."""

from pathlib import Path

from shared.runtime.sealed import frames, secretfile
from shared.runtime.sealed.frames import Damaged
from shared.runtime.sealed.keyring import Unusable
from shared.runtime.sealed.master import Master
from shared.runtime.sealed.secretfile import Exposed


def snapshot(instance: str, folder: Path, keys: Path) -> tuple[bytes, bytes]:
    """The files of a keystore and of its master key as they belong together, while it is in use. Raises Unusable, OSError."""
    file, master = folder / f"{instance}.keystore", Master(instance, keys)
    try:
        with secretfile.locked(file.with_name(f".{instance}.lock")):
            data = secretfile.load(file)
            kek = master.find(frames.marked(data)) if data else None
        if data is None or kek is None:
            raise Unusable(f"There is no keystore of {instance} in {folder}, or no master key for it in {keys}.")
        list(frames.read(data, kek, instance))
    except (Exposed, Damaged):
        raise Unusable(f"{file} is damaged, or it or its master key can be read by others; `./nrm doctor` looks at them.") from None
    return data, Master.written(instance, kek)
