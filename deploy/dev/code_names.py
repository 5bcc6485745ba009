"""Whether the names of code in the documents are those of the code: in the sequence diagrams, and `owner.name` in the text."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

GLOSSARY = "docs/glossary.md"
DOCUMENTS = ("docs/architecture.md", GLOSSARY, "CONTRIBUTING.md")
TOPS = ("shared", "services", "deploy", "tests")
DIAGRAM = re.compile(r"^```mermaid\nsequenceDiagram$(.*?)^```", re.MULTILINE | re.DOTALL)
PARTICIPANT = re.compile(r"\bparticipant \w+ as (.+)")
CLASS = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b")
"""A class among participants, where nothing else begins with a capital."""
HUMPS = re.compile(r"\b(?:[A-Z][a-z]+){2,}\b")
"""A class in a message, where sentences may begin with a capital."""
OWNED = re.compile(r"(?<![\w./-])(?:\w+\.)*([A-Za-z]\w+)\.([a-z_]\w+)(?=[\s`,:;()]|$)")
"""What a class or a module has; the modules' packages may stand before it."""
INLINE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?<![\w/.-])\w+(?:/\w+)+\.py\b")
WORDS = re.compile(r"^\| ([^|-][^|]*) \|", re.MULTILINE)
"""The first column of a table."""
SUFFIXES = frozenset({"py", "md", "toml", "po", "json", "csv", "lock", "db"})


@cache
def _files(root: Path) -> dict[str, list[Path]]:
    """Each module's files, by its name."""
    found: dict[str, list[Path]] = {}
    for path in (path for top in TOPS for path in (root / top).rglob("*.py")):
        found.setdefault(path.stem, []).append(path)
    return found


@cache
def _classes(root: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in (path for paths in _files(root).values() for path in paths):
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(name, []).append(path)
    return found


def _has(path: Path, owner: str, name: str) -> bool:
    """Whether a file's class, or the file itself, says this name: as a function, a field, or what is set of it."""
    tree: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    tree = next((node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == owner), tree)
    return any(
        name == (getattr(node, "name", "") or getattr(node, "attr", "") or getattr(node, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Attribute, ast.Name))
    )


def _is_said(root: Path, owner: str, name: str) -> bool:
    """What begins with a small letter and is no module of ours is something else."""
    if any(path.parent.name == owner for path in _files(root).get(name, [])):
        return True
    paths = _classes(root).get(owner, []) + _files(root).get(owner, [])
    return any(_has(path, owner, name) for path in paths) or (not paths and owner[:1].islower())


def lost_names(root: Path, text: str) -> Iterator[str]:
    """What a document calls by a name that the code does not have: classes, what they and modules have, files by the end of their path."""
    diagrams = DIAGRAM.findall(text)
    classes = {name for diagram in diagrams for said in PARTICIPANT.findall(diagram) for name in CLASS.findall(said)}
    classes |= {name for diagram in diagrams for name in HUMPS.findall(diagram)}
    yield from sorted(name for name in classes if name not in _classes(root))
    inline = INLINE.findall(text)
    for owner, name in sorted({pair for said in (*diagrams, *inline) for pair in OWNED.findall(said)}):
        if name not in SUFFIXES and not _is_said(root, owner, name):
            yield f"{owner}.{name}"
    known = {path.relative_to(root).as_posix() for paths in _files(root).values() for path in paths}
    for file in sorted({file for said in inline for file in FILE.findall(said)}):
        if not any(one == file or one.endswith(f"/{file}") for one in known):
            yield file


def said_twice(glossary: str) -> list[str]:
    """Words that have more than one row."""
    words = Counter(word for row in WORDS.findall(glossary) for word in row.split(", "))
    return [word for word, rows in words.items() if rows > 1 and word != "word"]


def faults(root: Path) -> Iterator[str]:
    """One sentence for each name that a document has and the code has not, and for each word that the glossary has twice."""
    for word in said_twice((root / GLOSSARY).read_text(encoding="utf-8")):
        yield f"{GLOSSARY} has more than one row for {word}"
    for document in DOCUMENTS:
        for name in lost_names(root, (root / document).read_text(encoding="utf-8")):
            yield f"{document} names {name}, which is not in the code"
