"""A disk of its own, small enough to be filled: a tmpfs, where this machine lets us mount one."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1 << 20
SIZE = 3072
"""Megabytes: a run of half an hour fits, and filling it takes a second or two."""


class SmallDisk:
    """A tmpfs at a folder, and the file that fills it."""

    def __init__(self, folder: Path, megabytes: int = SIZE) -> None:
        self.folder, self.megabytes = folder, megabytes
        self.mounted = False

    @property
    def ballast(self) -> Path:
        """What fills it."""
        return self.folder / "ballast"

    def mount(self) -> bool:
        """Make it; False where this machine does not let us."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = f"size={self.megabytes}m,mode=0755"
        command = ["mount", "-t", "tmpfs", "-o", options, "nrm-soak", str(self.folder)]
        with suppress(OSError):
            self.mounted = subprocess.run(command, capture_output=True).returncode == 0
        return self.mounted

    def fill(self) -> None:
        """Leave no room."""
        with self.ballast.open("ab") as file:
            room = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), file.tell(), max(0, room - MEGABYTE))
            with suppress(OSError):
                while True:
                    os.write(file.fileno(), bytes(4096))

    def free(self) -> None:
        """Make room again."""
        self.ballast.unlink(missing_ok=True)

    def unmount(self, *, keep: bool) -> None:
        """Take it away; what lies on it stays in the folder where it is to be kept."""
        if not self.mounted:
            return
        self.free()
        beside = self.folder.with_name(self.folder.name + ".kept")
        if keep:
            shutil.copytree(self.folder, beside, dirs_exist_ok=True, symlinks=True, ignore=_sockets)
        self.mounted = subprocess.run(["umount", str(self.folder)], capture_output=True).returncode != 0
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True)
            self.mounted = False
        if keep:
            self.folder.rmdir()
            beside.rename(self.folder)


def _sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if (Path(folder) / name).is_socket()}
