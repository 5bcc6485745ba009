"""The proof of who we are: certificate and key are there, belong together and to this agency, and are good for a while."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.i18n import N_

SOON_DAYS = 30
ASK = N_("ask the operator of the bus for a certificate (`agency admit`), for the request.csr beside the key")
NEAR = ("127.", "localhost:", "[::1]:")


def certificates(patient: Patient) -> Iterator[Finding]:
    """All of them; no more than the first fault of a file."""
    tls = patient.settings.tls
    if tls is None:
        yield _in_the_clear(patient.settings.bus)
        return
    missing = [name for name in ("key.pem", "cert.pem", "ca.pem") if not (tls / name).is_file()]
    if missing:
        yield red(
            "certificate",
            "%(tls)s has no %(missing)s",
            ASK if "key.pem" not in missing else N_("run `./nrm agency init`"),
            tls=tls,
            missing=", ".join(missing),
        )
        return
    yield _key(tls / "key.pem")
    try:
        own = x509.load_pem_x509_certificate((tls / "cert.pem").read_bytes())
        authority = x509.load_pem_x509_certificate((tls / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((tls / "key.pem").read_bytes(), None)
    except (ValueError, OSError) as error:
        yield red("certificate", "a file in %(tls)s cannot be read (%(error)s)", ASK, tls=tls, error=type(error).__name__)
        return
    yield _belongs(own, authority, key.public_key(), patient.agency.id)
    yield valid(own, datetime.now(UTC))


def _in_the_clear(bus: str) -> Finding:
    if all(address.startswith(NEAR) for address in bus.split(",")):
        return green("certificate", "none needed: the bus is on this machine")
    return yellow("certificate", "the bus is spoken to in the clear", "fine for trying out in a closed network; else set NRM_TLS")


def _key(file: Path) -> Finding:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return red(
            "key",
            "others can read %(file)s (%(mode)s)",
            "chmod 600 %(file)s; if others may have, make a new one and ask again",
            file=file,
            mode=f"{mode:o}",
        )
    return green("key", "readable by its owner alone")


def _belongs(own: x509.Certificate, authority: x509.Certificate, key: object, agency: str) -> Finding:
    names = [str(n.value) for n in own.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [agency]:
        return red("certificate", "it is %(names)s's, not %(agency)s's", ASK, names=", ".join(names), agency=agency)
    if own.public_key() != key:
        return red("certificate", "it is for another key than key.pem", ASK)
    try:
        own.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return red("certificate", "ca.pem is not the authority that signed it", "lay both files of one answer beside the key")
    return green("certificate", "%(agency)s's own, signed by the bus's authority", agency=agency)


def valid(own: x509.Certificate, now: datetime) -> Finding:
    """For how long it is still good."""
    if now < own.not_valid_before_utc:
        return red(
            "certificate's time",
            "good only from %(at)s UTC",
            "look at this machine's clock",
            at=f"{own.not_valid_before_utc:%Y-%m-%d %H:%M}",
        )
    days = (own.not_valid_after_utc - now).days
    if days < 0:
        return red("certificate's time", "it ended on %(at)s", ASK, at=f"{own.not_valid_after_utc:%Y-%m-%d}")
    said = translate("good for %(days)s days more", days=days)
    return yellow("certificate's time", said, ASK) if days < SOON_DAYS else green("certificate's time", said)
