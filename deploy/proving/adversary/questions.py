"""Everything that the adversary is asked about a view."""

from deploy.proving.adversary import linking, naming
from deploy.proving.adversary.evidence import Asked, Evidence
from deploy.proving.adversary.scoring import Finding

EVERYTHING = Asked()


def ask(evidence: Evidence, asked: Asked = EVERYTHING) -> dict[str, Finding]:
    """Question → what he finds. With some groups of features alone links are not asked."""
    links = linking.findings(evidence, asked) if asked.only is None else ()
    return {one.question: one for one in (*naming.findings(evidence, asked), *links)}
