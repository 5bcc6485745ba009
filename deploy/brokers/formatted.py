"""A new log of Kafka, laid out as its own tool does it, which takes most of a second of processor time: what that wrote once is copied.

It writes two files: which features the cluster begins with, the same for each cluster of a version of Kafka, and whose folder it is.
`class_archive` keeps the first beside the archive of classes; without it, or where it is damaged, the tool is asked.
"""

import base64
import hashlib
import uuid
from pathlib import Path

CHECKPOINT, META = "bootstrap.checkpoint", "meta.properties"
DIGEST = hashlib.sha256().digest_size


def fresh_id() -> str:
    """The id of a cluster, or of a folder, that is being made."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")


def keep(log: Path, file: Path) -> None:
    """Keep what the tool wrote in this log, whole or not at all, after its digest."""
    said = (log / CHECKPOINT).read_bytes()
    new = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
    new.write_bytes(hashlib.sha256(said).digest() + said)
    new.rename(file)


def lay_out(log: Path, file: Path, cluster: str, node: int) -> bool:
    """Make the log of a node from what was kept; whether that could be done."""
    kept = file.read_bytes() if file.exists() else b""
    digest, said = kept[:DIGEST], kept[DIGEST:]
    if not said or hashlib.sha256(said).digest() != digest:
        return False
    log.mkdir()
    (log / CHECKPOINT).write_bytes(said)
    (log / META).write_text(f"cluster.id={cluster}\ndirectory.id={fresh_id()}\nnode.id={node}\nversion=1\n")
    return True
