"""An inspectorate that reports to the lead, with a keystore: what the tests of drafts, of raids and of partners begin with."""

from pathlib import Path

import pytest

from deploy.process.country_file import country_file
from shared.crypto.keystore import Keystore
from shared.processing.instance import Instance
from tests.browser.desks import SERBIA, Town, Visitor, town


@pytest.fixture
def settings() -> dict[str, object]:
    """What the installation sets besides."""
    return {}


@pytest.fixture
def says() -> str:
    """What the country file says besides."""
    return ""


@pytest.fixture
def country(tmp_path, says) -> Path:
    """The country file."""
    if not says:
        return SERBIA
    file = tmp_path / "country.toml"
    file.write_text(f"{country_file(SERBIA).read_text()}\n{says}\n")
    return file


@pytest.fixture
def made(tmp_path, settings, country):
    """The two agencies."""
    with town(tmp_path, country, settings=settings, rs_ir="ines", rs_czztlj="jelena") as made:
        intake_of(made).keystore = Keystore("intake.rs-ir", tmp_path / "keystore", tmp_path / "keystore-keys")
        yield made


@pytest.fixture
def ines(made) -> Visitor:
    """An officer of the inspectorate."""
    return made.at["rs-ir"]


def intake_of(made: Town) -> Instance:
    """The instance of Ines' agency that keeps drafts."""
    return next(one for one in made.instances if one.me == "intake.rs-ir")
