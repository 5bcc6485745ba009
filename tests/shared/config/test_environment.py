"""Settings from the environment: only what is set is looked up, and it means what the library's own source takes it for."""

import pytest
from pydantic_settings import EnvSettingsSource

from shared.config.environment import NamedVariables
from shared.config.settings import Settings

SAID = ("", "x", "0", "true", "null", '["a", "b"]', '{"a": 1}', "a b,c")


@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_each_setting_is_read_as_the_library_reads_it(monkeypatch, case):
    for name in ("NRM_HOSTS", "NRM_LANGUAGE"):  # tests/conftest.py
        monkeypatch.delenv(name)
    for said in SAID:
        for name in Settings.model_fields:
            monkeypatch.setenv(case(f"nrm_{name}"), said)
        read = NamedVariables(Settings)()
        assert read == EnvSettingsSource(Settings)()
        assert len(read) == (len(Settings.model_fields) if said else 0)


def test_a_command_says_more_than_the_environment(monkeypatch):
    for name, said in {"NRM_AGENCY": "rs-ir", "NRM_COUNTRY": "serbia", "NRM_SERVICES": "intake, referral", "NRM_BUS": ""}.items():
        monkeypatch.setenv(name, said)
    made = Settings(agency="rs-pu-bg")  # pyright: ignore[reportCallIssue]
    assert (made.agency, str(made.country), made.services, made.bus) == ("rs-pu-bg", "serbia", ("intake", "referral"), "127.0.0.1:9092")


def test_a_file_that_is_named_says_what_the_environment_does_not(monkeypatch, tmp_path):
    monkeypatch.setenv("NRM_AGENCY", "rs-ir")
    (tmp_path / "agency.env").write_text("NRM_AGENCY=rs-zg\nNRM_COUNTRY=serbia\n")
    made = Settings(_env_file=tmp_path / "agency.env")  # pyright: ignore[reportCallIssue]
    assert (made.agency, str(made.country)) == ("rs-ir", "serbia")
