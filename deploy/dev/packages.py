"""Whether the table of packages in the architecture is that of the code and of its import rules: one row each, from the lowest layer up."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ARCHITECTURE = "docs/architecture.md"
TOPS = ("shared", "services", "deploy")
ROW = re.compile(rf"^\| `((?:{'|'.join(TOPS)})/\w+)/` \|", re.MULTILINE)


def _ranks(root: Path) -> Iterator[dict[str, int]]:
    """For each contract about layers: package → how high it lies."""
    read = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in read["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", [""]) if contract["type"] == "layers" else ():
            layers = enumerate(reversed(contract["layers"]))
            yield {
                f"{container}.{name}".strip(".").replace(".", "/"): rank for rank, layer in layers for name in re.findall(r"[\w.]+", layer)
            }


def faults(root: Path) -> Iterator[str]:
    """One sentence for each package without its one row, each row of nothing, and each row below one that lies higher."""
    rows = ROW.findall((root / ARCHITECTURE).read_text(encoding="utf-8"))
    for package in sorted(f"{top}/{file.parent.name}" for top in TOPS for file in (root / top).glob("*/__init__.py")):
        if rows.count(package) != 1:
            yield f"{ARCHITECTURE} has {rows.count(package)} rows for {package}, where one is needed"
    yield from (f"{ARCHITECTURE} has a row for {row}, which is not there" for row in rows if not (root / row).is_dir())
    for rank in _ranks(root):
        ranked = [row for row in rows if row in rank]
        for before, row in zip(ranked, ranked[1:], strict=False):
            if rank[row] < rank[before]:
                yield f"{ARCHITECTURE} has {row} below {before}, which may import it"
