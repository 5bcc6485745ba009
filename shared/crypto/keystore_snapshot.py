"""Copies of a keystore while it is in use."""

from pathlib import Path

from shared.config.i18n import N_
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
            gone = N_("There is no keystore of %(instance)s in %(folder)s, or no master key for it in %(keys)s.")
            raise Unusable(gone, instance=instance, folder=folder, keys=keys)
        list(keystore_frames.read(data, kek, instance))
    except (Exposed, Damaged):
        broken = N_("%(file)s is damaged, or it or its master key can be read by others; `./nrm doctor` looks at them.")
        raise Unusable(broken, file=file) from None
    return data, Master.written(instance, kek)
