"""What can happen, and how often: each step is one thing that happens somewhere in the country."""

from collections.abc import Callable
from itertools import accumulate
from math import inf

from deploy.proving.simulation.deeds import Without, ask_shelter, deed, own_handoffs, passing_on, remove, report
from deploy.proving.simulation.forging import forge
from deploy.proving.simulation.land import ACTING, AGENCIES, HOUR, LEAD, OTHER_LEAD, REPORTERS, SHELTER
from deploy.proving.simulation.network import Message
from deploy.proving.simulation.post import Post
from deploy.proving.simulation.world import World
from shared.casework.documents import KINDS, AttachDocument, attach_document, would_read
from shared.processing.retry import ask_retry
from shared.protocol.case import agency_of
from shared.protocol.versions import FIRST
from shared.protocol.vocabulary import HandoffKind
from shared.records.codec import STATISTICS

RECENT, MOST_CASES = 4, 30
"""People work on the newest cases; and so many there are at most."""
MOST_PAPERS = 25
"""Documents of a world: each takes up to two megabytes of each reader's folder."""


def anybody(world: World) -> Post:
    """Some instance."""
    return world.posts[world.random.choice(world.everybody)]


def decide(world: World) -> None:
    """An officer does something that the page suggests, or nearly so; or somebody new is met."""
    if not world.cases or (len(world.cases) < MOST_CASES and world.random.random() < 0.04):
        post = world.posts[world.random.choice(REPORTERS)]
        world.guarded(post, lambda: world.say(post, *report(world.random)))
        return
    if world.sheltered and world.random.random() < 0.2:
        _sheltering(world)
        return
    case = world.random.choice(world.cases[-RECENT:])
    if world.two_desks and world.random.random() < 0.4:
        _leading(world, case)
        return
    lead = world.lead_of(case) if world.two_desks else world.posts[LEAD]
    led = lead.instance.view_of(case).case
    post = world.posts[world.random.choice([me for me in ACTING if led and agency_of(me) in led.agencies] or [lead.me])]
    post = lead if world.random.random() < 0.25 else post
    view = post.instance.view_of(case)
    if view.case:
        done = deed(world.random, post.me, view.case, support=world.support)
        world.guarded(post, lambda: world.say(post, *done))


def _leading(world: World, case: str) -> None:
    """One desk asks the other to lead, or answers; now and then it is not its turn."""
    asked = [(post, led) for post in map(world.posts.get, (LEAD, OTHER_LEAD)) for led in world.cases[-RECENT:] if post and waits(post, led)]
    post, case = world.random.choice(asked) if asked and world.random.random() < 0.9 else (world.lead_of(case), case)
    if OTHER_LEAD in world.posts and world.random.random() < 0.1:
        post = world.posts[world.random.choice((LEAD, OTHER_LEAD))]
    view = post.instance.view_of(case)
    if view.case:
        done = passing_on(world.random, post.me, view.case)
        world.guarded(post, lambda: world.say(post, *done))


def waits(post: Post, case: str) -> bool:
    """Whether this desk is asked to lead a case, and knows it."""
    picture = post.instance.view_of(case).case
    return picture is not None and any(
        h.kind is HandoffKind.TRANSFER and h.to == agency_of(post.me) and h.waiting for h in picture.handoffs.values()
    )


def _sheltering(world: World) -> None:
    """The lead asks the shelter, or the shelter does something in a side case."""
    lead, house = world.posts[LEAD], world.posts[SHELTER]
    theirs = house.cases()
    if not theirs or world.random.random() < 0.3:
        asked = world.random.choice(world.cases[-RECENT:])
        if lead.instance.view_of(asked).case:
            world.guarded(lead, lambda: world.say(lead, *ask_shelter(asked)))
        return
    view = house.instance.view_of(world.random.choice(theirs))
    if view.case and (deeds := own_handoffs(world.random, view.case, agency_of(SHELTER))):
        done = world.random.choice(deeds)
        world.guarded(house, lambda: world.say(house, *done))


def again(world: World) -> None:
    """A form is sent once more: a double click, or somebody who saw no answer."""
    if world.forms:
        form = world.random.choice(world.forms[-40:])
        post = world.posts[form.me]
        world.guarded(post, lambda: world.say(post, form.use_case, form.command, form.id))


