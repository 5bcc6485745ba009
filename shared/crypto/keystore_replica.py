"""The replica of a keystore: the same bytes in another folder. Its absence is reported, and hinders nobody."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from shared.crypto import secret_file
from shared.crypto.secret_file import Exposed

logger: Any = structlog.get_logger("nrm.keystore")


class Second:
    """The copy of one instance's keystore. The folder must be there: a medium that is not mounted has none."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self.file = folder / name if folder else None
        self.warning = ""
        """What is wrong with it; empty while all is well, or where there is to be none."""
        self.at = (0, 0)
        """Inode and size as we left them."""

    def read(self) -> bytes | None:
        """What the copy has; None where it has nothing, or cannot be read."""
        with suppress(OSError, Exposed):
            return secret_file.load(self.file) if self.file else None
        return None

    def add(self, main: Path, before: int, tail: bytes) -> None:
        """The keystore got longer by this."""
        self._try(lambda file: self._add(file, main, before, tail))

    def follow(self, main: Path) -> None:
        """Have what the keystore has, and nothing else."""
        self._try(lambda file: self._follow(file, main.read_bytes()))

    def look(self, main: Path) -> None:
        """It may have gone or come back since the last write: both are reported, and it gets what it missed."""
        self._try(lambda file: self._look(file, main))

    def _look(self, file: Path, main: Path) -> None:
        there = file.stat() if file.exists() else None
        if self.warning or there is None or self.at != (there.st_ino, there.st_size):
            self._follow(file, main.read_bytes())

    def _try(self, job: Callable[[Path], None]) -> None:
        if self.file is None:
            return
        try:
            job(self.file)
            there = self.file.stat()
            self.at = (there.st_ino, there.st_size)
        except (OSError, Exposed) as error:
            if not self.warning:
                logger.warning("the second place of the keystore is away", file=self.file.name, error=type(error).__name__)
            self.warning = f"the second place of the keystore, {self.file.parent}, cannot be used ({type(error).__name__})"
        else:
            if self.warning:
                logger.info("the second place of the keystore is back", file=self.file.name)
            self.warning = ""

    def _add(self, file: Path, main: Path, before: int, tail: bytes) -> None:
        there = file.stat()
        if self.at == (there.st_ino, before) and there.st_size == before:
            secret_file.append(file, tail, before)
        else:
            self._follow(file, main.read_bytes())

    def _follow(self, file: Path, data: bytes) -> None:
        there = secret_file.load(file)
        if there is not None and data.startswith(there):
            secret_file.append(file, data[len(there) :], len(there))
            return
        secret_file.replace(file, data)
