"""The commands of who works on the project: `./nrm check` and `./nrm test`."""

from typing import Annotated, Any

import typer

from deploy.commands.options import console

TO_PYTEST: dict[str, Any] = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
"""Context settings of a command whose arguments go on to pytest."""


def check(
    context: typer.Context,
    vulnerabilities: Annotated[
        bool, typer.Option("--vulnerabilities", help="Ask instead what is known against the pinned packages; needs a network.")
    ] = False,
) -> None:
    """Format, lint, types, import rules, file sizes and docs: what every change must pass."""
    from deploy.dev import checks
    from deploy.dev import vulnerabilities as advisories

    commands = sorted(getattr(context.find_root().command, "commands", {}))
    raise typer.Exit(advisories.run(console) if vulnerabilities else checks.run(console, commands))


def test(context: typer.Context) -> None:
    """Run the tests; further arguments go to pytest."""
    from deploy.dev.testing import run

    raise typer.Exit(run(context.args, console))
