"""An agency asks to be listed anew: with new keys, or with those it has, after an upgrade.

The running services go on with the old keys until the directory lists the new."""

from pathlib import Path

from deploy.directory import listing, request
from deploy.installation.installed import settings_here
from deploy.process.file_names import REQUEST
from deploy.process.member import member
from deploy.trouble import Trouble
from shared.crypto import keyring
from shared.crypto.keyring import Keyring, Unusable
from shared.protocol.case import service_of


def _ring(keys: Path, name: str) -> Keyring:
    """Its keys; the first ones where releases of before gave reporting none."""
    if service_of(name) == "reporting" and not keyring.place(keys, name).exists():
        keyring.write(keys, keyring.new(name))
    return keyring.read(keys, name)


def rotate(*, anew: bool = True) -> tuple[Path, str]:
    """The request for the coordinator, with new keys or (not `anew`) with those that are there, and what both sides compare by phone. The
    settings come from the environment. Raises Trouble."""
    settings = settings_here()
    agency, keys = member(settings).agency, settings.keys_in_use()
    try:
        rings = [_ring(keys, name) for name in listing.instances_of([agency])]
    except Unusable as error:
        raise Trouble.of(error) from None
    if anew:
        rings = [keyring.renewed(ring) for ring in rings]
        for ring in rings:
            keyring.write(keys, ring)
    file = keys / REQUEST
    file.write_bytes(request.written(listing.listed(agency), rings))
    return file, request.fingerprint(file)
