"""The commands of `./nrm`, joined. Each is a few lines in `commands/`, which import what does the work when it is asked for."""

import logging
import os
import sys
from typing import Annotated

import typer

from deploy.commands.adversary import adversary
from deploy.commands.agency import app as agency
from deploy.commands.agency import doctor, upgrade
from deploy.commands.bench import bench
from deploy.commands.contract import contract
from deploy.commands.demo import demo
from deploy.commands.dev import TO_PYTEST, check, test
from deploy.commands.explore import explore
from deploy.commands.figures import import_, report
from deploy.commands.kafka import kafka
from deploy.commands.languages import languages
from deploy.commands.options import console
from deploy.commands.parked import parked
from deploy.commands.pictures import pictures
from deploy.commands.serve import serve
from deploy.commands.service_directory import directory
from deploy.commands.simulate import simulate
from deploy.commands.slo import slo
from deploy.commands.soak import soak
from deploy.commands.topics import topics
from deploy.commands.traces import traces
from deploy.commands.verify import verify
from deploy.language_choice import CHOSEN
from deploy.spoken_commands import spoken
from deploy.trouble import Trouble
from shared.config.garbage import look_seldom

app = typer.Typer(
    name="nrm",
    help="NRM Joint Action: many agencies, one case, one log.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def speaking(
    language: Annotated[
        str,
        typer.Option(
            "--language", "--lang", help="Language of the terminal: `sr-Latn`, `sr-Cyrl`, `fi`, `sv` or `en`.", envvar="NRM_LANGUAGE"
        ),
    ] = "",
) -> None:
    """NRM Joint Action: many agencies, one case, one log."""
    if language:
        os.environ[CHOSEN] = language


for command in (demo, serve, doctor, upgrade, kafka, verify, soak, simulate, explore, adversary, bench, pictures, check, slo):
    app.command()(command)
app.command("import")(import_)
app.command(context_settings=TO_PYTEST)(test)
GROUPS = {
    "agency": agency, "topics": topics, "parked": parked, "report": report, "contract": contract, "traces": traces, "languages": languages,
    "directory": directory,
}  # fmt: skip
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
spoken(app)


def main() -> None:
    """Runs one command; a trouble that a person can mend is printed as its sentence, without a traceback."""
    look_seldom()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what a bus that is just starting answers is nothing that a reader can mend
    try:
        app(prog_name="nrm")
    except Trouble as trouble:
        console.print(f"nrm: {trouble}", style="bold red", markup=False, soft_wrap=True)
        sys.exit(1)
    except PermissionError as error:
        console.print(
            f"nrm: {error.filename}: {error.strerror}. Run this as the user who owns it.", style="bold red", markup=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
