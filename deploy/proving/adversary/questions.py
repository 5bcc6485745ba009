"""Everything that the adversary is asked about a view."""

from deploy.proving.adversary import linking, naming
from deploy.proving.adversary.evidence import Evidence, GameRules
from deploy.proving.adversary.scoring import GuessFinding

EVERYTHING = GameRules()


def ask(evidence: Evidence, asked: GameRules = EVERYTHING) -> dict[str, GuessFinding]:
    """Question → what he finds. With some groups of features alone links are not asked."""
    links = linking.findings(evidence, asked) if asked.only is None else ()
    return {one.question: one for one in (*naming.findings(evidence, asked), *links)}
