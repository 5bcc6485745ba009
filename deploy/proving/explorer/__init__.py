"""The explorer: a second judge beside the simulation. A small model of one case, and every order in which things may happen to it.

    explore(Bounds(decisions=3, rules=Rules()))  →  Found(states, rest, fault, story, …)

The simulation plays the real parts and draws what happens; this plays a reading of the rules and leaves nothing out, within its bounds.
It imports nothing of `shared` and `services` (import-linter sees to that).
"""

from deploy.proving.explorer.rules import Checkpoints, Rules
from deploy.proving.explorer.search import Found, explore
from deploy.proving.explorer.state import Bounds

__all__ = ["Bounds", "Checkpoints", "Found", "Rules", "explore"]
