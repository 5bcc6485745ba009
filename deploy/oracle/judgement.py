"""What the oracle found: figures, and a sentence for each thing that is wrong."""

from dataclasses import dataclass, field

KINDS = (
    "audit", "altered", "lost", "twice", "illegal", "misplaced", "differing", "disordered", "stuck", "fenced", "aside", "parked",
    "statistics", "unreadable",
)  # fmt: skip
"""What is worst first: what was done by hand, what is lost, what somebody knows who may not; what a wrong key alone may cause is last."""


@dataclass
class Judgement:
    """What was counted, and what is wrong, by kind.

    *Lost*: a committed decision, neither removed nor undone by a restore, without exactly one settling record,
    or with that record missing or judged otherwise at a member of the roster that its core cites.
    """

    instances: int = 0
    cases: int = 0
    protocols: dict[int, int] = field(default_factory=dict[int, int])
    """Protocol → the cases that were opened under it."""
    decisions: int = 0
    removed: int = 0
    records: int = 0
    """On the log, where it was there to read."""
    verdicts: dict[str, int] = field(default_factory=dict[str, int])
    """What the authors' instances say of the records they wrote."""
    lost: list[str] = field(default_factory=list[str])
    twice: list[str] = field(default_factory=list[str])
    """Decisions that are settled more than once, or that count though their author saw that they had ended."""
    stuck: list[str] = field(default_factory=list[str])
    """What waits for ever: joiners without a checkpoint, decisions that others wait behind."""
    disordered: list[str] = field(default_factory=list[str])
    """Decisions of one author in one case that lie on the log in another order than they were made."""
    differing: list[str] = field(default_factory=list[str])
    """Pictures that differ between members, or from what the log says, and duties that differ from the picture."""
    illegal: list[str] = field(default_factory=list[str])
    """Records that counted though the protocol forbids it, or did not though nothing stood against them."""
    misplaced: list[str] = field(default_factory=list[str])
    """Sections, or cases, kept by somebody who may not have them."""
    parked: list[str] = field(default_factory=list[str])
    aside: list[str] = field(default_factory=list[str])
    """Records that an instance went on without, so that its picture of their cases may be incomplete."""
    unreadable: list[str] = field(default_factory=list[str])
    statistics: list[str] = field(default_factory=list[str])
    fenced: list[str] = field(default_factory=list[str])
    """Instances that say that the log is not the one they know."""
    audit: list[str] = field(default_factory=list[str])
    """Lines of the audit that were changed, put in or taken away."""
    altered: list[str] = field(default_factory=list[str])
    """Rows that were changed, put in or taken away by hand: legal bases, journal, outbox and all else that the chain holds."""

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Kind → sentences."""
        return {kind: getattr(self, kind) for kind in KINDS}

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.wrong.values())

    def sentences(self) -> list[str]:
        """Every fault with its kind before it."""
        return [f"{kind}: {said}" for kind, found in self.wrong.items() for said in found]
