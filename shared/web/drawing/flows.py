"""A picture of ways: who hands people to whom, from column to column; and a picture of times, from the median to nearly all."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.web.drawing import svg
from shared.web.drawing.svg import BLUE, FAINT, GREEN, GREY, INK, NO_LABELS, Labels, clip, el, line, text_width, words, wrap

WIDTH, HIGH, BAR, GAP, LEAST, THIN = 960.0, 240.0, 12.0, 8.0, 20.0, 2.0


@dataclass(frozen=True)
class FlowNode:
    """Where a way passes: `text` is how many, in words."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Flow:
    """How many go from one node to another; None is suppressed, and drawn as a broken line of no width that means anything."""

    source: str
    target: str
    value: int | None
    text: str


class _Layout:
    """Where nodes and flows go: as high as what passes through them, and high enough for their label."""

    def __init__(self, columns: Sequence[Sequence[FlowNode]], flows: Sequence[Flow], top: float) -> None:
        self.through = {one.key: self._most(one.key, flows) for column in columns for one in column}
        total = max((sum(self.through[one.key] for one in column) for column in columns), default=0) or 1
        self.scale, self.tops, self.x, self.bottom = HIGH / total, dict[str, float](), dict[str, float](), top
        for n, column in enumerate(columns):
            y = top
            for one in column:
                self.tops[one.key], self.x[one.key] = y, n * (WIDTH - BAR) / max(1, len(columns) - 1)
                y += self.high(one.key) + GAP
            self.bottom = max(self.bottom, y)
        self.left, self.right = dict(self.tops), dict(self.tops)

    @staticmethod
    def _most(key: str, flows: Sequence[Flow]) -> int:
        into = sum(one.value or 0 for one in flows if one.target == key)
        out = sum(one.value or 0 for one in flows if one.source == key)
        return max(into, out)

    def high(self, key: str) -> float:
        """How high a node is."""
        return max(LEAST, self.through[key] * self.scale)

    def path(self, one: Flow) -> str:
        """A band from node to node, beside those drawn before."""
        wide = THIN if one.value is None else max(THIN, one.value * self.scale)
        y1, y2 = self.right[one.source] + wide / 2, self.left[one.target] + wide / 2
        self.right[one.source] += wide
        self.left[one.target] += wide
        x1, x2 = self.x[one.source] + BAR, self.x[one.target]
        middle = (x1 + x2) / 2
        hidden = one.value is None
        curve = f"M{x1:.1f},{y1:.1f} C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        return el(
            "path", el("title", svg.clean(one.text)), d=curve, fill="none", stroke=GREY if hidden else BLUE, stroke_width=float(wide),
            stroke_opacity=None if hidden else 0.35, stroke_dasharray="4 4" if hidden else None,
        )  # fmt: skip


def ways(
    heads: Sequence[str], columns: Sequence[Sequence[FlowNode]], flows: Sequence[Flow], title: str, labels: Labels = NO_LABELS,
    simulated: bool = False, key: str = "ways",
) -> Markup:  # fmt: skip
    """Columns of nodes, with a band for each flow as wide as it is large."""
    at = _Layout(columns, flows, 46.0 if simulated else 30.0)
    parts = [words(4, 15, labels.get("simulated data", "simulated data"), 13, fill=GREY, weight=700)] if simulated else []
    parts += [at.path(one) for one in flows]
    for n, (head, column) in enumerate(zip(heads, columns, strict=True)):
        last = n == len(columns) - 1 and n > 0
        x, anchor = (WIDTH - BAR - 6, "end") if last else (n * (WIDTH - BAR) / max(1, len(columns) - 1) + BAR + 6, "start")
        parts.append(words(x + (BAR + 6 if last else -BAR - 6), 38.0 if simulated else 20.0, head, 14, anchor, INK, 700))
        for one in column:
            text = f"{clip(one.label, 14, 330)} {one.text}"
            parts += [
                el("rect", x=at.x[one.key], y=at.tops[one.key], width=BAR, height=at.high(one.key), fill=INK),
                el(
                    "g",
                    el("title", svg.clean(f"{one.label} {one.text}"))
                    + words(x, at.tops[one.key] + min(at.high(one.key) / 2, 40.0) + 5, text, 14, anchor, halo=True),
                ),
            ]
    return svg.picture(WIDTH, at.bottom, key, title, "; ".join(one.text for one in flows), parts)


@dataclass(frozen=True)
class TimeSpan:
    """How long something takes: until half have ended, and until nearly all have (seconds; None where that is not known or not shown).
    `text` says it in words."""

    label: str
    median: float | None
    most: float | None
    text: str


def spans(items: Sequence[TimeSpan], title: str, labels: Labels = NO_LABELS, simulated: bool = False, key: str = "spans") -> Markup:
    """A dot at the median and a line on to where nearly all have ended, with the words beside."""
    width, gutter, top = 720.0, 220.0, 24.0 if simulated else 4.0
    labelled = [wrap(one.label, 14, gutter - 14) for one in items]
    row = max(44.0, 16.0 * max(map(len, labelled), default=1) + 4)
    longest = max((max(one.median or 0, one.most or 0) for one in items), default=0) or 1
    room = width - gutter - 36
    parts = [words(4, 15, labels.get("simulated data", "simulated data"), 13, fill=GREY, weight=700)] if simulated else []
    bottom = top + row * len(items)
    for seconds, text in svg.axis(longest, room, labels):
        x = gutter + room * seconds / longest
        parts += [line(x, top, x, bottom, FAINT, 1), words(x, bottom + 16, text, 13, "middle", GREY)]
    for n, (one, lines) in enumerate(zip(items, labelled, strict=True)):
        y = top + row * n + row / 2 + 8
        parts += [words(gutter - 10, y - 8 * (len(lines) - 1) + 16 * m, text, 14, "end") for m, text in enumerate(lines)]
        begin, end = (gutter + room * (at or 0) / longest for at in (one.median, one.most))
        if one.median is not None and one.most is not None:
            parts.append(line(begin, y - 4, end, y - 4, GREEN, 5))
            parts.append(line(end, y - 10, end, y + 2, GREEN, 3))
        if one.median is not None:
            parts.append(el("circle", cx=begin, cy=y - 4, r=6.0, fill=INK, stroke="#fff", stroke_width=1.5))
        parts.append(words(min(gutter + 10, width - text_width(one.text, 13)), y - 15, one.text, 13, halo=True))
    return svg.picture(width, bottom + 22, key, title, "; ".join(f"{one.label}: {one.text}" for one in items), parts, size="slim")
