"""What an authority hands out: whose it is, for how long, and who may read the keys."""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from deploy.brokers.certificates import AUTHORITY_DAYS, DAYS, Authority


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    before = os.umask(0)  # the strictest test: whatever the umask forbids, it does not help here
    try:
        made = Authority(tmp_path / "certificates")
        made.issue("police")
        made.issue("broker1", "127.0.0.1")
    finally:
        os.umask(before)
    return made


def test_keys_are_for_their_owner_alone(authority: Authority) -> None:
    folders = [authority.folder, authority.folder / "police", authority.folder / "broker1"]
    assert {mode(folder) for folder in folders} == {0o700}
    keys = [authority.folder / "authority.key", *(f / name for f in folders[1:] for name in ("key.pem", "keystore.pem"))]
    assert {mode(key) for key in keys} == {0o600}


def test_no_key_lies_in_a_file_that_is_handed_round(authority: Authority) -> None:
    open_files = [f for f in authority.folder.rglob("*.pem") if f.name not in ("key.pem", "keystore.pem")]
    assert len(open_files) == 5
    assert all(b"PRIVATE KEY" not in f.read_bytes() for f in open_files)


def test_the_name_is_the_agencys_and_the_key_fits(authority: Authority) -> None:
    folder = authority.folder / "police"
    certificate = read(folder / "cert.pem")
    assert [n.value for n in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["police"]
    key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
    assert key.public_key() == certificate.public_key()
    assert (folder / "keystore.pem").read_bytes() == (folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes()


def test_a_broker_has_its_address_in_it_and_an_agency_has_none(authority: Authority) -> None:
    names = read(authority.folder / "broker1" / "cert.pem").extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    with pytest.raises(x509.ExtensionNotFound):
        read(authority.folder / "police" / "cert.pem").extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_they_are_good_from_now_for_their_time(authority: Authority) -> None:
    now = datetime.now(UTC)
    for file, days in (("police/cert.pem", DAYS), ("broker1/cert.pem", DAYS), ("authority.pem", AUTHORITY_DAYS)):
        certificate = read(authority.folder / file)
        assert now - timedelta(minutes=10) < certificate.not_valid_before_utc < now
        assert abs(certificate.not_valid_after_utc - now - timedelta(days=days)) < timedelta(minutes=1)


def test_only_the_authority_can_issue(authority: Authority) -> None:
    def constraints(file: str) -> x509.BasicConstraints:
        return read(authority.folder / file).extensions.get_extension_for_class(x509.BasicConstraints).value

    assert constraints("authority.pem") == x509.BasicConstraints(ca=True, path_length=0)
    assert not constraints("police/cert.pem").ca


def test_another_authority_of_the_same_name_vouches_for_nobody_here(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "other").issue("police")
    root = read(authority.folder / "authority.pem")
    read(authority.folder / "police" / "cert.pem").verify_directly_issued_by(root)
    with pytest.raises(InvalidSignature):
        read(stranger / "cert.pem").verify_directly_issued_by(root)


def test_asked_again_it_hands_out_the_same(authority: Authority) -> None:
    before = {f: f.read_bytes() for f in authority.folder.rglob("*") if f.is_file()}
    again = Authority(authority.folder)
    again.issue("police")
    assert {f: f.read_bytes() for f in authority.folder.rglob("*") if f.is_file()} == before
