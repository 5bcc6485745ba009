"""A class's name means one thing in the whole repository."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN_READINGS = (ROOT / "deploy" / "oracle", ROOT / "deploy" / "proving" / "explorer")
"""They judge without the code that they judge, and so give what they read the same names again."""

MIGRATIONS = ("migrations", "versions")
"""They stay as they were written."""


def classes() -> dict[str, list[str]]:
    """Name → the files that define a class of that name at their top."""
    found = defaultdict[str, list[str]](list)
    for path in sorted(path for top in ("shared", "services", "deploy") for path in (ROOT / top).rglob("*.py")):
        if not any(path.is_relative_to(own) for own in OWN_READINGS):
            for name in re.findall(r"^class ([A-Za-z]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE):
                found[name].append(str(path.relative_to(ROOT)))
    return found


def test_no_two_classes_have_one_name() -> None:
    found = classes()
    assert {"Instance", "UnitOfWork", "CaseView"} <= set(found)
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_no_limit_is_called_by_a_word_that_does_not_say_of_what() -> None:
    """`MOST` is another number in each file that has one."""
    said = re.compile(r"^[A-Z_, ]*\b(MOST|LONGEST|SHORTEST|PATIENCE|LIMIT|MAX|TIMEOUT)\b(?=[A-Z_, ]*(?::[^=\n]+)?=)", re.MULTILINE)
    files = [path for top in ("shared", "services", "deploy") for path in (ROOT / top).rglob("*.py") if path.parent.name not in MIGRATIONS]
    assert said.search("PARTS, MOST = 1, 2")
    assert not said.search("MOST_PARTS = 1")
    assert [str(path.relative_to(ROOT)) for path in files if said.search(path.read_text(encoding="utf-8"))] == []
