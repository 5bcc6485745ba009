"""Where the log is and how an agency shows who it is there: plain on loopback, mutual TLS everywhere else."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Bus:
    """A Kafka cluster's address. With `tls`, a folder holding `ca.pem`, `cert.pem` and `key.pem`, both sides prove who they are."""

    servers: str
    """HOST:PORT, several separated by commas."""
    tls: Path | None = None

    @property
    def seeds(self) -> list[str]:
        """The addresses one by one."""
        return self.servers.split(",")

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead a process of this project there."""
        return {"NRM_BUS": self.servers} | ({"NRM_TLS": str(self.tls)} if self.tls else {})

    def context(self) -> ssl.SSLContext | None:
        """What TLS needs, read anew for each connection made, so that renewed certificates take effect. Raises OSError, ssl.SSLError."""
        if self.tls is None:
            return None
        context = ssl.create_default_context(cafile=str(self.tls / "ca.pem"))
        context.load_cert_chain(self.tls / "cert.pem", self.tls / "key.pem")
        return context

    def aiokafka(self) -> dict[str, Any]:
        """The arguments of an aiokafka client."""
        context = self.context()
        secure = {"security_protocol": "SSL", "ssl_context": context} if context else {}
        return {"bootstrap_servers": self.seeds, **secure}

    def librdkafka(self) -> dict[str, Any]:
        """The settings of a confluent-kafka client."""
        plain = {"bootstrap.servers": self.servers, "log_level": 0}
        if self.tls is None:
            return plain
        files = {"ssl.ca.location": "ca.pem", "ssl.certificate.location": "cert.pem", "ssl.key.location": "key.pem"}
        return plain | {"security.protocol": "ssl"} | {name: str(self.tls / file) for name, file in files.items()}
