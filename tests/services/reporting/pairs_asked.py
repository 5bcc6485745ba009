"""What can be asked of a route about figures, and by which pairs of dimensions it is asked on a day."""

from collections.abc import Sequence
from itertools import chain, product

from services.reporting.rules.tables.figures import DIMENSIONS
from tests.turns import by_turns, first_turn, today

OF_THE_RARE = [pair for pair in product(DIMENSIONS, repeat=2) if "nationality" in pair]
OTHERS_BY_THIRDS = [[pair for pair in product(DIMENSIONS, repeat=2) if "nationality" not in pair][n::3] for n in range(3)]


def pairs_today(path: str, long: bool) -> list[tuple[str, str]]:
    """All in which what one person has is a row or a column; of the others a third a day, at each route another one."""
    return [*OF_THE_RARE, *chain.from_iterable(by_turns(OTHERS_BY_THIRDS, today() + first_turn(path), long))]


def asked(path: str, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Everything that can be asked of a route about figures, by these pairs of dimensions."""
    if path.endswith("/latency") or path.endswith("/latency.csv"):
        return [path, f"{path}?simulated=true"]
    if path.startswith("/api/") or path.startswith("/figures/build"):
        return [
            path,
            *(f"{path}?by={a}&by={b}" for a, b in pairs),
            f"{path}?" + "&".join(f"by={d}" for d in DIMENSIONS),
        ]
    rows = [(a, "") for a in DIMENSIONS]
    return [path, *(f"{path}?rows={a}&columns={b}" for a, b in (*rows, *pairs)), f"{path}?stage=completed"]
