"""What the command line says, as it stands in the code: docstrings of commands, and the `help` of their options.

Typer reads these, so `_()` around each would only repeat what the file says. One that is glued from pieces is found here: nobody could
translate it.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

FILES = ("deploy/cli.py", "deploy/commands/*.py", "deploy/installation/envfile.py")
JOINED = "deploy/cli.py"
READ = ("help", "show_default")
MAKERS = ("Option", "Argument", "Typer", "command", "callback")
Found = tuple[str, int, str]
"""File, line, text."""


def texts(root: Path) -> Iterator[Found]:
    """All that `./nrm … --help` says of our own."""
    commands = _commands(root)
    for place, tree in _trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and _is_command(node, commands) and (said := ast.get_docstring(node, clean=False)):
                yield place, node.lineno, inspect.cleandoc(said)
            yield from (
                (place, one.lineno, one.value) for one in _helps(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def faults(root: Path) -> Iterator[str]:
    """One sentence for each help that is no plain text."""
    for place, tree in _trees(root):
        for node in ast.walk(tree):
            for value in _helps(node):
                if isinstance(value, ast.JoinedStr | ast.BinOp):
                    yield f"{place}:{value.lineno}: a help that is glued from pieces cannot be translated: write one text"


def _trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for pattern in FILES:
        for path in sorted(root.glob(pattern)):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _commands(root: Path) -> set[str]:
    """The functions that are joined elsewhere than where they are written."""
    joined = (node for _, tree in _trees(root) for node in ast.walk(tree) if isinstance(node, ast.For))
    return {getattr(one, "id", getattr(one, "attr", "")) for node in joined for one in ast.walk(node.iter)} | {"import_", "test"}


def _is_command(node: ast.FunctionDef, joined: set[str]) -> bool:
    marks = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return node.name in joined or any(isinstance(one, ast.Attribute) and one.attr in ("command", "callback") for one in marks)


def _helps(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr | ast.BinOp]:
    if isinstance(node, ast.Call) and (getattr(node.func, "attr", "") in MAKERS or getattr(node.func, "id", "") in MAKERS):
        for one in node.keywords:
            if one.arg in READ and isinstance(one.value, ast.Constant | ast.JoinedStr | ast.BinOp):
                yield one.value
