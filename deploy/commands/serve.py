"""The command `./nrm serve`."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.options import KEPT, NEAR, BusAddress, Tls
from deploy.installation.envfile import EnvFile


def serve(
    agency: Annotated[str, typer.Option(help="Id of the agency, as its country file has it.", envvar="NRM_AGENCY")],
    bus: BusAddress = NEAR,
    tls: Tls = None,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; may be repeated.", envvar="NRM_SERVICES")] = None,
    country: Annotated[Path, typer.Option(help="Country file, or name of one in the project.", envvar="NRM_COUNTRY")] = Path("serbia"),
    data: Annotated[
        Path, typer.Option(help="Folder of the databases.", envvar="NRM_DATA", show_default="var/agencies in the project")
    ] = KEPT / "agencies",
    port: Annotated[int, typer.Option(help="Port of the pages.", envvar="NRM_PORT")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on; in a container 0.0.0.0.", envvar="NRM_HOST")] = "127.0.0.1",
    clock: Annotated[str, typer.Option(help="wall, or file:PATH for a simulated time.", envvar="NRM_CLOCK")] = "wall",
    root: Annotated[str, typer.Option(help="The coordinator's root key, 64 hex digits.", envvar="NRM_ROOT")] = "",
    keys: Annotated[
        Path | None, typer.Option(help="Folder of its private keys.", envvar="NRM_KEYS", show_default="keys in the data folder")
    ] = None,
    operators: Annotated[str, typer.Option(help="OTLP endpoint of the operators' process, for traces.", envvar="NRM_OPERATORS")] = "",
    env_file: EnvFile = None,
) -> None:
    """Run one agency, or one of its services, by itself."""
    from deploy.process.serve import run
    from shared.config.settings import Settings

    services = tuple(service or ())
    run(
        Settings(
            agency=agency,
            bus=bus,
            tls=tls,
            services=services,
            country=country,
            data=data,
            host=host,
            port=port,
            clock=clock,
            operators=operators,
            root=root,
            keys=keys,
        )
    )
