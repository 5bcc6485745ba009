"""Where in a folder reporting's database lies."""

from pathlib import Path

from deploy.trouble import Trouble

FOLDERS = ("", "agencies")
"""Where in a folder the databases may lie."""


def database(keep: Path) -> Path:
    """Reporting's database in this folder. Raises Trouble where there is none, or more than one."""
    found = [file for folder in FOLDERS for file in sorted((keep / folder).glob("reporting.*.db"))]
    if len(found) != 1:
        raise Trouble(
            "%(keep)s has %(found)s databases of reporting, and one is needed; name another folder with --keep, or import something first.",
            keep=keep,
            found=len(found),
        )
    return found[0]
