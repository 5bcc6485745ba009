"""The frontier: headers, guards, limits and error answers, seen from outside."""

import re

import pytest
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel

from shared.config.settings import Settings
from shared.web.http.middleware import install
from shared.web.http.pages import Frame, Pages

CANARY = "Jelena-Petrovic"


class Offer(BaseModel):
    to: int


def made(frame=lambda request: Frame(), hosts=None) -> FastAPI:
    app = FastAPI()
    pages = Pages(frame=frame)
    install(app, pages, limit=1000, hosts=hosts)

    @app.get("/")
    async def home(request: Request):
        return pages.render(request, "error.html", title="Home", happened="", advice="", reasons=[])

    @app.post("/form")
    async def form(to: int = Form()):
        return {"to": to}

    @app.post("/api/offers")
    async def offer(offer: Offer):
        return offer

    @app.get("/boom")
    @app.get("/api/boom")
    async def boom():
        raise RuntimeError(CANARY)

    @app.get("/api/moved")
    async def moved():
        raise HTTPException(409, "The hand-off was revoked meanwhile.")

    @app.get("/signin")
    async def signin():
        raise HTTPException(303, headers={"location": "/who"})

    return app


@pytest.fixture
def client():
    return TestClient(made(), follow_redirects=False)


def test_each_page_has_its_own_nonce_and_strict_headers(client):
    nonces = set()
    for _ in range(2):
        answer = client.get("/")
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)[1]
        assert answer.text.count(f'nonce="{nonce}"') == 2
        nonces.add(nonce)
    assert len(nonces) == 2
    assert "unsafe" not in policy
    assert {"frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} <= set(policy.split("; "))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


FILES = [
    "nrm.css",
    "own.css",
    "theme.css",
    "own.js",
    "safety.js",
    "news.js",
    "govuk-frontend.min.js",
    "icon.svg",
    "source-sans-3-cyrillic-wght-normal.woff2",
]


@pytest.mark.parametrize("name", FILES)
def test_static_files_are_kept(client, name):
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert b"GDS Transport" not in answer.content
    assert b"govuk-crest" not in answer.content
    assert client.get("/static/none.css").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200), ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 200), ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403), ({"sec-fetch-site": "same-site"}, 403), ({"origin": "http://testserver"}, 200),
        ({"origin": "http://evil"}, 403), ({"origin": "http://testserver:81"}, 403), ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200), ({"origin": "http://evil", "sec-fetch-site": "same-origin"}, 403),
    ],
)  # fmt: skip
def test_forms_of_other_sites_are_refused(client, headers, status):
    assert client.post("/form", data={"to": "1"}, headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200


def test_an_announced_body_above_the_limit(client):
    page = client.post("/form", content=b"x" * 1001)
    assert (page.status_code, page.headers["connection"]) == (413, "close")
    assert "too much at once" in page.text
    problem = client.post("/api/offers", content=b"x" * 1001)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 413
    assert client.post("/form", data={"to": "1", "x": "x" * 900}).status_code == 200


async def streamed(path: str, kind: bytes, chunks: int) -> tuple[dict, bytes, int]:
    """Drive the application with chunks and no content-length; how many it took is the third answer."""
    sent, taken = [], 0

    async def receive():
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 300, "more_body": taken < chunks}

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", kind), (b"transfer-encoding", b"chunked")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "server": ("testserver", 80), "client": ("c", 1),
    }  # fmt: skip
    await made()(scope, receive, send)
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:]), taken


@pytest.mark.parametrize("kind", [b"application/json", b"application/x-www-form-urlencoded"])
async def test_a_streamed_body_above_the_limit_is_cut_off(kind):
    start, body, taken = await streamed("/api/offers" if b"json" in kind else "/form", kind, 100)
    assert start["status"] == 413
    assert (b"content-security-policy") in dict(start["headers"])
    assert b"too much" in body
    assert taken == 4


