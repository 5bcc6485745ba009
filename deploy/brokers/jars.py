"""Kafka's jars: fetched by jgo into its repository cache (~/.m2/repository, or M2_REPO), used only where they match `kafka.lock`."""

import fcntl
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.language_choice import translate
from deploy.trouble import Trouble

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

LOCK = Path(__file__).with_name("kafka.lock")


class JarsMissing(Trouble):
    """Kafka's jars are not cached and cannot be fetched, or are not the pinned ones."""


def _locked() -> dict[str, str]:
    """Coordinates and SHA-256 of every jar, versions pinned: left to itself jgo picks a client library the broker cannot start with."""
    rows = (line.split() for line in LOCK.read_text().splitlines())
    return {coordinates: digest for digest, coordinates in rows}


def _artifact(maven: "MavenContext", coordinates: str) -> "Artifact":
    group, name, version = coordinates.split(":")
    return maven.project(group, name).at_version(version).artifact()


def _fetch(artifact: "Artifact", digest: str) -> Path:
    for _ in range(2):
        path = artifact.resolve()
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return path
        path.unlink()  # What an interrupted download left, or another file: once more from the source.
    raise JarsMissing(
        "%(filename)s is not the jar that %(lock)s names; look at who answers for the Maven repository here.",
        filename=artifact.filename,
        lock=LOCK.name,
    )


def _missing(maven: "MavenContext") -> int:
    paths = (_artifact(maven, coordinates).cached_path for coordinates in _locked())
    return sum(1 for path in paths if path is None or not path.exists())


def classpath(say: Callable[[str], None]) -> str:
    """All jars, fetched where they are missing, each checked against its hash."""
    import requests  # a fifth of what `deploy.brokers` takes to import, and few commands start a broker
    from jgo.config import GlobalSettings
    from jgo.maven import MavenContext

    cache = Path(GlobalSettings.load().repo_cache)
    cache.mkdir(parents=True, exist_ok=True)
    maven = MavenContext(repo_cache=cache)
    folder = os.open(cache, os.O_RDONLY)
    pool = ThreadPoolExecutor(8)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # jgo writes in place: a second start must not read a jar half written.
        if missing := _missing(maven):
            say(
                translate(
                    "fetching %(missing)s jars of Apache Kafka into %(cache)s (first start only, 43 MB)", missing=missing, cache=cache
                )
            )
        wanted = ((_artifact(maven, coordinates), digest) for coordinates, digest in _locked().items())
        jobs = [pool.submit(_fetch, artifact, digest) for artifact, digest in wanted]
        return os.pathsep.join(str(job.result()) for job in jobs)
    except (requests.RequestException, RuntimeError, OSError) as error:
        raise JarsMissing(
            "Kafka's jars are not in %(cache)s and cannot be fetched (%(error)s); run once with a network.",
            cache=cache,
            error=type(error).__name__,
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
        os.close(folder)
