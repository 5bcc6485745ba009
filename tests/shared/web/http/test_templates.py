"""Jinja can read every template: one whose `if` lost its end in a merge is seen here, and not by an officer."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from shared.web.http.environment import CompiledTemplates
from shared.web.http.pages import Pages, environment
from shared.web.text.languages import LANGUAGES

ROOT = Path(__file__).parents[4]
FOLDERS = (*sorted(ROOT.glob("services/*/templates")), ROOT / "shared/web/templates")
TEMPLATES = [(folder, path) for folder in FOLDERS for path in sorted(folder.rglob("*.html"))]


@pytest.mark.parametrize(("folder", "path"), TEMPLATES, ids=[str(path.relative_to(ROOT)) for _, path in TEMPLATES])
def test_a_template_is_well_formed(folder: Path, path: Path) -> None:
    assert environment(folder).get_template(path.relative_to(folder).as_posix())


def test_offices_of_one_process_share_what_is_compiled() -> None:
    ours, theirs = (Pages(FOLDERS[0]).environment(LANGUAGES[0]).get_template("base.html") for _ in range(2))
    assert ours is theirs


def test_another_process_finds_what_is_compiled_as_long_as_its_source_is_the_same(tmp_path: Path) -> None:
    said, seen = {"a.html": "{{ 1 + 1 }} {{ name }}"}, []

    class Counting(Environment):
        def compile(self, *anything, **more):
            seen.append(1)
            return super().compile(*anything, **more)

    def page(folder: Path | None) -> str:
        environment = Counting(loader=DictLoader(said), bytecode_cache=CompiledTemplates(folder))
        return environment.get_template("a.html").render(name="Ana")

    assert [page(tmp_path), page(tmp_path), len(seen)] == ["2 Ana", "2 Ana", 1]
    said["a.html"] = "{{ name }}"
    assert [page(tmp_path), page(tmp_path), len(seen)] == ["Ana", "Ana", 2]
    (file,) = [one for one in tmp_path.iterdir() if one.is_file()]
    for broken in (b"", file.read_bytes()[:-20], b"nothing of the kind"):
        file.write_bytes(broken)
        assert page(tmp_path) == "Ana"


def test_where_nothing_can_be_kept_pages_come_all_the_same(tmp_path: Path) -> None:
    nobodys = tmp_path / "a file"
    nobodys.write_text("")
    for folder in (None, nobodys, tmp_path / "none" / "there"):
        made = Environment(loader=DictLoader({"a.html": "{{ name }}"}), bytecode_cache=CompiledTemplates(folder))
        assert made.get_template("a.html").render(name="Ana") == "Ana"
