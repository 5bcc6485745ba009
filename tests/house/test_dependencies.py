"""What the code imports is named in pyproject.toml itself: what comes through something else may go with its next release."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OWN = {"deploy", "services", "shared", "tests"}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]
IMPORT = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)


def plain(name: str) -> str:
    """A package's name as its index has it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", name, maxsplit=1)[0]).lower()


def lacking(tops: set[str], named: set[str]) -> dict[str, list[str]]:
    """What these folders import, and none of the named packages brings: its name → the packages that do."""
    files = (path for top in tops for path in (ROOT / top).rglob("*.py"))
    imported = {name for path in files for name in IMPORT.findall(path.read_text(encoding="utf-8"))} - OWN - sys.stdlib_module_names
    brought = packages_distributions()
    return {name: brought[name] for name in sorted(imported & brought.keys()) if named.isdisjoint(map(plain, brought[name]))}


def test_each_package_that_is_imported_is_named() -> None:
    product, tools = {*map(plain, PROJECT["project"]["dependencies"])}, {plain(one) for group in GROUPS.values() for one in group}
    assert lacking({"shared", "services"}, product | {*map(plain, GROUPS["figures"])}) == {}
    assert lacking({"deploy", "tests"}, product | tools) == {}
    assert "sqlalchemy" in lacking({"shared"}, product - {"sqlalchemy"})
