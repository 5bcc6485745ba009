"""`./nrm explore`: every order of a few decisions and a trouble, from each start; what goes wrong is told move by move."""

import time
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from deploy.explorer.rules import NAMES, Checkpoints, Rules
from deploy.explorer.search import Found
from deploy.explorer.search import explore as search
from deploy.explorer.state import Bounds
from deploy.explorer.telling import told
from deploy.trouble import Trouble

STARTS = ("L", "LM")
"""The lead alone, whom both others join; and the lead with a member."""
CONSOLE = Console(highlight=False)
SAID_EVERY = 5.0
"""Seconds between two words on how it goes."""


class Progress:
    """Says now and then how far one exploration has come."""

    def __init__(self, console: Console) -> None:
        self.console, self.said = console, time.monotonic()

    def __call__(self, found: Found, ahead: int) -> None:
        """After each level."""
        if time.monotonic() - self.said > SAID_EVERY:
            self.said = time.monotonic()
            self.console.print(f"  {found.states} states, {found.deepest} moves deep, {ahead} open")


def bounds_of(decisions: int, troubles: int, without: list[str], checkpoints: Checkpoints) -> Bounds:
    """The bounds that were asked for. Raises Trouble for a rule that there is not."""
    rules = Rules(checkpoints=checkpoints)
    for rule in without:
        if rule not in NAMES:
            raise Trouble(f"there is no rule {rule}; there are {', '.join(NAMES)}")
        rules = rules.without(rule)
    return Bounds(decisions, troubles, rules=rules)


def run(bounds: Bounds, console: Console) -> int:
    """Explore from each start until something goes wrong, and say what was met; 1 where anything did."""
    for start in STARTS:
        began, here = time.monotonic(), replace(bounds, start=start)
        console.print(f"{bounds.decisions} decisions, {bounds.troubles} troubles, at the start {start}:", markup=False)
        found = search(here, Progress(console))
        console.print(
            f"  {found.states} states by {found.steps} moves, the longest story {found.deepest} long, "
            f"at rest {found.rest} times, {time.monotonic() - began:.0f} s",
            soft_wrap=True,
        )
        if found.fault:
            console.print("the shortest story that goes wrong:", style="bold red")
            for line in told(found, here):
                console.print(line, markup=False, soft_wrap=True)
            return 1
    console.print("within these bounds nothing goes wrong, in whatever order it happens")
    return 0


def explore(
    decisions: Annotated[int, typer.Option(min=1, help="How many decisions, of anybody, a story holds.")] = 3,
    troubles: Annotated[int, typer.Option(min=0, help="How many restarts, lost or unanswered records a story holds.")] = 1,
    without: Annotated[list[str] | None, typer.Option(help="A rule to take out, to see what it is for; may be repeated.")] = None,
    checkpoints: Annotated[
        Checkpoints, typer.Option(help="What a checkpoint does to pictures: protocol 1 settles it.")
    ] = Checkpoints.SETTLED,
) -> None:
    """Play a small case in every order of a few decisions, by a model of the rules; fails with the shortest story that goes wrong."""
    raise typer.Exit(run(bounds_of(decisions, troubles, without or [], checkpoints), CONSOLE))
