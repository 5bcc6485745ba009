"""How the case path is laid out and drawn; what it shows is decided in `web/drawing/drawings.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.web.drawing import svg
from shared.web.drawing.svg import BLUE, FAINT, GREEN, GREY, INK, PURPLE, RED, Labels, clip, el, line, symbol, text_width, words, wrap

WIDTH, RIGHT = 960.0, 24.0
GUTTERS = (168.0, 200.0, 232.0, 264.0)
"""How wide the names of the lanes may be: the first that holds all of them in two lines each, else the last, where some have more."""
HEAD, ROW, PAD, SIZE, NAME, NAME_LINE = 44.0, 35.0, 6.0, 14, 15, 18.0
WAITING_DASH, LATE_DASH = "7 5", "3 3"


@dataclass(frozen=True)
class Stretch:
    """What a lane shows of a hand-off or a task, from asking over the answer (`turn`) to the end."""

    lane: str
    start: int
    turn: int
    end: int
    deadline: int | None
    late: bool
    state: str
    text: str
    tail: str
    unfinished: bool
    giver: str = ""
    task: bool = False

    @property
    def label(self) -> str:
        """What it says."""
        return self.text + self.tail


class Layout:
    """Where everything goes. Stretches of a lane share a row only where neither they nor their labels touch."""

    def __init__(self, names: Mapping[str, str], stretches: Sequence[Stretch], now: int, band: tuple[int, int] | None) -> None:
        """Fit the time between first asking and now, and a deadline still to come if it is not too far, into the width."""
        self.names, self.stretches, self.now, self.band = names, stretches, now, band
        self.gutter = next((one for one in GUTTERS if _holds(one, names.values())), GUTTERS[-1])
        begins = [one.start for one in stretches] + ([band[0]] if band else [])
        self.start = min(begins, default=now)
        latest = max([one.end for one in stretches] + [now])
        due = max([one.deadline for one in stretches if one.deadline is not None], default=latest)
        self.last = max(latest, min(due, latest + (latest - self.start) // 2), self.start + 60_000)
        self.rows: dict[int, int] = {}
        self.tops: dict[str, float] = {}
        self.bottom = HEAD
        for key in names:
            self._stack(key)

    def _stack(self, key: str) -> None:
        """Give each stretch of a lane the first row that has room for it."""
        edges: list[float] = []
        for number, one in sorted(enumerate(self.stretches), key=lambda each: each[1].start):
            if one.lane != key:
                continue
            left, right = self._extent(one)
            row = next((row for row, edge in enumerate(edges) if edge + 10 <= left), len(edges))
            edges[row : row + 1] = [right]
            self.rows[number] = row
        self.tops[key] = self.bottom
        self.bottom += PAD + max(ROW * max(1, len(edges)), NAME_LINE * len(self.name_lines(key)))

    def name_lines(self, key: str) -> list[str]:
        """The name of a lane, whole."""
        return wrap(self.names[key], NAME, self.gutter - 14)

    def _extent(self, one: Stretch) -> tuple[float, float]:
        text = self.text_x(one)
        ends = [one.end] + ([one.deadline] if one.deadline is not None and one.deadline <= self.last else [])
        return min(self.x(one.start) - 8, text), max(self.x(max(ends)) + 9, text + text_width(self.label(one), SIZE))

    def label(self, one: Stretch) -> str:
        """What is written over a stretch: all of it where that is no wider than the lanes; the table twin has it whole in any case."""
        return clip(one.label, SIZE, WIDTH - self.gutter - 8)

    def x(self, moment: int) -> float:
        """Where a moment is."""
        return self.gutter + 10 + (WIDTH - self.gutter - 10 - RIGHT) * (moment - self.start) / (self.last - self.start)

    def text_x(self, one: Stretch) -> float:
        """Where a label begins: with its stretch, unless it would leave the picture."""
        return max(self.gutter + 4, min(self.x(one.start) + 7, WIDTH - 4 - text_width(self.label(one), SIZE)))

    def y(self, number: int) -> float:
        """The line of a stretch."""
        return self.lane_y(self.stretches[number].lane) + ROW * self.rows[number]

    def lane_y(self, key: str) -> float:
        """The line of a lane."""
        return self.tops[key] + PAD / 2 + ROW - 12

    def giver_y(self, one: Stretch) -> float | None:
        """Where the giver stood when it asked: on what it held then, else on its lane."""
        if one.giver not in self.tops or one.giver == one.lane:
            return None
        lane = [(n, each) for n, each in enumerate(self.stretches) if each.lane == one.giver and not each.task]
        held = [n for n, each in lane if each.start < one.start <= each.end]
        return self.y(max(held, key=lambda n: self.stretches[n].start)) if held else self.lane_y(one.giver)


def _holds(gutter: float, names: Iterable[str]) -> bool:
    """Whether each name has two lines at most in so much room, and no word of it is divided."""
    found = [(wrap(name, NAME, gutter - 14), name) for name in names]
    return all(len(lines) <= 2 and " ".join(lines) == " ".join(name.split()) for lines, name in found)


def draw(at: Layout, title: str, labels: Labels, simulated: bool, key: str) -> Markup:
    """The whole picture, from the back to the front."""
    connectors = [_connector(at, number, one) for number, one in enumerate(at.stretches)]
    stretches = [_stretch(at, number, one) for number, one in enumerate(at.stretches)]
    legend, height = _legend(at, labels)
    parts = [*_lanes(at), *_band(at, labels), *_axis(at, labels), *connectors, *_now(at, labels), *stretches, *legend]
    if simulated:
        parts.append(words(4, 17, labels.get("simulated data", "simulated data"), 13, fill=GREY, weight=700))
    return svg.picture(WIDTH, height, key, title, "; ".join(_said(at, one) for one in at.stretches), parts)


def _said(at: Layout, one: Stretch) -> str:
    giver = f"{at.names.get(one.giver, one.giver)} → " if one.giver else ""
    return f"{giver}{at.names[one.lane]}: {one.label}"


def _lanes(at: Layout) -> list[str]:
    ends = [*list(at.tops.values())[1:], at.bottom]
    stripes = [
        el("rect", x=0, y=top, width=WIDTH, height=end - top, fill="#f3f3f3" if number % 2 == 0 else "#ffffff")
        for number, (top, end) in enumerate(zip(at.tops.values(), ends, strict=True))
    ]
    parts: list[str] = []
    for key in at.names:
        lines = at.name_lines(key)
        first = at.tops[key] + max((PAD + ROW - NAME_LINE * (len(lines) - 1)) / 2 + 6, NAME)
        parts.append(line(at.gutter, at.lane_y(key), WIDTH, at.lane_y(key), "#b1b4b6", 1))
        parts += [words(6, first + NAME_LINE * n, text, NAME, weight=600) for n, text in enumerate(lines)]
    return stripes + parts


def _band(at: Layout, labels: Labels) -> list[str]:
    if at.band is None:
        return []
    left, right = at.x(at.band[0]), at.x(at.band[1])
    name = labels.get("joint action", "joint action")
    text_x = max(at.gutter, min(left + 4, WIDTH - 4 - text_width(name, SIZE) * 1.1))
    edges = [line(x, HEAD - 18, x, at.bottom, PURPLE, 1.5, "2 3") for x in (left, right)]
    shade = el("rect", x=left, y=HEAD - 18, width=max(2.0, right - left), height=at.bottom - HEAD + 18, fill=PURPLE, fill_opacity=0.1)
    return [shade, *edges, words(text_x, HEAD - 5, name, SIZE, fill=PURPLE, weight=700)]


def _axis(at: Layout, labels: Labels) -> list[str]:
    parts = [words(at.gutter - 8, at.bottom + 18, labels.get("since the start", "since the start"), 13, "end", GREY)]
    for seconds, text in svg.axis((at.last - at.start) / 1000, WIDTH - at.gutter - RIGHT, labels):
        x = at.x(at.start + int(seconds * 1000))
        parts += [line(x, HEAD, x, at.bottom + 4, FAINT, 1), words(x, at.bottom + 18, text, 13, "middle", GREY)]
    return parts


def _now(at: Layout, labels: Labels) -> list[str]:
    x = at.x(at.now)
    return [line(x, 22, x, at.bottom, INK, 1.5), words(min(x, WIDTH - 20), 17, labels.get("now", "now"), 13, "middle", INK, 700)]


def _connector(at: Layout, number: int, one: Stretch) -> str:
    """From the giver's lane down or up to the taker's, with the arrow's head at the taker."""
    start = at.giver_y(one)
    if start is None:
        return ""
    x, end = at.x(one.start), at.y(number)
    down = 1 if end > start else -1
    way = el("path", d=f"M{x:.1f},{start:.1f} V{end - 8 * down:.1f}", fill="none", stroke=GREY, stroke_width=2)
    head = el("path", d=f"M{x - 6:.1f},{end - 11 * down:.1f} h12 L{x:.1f},{end:.1f} Z", fill=GREY)
    return way + el("circle", cx=x, cy=start, r=4.5, fill=INK, stroke="#fff", stroke_width=1.5) + head


