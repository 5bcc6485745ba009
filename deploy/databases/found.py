"""Where the databases of an installation are: the one place that commands ask."""

from pathlib import Path

from sqlalchemy import make_url

from deploy.process.composition import chosen
from deploy.process.member import looked_after
from deploy.trouble import Trouble
from shared.config.country import Agency
from shared.config.settings import Settings


def installed(data: Path, agency: str, country: Path) -> dict[str, str]:
    """Instance → the address of its database: those of one agency by its settings, or all that lie in a folder. Raises Trouble."""
    if not agency:
        return databases(data)
    inner = data / "agencies"
    settings = Settings(agency=agency, country=country, data=inner if inner.is_dir() else data)
    found = of_agency(settings, looked_after(settings).agency)
    for url in map(make_url, found.values()):
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            raise Trouble(
                "There is no database %(database)s; give the folder of its databases with --data, or NRM_DATABASES.", database=url.database
            )
    return found


def of_agency(settings: Settings, agency: Agency) -> dict[str, str]:
    """The same for the services of one agency that run by these settings. Raises Trouble."""
    return {f"{name}.{agency.id}": settings.database(name) for name in chosen(agency, settings.services)}


def databases(folder: Path) -> dict[str, str]:
    """Instance (`service.agency`) → the address of its database, for a folder of databases or of a demo. Raises Trouble."""
    return {file.stem: f"sqlite:///{file}" for file in files(folder)}


def files(folder: Path) -> list[Path]:
    """The database files that lie in a folder, or in its `agencies`. Raises Trouble where there are none."""
    inner = folder / "agencies"
    found = sorted((inner if inner.is_dir() else folder).glob("*.db"))
    if not found:
        raise Trouble(
            "There are no databases in %(folder)s; give the folder of a demo, or one with files like referral.AGENCY.db.", folder=folder
        )
    return found
