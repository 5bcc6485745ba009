"""A country at rest, as the oracle sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.oracle import Judgement, RawRecord, Rows, judge
from deploy.oracle.law import laws
from deploy.oracle.records import from_topic
from deploy.proving.land_keys import unsealed
from deploy.proving.simulation.forging import noise
from deploy.proving.simulation.land import PARTITIONS
from deploy.proving.simulation.world import World
from deploy.verify.ledger import read_file


@dataclass
class Scene:
    """Databases, log, and what people were promised."""

    there: dict[str, Rows]
    topic: Sequence[RawRecord]
    promised: dict[str, str]
    undone: set[str]
    restless: list[str]
    """Who did not come to rest, and what kept them."""

    def judge(self) -> Judgement:
        """What is wrong with it."""
        found = judge(self.there, self.topic, partitions=PARTITIONS, promised=self.promised, undone=self.undone)
        found.stuck += self.restless
        return found


async def at_rest(world: World, *, losses: bool = False) -> Scene:
    """Let everything come to rest, and look."""
    if losses:
        noise(world.topic)  # Whoever waits for a record that was lost learns it when the log has passed its place.
    restless = await world.rest()
    there = {me: read_file(post.path, me) for me, post in world.posts.items()}
    log = unsealed(world.topic.all(), world.seals) if world.seals else world.topic.all()
    if world.papers and not restless:
        restless = world.papers.rest({law.case: law for law in laws(from_topic(log, PARTITIONS), there)})
    return Scene(there, log, dict(world.promised), set(world.undone), restless)
