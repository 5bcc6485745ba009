"""A command starts with what it needs: whoever asks for `./nrm --help` does not wait for databases, pages and the bus."""

import subprocess
import sys

from deploy.dev.testing import ROOT

HEAVY = {"aiokafka", "confluent_kafka", "cryptography", "fastapi", "faststream", "jinja2", "opentelemetry", "pydantic", "sqlalchemy"}


def test_all_commands_are_known_before_anything_heavy_is_imported() -> None:
    say = "import sys, deploy.cli; print(*sorted(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-P", "-c", say], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
