"""`./nrm agency init`: everything an agency needs, nothing overwritten, the key for its owner's eyes alone."""

import configparser
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from deploy.cli import app
from deploy.installation import envfile
from deploy.installation.folder import InstallationPlan, init
from deploy.trouble import Trouble
from shared.config.settings import Settings

FAR = "kafka.example:9094"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unit(path: Path) -> dict[str, list[str]]:
    """Directive → values, of a unit's service section."""
    parser = configparser.RawConfigParser(strict=False, empty_lines_in_values=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    lines = [line.partition("=") for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
    assert set(parser.sections()) == {"Unit", "Service", "Install"}
    return {name: [value for other, _, value in lines if other == name] for name, _, _ in lines}


def test_the_env_file_explains_every_setting_and_sets_what_is_this_agencys_own(folder: Path) -> None:
    text = (folder / "agency.env").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description, f"the setting {name} has no word of explanation"
        assert text.count(f"NRM_{name.upper()}=") == 1
        assert field.description.split()[0] in text
    settings = Settings(_env_file=folder / "agency.env")  # type: ignore[call-arg]
    assert settings.agency == "rs-czztlj"
    assert settings.bus == "kafka1.example:9094,kafka2.example:9094"
    assert (settings.tls, settings.data, settings.country) == (folder / "keys", folder / "data", folder / "country.toml")


def test_a_setting_that_is_taken_from_its_comment_means_what_holds_without_it(folder: Path, tmp_path: Path) -> None:
    open_file = tmp_path / "open.env"
    open_file.write_text((folder / "agency.env").read_text().replace("# NRM_", "NRM_"))
    as_written = Settings(_env_file=folder / "agency.env")  # type: ignore[call-arg]
    assert Settings(_env_file=open_file) == as_written  # type: ignore[call-arg]


@pytest.mark.parametrize("words", ["intake assistance", "intake,assistance", " intake  assistance "])
def test_services_are_words_separated_by_blanks(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_SERVICES", words)
    assert Settings(agency="x", country=Path("serbia")).services == ("intake", "assistance")
    monkeypatch.setenv("NRM_SERVICES", "")
    assert Settings(agency="x", country=Path("serbia")).services == ()


def test_key_and_settings_are_for_their_owner_alone(folder: Path) -> None:
    assert mode(folder) == mode(folder / "keys") == mode(folder / "data") == 0o700
    assert mode(folder / "keys" / "key.pem") == mode(folder / "agency.env") == 0o600


def test_the_request_names_the_agency_and_is_signed_with_its_key(folder: Path) -> None:
    request = x509.load_pem_x509_csr((folder / "keys" / "request.csr").read_bytes())
    assert request.is_signature_valid
    assert [n.value for n in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["rs-czztlj"]
    assert b"PRIVATE" not in (folder / "keys" / "request.csr").read_bytes()


def test_made_again_it_keeps_everything_and_makes_only_what_is_missing(folder: Path) -> None:
    (folder / "agency.env").write_text("NRM_AGENCY=rs-czztlj\nNRM_ZONE=UTC\n")
    (folder / "compose.yml").unlink()
    before = everything(folder)
    steps = init(InstallationPlan("rs-czztlj", Path("serbia"), "elsewhere.example:1", folder))
    assert [step.path.name for step in steps if step.made] == ["compose.yml"]
    after = everything(folder)
    assert {path: after[path] for path in before} == before


def test_another_agencys_folder_is_left_alone(folder: Path) -> None:
    before = everything(folder)
    with pytest.raises(Trouble, match="is the folder of rs-czztlj"):
        init(InstallationPlan("rs-ir", Path("serbia"), FAR, folder))
    assert everything(folder) == before


@pytest.mark.parametrize(("agency", "bus", "said"), [("rs-nobody", FAR, "has no agency rs-nobody"), ("rs-ir", "kafka", "HOST:PORT")])
def test_a_mistake_is_said_and_makes_nothing(agency: str, bus: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=said):
        init(InstallationPlan(agency, Path("serbia"), bus, tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_on_loopback_the_bus_needs_no_certificate(tmp_path: Path) -> None:
    init(InstallationPlan("rs-ir", Path("serbia"), "127.0.0.1:9092,localhost:9093", tmp_path))
    assert Settings(_env_file=tmp_path / "agency.env").tls is None  # type: ignore[call-arg]


def test_a_bus_on_this_machine_that_speaks_tls_is_spoken_to_so(tmp_path: Path) -> None:
    init(InstallationPlan("rs-ir", Path("serbia"), "127.0.0.1:9092", tmp_path, tls=True))
    assert Settings(_env_file=tmp_path / "agency.env").tls == tmp_path / "keys"  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"root": "12ab"}, "64 hex digits"),
        ({"databases": "postgresql+psycopg://nrm:secretword@127.0.0.1/nrm"}, "put {service}"),
        ({"databases": "127.0.0.1 {service}"}, "no URL"),
    ],
)
def test_what_cannot_be_so_is_said_without_a_password_and_makes_nothing(more: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=said) as told:
        init(InstallationPlan("rs-ir", Path("serbia"), FAR, tmp_path / "new", **more))  # type: ignore[arg-type]
    assert "secretword" not in str(told.value)
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_kept_says_where_it_differs_from_what_was_asked(tmp_path: Path) -> None:
    first = {"root": "ab" * 32, "databases": "postgresql+psycopg://nrm:secretword@127.0.0.1/{service}"}
    init(InstallationPlan("rs-ir", Path("serbia"), FAR, tmp_path, **first))  # type: ignore[arg-type]
    assert all(not step.differs for step in init(InstallationPlan("rs-ir", Path("serbia"), FAR, tmp_path, **first)))  # type: ignore[arg-type]
    (said,) = [str(step) for step in init(InstallationPlan("rs-ir", Path("serbia"), FAR, tmp_path, root="cd" * 32)) if step.differs]
    assert "agency.env: it differs in NRM_ROOT from what was asked" in said
    assert "secretword" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rs-new", "--name", "New"], "both, --name and --kind"),
        (["rs_New", "--name", "New", "--kind", "ngo"], "cannot be the id of an agency"),
        (["coordinator", "--name", "New", "--kind", "ngo"], "another meaning on the bus"),
        (["broker1", "--name", "New", "--kind", "ngo"], "another meaning on the bus"),
    ],
)
def test_an_agency_that_no_country_file_knows_says_who_it_is(words: list[str], said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["agency", "init", *words, "--bus", FAR, "--folder", str(tmp_path / "new")])
    assert isinstance(done.exception, Trouble)
    assert said in str(done.exception)
    assert not (tmp_path / "new").exists()