def _stretch(at: Layout, number: int, one: Stretch) -> str:
    """Line, deadline, symbol and label of a hand-off or task."""
    y = at.y(number)
    label = words(at.text_x(one), y - 13, at.label(one), SIZE, fill=RED if one.late else INK, weight=600 if one.late else None, halo=True)
    parts = [_task_line(at, one, y) if one.task else _pass_line(at, one, y), _deadline(at, one, y), _symbols(at, one, y), label]
    return el("g", el("title", svg.clean(one.label)) + "".join(parts))


def _split(at: Layout, one: Stretch) -> tuple[float, float, float]:
    """Where waiting begins, becomes late, and ends."""
    begin, end = at.x(one.start), at.x(one.turn)
    return begin, min(end, max(begin, at.x(one.deadline))) if one.late and one.deadline is not None else end, end


def _pass_line(at: Layout, one: Stretch, y: float) -> str:
    begin, due, end = _split(at, one)
    parts = [line(begin, y, due, y, BLUE, 4, WAITING_DASH)]
    if one.late:
        parts.append(line(due, y, end, y, RED, 6, LATE_DASH))
    if one.end > one.turn:
        parts.append(line(end, y, at.x(one.end), y, GREEN, 5))
    return "".join(parts)


def _task_line(at: Layout, one: Stretch, y: float) -> str:
    begin, due, end = _split(at, one)
    bar = line(begin, y, max(due, begin + 3), y, PURPLE, 12)
    return bar + (line(due, y, end, y, RED, 12, LATE_DASH) if one.late else "")


