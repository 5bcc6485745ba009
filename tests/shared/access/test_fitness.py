"""What refuses to run as production, in one sentence; and that production is possible."""

from pathlib import Path
from typing import Any

import pytest

from deploy.directory import listing
from deploy.process.serve import application
from deploy.trouble import Trouble
from shared.access.oidc import SignedIn
from shared.config.settings import Settings, UnfitSettings
from shared.crypto import primitives
from shared.web.http.desk import Desk
from tests.browser.desks import NOWHERE
from tests.shared.client import PageClient

FIT: dict[str, Any] = {
    "agency": "rs-ir", "country": Path("serbia"), "env": "production", "bus": "kafka.example:9094", "tls": Path("keys"),
    "oidc_issuer": "https://sso.example/realms/x", "oidc_client": "nrm", "oidc_audience": "nrm-interface", "address": "https://cases.example",
}  # fmt: skip


def test_sealed_with_an_issuer_and_tls_is_fit_and_cases_are_assigned() -> None:
    settings = Settings(**FIT)
    settings.must_be_fit()
    assert settings.assigned_only
    Settings(**FIT | {"bus": "127.0.0.1:9092,[::1]:9092", "tls": None}).must_be_fit()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sealed": False}, "Unsealed events must not run as production"),
        ({"oidc_issuer": ""}, "The sign-in of the demo must not run as production"),
        ({"tls": None}, "A bus on other machines must not be spoken to in the clear"),
        ({"tls": None, "bus": "127.0.0.1:9092,kafka.example:9092"}, "A bus on other machines"),
        ({"databases": "postgresql+psycopg://u:p@db.example/{service}"}, "A database on another machine must prove"),
        ({"databases": "postgresql+psycopg://u:p@db.example/{service}?sslmode=require"}, "A database on another machine must prove"),
        ({"databases": "postgresql+psycopg://u@/{service}?host=127.0.0.1,db.example"}, "A database on another machine must prove"),
        ({"databases": "postgresql+psycopg://u@/{service}?host=127.0.0.1&host=db.example"}, "A database on another machine must prove"),
        ({"databases": "postgresql+psycopg://u@localhost/{service}?hostaddr=192.0.2.7"}, "A database on another machine must prove"),
        ({"databases": "postgresql+psycopg:///{service}?service=agency"}, "A database on another machine must prove"),
        ({"databases": "db.example"}, "NRM_DATABASES is not a URL"),
        ({"operators": "http://operators.example:8000"}, "Spans must not go to another machine in the clear"),
        ({"operators": "operators.example:8000"}, "Spans must not go to another machine in the clear"),
        ({"operators": "https://operators.example"}, "set NRM_OPERATORS_TOKEN"),
        ({"operators_token": Path("nowhere")}, "NRM_OPERATORS_TOKEN.*cannot be read"),
        ({"clock": "file:x"}, "A simulated time must not run as production"),
        ({"oidc_client": ""}, "needs NRM_OIDC_CLIENT and NRM_ADDRESS"),
        ({"address": ""}, "needs NRM_OIDC_CLIENT and NRM_ADDRESS"),
        ({"oidc_audience": "nrm"}, "NRM_OIDC_AUDIENCE must be another than NRM_OIDC_CLIENT"),
        ({"oidc_issuer": "http://sso.example"}, "must be https"),
        ({"address": "http://cases.example"}, "must be https"),
        ({"address": "ftp://127.0.0.1"}, "must be https"),
        ({"address": "https://cases.example/nrm"}, "no path"),
    ],
    ids=str,
)
def test_what_is_not_fit_is_said_in_one_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UnfitSettings, match=said):
        Settings(**FIT | change).must_be_fit()


@pytest.mark.parametrize(
    "databases",
    ["", "postgresql+psycopg:///{service}", "postgresql+psycopg://u:p@127.0.0.1:5433/{service}", "postgresql+psycopg://u@[::1]/{service}",
     "postgresql+psycopg://u@/{service}?host=/run/postgresql", "postgresql+psycopg://u:p@db.example/{service}?sslmode=verify-full"],
)  # fmt: skip
def test_a_database_on_this_machine_or_proven_by_its_certificate_is_fit(databases: str) -> None:
    Settings(**FIT | {"databases": databases}).must_be_fit()


