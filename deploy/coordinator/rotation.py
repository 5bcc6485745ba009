"""An agency makes new keys: the running services go on with the old ones until the directory lists the new."""

from pathlib import Path
from typing import Any

from deploy.agency.folder import REQUEST
from deploy.coordinator import listing, request
from deploy.sealing import listing_of
from deploy.serve import country_of
from deploy.trouble import Trouble
from shared.runtime.country import Agency
from shared.runtime.sealed import keyring
from shared.runtime.sealed.keyring import Unusable
from shared.runtime.sealed.listing import as_listed
from shared.runtime.settings import Settings


def rotate() -> tuple[Path, str]:
    """The request for the coordinator, and what both sides compare by phone. The settings come from the environment. Raises Trouble."""
    from_environment: dict[str, Any] = {}
    settings = Settings(**from_environment)
    agency, keys = agency_of(settings), settings.keys_in_use()
    try:
        rings = [keyring.renewed(keyring.read(keys, name)) for name in listing.instances_of([agency])]
    except Unusable as error:
        raise Trouble(str(error)) from None
    for ring in rings:
        keyring.write(keys, ring)
    file = keys / REQUEST
    file.write_bytes(request.written(listing.listed(agency), rings))
    return file, request.fingerprint(file)


def agency_of(settings: Settings) -> Agency:
    """The agency of these settings, as the directory lists it or else the country file. Raises Trouble."""
    country = country_of(settings.country)
    country = as_listed(country, listing_of(settings, country))
    if not country.knows(settings.agency):
        raise Trouble(f"{country.name} has no agency {settings.agency}.")
    return country.agency(settings.agency)
