"""Whatever is read for somebody goes through the one wall before restricted cases (`shared/decisions/case_wall.py`).

What the database holds is left out by the session itself. Here it is seen to that nobody reads beside that session, looks past the wall, or
shows what an instance has in memory without asking; each exception says why.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READERS = [
    *sorted((ROOT / "shared" / "web").rglob("*.py")), *sorted((ROOT / "shared" / "access").rglob("*.py")),
    *sorted((ROOT / "services").rglob("pages/**/*.py")), *sorted((ROOT / "services").glob("*/queries.py")),
    *sorted((ROOT / "services").rglob("queries/**/*.py")), *sorted((ROOT / "services").glob("*/api.py")),
    *(ROOT / "shared" / "casework" / f"{name}.py" for name in ("search_person", "search_index", "own_record", "uncounted")),
]  # fmt: skip
MEMORY = {"parked", "outgoing", "cache"}
"""What an instance knows of cases in memory."""
EXCEPTIONS = {
    ("shared/web/http/desk.py", "ask", "past"): "this is where it is read behind the wall",
    ("shared/web/http/desk.py", "release", "past"): "who lost the role is named nowhere any more, whoever notices it",
    ("shared/web/http/desk.py", "echoed", "memory"): "whether the decision that somebody has just made is on the log",
    ("shared/web/http/noticed.py", "restricted_waiting", "past"): "the head of the agency is told that a restricted case waits, not which",
    ("shared/web/http/noticed.py", "_parked", "memory"): "whether anything is parked at all, before it is asked who may know",
    ("shared/web/admin/same_person.py", "_ask", "past"): "as long for restricted cases, and those who are named learn that somebody asked",
    ("shared/web/http/api.py", "health", "memory"): "numbers for operators, without cases",
    ("shared/web/admin/backlog_metrics.py", "_counted", "beside"): "numbers for operators, of main cases alone",
    **{("shared/web/admin/metrics.py", f"_{name}", "beside"): "the same" for name in ("of_services", "plumbing", "spans")},
    **{("shared/web/admin/handoff_metrics.py", f"_{name}", "beside"): "numbers by pair of agencies" for name in ("observe", "open")},
    ("shared/access/granted_roles.py", "__init__", "beside"): "roles of officers, no case",
    ("shared/access/audit_anchor.py", "tell", "past"): "the end of the chain, no case",
}  # fmt: skip
"""(file, function, how it reads) → why it may."""


def ways(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """How a module reads otherwise than behind the wall, and where."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in MEMORY
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "instance"
        ):
            yield "memory", node.lineno
        if isinstance(node, ast.Attribute) and node.attr in MEMORY and isinstance(node.value, ast.Name) and node.value.id == "instance":
            yield "memory", node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Session":
            yield "beside", node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ask":
            asked = node.func.value
            if (isinstance(asked, ast.Attribute) and asked.attr == "instance") or (isinstance(asked, ast.Name) and asked.id == "instance"):
                yield "past", node.lineno
        if isinstance(node, ast.Name) and node.id == "EVERYTHING":
            yield "past", node.lineno


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("len(reader.instance.parked)", "memory"), ("instance.outgoing.cases()", "memory"), ("desk.instance.ask(read)", "past"),
        ("with Session(one.engine) as session: pass", "beside"), ("await ask(read, EVERYTHING)", "past"),
    ],
)  # fmt: skip
def test_a_reading_beside_the_wall_is_seen(line: str, way: str) -> None:
    assert way in {found for found, _ in ways(ast.parse(f"async def f():\n    {line}"))}


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Each function of a module, those inside another one with it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node
        else:
            yield from functions(node)


def test_nobody_reads_beside_the_wall() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name, way): line
        for path in READERS
        for name, function in functions(ast.parse(path.read_text(encoding="utf-8")))
        for way, line in ways(function)
    }
    assert {place: line for place, line in found.items() if place not in EXCEPTIONS} == {}
    assert EXCEPTIONS.keys() - found.keys() == set(), "an exception that nobody needs any more"


def test_a_list_is_read_by_the_tables_models_and_not_by_statements_that_the_wall_does_not_see() -> None:
    raw = {
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in READERS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("exec_driver_sql", "table")
    }
    assert raw == set()