def test_there_is_a_unit_for_each_service_on_a_port_of_its_own_with_no_more_rights_than_it_needs(folder: Path) -> None:
    units = {path.stem: unit(path) for path in (folder / "systemd").iterdir()}
    assert set(units) == {"nrm-referral", "nrm-intake", "nrm-assistance"}
    assert len({u["ExecStart"][0].rpartition(" ")[2] for u in units.values()}) == 3
    for name, one in units.items():
        assert f"serve --service {name.removeprefix('nrm-')} " in one["ExecStart"][0]
        assert one["EnvironmentFile"] == [f"{folder}/agency.env"]
        assert one["ReadWritePaths"] == [f"{folder}/data {folder}/keys"], "databases, and the master keys of the keystores"
        assert one["ProtectSystem"] == ["strict"]
        assert one["CapabilityBoundingSet"] == [""]
        for hardened in (
            "NoNewPrivileges",
            "PrivateTmp",
            "PrivateDevices",
            "ProtectKernelTunables",
            "RestrictNamespaces",
            "LockPersonality",
        ):
            assert one[hardened] == ["yes"], hardened


def test_the_file_wins_over_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NRM_AGENCY", "rs-ir")
    monkeypatch.setenv("NRM_BUS", "elsewhere:1")
    for name in ("NRM_COUNTRY", "NRM_TLS", "NRM_DATA", "NRM_PORT"):
        monkeypatch.delenv(name, raising=False)
    with monkeypatch.context() as scratch:
        for name in envfile.values(folder / "agency.env"):
            scratch.setenv(name, "")  # so that what `load` lays over it is taken back
        envfile.load(folder / "agency.env")
        assert Settings().agency == "rs-czztlj"  # type: ignore[call-arg]
    with pytest.raises(Trouble, match="agency init"):
        envfile.load(folder / "no.env")
