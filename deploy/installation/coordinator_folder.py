"""`./nrm agency coordinate`: the folder of who holds the root. Nobody else's key is in it."""

from collections.abc import Iterator
from pathlib import Path

from deploy.brokers import certificates
from deploy.brokers.access import COORDINATOR
from deploy.directory import listing, root
from deploy.directory.coordinator import DIRECTORY, Coordinator
from deploy.directory.request import ListingRequest
from deploy.installation.folder import FileStep, write
from deploy.process.country_file import country_file, country_of
from deploy.process.file_names import CSR, KEY
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto.directory import LIFE, Directory

COUNTRY = "country.toml"


def found(folder: Path, country: Path) -> Iterator[FileStep]:
    """Make what is missing: root, country file, the first directory, and a key with its request for the bus. Raises Trouble."""
    here, office = country_of(country), Coordinator(folder)
    rooted, listed, keyed = (folder / "root.key").exists(), (folder / DIRECTORY).exists(), (folder / KEY).exists()
    root.make(folder / "root.key")
    yield FileStep(folder / "root.key", made=not rooted)
    if listed and (before := office.directory().country) != here.id:
        raise Trouble(
            "%(folder)s is the coordinator's folder of %(before)s; give %(here)s another one (--coordinator).",
            folder=folder,
            before=before,
            here=here.id,
        )
    yield write(folder / COUNTRY, country_file(country).read_bytes())
    if not listed:
        now = wall()
        office.keep(Directory(country=here.id, version=1, issued=now, expires=now + LIFE, agencies=(), instances=()))
    yield FileStep(folder / DIRECTORY, made=not listed)
    asked = certificates.request(COORDINATOR, folder / KEY)
    yield FileStep(folder / KEY, made=not keyed)
    yield write(folder / CSR, asked)


def described(asked: ListingRequest, folder: Path) -> ListingRequest:
    """What an agency asks for, its kind and classes as the coordinator's own country file has them where that lists it: they are not the
    agency's to say."""
    file = folder / COUNTRY
    country = country_of(file) if file.exists() else None
    if country is None or not country.knows(asked.agency.id):
        return asked
    return asked.model_copy(update={"agency": listing.listed(country.agency(asked.agency.id))})
