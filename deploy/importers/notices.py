"""What a file's sender should know, each thing once, with the lines that it is about."""


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
        return [*self.before, *(f"{what} ({_where(lines)})" for what, lines in self.lines.items())]


def _where(lines: list[int]) -> str:
    return f"1 line, line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines, the first is line {lines[0]}"
