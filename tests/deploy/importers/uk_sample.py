"""A small file in the shape of the UK's published referrals, made up here: no figure in it is anybody's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

from deploy.sent_files.uk_nrm import COLUMNS, HEADER

RESPONDERS = (("Police", "Dale & Moor Police"), ("Local Authority", "Local Authority"), ("NGO and third sector", "Barn's House"))
FORMS = ("Labour", "Sexual & Labour", "Labour, Domestic, Organ Harvesting", "Not specified or unknown")
AGES = ("Adult (18 or over)", "Child (17 or under)", "Not specified or unknown")
NATIONALITIES = ("Congolese Drc", "Congolese (Drc)", "UK", "UK & Albanian", "Côte d'Ivoire")
Line = tuple[str, ...]
"""The eight cells of a line."""


def lines(many: int, seed: int = 1) -> list[Line]:
    """So many lines, no two of the same values."""
    draw, found = Random(seed), dict[Line, Line]()
    while len(found) < many:
        type, name = draw.choice(RESPONDERS)
        values = (
            f"2023-Q{draw.randint(1, 4)}",
            type,
            name,
            draw.choice(FORMS),
            draw.choice(AGES),
            draw.choice(("Male", "Female", "Other")),
        )
        values = (*values, draw.choice(NATIONALITIES))
        found.setdefault(values, (*values, str(draw.randint(1, 5))))
    return sorted(found.values())


def write(path: Path, listed: Iterable[Line], extra: Sequence[str] = ()) -> Path:
    """The file of these lines; `extra` are raw lines put at its end."""
    text = [",".join(_cell(c) for c in cells) for cells in (HEADER, *listed)]
    path.write_text("\n".join((*text, *extra)) + "\n", encoding="utf-8")
    return path


def sums(listed: Iterable[Line], by: Sequence[str]) -> dict[tuple[str, ...], int]:
    """People by these columns, as anybody with a pencil counts them."""
    counted = Counter[tuple[str, ...]]()
    for cells in listed:
        counted[tuple(cells[COLUMNS.index(name)] for name in by)] += int(cells[-1])
    return dict(counted)


def every_combination() -> list[tuple[str, ...]]:
    """Every choice of one or more of the seven columns: 127 of them."""
    return [chosen for size in range(1, len(COLUMNS) + 1) for chosen in combinations(COLUMNS, size)]


def _cell(value: str) -> str:
    return f'"{value}"' if "," in value else value