def take_off(world: World) -> None:
    """The lead takes somebody off a roster; the reporter too."""
    if world.cases:
        command = Without(case=world.random.choice(world.cases[-RECENT:]), agency=world.random.choice(AGENCIES))
        post = world.lead_of(command.case) if world.two_desks else world.posts[LEAD]
        world.guarded(post, lambda: world.say(post, remove, command))


def poll(world: World) -> None:
    """A consumer gives its instance the next records; the lead's is the busiest."""
    leads = (LEAD, LEAD, LEAD, OTHER_LEAD, OTHER_LEAD) if world.two_desks else (LEAD, LEAD, LEAD)
    post, limit = world.posts[world.random.choice((*leads, *world.everybody))], world.random.choice((1, 2, 5, 20, 100))
    world.guarded(post, lambda: post.poll(world.topic, limit))


def relay(world: World) -> None:
    """A relay begins a round."""
    full = [p for p in world.posts.values() if p.idle and (len(p.instance.outgoing) or p.instance.batches)]
    if full:
        world.random.choice(full).send()


def network(world: World) -> None:
    """Something becomes of a message: mostly it reaches the log; its answer is lost; it is lost itself; nobody waits for it any more."""
    if not world.network.messages:
        return
    chance, message = world.random.random(), world.random.choice(world.network.messages)
    for one in _batch(world, message):
        if chance < 0.74:
            _land(world, one, heard=chance < 0.66, twice=world.random.random() < 0.05)
        elif not one.given_up:
            world.meet("message lost" if chance < 0.92 else "message doubted", world.posts[one.me])
            if chance < 0.92:
                world.network.messages.remove(one)
            one.fail()


def _batch(world: World, message: Message) -> list[Message]:
    """Statistical records travel in batches."""
    return [m for m in world.network.messages if m.topic == message.topic] if message.topic == STATISTICS else [message]


def _land(world: World, message: Message, *, heard: bool, twice: bool) -> None:
    world.network.messages.remove(message)
    record = world.network.land(message, world.at)
    if twice:
        world.meet("message doubled", world.posts[message.me])
        world.network.land(message, world.at)
    if heard:
        message.acknowledge(record)
    else:
        world.meet("answer lost", world.posts[message.me])
        message.fail()


def time_passes(world: World) -> None:
    """Hours, all clocks alike."""
    hours = world.random.randint(0, 12 * HOUR)
    world.at += hours
    for post in world.posts.values():
        post.clock.at += hours


def clock_jumps(world: World) -> None:
    """One instance's clock is set, up to two hours either way."""
    post = anybody(world)
    world.meet("clock set", post)
    post.clock.at += world.random.randint(-2 * HOUR, 2 * HOUR)


def deadlines(world: World) -> None:
    """An instance looks at its clocks."""
    post = world.posts[world.random.choice((LEAD, *world.everybody))]
    world.guarded(post, lambda: post.instance.idle(clocks=True))


def keep(world: World) -> None:
    """An instance writes down how far it has read, though only others' records moved it."""
    post = anybody(world)
    post.instance.positions.kept_at = -inf
    world.guarded(post, lambda: post.instance.idle(clocks=False))
    post.instance.positions.kept_at = inf


def late_seek(world: World) -> None:
    """A consumer comes back with records from anywhere; there is at least one, from which the instance can notice it."""
    post = anybody(world)
    world.meet("late seek", post)
    post.cursor = {p: world.random.randrange(max(1, len(log))) for p, log in enumerate(world.topic.logs)}


def sicken(world: World) -> None:
    """An instance's projection begins to fail; somebody who was ill is mended."""
    world.sick = set[str]() if world.sick else {anybody(world).me}
    for me in world.sick:
        world.meet("fell ill", world.posts[me])


def retry(world: World) -> None:
    """Somebody asks for another try of what is parked."""
    for post in world.posts.values():
        if post.instance.parked and not post.instance.fence:
            world.seen["tried again"] += 1
            post.instance.transact(lambda work: ask_retry(work.session))
            world.guarded(post, lambda post=post: post.instance.idle(clocks=False))
            return


def crash(world: World) -> None:
    """kill -9 between two transactions."""
    post = anybody(world)
    world.meet("killed", post)
    world.crash(post.me)
    world.perhaps_upgraded()


def doom(world: World) -> None:
    """The next thing that an instance writes kills it, before the commit or right after."""
    world.dying.add(anybody(world).me)


def back_up(world: World) -> None:
    """Somebody copies a database."""
    post = anybody(world)
    post.back_up(world.file(post.me))


def restore(world: World) -> None:
    """A database is set up again from a backup, not always the last one, nor for the first time."""
    post = anybody(world)
    world.meet("restored", post)
    world.restore(post.me)


