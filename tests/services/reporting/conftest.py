"""One small history for all tests of reporting, and the operators' application."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI

from services.reporting.service import PAGES
from shared.processing.instance import Instance
from shared.web.admin.application import office
from tests.databases import migrated
from tests.services.reporting.life import Life, live, reporting_instance, settings
from tests.turns import on_either_database


def pytest_itemcollected(item: pytest.Item) -> None:
    on_either_database(item, "url")


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[tuple[Life, list[str]]]:
    """Four cases, told once; tests read it and do not change it."""
    life = Life(tmp_path_factory.mktemp("life"), templates)
    cases = live(life)
    yield life, cases
    life.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Where reporting keeps its facts; empty for a file."""
    return "" if request.param == "sqlite" else migrated(request.getfixturevalue("postgres"), "reporting", f"reporting.{uuid4().hex}")


@pytest.fixture
def operators(tmp_path: Path, lived: tuple[Life, list[str]], url: str) -> Iterator[tuple[FastAPI, Instance]]:
    """The operators' application and its instance."""
    instance = reporting_instance(tmp_path, "rs-koord", lived[0].clock, url=url)
    yield office(settings(tmp_path, "rs-koord"), [PAGES], [instance]), instance
    instance.close()
