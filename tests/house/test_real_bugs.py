"""The table of bugs of real systems names tests that exist, and leaves out none of the numbers."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/real_bugs.md").read_text(encoding="utf-8")
ELSEWHERE = {23, 24}


def test_each_bug_has_a_test_that_is_there() -> None:
    rows = dict(re.findall(r"^\| R(\d+) \|(.*)$", PAGE, re.MULTILINE))
    assert {int(one) for one in rows} == {*range(1, 28)} - ELSEWHERE
    for number, row in rows.items():
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row)
        assert named, f"R{number} names no test"
        assert any(re.match(rf"(r\d\d_and_)?r{int(number):02}_", test) for _, test in named), f"R{number} has no story"
    for story in set(re.findall(r"r\d\d_\w+", PAGE)):
        told = sum(file.read_text(encoding="utf-8").count(story) for file in (ROOT / "tests/journeys").glob("*.py"))
        assert told == 0 or told >= 2, f"{story} stands in no list of those that are told"
        for file, test in named:
            assert (ROOT / file).exists(), file
            assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}: {test}"
