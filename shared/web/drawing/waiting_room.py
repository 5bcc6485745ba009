"""The waiting room: each open request against its deadline, along a logarithmic axis, since minutes and months stand on one page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from markupsafe import Markup

from shared.web.drawing import svg
from shared.web.drawing.svg import BLUE, FAINT, GREY, INK, NO_LABELS, RED, Labels, line, text_width, words, wrap
from shared.web.text.durations import DAY, HOUR, MINUTE

FIRST = 15 * MINUTE
"""Seconds at which the axis begins: what is shorter lies there."""
TICKS = ((HOUR, 1, "h"), (6 * HOUR, 6, "h"), (DAY, 1, "d"), (7 * DAY, 7, "d"), (30 * DAY, 30, "d"), (365 * DAY, 365, "d"))
WIDTH, GUTTER, ROW = 720.0, 250.0, 40.0


@dataclass(frozen=True)
class Waiting:
    """One request: for how long it has waited and how long it may (seconds), and that in words."""

    label: str
    waited: float
    allowed: float
    text: str

    @property
    def late(self) -> bool:
        """Whether its time has passed."""
        return self.waited > self.allowed


def waiting_room(
    items: Sequence[Waiting], title: str, labels: Labels = NO_LABELS, simulated: bool = False, key: str = "waiting-room"
) -> Markup:
    """A line for as long as each has waited, a mark where its time ends; beyond that the line is red and dashed, and its words say so."""
    top = 24.0 if simulated else 4.0
    last = max((max(one.waited, one.allowed) for one in items), default=DAY) * 1.2
    labelled = [wrap(one.label, 14, GUTTER - 14) for one in items]
    row = max(ROW, 16.0 * max(map(len, labelled), default=1) + 4)
    bottom, room = top + row * len(items), WIDTH - GUTTER - 24

    def at(seconds: float) -> float:
        return GUTTER + room * max(0.0, log(max(seconds, FIRST) / FIRST)) / log(max(last, 2 * FIRST) / FIRST)

    parts = [words(4, 15, labels.get("simulated data", "simulated data"), 13, fill=GREY, weight=700)] if simulated else []
    for seconds, number, unit in TICKS:
        if seconds <= last:
            x = at(seconds)
            parts += [line(x, top, x, bottom, FAINT, 1), words(x, bottom + 16, f"{number} {labels.get(unit, unit)}", 13, "middle", GREY)]
    for n, (one, lines) in enumerate(zip(items, labelled, strict=True)):
        parts += _row(one, lines, top + row * n + row / 2 + 6, at)
    parts.append(line(GUTTER, top, GUTTER, bottom, INK, 1))
    return svg.picture(WIDTH, bottom + 22, key, title, "; ".join(f"{one.label}: {one.text}" for one in items), parts, size="slim")


def _row(one: Waiting, lines: Sequence[str], y: float, at: Callable[[float], float]) -> list[str]:
    parts = [words(GUTTER - 10, y - 8 * (len(lines) - 1) + 16 * n, text, 14, "end") for n, text in enumerate(lines)]
    waited, due = at(one.waited), at(one.allowed)
    parts.append(line(GUTTER, y - 4, max(min(waited, due), GUTTER + 2), y - 4, BLUE, 7))
    if one.late:
        parts.append(line(due, y - 4, max(waited, due + 2), y - 4, RED, 7, "6 3"))
    parts.append(line(due, y - 12, due, y + 4, INK, 3))
    said = f"▲ {one.text}" if one.late else one.text
    where = min(GUTTER + 8, WIDTH - text_width(said, 13))
    return [*parts, words(where, y - 14, said, 13, fill=RED if one.late else INK, weight=700 if one.late else None, halo=True)]
