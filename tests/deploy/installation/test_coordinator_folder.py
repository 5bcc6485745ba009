"""`./nrm agency coordinate`: the coordinator's own folder, made once; and what others ask it to list."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from deploy.brokers.identity import proven
from deploy.cli import app
from deploy.directory.coordinator import Coordinator
from deploy.directory.request import read
from deploy.installation.coordinator_folder import described, found
from deploy.installation.folder import InstallationPlan, init
from deploy.process.file_names import REQUEST
from deploy.trouble import Trouble
from shared.config.kafka import Bus
from shared.crypto.directory import ListedAgency
from shared.protocol.vocabulary import AgencyKind

SERBIA, FINLAND = Path("serbia"), Path("finland")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    list(found(tmp_path / "office", SERBIA))
    return tmp_path / "office"


def test_made_once_root_and_directory_stay(office: Path) -> None:
    here = Coordinator(office)
    pin, directory = here.pin, here.directory()
    assert (directory.version, directory.agencies, directory.instances) == (1, (), ())
    assert not any(step.made for step in found(office, SERBIA))
    assert (here.pin, here.directory()) == (pin, directory)
    asked = x509.load_pem_x509_csr((office / "request.csr").read_bytes())
    assert [n.value for n in asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["coordinator"]


def test_it_is_one_countrys(office: Path) -> None:
    with pytest.raises(Trouble, match="the coordinator's folder of rs"):
        list(found(office, FINLAND))


def test_kind_and_classes_of_an_agency_are_as_the_country_file_says(office: Path, tmp_path: Path) -> None:
    init(InstallationPlan("rs-ir", SERBIA, "127.0.0.1:1", tmp_path / "ir"))
    asked = read(tmp_path / "ir" / "keys" / REQUEST, None)
    bold = asked.model_copy(update={"agency": asked.agency.model_copy(update={"kind": AgencyKind.POLICE})})
    assert described(bold, office).agency == asked.agency
    new = ListedAgency(id="rs-ngo-new", name="New", kind=AgencyKind.NGO, services=("intake",))
    assert described(asked.model_copy(update={"agency": new}), office).agency == new, "of one that it does not know, as it asks"


def test_before_the_operator_has_answered_it_says_what_is_missing_and_changes_nothing(office: Path, tmp_path: Path) -> None:
    init(InstallationPlan("rs-ir", SERBIA, "127.0.0.1:1", tmp_path / "ir"))
    before = Coordinator(office).directory()
    tls = ["--coordinator", str(office), "--tls", str(office), "--bus", "127.0.0.1:1"]
    for words in (["announce"], ["leave", "rs-ir"], ["admit", "rs-ir", "--yes", "--request", str(tmp_path / "ir" / "keys" / REQUEST)]):
        trouble = CliRunner().invoke(app, ["agency", *words, *tls]).exception
        assert isinstance(trouble, Trouble), words
        assert "has no cert.pem, ca.pem" in str(trouble)
    assert Coordinator(office).directory() == before


def test_files_that_do_not_belong_together_are_named(office: Path, tmp_path: Path) -> None:
    from deploy.brokers.certificates import Authority

    other = Authority(tmp_path / "authority").issue("somebody")
    for name in ("cert.pem", "ca.pem"):
        (office / name).write_bytes((other / name).read_bytes())
    with pytest.raises(Trouble, match="do not belong together, or one is damaged"):
        proven(Bus("127.0.0.1:1", office))
    assert proven(Bus("127.0.0.1:1", other)).tls == other


def test_nobody_is_listed_whose_fingerprint_was_not_confirmed(office: Path, tmp_path: Path) -> None:
    init(InstallationPlan("rs-ir", SERBIA, "127.0.0.1:1", tmp_path / "ir"))
    words = ["agency", "admit", "rs-ir", "--request", str(tmp_path / "ir" / "keys" / REQUEST), "--coordinator", str(office)]
    assert CliRunner().invoke(app, words, input="n\n").exit_code == 1
    assert Coordinator(office).directory().agencies == ()
