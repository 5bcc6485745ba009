"""What the terminal says, as it stands in the code: sentences of `Trouble`, the lines of `./nrm doctor`, and what the oracle finds, which
nobody marks.

They are written in English with named placeholders, and translated where they are shown. One that is glued from pieces is found here, and
one whose placeholders are not filled in: nobody could translate it, or show it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = "deploy"
NOT_SPOKEN = ("deploy/proving", "deploy/dev")
"""For who works on the project; it stays in English."""
FINDINGS = ("green", "yellow", "red")
SPEAKING = ("deploy/doctor/", "deploy/oracle/")
"""Where each text is for people."""
SAYING = ("translate", "N_", "Sentence")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")
"""How a text looks that people read."""
WORD = re.compile(r"(?:^|\s)[a-z]{2,}(?:[\s.,;:]|$)")
AS_IT_IS = ("bold red", "nrm doctor", "in checkpoint", "set aside")
"""A style, a name, and verdicts as a journal has them."""
COLUMNS = "deploy/oracle/chained.py"
"""Names of columns, several in one text."""
Found = tuple[str, int, str]
"""File, line, text."""


def texts(root: Path) -> Iterator[Found]:
    """All that is said by a trouble or a finding."""
    for place, call in _calls(root):
        yield from ((place, one.lineno, one.value) for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def faults(root: Path) -> Iterator[str]:
    """One sentence for each that cannot be translated, or not be filled in."""
    for place, call in _calls(root):
        if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in call.args if _is_glued(one)):
            yield f"{place}:{call.lineno}: a sentence that is glued from pieces cannot be translated: write one text, with placeholders"
        yield from _unfilled(place, call)
    for place, tree in _trees(root):
        if place.startswith(SPEAKING) and place != COLUMNS:
            yield from _unsaid(place, tree)


def _unfilled(place: str, call: ast.Call) -> Iterator[str]:
    if any(one.arg is None for one in call.keywords) or not all(_is_text(one) for one in call.args):
        return
    asked = {name for one in call.args if isinstance(one, ast.Constant) for name in PLACEHOLDER.findall(str(one.value))}
    given = {one.arg for one in call.keywords}
    if asked != given:
        yield f"{place}:{call.lineno}: the sentence asks for {_told(asked)} and is given {_told(given)}"


def _unsaid(place: str, tree: ast.Module) -> Iterator[str]:
    """What a look, or the oracle, says by the way, in a text that no mark surrounds."""
    said = {
        id(below)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call) in (*SAYING, *FINDINGS)
        for below in ast.walk(call)
    }
    said |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            id(node) not in said
            and _is_text(node)
            and isinstance(node, ast.Constant)
            and node.value not in AS_IT_IS
            and WORDS.search(str(node.value))
        ):
            yield f"{place}:{node.lineno}: “{str(node.value)[:60]}” is shown and not marked: write translate(…) or N_(…)"


def _calls(root: Path) -> Iterator[tuple[str, ast.Call]]:
    for place, tree in _trees(root):
        names = (*troubles(root), *FINDINGS) if place.startswith("deploy/doctor/") else troubles(root)
        yield from ((place, node) for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node) in names)


@cache
def troubles(root: Path) -> frozenset[str]:
    """Trouble, and what is one; what the oracle finds."""
    nodes = (node for _, tree in _trees(root) for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return frozenset({"Trouble", "Sentence", *(node.name for node in nodes if "Trouble" in {_id(base) for base in node.bases})})


@cache
def _trees(root: Path) -> tuple[tuple[str, ast.Module], ...]:
    places = ((path.relative_to(root).as_posix(), path) for path in sorted((root / FOLDER).rglob("*.py")))
    return tuple((place, ast.parse(path.read_text(encoding="utf-8"))) for place, path in places if not place.startswith(NOT_SPOKEN))


def _name(call: ast.Call) -> str:
    return _id(call.func.body if isinstance(call.func, ast.IfExp) else call.func)


def _id(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_glued(node: ast.AST) -> bool:
    """Whether it joins words of ours with something, and not names alone."""
    if isinstance(node, ast.BinOp):
        return _is_glued(node.left) or _is_glued(node.right)
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(isinstance(one, ast.Constant) and bool(WORD.search(str(one.value))) for one in parts)


def _told(names: set[str] | set[str | None]) -> str:
    return ", ".join(sorted(filter(None, names))) or "nothing"
