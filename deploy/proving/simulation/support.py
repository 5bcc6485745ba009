"""What an officer asks another agency for so that help can happen: a ride, a room or an interpreter, and who pays."""

from collections.abc import Mapping
from random import Random
from typing import Any

from shared.protocol.case_file import Group
from shared.protocol.file_codes import InterpreterSex
from shared.protocol.support import OwnPayer, SupportKind

PAYERS = (*OwnPayer, "court", "court", "nobody-knows")
"""Who pays in any country, whom the simulated one knows besides, and whom it does not know."""
FIELDS: Mapping[SupportKind, dict[str, Any]] = {
    SupportKind.TRANSPORT: {"origin": "Invented station", "destination": "Invented court", "about": (Group.MEETING_POINT,)},
    SupportKind.STAY: {"nights": 2, "about": (Group.COMMUNICATION,)},
    SupportKind.INTERPRETER: {"languages": ("rom",), "interpreter": InterpreterSex.FEMALE, "about": (Group.COMMUNICATION,)},
}


def wanted(random: Random, said: Mapping[str, Any], when: int) -> dict[str, Any]:
    """The answers of such a form, besides what every message says (`said`); now and then a field is forgotten, or another thing is ticked
    than what its words tell. `when`: for which moment (ms UTC)."""
    kind = random.choice((*SupportKind,))
    fields = FIELDS[kind]
    forgotten = {"about": fields["about"]} if random.random() < 0.1 else fields
    ticked = {"about": said["about"]} if random.random() < 0.1 else {}
    return {**said, "support": kind, "when": when, "payer": random.choice(PAYERS), **forgotten, **ticked}
