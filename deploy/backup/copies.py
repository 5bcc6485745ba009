"""Where copies of the keystore were laid, so that somebody sees when one outlives its time: it opens what has been erased since."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.config.settings import Settings

STAMP = "%Y%m%dT%H%M%SZ"


def name(agency: str, at: datetime) -> str:
    """The folder of a copy that is made now."""
    return f"{agency}-keystore-{at.astimezone(UTC):{STAMP}}"


def made_in(folder: Path, agency: str) -> list[Path]:
    """The copies that lie in a folder, the oldest first; none where the folder is away."""
    return sorted(place for place in folder.glob(f"{agency}-keystore-*") if _made_at(place))


def half_made_in(folder: Path, agency: str) -> list[Path]:
    """What copies that were interrupted have left in a folder."""
    return sorted(folder.glob(f".{agency}-keystore-*.half"))


def outlived(settings: Settings, place: Path, now: datetime) -> bool:
    """Whether a copy is older than the settings allow."""
    return now - (_made_at(place) or now) > timedelta(days=settings.keystore_days)


def remember(settings: Settings, place: Path) -> None:
    """Copies were laid beside this one. Only the folders are kept, in the data folder."""
    folders = {*folders_of(settings), place.parent.resolve()}
    _list(settings).write_text("".join(f"{folder}\n" for folder in sorted(folders)), encoding="utf-8")


def folders_of(settings: Settings) -> list[Path]:
    """The folders in which copies were ever laid from here."""
    file = _list(settings)
    return [Path(line) for line in file.read_text(encoding="utf-8").splitlines() if line] if file.exists() else []


def _list(settings: Settings) -> Path:
    return settings.data / f"keystore-copies.{settings.agency}"


def _made_at(place: Path) -> datetime | None:
    try:
        return datetime.strptime(place.name.rpartition("-")[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
