"""What refuses to run as production, in one sentence; and that production is possible."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deploy.coordinator import listing
from deploy.serve import application
from deploy.trouble import Trouble
from shared.runtime.desk import Desk
from shared.runtime.rights.oidc import SignedIn
from shared.runtime.sealed import primitives
from shared.runtime.settings import Settings, Unfit
from tests.browser.desks import NOWHERE

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
    with pytest.raises(Unfit, match=said):
        Settings(**FIT | change).must_be_fit()


def test_a_sign_in_that_cannot_work_is_refused_in_the_demo_as_well() -> None:
    with pytest.raises(Unfit, match="needs NRM_OIDC_CLIENT"):
        Settings(**FIT | {"env": "demo", "oidc_client": ""}).must_be_fit()
    demo = Settings(agency="rs-ir", country=Path("serbia"))
    demo.must_be_fit()
    assert not demo.assigned_only
    assert Settings(agency="rs-ir", country=Path("serbia"), assignment=True).assigned_only


def test_the_process_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="asks nobody for a password"):
        application(Settings(**FIT | {"oidc_issuer": "", "data": tmp_path / "data"}))
    assert not (tmp_path / "data").exists()


def test_production_starts_sealed_and_asks_the_issuer_who_one_is(tmp_path: Path) -> None:
    root = primitives.public_of(primitives.random_key(), "sign").hex()
    listing.rings(tmp_path / "keys", ["intake.rs-ir", "assistance.rs-ir"])
    place = {"data": tmp_path / "data", "keys": tmp_path / "keys", "root": root, "bus": NOWHERE, "tls": None}
    app = application(Settings(**FIT | place))
    client = TestClient(app, follow_redirects=False, base_url="https://cases.example")
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
        desk.door.close()


def test_the_secret_is_never_shown() -> None:
    settings = Settings(**FIT | {"oidc_secret": "quite secret"})
    assert "quite secret" not in repr(settings) + str(settings.model_dump())
