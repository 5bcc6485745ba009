"""Where the databases of an installation are: the one place that commands ask."""

from pathlib import Path

from deploy.trouble import Trouble


def databases(folder: Path) -> dict[str, str]:
    """Instance (`service.agency`) → the address of its database, for a folder of databases or of a demo. Raises Trouble."""
    return {file.stem: f"sqlite:///{file}" for file in files(folder)}


def files(folder: Path) -> list[Path]:
    """The database files that lie in a folder, or in its `agencies`. Raises Trouble where there are none."""
    inner = folder / "agencies"
    found = sorted((inner if inner.is_dir() else folder).glob("*.db"))
    if not found:
        raise Trouble(f"There are no databases in {folder}; give the folder of a demo, or one with files like referral.AGENCY.db.")
    return found
