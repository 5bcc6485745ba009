"""`./nrm agency admit`: the operator signs what an agency asks for in its own name, and nothing else."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.brokers import Cluster
from deploy.brokers.access import kafka, rules
from deploy.brokers.certificates import Authority, Unsigned, request
from deploy.installation.admission import admit
from deploy.installation.folder import InstallationPlan, init
from deploy.process.country_file import country_of
from deploy.trouble import Trouble
from shared.config.country import Agency
from shared.config.kafka import Bus
from tests.deploy.doctor.patients import soon

SERBIA = Path("serbia")


def granted(cluster: Cluster, who: str) -> set[tuple[str, str, str]]:
    """What somebody may do, as the cluster has it."""
    operator = kafka.AdminClient(cluster.admin.librdkafka())
    rights = operator.describe_acls(
        kafka.AclBindingFilter(
            kafka.ResourceType.ANY, None, kafka.ResourcePatternType.ANY, f"User:{who}", None,
            kafka.AclOperation.ANY, kafka.AclPermissionType.ANY,
        )
    )  # fmt: skip
    return {(r.restype.name.lower(), r.name, r.operation.name) for r in rights.result()}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "certificates")


def test_what_is_signed_is_the_agencys_own_key_in_its_own_name(authority: Authority, tmp_path: Path) -> None:
    asked = request("rs-ir", tmp_path / "key.pem")
    pem, issuer = authority.sign("rs-ir", asked)
    certificate, ca = x509.load_pem_x509_certificate(pem), x509.load_pem_x509_certificate(issuer)
    certificate.verify_directly_issued_by(ca)
    ours = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert certificate.public_key().public_bytes(*ours) == x509.load_pem_x509_csr(asked).public_key().public_bytes(*ours)
    assert [n.value for n in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["rs-ir"]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert ExtendedKeyUsageOID.CLIENT_AUTH in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value


def test_a_request_in_another_name_or_without_its_key_is_not_signed(authority: Authority, tmp_path: Path) -> None:
    asked = request("rs-ir", tmp_path / "key.pem")
    with pytest.raises(Unsigned, match="is for rs-ir, not for rs-pu-bg"):
        authority.sign("rs-pu-bg", asked)
    with pytest.raises(Unsigned, match="no certificate signing request"):
        authority.sign("rs-ir", b"anything")
    der = bytearray(x509.load_pem_x509_csr(asked).public_bytes(Encoding.DER))
    der[-1] ^= 1
    with pytest.raises(Unsigned):
        authority.sign("rs-ir", x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM))


@pytest.mark.parametrize(("name", "said"), [("admin", "everything"), ("broker1", "everything"), ("rs-nobody", "has no agency")])
def test_nobody_becomes_an_operator_or_a_broker(name: str, said: str, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "request.csr").write_bytes(request(name, tmp_path / "key.pem"))
    with pytest.raises(Trouble, match=said):
        admit(name, tmp_path / "request.csr", authority.folder.parent, SERBIA, "127.0.0.1:1", None)


def asking(name: str, *services: str) -> Agency:
    return Agency(id=name, name="New", kind="ngo", services=services)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (None, "--request request.json"),
        (asking("rs-ngo-other", "intake"), "the request of rs-ngo-other, not of rs-ngo-new"),
        (asking("rs-ngo-new", "intake", "referral"), "asks to run referral, which the country file alone can give"),
        (asking("rs-ngo-new", "reporting"), "asks to run reporting"),
    ],
)
def test_who_is_not_in_the_country_file_gets_no_more_than_anybody(
    listed: Agency | None, said: str, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "request.csr").write_bytes(request("rs-ngo-new", tmp_path / "key.pem"))
    with pytest.raises(Trouble, match=said):
        admit("rs-ngo-new", tmp_path / "request.csr", authority.folder.parent, SERBIA, "127.0.0.1:1", tmp_path / "out", listed)
    assert not (tmp_path / "out").exists()


@pytest.mark.kafka
def test_what_the_country_file_says_counts_and_not_what_is_asked(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "request.csr").write_bytes(request("rs-ngo-pomoc", tmp_path / "key.pem"))
    admit("rs-ngo-pomoc", tmp_path / "request.csr", cluster.data, SERBIA, None, tmp_path, asking("rs-ngo-pomoc", "reporting"))
    assert granted(cluster, "rs-ngo-pomoc") == {(r.kind, r.name, r.operation) for r in rules(country_of(SERBIA).agency("rs-ngo-pomoc"))}


@pytest.mark.kafka
def test_the_coordinator_may_lay_out_and_read_directories_and_read_no_case(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "request.csr").write_bytes(request("coordinator", tmp_path / "key.pem"))
    admit("coordinator", tmp_path / "request.csr", cluster.data, SERBIA, None, tmp_path)
    assert granted(cluster, "coordinator") == {
        ("topic", "nrm.directory", "READ"),
        ("topic", "nrm.directory", "WRITE"),
        ("topic", "nrm.case-events", "WRITE"),
    }


def test_a_folder_without_an_authority_gets_none(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="holds no authority"):
        admit("rs-ir", tmp_path / "request.csr", tmp_path, SERBIA, None, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.kafka
def test_admitted_it_may_do_what_the_table_says(cluster: Cluster, tmp_path: Path) -> None:
    init(InstallationPlan("rs-zdr-bg", SERBIA, cluster.bootstrap.replace("127.0.0.1", "far.example"), tmp_path))
    keys = tmp_path / "keys"
    admit("rs-zdr-bg", keys / "request.csr", cluster.data, SERBIA, None, keys)
    assert granted(cluster, "rs-zdr-bg") == {(r.kind, r.name, r.operation) for r in rules(country_of(SERBIA).agency("rs-zdr-bg"))}
    agency = kafka.AdminClient(Bus(cluster.bootstrap, keys).librdkafka())
    mine = {"nrm.case-events", "nrm.documents", "nrm.directory", "nrm.capacity"}
    assert soon(lambda: set(agency.list_topics(timeout=10).topics), mine) == mine, "it sees what it may use, and no more"
    admit("rs-zdr-bg", keys / "request.csr", cluster.data, SERBIA, None, keys)  # a renewal


def test_where_the_cluster_does_not_answer_nothing_is_handed_out(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "request.csr").write_bytes(request("rs-ir", tmp_path / "key.pem"))
    with pytest.raises(Trouble, match="Nothing was handed out"):
        admit("rs-ir", tmp_path / "request.csr", authority.folder.parent, SERBIA, "127.0.0.1:1", tmp_path / "out", patience=0.2)
    assert not (tmp_path / "out").exists()
