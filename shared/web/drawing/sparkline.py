"""A trend beside its number: a line as high as a word, on a ground of zero, with its last value marked. Its twin is the table that it
stands in or over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.web.drawing import svg
from shared.web.drawing.svg import GREY, INK, el, line

WIDTH, HEIGHT, EDGE = 132.0, 32.0, 5.0
LEAST = 3
"""Values that must be known before a line is drawn: two are a change, and stand in the table."""


@dataclass(frozen=True)
class TrendPoint:
    """One value of a trend. `value` is None where it is not known or is suppressed; `text` is what stands in the table."""

    label: str
    value: float | None
    text: str


def on_axis(points: Iterable[TrendPoint], axis: Iterable[str], text: str) -> list[TrendPoint]:
    """These points at their labels on the axis; where it has one that none of them has, nothing is known, and `text` says so."""
    known = {one.label: one for one in points}
    return [known.get(label) or TrendPoint(label, None, text) for label in axis]


def sparkline(points: Sequence[TrendPoint], title: str, key: str) -> Markup:
    """The trend; empty where too little of it is known. A value that is not known leaves a gap, so that nothing is drawn where nothing is
    said. `key` keeps ids apart on one page."""
    known = [one.value for one in points if one.value is not None]
    if len(known) < LEAST:
        return Markup()
    most, step = max(known) or 1, (WIDTH - 2 * EDGE) / (len(points) - 1)
    ground = HEIGHT - EDGE
    at = [None if one.value is None else (EDGE + step * n, ground - (ground - EDGE) * one.value / most) for n, one in enumerate(points)]
    parts = [line(EDGE, ground, WIDTH - EDGE, ground, GREY, 1)]
    for run in _runs(at):
        if len(run) > 1:
            parts.append(el("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in run), fill="none", stroke=INK, stroke_width=2))
        else:
            parts.append(el("circle", cx=run[0][0], cy=run[0][1], r=1.5, fill=INK))
    last = [one for one in at if one is not None][-1]
    parts.append(el("circle", cx=last[0], cy=last[1], r=3.5, fill=INK))
    return svg.picture(WIDTH, HEIGHT, key, title, "; ".join(f"{one.label}: {one.text}" for one in points), parts, size="spark")


def _runs(at: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Values that follow each other without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for one in at:
        if one is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return [run for run in runs if run]
