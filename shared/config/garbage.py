"""How seldom Python looks for garbage that only a search finds: what refers to itself in a circle."""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""A start, or a poll, makes a hundred thousand objects and no circle, and the pictures in memory are many: with Python's own figures
(700, 10, 10) a fifth of a start, and a third to a half of the processor time of who reads, went into looking at them again and again."""


def look_seldom() -> None:
    """From here on, in this process."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)
