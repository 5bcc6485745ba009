"""Who may send spans to the operators: agencies that show a word of theirs, and nobody else, wherever the spans are sent."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from google.rpc import code_pb2
from google.rpc.status_pb2 import Status

from deploy.doctor import operators as doctor
from deploy.doctor.finding import Severity
from deploy.installation.patient import Patient
from deploy.process.country_file import country_of
from services.reporting.service import PAGES
from shared.config.settings import Settings
from shared.processing.instance import Instance
from shared.web.admin.application import office
from tests.services.reporting.life import reporting_instance, settings
from tests.services.reporting.operators import PROTOBUF, all_sent, batch, serving, shipped, unmark, written
from tests.shared.client import PageClient
from tests.shared.land import rows


def token(file: Path, *words: str) -> Path:
    file.touch(0o600)
    file.write_text("".join(f"{word}\n" for word in words))
    return file


@pytest.fixture
def guarded(tmp_path: Path, lived) -> Iterator[tuple[FastAPI, Instance, Path, list[str]]]:
    """The operators' process that knows two words: its application, its instance, the file, the words."""
    words = [token_hex(32), token_hex(32)]
    known = token(tmp_path / "known", f"{words[0]} rs-ir", f"{words[1]} rs-czztlj")
    instance = reporting_instance(tmp_path, "rs-koord", lived[0].clock)
    yield office(settings(tmp_path, "rs-koord").model_copy(update={"operators_token": known}), [PAGES], [instance]), instance, known, words
    instance.close()


def posted(app: FastAPI, shown: str | None) -> tuple[int, bytes]:
    headers = PROTOBUF if shown is None else PROTOBUF | {"authorization": shown}
    answer = PageClient(app).post("/v1/traces", content=batch(), headers=headers)
    return answer.status_code, answer.content


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", "Bearer {0}x", "Bearer rs-ir", "Basic {0}", "{0}", "Bearer {0} {1}", "Bearer é"]
)
def test_whoever_shows_no_word_that_is_known_leaves_nothing(guarded, shown: str | None) -> None:
    app, instance, _, words = guarded
    status, content = posted(app, None if shown is None else shown.format(*words).encode("latin-1"))
    told = Status.FromString(content)
    assert (status, told.code) == (401, code_pb2.UNAUTHENTICATED)
    assert "NRM_OPERATORS_TOKEN" in told.message
    assert not any(word in told.message for word in words)
    assert rows(instance, "select * from finished_span") == []


def test_each_agencys_word_counts_until_it_is_taken_from_the_file(guarded) -> None:
    app, _, known, words = guarded
    assert [posted(app, f"Bearer {word}")[0] for word in words] == [200, 200]
    token(known, words[1])
    assert [posted(app, f"Bearer {word}")[0] for word in words] == [401, 200]
    for broken in ("", f"{words[1]}\nshort\n"):
        known.write_text(broken)
        assert posted(app, f"Bearer {words[1]}")[0] == 401
    token(known, words[1])
    known.chmod(0o644)
    assert posted(app, f"Bearer {words[1]}")[0] == 401


def test_spans_wait_at_an_agency_whose_word_is_not_known_yet_and_go_when_it_is(guarded, lived, tmp_path: Path) -> None:
    app, instance, known, words = guarded
    life, new = lived[0], token_hex(32)
    unmark(life)
    with serving(app) as address:
        asyncio.run(shipped(life, address, lambda telemetry: telemetry.shippers[0].away, token(tmp_path / "own", new)))
        assert rows(instance, "select * from finished_span") == []
        token(known, *words, new)
        asyncio.run(shipped(life, address, all_sent(life), tmp_path / "own"))
    assert {span for (span,) in rows(instance, "select span_id from finished_span where instance not like 'pages%'")} == set(written(life))


def test_the_doctor_tells_whether_the_operators_know_this_agencys_word(guarded, tmp_path: Path) -> None:
    app, instance, _, words = guarded
    country = country_of(Path("serbia"))
    with serving(app) as address:

        def found(word: str, agency: str = "rs-ir", operators: str = address) -> list[Severity]:
            own = token(tmp_path / "own", word)
            told = Settings(agency=agency, country=Path("serbia"), operators=operators, operators_token=own)
            return [each.state for each in doctor.operators(Patient(told, country, country.agency(agency)))]

        assert found(words[0]) == [Severity.GREEN]
        assert found(token_hex(32)) == [Severity.YELLOW]
        assert found(words[0], operators="") == found(words[0], agency="rs-kuca") == []
    assert rows(instance, "select * from finished_span") == []


def test_no_span_and_no_word_follows_a_redirection(lived, tmp_path: Path) -> None:
    life, elsewhere, asked, caught = lived[0], FastAPI(), list[str](), list[str]()
    unmark(life)

    @elsewhere.post("/v1/traces")
    async def away(request: Request) -> RedirectResponse:
        asked.append(request.headers["authorization"])
        return RedirectResponse("/caught", 307)

    @elsewhere.post("/caught")
    async def took(request: Request) -> None:
        caught.append(request.url.path)

    own = token(tmp_path / "own", token_hex(32))
    with serving(elsewhere) as wrong:
        asyncio.run(shipped(life, wrong, lambda telemetry: telemetry.shippers[0].away, own))
    assert asked[0] == f"Bearer {own.read_text().strip()}"
    assert caught == []
