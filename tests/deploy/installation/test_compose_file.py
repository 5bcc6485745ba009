"""The compose file of one agency: what its settings name lies at the same path in the container, writable where a process writes."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.installation import envfile
from deploy.installation.folder import FileStep, InstallationPlan, init
from deploy.installation.places import PATHS, WRITTEN, near, places
from deploy.process.file_names import ENV
from deploy.trouble import Trouble
from shared.config.settings import Settings

COMPOSE = "compose.yml"
Mounts = dict[Path, bool]
"""Path → whether the container may write there."""


def composed(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / COMPOSE).read_text())


def mounts(folder: Path) -> Mounts:
    (said,) = {str(one["volumes"]): one["volumes"] for one in composed(folder)["services"].values()}.values()
    assert all(mount["source"] == mount["target"] for mount in said)
    assert all(mount["bind"] == {"create_host_path": False} for mount in said), "the engine would make a folder of root's"
    return {Path(mount["target"].replace("$$", "$")): not mount.get("read_only", False) for mount in said}


def reach(there: Mounts, path: Path) -> bool | None:
    """Whether a path may be written in the container; None where it is not there at all."""
    above = [folder for folder in there if folder == path or folder in path.parents]
    return there[max(above, key=lambda folder: len(folder.parts))] if above else None


def with_settings(folder: Path, **more: str) -> FileStep:
    """The folder as it is made anew after its settings were edited; what became of the compose file."""
    env, had = folder / ENV, envfile.values(folder / ENV)
    env.write_text("".join(f"{name}={value}\n" for name, value in (had | more).items()))
    (folder / COMPOSE).unlink(missing_ok=True)
    (step,) = (s for s in init(InstallationPlan(had["NRM_AGENCY"], Path("serbia"), had["NRM_BUS"], folder)) if s.path.name == COMPOSE)
    return step


def test_every_path_that_the_settings_name_lies_there_too_and_is_writable_where_a_process_writes(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    named = {name: outside / name for name in PATHS - {"NRM_COUNTRY"}} | {"NRM_COUNTRY": outside / "country.toml"}
    with_settings(folder, **{name: str(path) for name, path in named.items()})
    there = mounts(folder)
    for name, path in named.items():
        assert reach(there, path) is (name in WRITTEN), name
    assert reach(there, folder / ENV) is False


def test_as_it_is_made_the_keys_are_writable_because_the_first_start_makes_the_master_keys_there(folder: Path) -> None:
    settings = Settings(_env_file=folder / ENV)  # type: ignore[call-arg]
    there = mounts(folder)
    assert reach(there, settings.keys_in_use()) is True
    assert reach(there, settings.keystore_in_use()) is True
    assert reach(there, settings.data) is True
    assert settings.tls is not None
    assert reach(there, settings.tls / "key.pem") is True  # the same folder
    assert reach(there, settings.country) is False
    assert reach(there, folder / "compose.yml") is None
    assert reach(there, folder) is None


@pytest.mark.parametrize(
    ("name", "value", "path", "written"),
    [
        ("NRM_DATABASES", "postgresql+psycopg://u:p@db.example/{service}?sslmode=verify-full&sslrootcert=/ca/db.pem", "/ca/db.pem", False),
        ("NRM_DATABASES", "postgresql+psycopg://u@/{service}?host=/run/postgresql", "/run/postgresql", False),
        ("NRM_DATABASES", "sqlite:////fast/{service}.{agency}.db", "/fast", True),
        ("NRM_ROOT", "file:/handed/root.pin", "/handed/root.pin", False),
        ("NRM_CLOCK", "file:/shared/clock", "/shared/clock", False),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca/operators.pem", "/ca/operators.pem", False),
        ("SSL_CERT_FILE", "/ca/all.pem", "/ca/all.pem", False),
        ("NRM_KEYSTORE_COPY", "/mnt/other/nrm", "/mnt/other", True),
        ("NRM_KEYSTORE_COPY", "/copy", "/copy", True),
        ("NRM_KEYS", "/srv/$nrm/a: b/keys", "/srv/$nrm/a: b/keys", True),
    ],
)
def test_a_path_within_a_setting_is_found(folder: Path, name: str, value: str, path: str, written: bool) -> None:
    with_settings(folder, **{name: value})
    assert mounts(folder)[Path(path)] is written


def test_a_second_place_beside_the_folder_opens_nothing_else_of_what_lies_around_it(folder: Path) -> None:
    with_settings(folder, NRM_KEYSTORE_COPY=str(folder.parent / "copy"))
    there = mounts(folder)
    assert reach(there, folder.parent / "copy") is True
    assert reach(there, folder.parent) is None
    assert reach(there, folder / ENV) is False


@pytest.mark.parametrize("value", ["postgresql+psycopg://u:p@db/{service}?sslrootcert=system", "no url at all"])
def test_what_is_no_path_is_not_mounted(value: str) -> None:
    assert places({"NRM_DATABASES": value, "NRM_COUNTRY": "serbia", "NRM_ADDRESS": "https://cases.example", "NRM_TLS": ""}) == []


@pytest.mark.parametrize(("name", "value"), [("NRM_KEYS", "keys"), ("NRM_COUNTRY", "country.toml"), ("NRM_ROOT", "file:root.pin")])
def test_a_path_that_depends_on_where_one_stands_is_refused(folder: Path, name: str, value: str) -> None:
    with pytest.raises(Trouble, match=f"{name}={value} is no whole path"):
        with_settings(folder, **{name: value})


def test_the_containers_read_the_settings_as_every_other_command_does(folder: Path) -> None:
    made = composed(folder)
    assert set(made["services"]) == {"referral", "intake", "assistance"}
    for name, one in made["services"].items():
        told = dict(zip(one["command"][1::2], one["command"][2::2], strict=True))
        assert told["--env-file"] == str(folder / ENV)
        assert told["--service"] == name
        assert "env_file" not in one, "the engine reads such a file by other rules: a $ in a password"
        assert one["environment"] == {"NRM_PORT": told["--port"]}, "only the health check asks the environment"
        assert one["user"] == f"{os.getuid()}:{os.getgid()}"


def test_pages_are_published_on_loopback_alone_a_port_each(folder: Path) -> None:
    made = composed(folder)["services"].values()
    ports = [port.split(":") for service in made for port in service["ports"]]
    assert len({port for _, port, _ in ports}) == len(made)
    assert {host for host, _, _ in ports} == {"127.0.0.1"}
    assert all(inside == outside for _, outside, inside in ports)
    assert {service["command"][service["command"].index("--host") + 1] for service in made} == {"0.0.0.0"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NRM_BUS", "127.0.0.1:9092"),
        ("NRM_DATABASES", "postgresql+psycopg://u:p@localhost/{service}"),
        ("NRM_OPERATORS", "http://127.0.0.1:8009"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:4318"),
        ("NRM_SMTP", "127.0.0.1:25"),
    ],
)
def test_what_is_on_this_machines_loopback_is_reached_from_this_machines_network(folder: Path, name: str, value: str) -> None:
    with_settings(folder, **{name: value})
    assert near(envfile.values(folder / ENV)) == [name]
    for one in composed(folder)["services"].values():
        assert one["network_mode"] == "host"
        assert "ports" not in one
        assert one["command"][one["command"].index("--host") + 1] == "127.0.0.1"


def test_where_people_come_to_us_says_nothing_of_where_we_go() -> None:
    assert near({"NRM_BUS": "kafka.example:9094", "NRM_ADDRESS": "http://127.0.0.1:8000", "NRM_HOST": "127.0.0.1"}) == []
    assert near({}) == ["NRM_BUS"], "that is where the bus is by itself"


def test_a_file_that_does_not_fit_the_settings_any_more_is_kept_and_named(folder: Path) -> None:
    had = envfile.values(folder / ENV)
    plan = InstallationPlan(had["NRM_AGENCY"], Path("serbia"), had["NRM_BUS"], folder)
    assert not [step for step in init(plan) if step.differs]
    with (folder / ENV).open("a") as env:
        env.write("NRM_KEYSTORE_COPY=/mnt/other/nrm\n")
    before = (folder / COMPOSE).read_bytes()
    (old,) = (step for step in init(plan) if step.differs)
    assert "remove it and run this again" in str(old)
    assert (folder / COMPOSE).read_bytes() == before
    assert with_settings(folder).made
