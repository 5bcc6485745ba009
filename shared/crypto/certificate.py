"""The certificate by which an agency shows the bus who it is: until when."""

from pathlib import Path


def ends(file: Path) -> int:
    """When it ends (ms UTC), as it lies there now, since it is renewed while processes run; 0 where none lies there that can be read."""
    from cryptography import x509  # a process that tells operators nothing never loads it

    try:
        return int(x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc.timestamp() * 1000)
    except (OSError, ValueError):
        return 0
