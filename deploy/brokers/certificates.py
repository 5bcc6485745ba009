"""Certificates for a bus with mutual TLS: an authority of its own, and one certificate for each broker and agency."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.language_choice import translate

AUTHORITY_DAYS = 3650
DAYS = 397
"""For how long a certificate of a broker or an agency is good."""
EARLIER = timedelta(minutes=5)
"""From how long before its making a certificate is good: clocks differ a little."""
Key = ec.EllipticCurvePrivateKey


class Unsigned(Exception):
    """A request that the authority does not sign, with the reason."""


class Authority:
    """The authority of one bus: a folder with its key, and a folder for each name it has vouched for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (folder / "authority.pem").exists():
            key = ec.generate_private_key(ec.SECP256R1())
            good_for = timedelta(days=AUTHORITY_DAYS)
            certificate = _signed("nrm-authority", key.public_key(), None, key, good_for=good_for, authority=True)
            _write(folder / "authority.key", _private(key))
            (folder / "authority.pem").write_bytes(_public(certificate))

    def issue(self, name: str, address: str = "", good_for: timedelta = timedelta(days=DAYS)) -> Path:
        """The folder with `ca.pem`, `cert.pem`, `key.pem` and `keystore.pem` (both in one) for this name; made where it is missing.

        `address` is the IP address of a broker, which its clients check; `good_for` counts from now.
        """
        folder = self.folder / name
        if not (folder / "keystore.pem").exists():
            folder.mkdir(exist_ok=True, mode=0o700)
            issuer, signer = self._issuer()
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = _public(_signed(name, key.public_key(), issuer, signer, address=address, good_for=good_for))
            (folder / "ca.pem").write_bytes(_public(issuer))
            (folder / "cert.pem").write_bytes(certificate)
            _write(folder / "key.pem", _private(key))
            _write(folder / "keystore.pem", _private(key) + certificate)
        return folder

    def sign(self, name: str, request: bytes) -> tuple[bytes, bytes]:
        """The certificate (PEM) for a key that never leaves its owner, and the authority's own.

        Of the request only name and key count: what a certificate is good for is ours to say. Raises Unsigned.
        """
        try:
            asked = x509.load_pem_x509_csr(request)
        except ValueError:
            raise Unsigned(translate("this is no certificate signing request (PEM)")) from None
        names = [str(n.value) for n in asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        key = asked.public_key()
        if names != [name]:
            raise Unsigned(translate("the request is for %(names)s, not for %(name)s", names=", ".join(names) or "–", name=name))
        if not asked.is_signature_valid or not isinstance(key, ec.EllipticCurvePublicKey):
            raise Unsigned(translate("the request is not signed with the key that it names, or that is no elliptic-curve key"))
        issuer, signer = self._issuer()
        return _public(_signed(name, key, issuer, signer)), _public(issuer)

    def _issuer(self) -> tuple[x509.Certificate, Key]:
        signer = serialization.load_pem_private_key((self.folder / "authority.key").read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate((self.folder / "authority.pem").read_bytes()), signer


def request(name: str, key_file: Path) -> bytes:
    """A certificate signing request (PEM) for this name. Its key is made where it is missing, and stays in its file."""
    if not key_file.exists():
        _write(key_file, _private(ec.generate_private_key(ec.SECP256R1())))
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _signed(
    name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Certificate | None, signer: Key,
    *, good_for: timedelta = timedelta(days=DAYS), address: str = "", authority: bool = False,
) -> x509.Certificate:  # fmt: skip
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + good_for)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
    )
    if not authority:
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if address:
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("localhost")])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _private(key: Key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, secret: bytes) -> None:
    """A file that only its owner reads, from its first moment."""
    path.touch(mode=0o600)
    path.write_bytes(secret)
