"""Jinja can read every template: one whose `if` lost its end in a merge is seen here, and not by an officer."""

from pathlib import Path

import pytest

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
