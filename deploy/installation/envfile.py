"""`agency.env`: every setting with what it means, for `./nrm --env-file`, systemd and containers alike."""

import os
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from deploy.trouble import Trouble

PREFIX = "NRM_"
HEAD = """\
# What this agency's processes are told. `./nrm serve --env-file agency.env`, the systemd units and compose.yml all read this file.
# A line that begins with "# NRM_" shows what holds while nothing is set.
# Passwords may stand in here: keep the file readable by its owner alone.
"""
TRACES = """
# Besides the operators' process, traces may go to any OpenTelemetry collector (no personal data in them).
# OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318
"""


def written(chosen: Mapping[str, str]) -> str:
    """The text of the file; `chosen` has values by the name of the setting, all others show what they are by themselves."""
    from shared.config.settings import Settings

    fields = Settings.model_fields.items()
    return HEAD + "".join(_entry(name, f.description or "", f.default, chosen.get(name)) for name, f in fields) + TRACES


def _entry(name: str, meaning: str, default: object, value: str | None) -> str:
    said = textwrap.wrap(meaning, 118, initial_indent="# ", subsequent_indent="# ")
    variable = f"{PREFIX}{name.upper()}"
    line = f"{variable}={value}" if value is not None else f"# {variable}={default or ''}"
    return "\n" + "\n".join([*said, line.rstrip()]) + "\n"


def values(file: Path) -> dict[str, str]:
    """Variable → value. Raises Trouble where there is no such file."""
    if not file.is_file():
        raise Trouble("There is no file %(file)s; `./nrm agency init` writes one.", file=file)
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(file, interpolate=False).items() if value is not None}


def load(file: Path | None) -> Path | None:
    """Lay a file's settings over the environment, before any other option is looked at. Options win over the file."""
    if file is not None:
        os.environ.update(values(file))
    return file


EnvFile = Annotated[
    Path | None,
    typer.Option("--env-file", help="File with NRM_* settings, as `agency init` writes it.", is_eager=True, callback=load),
]
