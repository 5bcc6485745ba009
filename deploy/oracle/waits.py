"""What was said of what waits, walked through what counted: pauses of the country's clocks, and why something is not done yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.oracle.records import Said

PAUSED, EXPLAINED = "clock.paused.v1", "delay.explained.v1"
ABOUT = ("handoff", "task", "clock")
Mover = Callable[[str, str], str]
"""(handoff, task or clock; its id) → who must move in it; "" where nobody must."""


@dataclass
class Waits:
    """Pauses in the order of the log; of each thing the last word on it, which goes once somebody else must move in it."""

    pauses: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    """Clock, since, until."""
    words: dict[tuple[str, str], tuple[str, int, str]] = field(default_factory=dict[tuple[str, str], tuple[str, int, str]])
    """Of what → code, when, who had to move then."""

    def count(self, said: Said, mover: Mover) -> None:
        """This record counted: a pause, a word, or something after which another must move."""
        self.words = {about: word for about, word in self.words.items() if mover(*about) == word[2]}
        f = said.facts
        if said.type == PAUSED:
            self.pauses = [self._cut(one, f["clock"], said.at) for one in self.pauses]
            self.pauses.append((f["clock"], said.at, f["until"]))
        if said.type == EXPLAINED:
            about = next((name, f[name]) for name in ABOUT if f.get(name) is not None)
            self.words.pop(about, None)
            self.words[about] = f["code"], said.at, mover(*about)

    @staticmethod
    def _cut(pause: tuple[str, int, int], clock: str, at: int) -> tuple[str, int, int]:
        """A later pause of the same clock ends what is left of this one."""
        name, since, until = pause
        return (name, since, max(since, min(until, at))) if name == clock else pause

    def differs(self, picture: dict[str, Any]) -> list[str]:
        """What a picture says otherwise."""
        pauses = [(one["clock"], one["since"], one["until"]) for one in picture.get("pauses", ())]
        words = [
            ((name, one[name]), one["code"], one["at"]) for one in picture.get("delays", ()) for name in ABOUT if one.get(name) is not None
        ]
        mine = [(about, code, at) for about, (code, at, _) in self.words.items()]
        return [name for name, same in (("pauses", pauses == self.pauses), ("delays", words == mine)) if not same]
