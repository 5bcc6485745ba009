"""`./nrm explore`: every order of a few decisions and a trouble, from each start; what goes wrong is printed move by move."""

import time
from dataclasses import replace

from rich.console import Console

from deploy.proving.explorer.rules import NAMES, Checkpoints, Rules
from deploy.proving.explorer.search import Found
from deploy.proving.explorer.search import explore as search
from deploy.proving.explorer.state import Bounds
from deploy.proving.explorer.telling import told
from deploy.trouble import Trouble

STARTS = {"L": {}, "LM": {}, "LMJ": {"acts": False, "hands_over": True}}
"""The lead alone, whom both others join; the lead with a member; and all three, where the lead may pass on to the member."""

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
    for start, more in STARTS.items():
        began, here = time.monotonic(), replace(bounds, start=start, **more)
        passes = ", the lead may pass on" if here.hands_over else ""
        console.print(f"{bounds.decisions} decisions, {bounds.troubles} troubles, at the start {start}{passes}:", markup=False)
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
