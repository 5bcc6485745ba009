"""Rules of this repository that only a look at the code can check."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from shared.protocol.classes import CLASSES, EVENTS
from shared.protocol.vocabulary import DataClass

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for top in ("shared", "services", "deploy", "tests") for p in (ROOT / top).rglob("*.py"))
SERVICES = [p for p in SOURCES if p.is_relative_to(ROOT / "services") and "migrations" not in p.parts]
LONGEST, MOST, MEDIAN = 400, 250, 80
DECIDING = {"handlers", "rules"}
"""Modules and folders of a service that decide."""
FORBIDDEN_CALLS = {
    "commit",
    "create_engine",
    "engine_for",
    "uuid1",
    "uuid3",
    "uuid4",
    "uuid5",
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "wall",
}
FORBIDDEN_IMPORTS = {"faststream", "aiokafka", "confluent_kafka", "uuid", "time", "secrets"}


def named(path: Path) -> str:
    """As it is called from the repository's root."""
    return str(path.relative_to(ROOT))


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            name = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
            of_the_instance = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Attribute) and target.value.attr == "clock"
            yield node.lineno, "clock.now" if of_the_instance else name


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, top package) of everything that is imported."""
    for node in ast.walk(tree):
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        yield from ((node.lineno, name.partition(".")[0]) for name in names)  # type: ignore[attr-defined]


def attributes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of everything that is reached through a dot."""
    yield from ((node.lineno, node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def offences(source: str) -> list[tuple[int, str]]:
    """What a service may not do: end transactions, open databases, make ids or look at a clock."""
    tree = ast.parse(source)
    found = [(line, name) for line, name in calls(tree) if name in FORBIDDEN_CALLS]
    found += [(line, f"import {name}") for line, name in imports(tree) if name in FORBIDDEN_IMPORTS]
    return found + [(line, name) for line, name in attributes(tree) if name in ("engine", "begin", "begin_nested", "rollback")]


def test_services_do_not_commit_make_ids_or_look_at_a_clock() -> None:
    assert SERVICES
    found = {named(path): offences(path.read_text(encoding="utf-8")) for path in SERVICES}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "line",
    ["session.commit()", "tx.work.session.rollback", "x = instance.engine", "uuid4()", "from uuid import uuid4", "datetime.now(UTC)",
     "import time", "from aiokafka import X", "import faststream.kafka", "now()"],
)  # fmt: skip
def test_the_look_at_services_sees_what_it_is_for(line: str) -> None:
    assert offences(line)


def test_decisions_take_their_time_from_the_transaction() -> None:
    """Pages may ask the instance's clock what is late; what is decided is decided at `tx.at`."""
    deciding = [path for path in SERVICES if DECIDING & {path.stem, path.parent.name}]
    assert deciding
    called = {named(path): [name for _, name in calls(ast.parse(path.read_text(encoding="utf-8")))] for path in deciding}
    assert [path for path, names in called.items() if "clock.now" in names] == []


def test_no_file_is_too_long_to_read() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: many for path, many in lines.items() if many > LONGEST} == {}


def test_most_files_are_short() -> None:
    lengths = [
        len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES if not p.is_relative_to(ROOT / "tests") and p.name != "__init__.py"
    ]
    assert median(lengths) < MEDIAN * 1.5
    assert sum(length < MOST for length in lengths) > 0.9 * len(lengths)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_field_of_an_event_has_a_data_class_and_only_routing_must_be_said(name: str) -> None:
    kind = EVENTS[name]
    assert set(CLASSES[name]) == set(kind.model_fields)
    for field, section in CLASSES[name].items():
        assert isinstance(section, DataClass)
        assert section is DataClass.D0 or not kind.model_fields[field].is_required(), "who may not see it must still read the event"


def test_pure_storeys_import_neither_frameworks_nor_the_storeys_above() -> None:
    allowed = {"shared", "pydantic", "orjson"}
    standard = {"collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "json", "re", "typing", "uuid"}
    clocks = {"now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp"}
    for path in (p for p in SOURCES if p.is_relative_to(ROOT / "shared" / "protocol")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert {name for _, name in imports(tree)} <= allowed | standard, path
        assert not clocks & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}, path
        above = [
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.ImportFrom)
            and (n.module or "").startswith(("shared.", "services", "deploy"))
            and not (n.module or "").startswith("shared.protocol")
        ]
        assert above == [], path


OF_SEVERAL = {"shared/web/sending": "every form of every service, sent twice or without a session"}
"""Folders of tests of what no one package does → what it is."""


def test_the_folders_of_tests_are_those_of_the_code() -> None:
    """So that whoever reads a package finds its tests without looking for them."""
    tests = ROOT / "tests"
    folders = {p.parent.relative_to(tests).as_posix() for top in ("shared", "services", "deploy") for p in (tests / top).rglob("test_*.py")}
    assert {folder for folder in folders if not (ROOT / folder).is_dir()} == OF_SEVERAL.keys()


def of_countries() -> re.Pattern[str]:
    """What only a country file may know: the country's name, its time zone's town, the beginning of its agencies' ids."""
    files = [tomllib.loads(p.read_text(encoding="utf-8")) for p in sorted((ROOT / "deploy" / "countries").glob("*.toml"))]
    names = [rf"{re.escape(word)}\b" for file in files for word in (file["name"], file["zone"].rpartition("/")[2])]
    return re.compile(rf"(?<![\w-])(?:{'|'.join([*names, *(re.escape(file['id']) + '-' for file in files)])})", re.IGNORECASE)


@pytest.mark.parametrize("top", ["shared", "services"])
def test_no_country_is_in_the_code(top: str) -> None:
    """A country is configuration alone: nothing that runs at an agency knows one by name."""
    said = of_countries()
    sources = [p for p in (ROOT / top).rglob("*") if p.suffix in (".py", ".html") and p.is_file()]
    found = {str(p.relative_to(ROOT)): said.findall(p.read_text(encoding="utf-8")) for p in sources}
    assert {file: words for file, words in found.items() if words} == {}


@pytest.mark.parametrize("line", ['"rs-ir"', "Europe/Belgrade", "as in Finland", "intake.uk-sca", "UNITED KINGDOM"])
def test_the_look_for_countries_sees_what_it_is_for(line: str) -> None:
    assert of_countries().search(line)
