"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

KEPT = Path(__file__).resolve().parent.parent / "var"
NEAR = "127.0.0.1:9092"
BusAddress = Annotated[str, typer.Option(help="Kafka's addresses, HOST:PORT, several separated by commas.", envvar="NRM_BUS")]
Tls = Annotated[
    Path | None,
    typer.Option(help="Folder with ca.pem, cert.pem and key.pem; the bus is spoken to in the clear without it.", envvar="NRM_TLS"),
]