async def test_a_streamed_body_within_the_limit_is_read():
    start, _, taken = await streamed("/api/offers", b"application/json", 3)
    assert (start["status"], taken) == (400, 3)


def test_problems_below_api_name_field_and_remedy_but_never_the_value(client):
    answer = client.post("/api/offers", json={"to": CANARY})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"] == [{"field": "to", "message": "give a whole number"}]
    assert set(answer.json()) == {"title", "status", "detail", "errors"}
    assert CANARY not in answer.text


def test_json_that_is_none(client):
    answer = client.post("/api/offers", content=CANARY, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["errors"]) == (400, [{"field": "", "message": "this is not JSON"}])
    assert CANARY not in answer.text


def test_a_bad_form_gets_a_page(client):
    answer = client.post("/form", data={"to": CANARY})
    assert answer.status_code == 422
    assert "To whom: give a whole number" in answer.text
    assert CANARY not in answer.text


def test_unknown_addresses_and_methods(client):
    page = client.get(f"/nowhere/{CANARY}", headers={"accept": "text/html"})
    assert (page.status_code, CANARY in page.text) == (404, False)
    assert "<h1" in page.text
    assert client.get("/api/nowhere").json()["title"] == "Nothing is here"
    answer = client.get("/api/offers")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_what_a_route_explains_is_said(client):
    assert client.get("/api/moved").json()["detail"] == "The hand-off was revoked meanwhile."


def test_a_redirect_by_exception_stays_one(client):
    answer = client.get("/signin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/who")


@pytest.mark.parametrize("path", ["/boom", "/api/boom"])
def test_a_failure_says_nothing_of_itself(client, path, capsys):
    answer = client.get(path)
    assert answer.status_code == 500
    assert "content-security-policy" in answer.headers
    assert CANARY not in answer.text
    assert CANARY not in capsys.readouterr().out


def test_even_a_broken_frame_gets_an_answer():
    def broken(request: Request) -> Frame:
        raise LookupError(CANARY)

    answer = TestClient(made(broken)).get("/")
    assert answer.status_code == 500
    assert "our side" in answer.text
    assert CANARY not in answer.text


HERE = Settings(agency="a", country="serbia", host="0.0.0.0", address="https://cases.agency.example:8443", hosts=("operators", "::1"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000", "cases.agency.example", "operators:8000"]
)
def test_it_answers_under_its_own_names(host):
    answer = TestClient(made(hosts=HERE.hosts_in_use())).get("/", headers={"host": host, "accept": "text/html"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "127.0.0.1.rebound.example",
        "0.0.0.0:8000",
        "",
        "agency.example",
        "localhost@rebound.example",
        "[",
        "10.0.0.5",
        CANARY,
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/moved", "/static/page.css", "/nothing"])
def test_under_a_name_that_is_not_its_own_it_says_nothing_but_that(host, path):
    answer = TestClient(made(hosts=HERE.hosts_in_use())).get(path, headers={"host": host, "accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (421, "These pages do not answer under this name")
    assert CANARY not in answer.text
    page = TestClient(made(hosts=HERE.hosts_in_use())).get(path, headers={"host": host, "accept": "text/html"})
    assert page.status_code == 421
    assert "NRM_HOSTS" in page.text


def test_where_it_listens_is_a_name_of_its_own():
    assert "10.0.0.5" in Settings(agency="a", country="serbia", host="10.0.0.5").hosts_in_use()
    assert "2001:db8::1" in Settings(agency="a", country="serbia", host="2001:db8::1").hosts_in_use()


@pytest.mark.parametrize("path", ["/", "/nothing", "/boom", "/static/own.css", "/api/moved"])
def test_head_answers_as_get_without_the_body(path):
    client = TestClient(made(), raise_server_exceptions=False)
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert int(head.headers["content-length"]) > 0


def test_head_changes_nothing_where_only_post_is_taken():
    assert TestClient(made()).head("/form").status_code == 405
