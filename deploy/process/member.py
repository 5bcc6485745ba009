"""Which agency an installation is: as the directory that it knows lists it, or else as the country file has it."""

from dataclasses import dataclass

from deploy.language_choice import translate
from deploy.process.country_file import country_of
from deploy.process.keys import listing_of
from deploy.trouble import Trouble
from shared.config.country import Agency, Country
from shared.config.settings import Settings
from shared.crypto.directory_state import Listing, as_listed
from shared.web.text.messages import DISTRUSTED


class Unlisted(Trouble):
    """Neither the country file nor the directory has the agency."""


@dataclass(frozen=True)
class MemberAgency:
    """An agency in its country."""

    country: Country
    """With what the directory says of it."""
    agency: Agency
    listing: Listing | None
    """The directory that is trusted; none where events travel unsealed, or where it cannot be read."""


def member(settings: Settings) -> MemberAgency:
    """Who these settings are. Raises Trouble where neither directory nor country file has them, or the directory cannot be used."""
    country = country_of(settings.country)
    return _found(settings, country, listing_of(settings, country))


def looked_after(settings: Settings) -> MemberAgency:
    """The same for whoever looks after databases and keys, or looks for what is wrong: a directory that cannot be used hinders nobody whom
    the country file has. Raises Trouble."""
    country = country_of(settings.country)
    try:
        return _found(settings, country, listing_of(settings, country))
    except Trouble as trouble:
        if not country.knows(settings.agency):
            raise (trouble if isinstance(trouble, Unlisted) else _unknown(settings, country, str(trouble))) from None
        return MemberAgency(country, country.agency(settings.agency), None)


def _found(settings: Settings, country: Country, listing: Listing | None) -> MemberAgency:
    country = as_listed(country, listing)
    if not country.knows(settings.agency):
        raise _unknown(settings, country, _elsewhere(settings, listing))
    return MemberAgency(country, country.agency(settings.agency), listing)


def _unknown(settings: Settings, country: Country, why: str) -> Unlisted:
    there = ", ".join(a.id for a in country.agencies)
    return Unlisted(
        "%(country)s has no agency %(agency)s; it has %(there)s. %(why)s",
        country=country.name,
        agency=settings.agency,
        there=there,
        why=why,
    )


def _elsewhere(settings: Settings, listing: Listing | None) -> str:
    """What the directory says of an agency that the country file does not have, and what is to be done."""
    if listing is None:
        return translate("Mend NRM_AGENCY or NRM_COUNTRY.")
    keys = settings.keys_in_use()
    if listing.now is not None:
        said = translate("Version %(version)s of the directory, which is known here, does not list it either", version=listing.version)
    elif listing.distrusted:
        said = translate(
            "%(file)s is not taken: %(why)s",
            file=keys / "directory.json",
            why=translate(DISTRUSTED.get(listing.distrusted, listing.distrusted)),
        )
    else:
        said = translate("No directory is known here yet")
    return translate(
        "%(said)s: have the coordinator admit it, and lay the directory.json that comes back into %(keys)s.", said=said, keys=keys
    )