def test_what_the_environment_says_of_ways_out_counts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    near = Settings(**FIT | {"databases": "postgresql+psycopg:///{service}"})
    monkeypatch.setenv("PGHOST", "db.example")
    with pytest.raises(UnfitSettings, match="A database on another machine must prove"):
        near.must_be_fit()
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    near.must_be_fit()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318")
    with pytest.raises(UnfitSettings, match="Spans must not go to another machine in the clear"):
        near.must_be_fit()


def test_a_word_for_the_operators_is_long_and_its_owners_alone(tmp_path: Path) -> None:
    token = tmp_path / "token"
    settings = Settings(**FIT | {"operators": "https://operators.example", "operators_token": token})
    token.write_text("7" * 64 + " rs-ir\n")
    with pytest.raises(UnfitSettings, match="can be read by others"):
        settings.must_be_fit()
    token.chmod(0o600)
    settings.must_be_fit()
    for text in ("", "\n", "secret\n", "7" * 64 + "\nsecret\n"):
        token.write_text(text)
        with pytest.raises(UnfitSettings, match="at least 32 characters") as said:
            settings.must_be_fit()
        assert "secret" not in str(said.value)


def test_a_sign_in_that_cannot_work_is_refused_in_the_demo_as_well() -> None:
    with pytest.raises(UnfitSettings, match="needs NRM_OIDC_CLIENT"):
        Settings(**FIT | {"env": "demo", "oidc_client": ""}).must_be_fit()
    demo = Settings(agency="rs-ir", country=Path("serbia"))
    demo.must_be_fit()
    assert demo.assigned_only
    assert not Settings(agency="rs-ir", country=Path("serbia"), assignment=False).assigned_only
    assert Settings(**FIT | {"assignment": False}).assigned_only, "production has no such choice"


def test_the_process_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="asks nobody for a password"):
        application(Settings(**FIT | {"oidc_issuer": "", "data": tmp_path / "data"}))
    assert not (tmp_path / "data").exists()


def test_production_starts_sealed_and_asks_the_issuer_who_one_is(tmp_path: Path) -> None:
    root = primitives.public_of(primitives.random_key(), "sign").hex()
    listing.rings(tmp_path / "keys", ["intake.rs-ir", "assistance.rs-ir"])
    place = {"data": tmp_path / "data", "keys": tmp_path / "keys", "root": root, "bus": NOWHERE, "tls": None}
    app = application(Settings(**FIT | place))
    client = PageClient(app, follow_redirects=False, base_url="https://cases.example")
    answer = client.get("/reports", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=/reports")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert client.get("/who").status_code == 404
    assert client.get("/api/intake/cases", headers={"nrm-officer": "ines"}).status_code == 401
    desks: dict[str, Desk] = app.state.desks
    for desk in desks.values():
        assert desk.assignment
        assert isinstance(desk.guard, SignedIn)
        assert desk.guard.cookie == "__Host-nrm-session-rs-ir-intake"
        desk.instance.close()


def test_in_production_operators_who_know_no_agencys_word_take_no_spans(tmp_path: Path) -> None:
    root = primitives.public_of(primitives.random_key(), "sign").hex()
    listing.rings(tmp_path / "keys", ["reporting.rs-koord"])
    place = {"agency": "rs-koord", "data": tmp_path / "data", "keys": tmp_path / "keys", "root": root, "bus": NOWHERE, "tls": None}
    app = application(Settings(**FIT | place))
    sent = PageClient(app, base_url="https://cases.example").post("/v1/traces", headers={"content-type": "application/x-protobuf"})
    assert sent.status_code == 401
    for desk in app.state.desks.values():
        desk.instance.close()


def test_the_secret_is_never_shown() -> None:
    settings = Settings(**FIT | {"oidc_secret": "quite secret"})
    assert "quite secret" not in repr(settings) + str(settings.model_dump())