def _deadline(at: Layout, one: Stretch, y: float) -> str:
    """A tick, with a flag if it was missed; a thin line leads to it where the answer came long before."""
    if one.deadline is None or one.deadline > at.last:
        return ""
    x, end, colour = at.x(one.deadline), at.x(one.end), RED if one.late else INK
    lead = line(end, y, x, y, GREY, 1, "1 3") if x > end + 8 else ""
    flag = el("path", d=f"M{x:.1f},{y + 9:.1f} l-6,9 h12 Z", fill=RED, class_="late-marker") if one.late else ""
    return lead + el("g", line(x, y - 9, x, y + 9, colour, 2.5) + flag, class_="deadline")


def _symbols(at: Layout, one: Stretch, y: float) -> str:
    x, end = at.x(one.turn), at.x(one.end)
    if one.task:
        return symbol("completed", end, y) if not one.unfinished else ""
    held = one.end > one.turn
    first = symbol("accepted" if held else one.state, x, y)
    return first + (symbol(one.state, end, y) if held and not one.unfinished else "")


def _signs(at: Layout) -> list[tuple[str, str]]:
    """Word and drawing of each sign that occurs."""
    passes = [one for one in at.stretches if not one.task]
    lines = [
        ("waiting", BLUE, 4, WAITING_DASH, bool(passes)),
        ("acting", GREEN, 5, None, any(one.end > one.turn for one in passes)),
        ("late", RED, 6, LATE_DASH, any(one.late for one in at.stretches)),
        ("task", PURPLE, 12, None, len(passes) < len(at.stretches)),
    ]
    signs = [(word, line(0, 0, 26, 0, colour, width, dash)) for word, colour, width, dash, shown in lines if shown]
    states = {"accepted" if one.end > one.turn else one.state for one in passes}
    states |= {one.state for one in passes if not one.unfinished} | {"completed" for one in at.stretches if one.task and not one.unfinished}
    signs += [("called to joint action" if state == "called" else state, symbol(state, 15, 0)) for state in sorted(states)]
    if any(one.deadline is not None for one in at.stretches):
        signs.append(("deadline", line(13, -9, 13, 9, INK, 2.5)))
    return [(word, drawn) for word, drawn in signs if drawn]


def _legend(at: Layout, labels: Labels) -> tuple[list[str], float]:
    """What the signs mean, only those that occur; and the height of the picture below it."""
    x, y = 8.0, at.bottom + 44
    signs, parts = _signs(at), list[str]()
    for word, sign in signs:
        text = labels.get(word, word)
        if x + 34 + text_width(text, 13) > WIDTH:
            x, y = 8.0, y + 26
        parts.append(el("g", sign + words(34, 5, text, 13), transform=f"translate({x:.1f},{y:.1f})"))
        x += 34 + text_width(text, 13) + 24
    return parts, y + (18 if signs else -18)