def forged(world: World) -> None:
    """Somebody writes what is none, or a lie."""
    view = world.posts[LEAD].instance.view_of(world.random.choice(world.cases)) if world.cases else None
    if view and view.case:
        world.forged += 1
        forge(world.random, world.topic, view.case, world.forged, world.seals)


def lose_tail(world: World) -> None:
    """The broker forgets records that it had acknowledged and nobody has read."""
    partition = world.random.randrange(world.topic.partitions)
    read = max(post.instance.positions.next(partition) for post in world.posts.values())
    if read < len(world.topic.logs[partition]):
        for post in world.posts.values():
            if any(f.partition == partition and f.offset is not None and f.offset >= read for f in post.instance.outgoing.flights.values()):
                world.meet("acknowledged and lost", post, seen=False)
        world.seen["acknowledged and lost"] += world.topic.cut(partition, read)


def attach(world: World) -> None:
    """Somebody attaches a document, as far as the rules let them."""
    if world.papers is None or not world.cases or len(world.papers.attached) >= MOST_PAPERS:
        return
    case, kind = world.random.choice(world.cases[-RECENT:]), world.random.choice(sorted(KINDS))
    posts = [post for me, post in world.posts.items() if me in (LEAD, *REPORTERS, *ACTING)]
    known = [(post, view) for post in posts if (view := post.instance.view_of(case).case) and view.protocol != FIRST]
    if not known:
        return
    post, view = world.random.choice(known)
    ref = world.papers.take_in(post.instance, case, kind)
    shown = tuple(would_read(view, kind, post.instance.agency, post.clock.at))
    world.guarded(post, lambda: world.say(post, attach_document, AttachDocument(case=case, kind=kind, value=ref.written(), shown=shown)))


def carry(world: World) -> None:
    """An instance's courier makes a round; those that make none for long are away."""
    if world.papers:
        busy = [me for me, courier in world.papers.couriers.items() if courier.known or courier.folder.on_their_way()]
        world.papers.carry(world.random.choice(busy) if busy and world.random.random() < 0.7 else anybody(world).me)


def pieces_go(world: World) -> None:
    """A piece goes at the broker, a document from a disk; or nonsense lies in the place of a piece."""
    if world.papers:
        chance, me = world.random.random(), anybody(world).me
        if chance < 0.4:
            world.papers.forget()
        elif chance < 0.7:
            world.papers.lose_folder(me)
        else:
            world.papers.forge()


def anew(world: World) -> None:
    """Somebody who has the whole of a document sends it once more."""
    if world.papers:
        courier = world.papers.couriers[anybody(world).me]
        whole = [one.ref.id for one in courier.known.values() if courier.folder.here(one.ref.id) >= set(range(one.ref.pieces))]
        if whole:
            courier.folder.send_from(world.random.choice(whole), 0)


Step = Callable[[World], None]
STEPS: tuple[tuple[float, Step], ...] = (
    (20, poll), (17, decide), (16, relay), (34, network), (2, again), (1.8, take_off), (1.5, time_passes), (1, clock_jumps), (2, deadlines),
    (0.7, keep), (0.6, late_seek), (0.2, sicken), (0.4, retry), (0.4, crash), (0.4, doom), (0.5, back_up), (0.4, restore), (0.8, forged),
)  # fmt: skip
"""How often, of about a hundred, and what. A log that is replaced by another is no step yet: nothing admits one."""
STIRRING = frozenset({relay, network, crash, restore})
"""Steps after which a relay may go on; the others need no turn of the event loop. Who dies of a step has nothing to go on with."""
LOSSES: tuple[tuple[float, Step], ...] = ((0.5, lose_tail),)
"""Only when asked for: what the broker had acknowledged is gone."""
PAPERS: tuple[tuple[float, Step], ...] = ((5, attach), (14, carry), (2, pieces_go), (1, anew))
"""Only in worlds with documents, so that the others stay as they were."""


class Drawn:
    """Draws steps by their weights."""

    def __init__(self, *, losses: bool = False, papers: bool = False) -> None:
        table = (*STEPS, *(LOSSES if losses else ()), *(PAPERS if papers else ()))
        self.steps, self.weights = [step for _, step in table], list(accumulate(weight for weight, _ in table))

    def one(self, world: World) -> Step:
        """The next thing that happens."""
        return world.random.choices(self.steps, cum_weights=self.weights)[0]
