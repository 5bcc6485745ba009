"""The few pieces that our pictures are drawn from: elements, text that fits, and an axis of time. Everything is escaped here."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from shared.web.drawing.letter_widths import UNKNOWN, WIDTHS
from shared.web.text.durations import DAY, HOUR, MINUTE

INK, GREY, FAINT = "#0b0c0c", "#505a5f", "#cecece"
BLUE, GREEN, RED, PURPLE = "#1d70b8", "#00703c", "#ca3535", "#54319f"
Labels = Mapping[str, str]
NO_LABELS: Labels = {}
STEPS = (
    [(n * MINUTE, MINUTE, "min") for n in (1, 2, 5, 10, 15, 30)]
    + [(n * HOUR, HOUR, "h") for n in (1, 2, 3, 6, 12)]
    + [(n * DAY, DAY, "d") for n in (1, 2, 5, 10, 15, 30, 60, 90, 180, 365)]
)


def clean(text: object) -> str:
    """Text fit for an element or an attribute: escaped, without control characters."""
    return escape("".join(char for char in str(text) if char.isprintable()))


def el(name: str, content: str = "", **attributes: object) -> str:
    """One element; `content` is markup already, attributes are not. `stroke_width=2` becomes `stroke-width="2"`."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{f"{value:.1f}" if isinstance(value, float) else clean(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{content}</{name}>"


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = INK, width: float = 2, dash: str | None = None) -> str:
    """A straight line."""
    return el("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def words(
    x: float, y: float, text: str, size: int = 14, anchor: str = "start", fill: str = INK, weight: int | None = None, halo: bool = False
) -> str:
    """A line of text; with a halo it stays readable over lines."""
    behind: dict[str, Any] = {"stroke": "#fff", "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"} if halo else {}
    return el("text", clean(text), x=float(x), y=float(y), font_size=size, text_anchor=anchor, fill=fill, font_weight=weight, **behind)


def symbol(state: str, x: float, y: float) -> str:
    """How an ending looks; shape first, colour second."""
    edge: dict[str, Any] = {"stroke": "#fff", "stroke_width": 1.5}
    match state:
        case "accepted" | "acting":
            return el("circle", cx=x, cy=y, r=7.0, fill=GREEN, class_="end-accepted", **edge)
        case "completed":
            return el("path", d=f"M{x - 7:.1f},{y - 7:.1f} h14 v14 h-14 Z", fill=GREEN, class_="end-completed", **edge)
        case "declined" | "returned" | "forwarded":
            cross = f"M{x - 6:.1f},{y - 6:.1f} l12,12 m0,-12 l-12,12"
            behind = el("path", d=cross, stroke="#fff", stroke_width=7)
            return behind + el("path", d=cross, stroke=INK, stroke_width=3.5, class_="end-declined")
        case "expired":
            return el("path", d=f"M{x - 7:.1f},{y - 8:.1f} h14 l-14,16 h14 Z", fill=INK, class_="end-expired", **edge)
        case "called":
            return el("path", d=f"M{x:.1f},{y - 9:.1f} l9,9 l-9,9 l-9,-9 Z", fill=PURPLE, class_="end-called", **edge)
        case "waiting" | "planned" | "begun":
            return ""
        case _:
            return el("circle", cx=x, cy=y, r=6.0, fill="#fff", stroke=INK, stroke_width=2.5, class_="end-other")


def text_width(text: str, size: int) -> float:
    """How wide a text is in our font, on the safe side: as if it were semibold, Latin or Cyrillic."""
    return size * sum(WIDTHS.get(char, UNKNOWN) for char in text)


def clip(text: str, size: int, room: float) -> str:
    """The text, cut with an ellipsis where it does not fit."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: int, room: float) -> list[str]:
    """The whole text, in as many lines as it needs; a word that is wider than the room is divided."""
    lines: list[str] = []
    for word in [part for one in text.split() for part in divided(one, size, room)]:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and not lines[-1].endswith("-") and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


VOWELS = frozenset("aeiouyåäöæøаеиоуы")
LETTERS_TOGETHER = 3
"""Letters of a word that stand together at least."""


def divided(word: str, size: int, room: float) -> list[str]:
    """A word in parts that are no wider than the room: after a hyphen of its own, else before a consonant that a vowel follows. So Finnish
    and Serbian divide, and Swedish where it does not go by the parts of a word (the one-consonant rule of Svenska skrivregler)."""
    if text_width(word, size) <= room:
        return [word]
    fits = [n for n in range(1, len(word)) if text_width(_part(word, n), size) <= room] or [1]
    best = max((n for n in fits if word[n - 1] == "-"), default=0) or max((n for n in fits if _syllable(word, n)), default=max(fits))
    return [_part(word, best), *divided(word[best:], size, room)]


def _part(word: str, n: int) -> str:
    return word[:n] if word[n - 1] == "-" else f"{word[:n]}-"


def _syllable(word: str, n: int) -> bool:
    """Whether a syllable begins at the nth letter, and neither side is too short."""
    begins = word[n].lower() not in VOWELS and word[n + 1 : n + 2].lower() in VOWELS
    return begins and word[n].isalpha() and LETTERS_TOGETHER <= n <= len(word) - LETTERS_TOGETHER


def axis(span: float, room: float, labels: Labels, size: int = 13) -> list[tuple[float, str]]:
    """Ticks of a time axis, (seconds, label): the smallest step whose labels keep apart, in minutes, hours or days."""
    step, unit, word, need = 0, DAY, "d", 0.0
    for step, unit, word in STEPS:
        need = span * (text_width(f"{span / unit:.0f} {labels.get(word, word)}", size) + 24) / room
        if step >= need:
            break
    else:
        step = (int(need) // DAY + 1) * DAY
    return [(float(at), f"{at // unit} {labels.get(word, word)}" if at else "0") for at in range(0, int(span) + 1, step)]


def picture(width: float, height: float, key: str, title: str, description: str, parts: Sequence[str], size: str = "") -> Markup:
    """The whole: scales with the page, named and described for those who do not see it. `key` keeps ids apart on one page; `size`:
    slim or spark, where it is smaller than a page is wide."""
    inside = el("title", clean(title), id=f"{key}-title") + el("desc", clean(description), id=f"{key}-desc") + "".join(parts)
    return Markup(  # noqa: S704  every text went through clean
        el(
            "svg", inside, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:.0f} {height:.0f}", role="img",
            aria_labelledby=f"{key}-title", aria_describedby=f"{key}-desc", class_=f"pic pic--{size}" if size else "pic",
            font_family="'Source Sans 3','Noto Sans',system-ui,sans-serif",
        )
    )  # fmt: skip
