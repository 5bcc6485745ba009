"""What a file's sender should know, each thing once, with the lines that it is about."""

from deploy.saying import FileSaying
from shared.config.i18n import N_


class Notices:
    """Sentences, in the order of their first lines."""

    def __init__(self, before: list[str]) -> None:
        self.before = before
        self.lines = dict[str, list[int]]()

    def add(self, what: str, line: int) -> None:
        """This is so in this line."""
        self.lines.setdefault(what, []).append(line)

    def told(self) -> list[str]:
        """Each thing once."""
        return [*self.before, *(FileSaying("%(what)s (%(where)s)", what=what, where=_where(lines)) for what, lines in self.lines.items())]


def _where(lines: list[int]) -> str:
    if len(lines) == 1:
        return FileSaying(N_("1 line, line %(first)s"), first=lines[0])
    return FileSaying(N_("%(many)s lines, the first is line %(first)s"), many=len(lines), first=lines[0])
