"""The command line in the language of the terminal: its help, and what Typer says of a line that it cannot read.

A command's docstring and the `help` of its options are read as they stand in the code (`deploy.dev.languages.command_line`), so nobody
marks them. What Typer marks itself comes by gettext; the rest of its words are a table here, because Typer brings no mark for them.
"""

import os
import re
import sys
from collections.abc import Sequence
from typing import Any

from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer.core import TyperCommand, TyperGroup, TyperOption

from deploy.language_choice import CHOSEN, as_in_the_code, translate
from shared.config.i18n import N_

USAGE = N_("Usage: ")
LANGUAGE = re.compile(r"--lang(?:uage)?(?:=(.*))?")
SENTENCES = {
    re.compile(r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<others>.*)\))?"): (
        N_("No such option: %(name)s"), N_("No such option: %(name)s (possible: %(others)s)"),
    ),
    re.compile(r"Missing option (?P<name>.*)\."): (N_("Missing option %(name)s."),),
    re.compile(r"Missing argument (?P<name>.*)\."): (N_("Missing argument %(name)s."),),
    re.compile(r"Option '?(?P<name>[^\s']+)'? requires an argument\."): (N_("Option %(name)s requires an argument."),),
    re.compile(r"Got unexpected extra argument\(s\) \((?P<name>.*)\)"): (N_("More than was asked for: %(name)s"),),
    re.compile(r"Invalid value for (?P<name>.*?): (?P<others>.*)"): (
        N_("Invalid value for %(name)s"), N_("Invalid value for %(name)s: %(others)s"),
    ),
}  # fmt: skip
"""What Typer says without a mark → the same as a text of ours; the second where it says more."""
MARKED = (
    N_("(deprecated) "), N_("Aborted!"), N_("Aborted."), N_("Arguments"), N_("Commands"), N_("Error"), N_("Missing command."),
    N_("No such command {name!r}."), N_("Options"), N_("Try [blue]'{command_path} {help_option}'[/] for help."), N_("[default: {}]"),
    N_("[env var: {}]"), N_("[required]"), N_("default: {default}"), N_("env var: {var}"), N_("required"), N_("(dynamic)"),
)  # fmt: skip
"""What Typer marks itself, in its own spelling."""
HELP = N_("Show this message and exit.")


def named(arguments: Sequence[str]) -> str:
    """The language that a line names before its command; empty where it names none."""
    for one, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if not one.startswith("-"):
            return ""
        if found := LANGUAGE.fullmatch(one):
            return found[1] or following
    return ""


class _Spoken:
    """What a command and a group of commands have in common."""

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """`--help`, whose own help nothing marks."""
        found = super().get_help_option(ctx)  # pyright: ignore
        if isinstance(found, TyperOption):
            found.help = translate(HELP)
            return found
        return None

    def get_usage(self, ctx: Any) -> str:
        """How the line is written."""
        usage = str(super().get_usage(ctx))  # pyright: ignore
        return usage.replace(USAGE, translate(USAGE), 1)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the line. Raises UsageError in the language of the terminal."""
        try:
            return super().parse_args(ctx, args)  # pyright: ignore
        except NoArgsIsHelpError:
            raise
        except UsageError as error:
            raise UsageError(in_words(error.format_message()), error.ctx) from None


class SpokenCommand(_Spoken, TyperCommand):
    """A command."""


class SpokenGroup(_Spoken, TyperGroup):
    """Commands, of which the first of all says in which language the rest speak."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Runs a line. Raises Trouble where it names a language that there is not."""
        line = list(sys.argv[1:] if args is None else args)
        if name := named(line):
            os.environ[CHOSEN] = name
        if not as_in_the_code():
            from deploy.terminal_language import lend

            lend()
            speak(self)
        return super().main(line, *more, **options)


def speak(command: Any) -> None:
    """Has this command, and all below it, say in the language of the terminal what stands in the code."""
    command.help = translate(command.help) if command.help else command.help
    for param in command.params:
        param.help = translate(param.help) if getattr(param, "help", None) else None
        if isinstance(getattr(param, "show_default", None), str):
            param.show_default = translate(param.show_default)
    for below in getattr(command, "commands", {}).values():
        speak(below)


def in_words(said: str) -> str:
    """What Typer says of a line, in the language of the terminal; as it is where the table lacks it."""
    for pattern, ours in SENTENCES.items():
        if found := pattern.fullmatch(said):
            words = {name: value for name, value in found.groupdict().items() if value}
            return translate(ours[len(words) - 1 if len(ours) > 1 else 0], **words)
    return said


def spoken(app: Any) -> None:
    """Makes the commands of an application, and of those below it, such ones."""
    app.info.cls = SpokenGroup
    for one in app.registered_commands:
        one.cls = SpokenCommand
    for group in app.registered_groups:
        group.cls = SpokenGroup
        spoken(group.typer_instance)
