"""The pictures of the documents: twelve, small, shown where the README says; and who has no browser is told what to do."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from deploy.demo.pictures import DESK, PHONE, driver, pictures, smaller
from deploy.process.country_file import country_of
from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parents[3]
MOST = 120 * 1024


def test_the_documents_have_the_twelve_pictures_that_the_command_takes() -> None:
    wanted = {one.name: one for one in pictures(country_of(Path("serbia")))}
    there = {file.stem: file for file in (ROOT / "docs/pictures").iterdir()}
    assert len(wanted) == 12
    assert there.keys() == wanted.keys()
    for name, file in there.items():
        assert file.stat().st_size <= MOST, name
        with Image.open(file) as picture:
            assert picture.width == wanted[name].width, name
    assert {one.width for one in wanted.values()} == {DESK, PHONE}


def test_the_readme_shows_three_and_one_is_in_serbian() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/pictures/[a-z-]+\.png)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 3
    assert "docs/pictures/case-sr.png" in shown
    assert all((ROOT / file).is_file() for file in shown)


def test_who_has_no_browser_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("NRM_BROWSER", raising=False)
    with pytest.raises(Trouble, match="apt install chromium"):
        driver()


def test_a_picture_of_few_colours_is_smaller_and_as_large() -> None:
    file = BytesIO()
    Image.effect_noise((400, 300), 40).convert("RGB").save(file, "PNG")
    made = smaller(file.getvalue())
    assert len(made) < len(file.getvalue())
    assert Image.open(BytesIO(made)).size == (400, 300)
