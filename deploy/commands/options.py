"""What several commands have: options, and where they write."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console(highlight=False)
KEPT = Path(__file__).resolve().parents[2] / "var"
NEAR = "127.0.0.1:9092"
BusAddress = Annotated[str, typer.Option(help="Kafka's addresses, HOST:PORT, several separated by commas.", envvar="NRM_BUS")]
Tls = Annotated[
    Path | None,
    typer.Option(help="Folder with ca.pem, cert.pem and key.pem; the bus is spoken to in the clear without it.", envvar="NRM_TLS"),
]
Patience = Annotated[float, typer.Option(help="Seconds that the bus has for an answer.", min=0.1, metavar="SECONDS")]
AgencyId = Annotated[str, typer.Option("--agency", help="Only this agency's instances; all in the folder without it.", envvar="NRM_AGENCY")]
CountryFile = Annotated[Path, typer.Option("--country", help="Country file, or name of one in the project.", envvar="NRM_COUNTRY")]
Databases = Annotated[
    Path, typer.Option("--data", help="Folder of a demo, or of databases.", envvar="NRM_DATA", show_default="var/agencies in the project")
]
EIGHT = 8.0
"""As `deploy.brokers.admin_client` has it, which imports more than a list of options should."""
AGENCIES, SERBIA = KEPT / "agencies", Path("serbia")
