"""A router is asked only for addresses that begin as its own do, and answers as it would without that."""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Match

from shared.web.http.first_words import ByFirstWord, by_first_word
from tests.shared.client import PageClient


def said(router: APIRouter, path: str) -> Any:
    router.add_api_route(path, lambda: path, methods=["GET"])


@pytest.fixture
def routers() -> list[APIRouter]:
    """Cases, what hangs on a prefix, a page that may begin with anything, and what lies in another router."""
    cases, prefixed, any_word, outer, inner = APIRouter(), APIRouter(prefix="/lead"), APIRouter(), APIRouter(), APIRouter(prefix="/deep")
    for router, path in ((cases, "/cases"), (cases, "/cases/{case}"), (prefixed, ""), (prefixed, "/{case}/x"), (any_word, "/{word}/y")):
        said(router, path)
    said(inner, "/z")
    outer.include_router(inner)
    return [cases, prefixed, any_word, outer]


def application(routers: list[APIRouter], *, told_apart: bool) -> PageClient:
    app = FastAPI()
    for router in routers:
        behind = APIRouter()
        behind.include_router(router)
        app.router.routes.extend(by_first_word(behind) if told_apart else behind.routes)
    return PageClient(app, follow_redirects=False)


PATHS = (
    "/", "/cases", "/cases/", "/cases/1", "/cases/1/", "/cases/1/y", "/lead", "/lead/", "/lead/1/x", "/leadx", "/q/y", "/deep/z",
    "/deep/z/", "/deep", "//cases", "/Cases", "/%63ases", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_is_answered_as_if_each_router_were_asked(routers: list[APIRouter], path: str, method: str) -> None:
    found = [application(routers, told_apart=each).request(method, path) for each in (True, False)]
    first, second = [(one.status_code, one.text, one.headers.get("location"), one.headers.get("allow")) for one in found]
    assert first == second


def test_a_router_whose_addresses_begin_otherwise_is_not_asked(routers: list[APIRouter]) -> None:
    behind = APIRouter()
    behind.include_router(routers[0])
    (cases,) = by_first_word(behind)
    assert isinstance(cases, ByFirstWord)
    scope = {"type": "http", "method": "GET", "headers": [], "root_path": ""}
    assert cases.matches({**scope, "path": "/cases/1"})[0] is Match.FULL
    routers[0].routes.clear()  # who asks it nevertheless finds nothing any more
    said(routers[0], "/lead")
    assert cases.matches({**scope, "path": "/lead"})[0] is Match.NONE
    assert cases.matches({**scope, "path": "/lead", "root_path": "/lead"})[0] is Match.NONE


def test_it_is_described_as_before(routers: list[APIRouter]) -> None:
    first, second = (application(routers, told_apart=each).get("/openapi.json").json() for each in (True, False))
    assert first == second
    assert set(first["paths"]) == {"/cases", "/cases/{case}", "/lead", "/lead/{case}/x", "/{word}/y", "/deep/z"}
