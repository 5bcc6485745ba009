"""Only `shared/decisions/state.py` writes the fields of an instance: everybody else reads them and calls its methods."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / "shared" / "decisions" / "state.py"
INSTANCE = ROOT / "shared" / "processing" / "instance.py"
SOURCES = [p for top in ("shared", "services", "deploy") for p in sorted((ROOT / top).rglob("*.py")) if p != STATE]
CHANGING = {"add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "update"}
"""Methods that change a set or a list."""
COLLECTIONS = {"parked", "unsent", "taken"}
"""Fields that are a plain set or list."""
INSTANCES = {"state", "instance"}
"""What a variable or field that holds an instance is called; in its own class, `self`."""


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """What a statement writes."""
    match node:
        case ast.Assign(targets=found) | ast.Delete(targets=found):
            yield from found
        case ast.AnnAssign(target=one) | ast.AugAssign(target=one):
            yield one
        case ast.Call(func=ast.Attribute(attr=name, value=ast.Attribute(attr=collection) as one)) if name in CHANGING:
            if collection in COLLECTIONS:
                yield one


def fields(tree: ast.AST, *, own: bool) -> Iterator[tuple[int, str]]:
    """(line, field) of what is written of an instance; `own`: in its class."""
    names = INSTANCES | ({"self"} if own else set())
    for node in ast.walk(tree):
        for target in targets(node):
            for one in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                while isinstance(one, ast.Subscript):
                    one = one.value
                if isinstance(one, ast.Attribute) and _last(one.value) in names:
                    yield one.lineno, one.attr


def _last(value: ast.expr) -> str:
    return value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""


FIELDS = {name for _, name in fields(ast.parse(STATE.read_text(encoding="utf-8")), own=True)}


def test_the_fields_are_found() -> None:
    assert {"me", "fence", "caught_up", "unsent", "taken", "parked", "outgoing", "departures_due"} <= FIELDS


@pytest.mark.parametrize(
    "line",
    ["instance.fence = ''", "work.instance.lost = 3", "self.instance.taken += x", "a, instance.caught_up = 1, True",
     "del instance.unsent[0]",
     "instance.parked.add(case)", "state.unsent.clear()"],
)  # fmt: skip
def test_a_write_is_seen(line: str) -> None:
    assert {name for _, name in fields(ast.parse(line), own=False)} & FIELDS


def test_nobody_else_writes_them() -> None:
    named = re.compile(
        rf"\b({'|'.join(INSTANCES)})\.({'|'.join(map(re.escape, FIELDS))})\b"
    )  # elsewhere nothing is to be read more closely
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    close = {path: text for path, text in texts.items() if path == INSTANCE or named.search(text)}
    assert len(close) > 20
    found = {
        f"{path.relative_to(ROOT)}:{line}": name
        for path, text in close.items()
        for line, name in fields(ast.parse(text), own=path == INSTANCE)
        if name in FIELDS
    }
    assert found == {}
