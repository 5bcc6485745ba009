"""The country file by its name, from the project's own or anywhere."""

from pathlib import Path

from deploy.trouble import Trouble
from shared.config.country import Country
from shared.config.country_loading import UnfitCountry, load

COUNTRIES = Path(__file__).parents[1] / "countries"


def country_file(name: Path) -> Path:
    """The file of a country: one of its own, or one of the project's by its name."""
    return name if name.suffix == ".toml" else COUNTRIES / f"{name}.toml"


def country_of(name: Path) -> Country:
    """A country by its file, or by the name of one in the project. Raises Trouble."""
    path = country_file(name)
    try:
        return load(path)
    except FileNotFoundError:
        raise Trouble("There is no country file %(file)s; give one with --country.", file=path) from None
    except UnfitCountry as error:
        raise Trouble("The country file %(file)s cannot be used: %(why)s", file=path, why=error.why) from None
    except UnicodeDecodeError:
        raise Trouble("The country file %(file)s cannot be used: it is not UTF-8.", file=path) from None
