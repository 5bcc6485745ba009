"""What must be true when everything has come to rest, and what must not happen on the way there."""

from collections.abc import Iterator

from deploy.proving.explorer.instance import leads
from deploy.proving.explorer.moves import progress
from deploy.proving.explorer.picture import Picture
from deploy.proving.explorer.state import Bounds, State


def fault(state: State, bounds: Bounds) -> str:
    """What is wrong in this state, in a sentence; "" where nothing is."""
    if state.fault:
        return state.fault
    if bounds.hands_over and (two := [one.name for one in state.instances if leads(one, bounds.rules)])[1:]:
        return f"{' and '.join(two)} both lead"
    if not at_rest(state):
        return _stuck(state, bounds)
    return next(_faults(state), "")


def at_rest(state: State) -> bool:
    """Nothing waits to be sent, read or to arrive. What arrives late may never arrive, so it is not waited for."""
    end = len(state.log)
    return not any(one.queue or one.position < end for one in state.instances) and not any(m.awaited for m in state.network)


def _stuck(state: State, bounds: Bounds) -> str:
    """Rows wait, and nothing that must happen in the end can free them."""
    if any(message.awaited for message in state.network) or any(one.position < len(state.log) for one in state.instances):
        return ""
    if any(move.what != "arrives late" for move, _ in progress(state, bounds)):
        return ""
    waits = [f"{one.name} ({', '.join(row.key for row in one.queue)})" for one in state.instances if one.queue]
    return f"what waits at {' and '.join(waits)} can never be said"


def _faults(state: State) -> Iterator[str]:
    picture = state.lead.view.picture
    assert picture is not None
    for one in state.instances:
        if one.name in picture.members:
            if not one.view.member:
                yield f"{one.name} is a member and waits for a checkpoint that does not come"
            elif one.view.picture != picture and one.view.picture is not None:
                yield f"the pictures of {state.lead.name} and {one.name} differ: {_difference(picture, one.view.picture)}"
    if picture.agreed:
        yield f"{picture.asked} has agreed to lead, and nobody hands the case over"
    if picture.members != state.wanted:
        yield f"in the case are {_plain(picture.members)}, and by what the lead decided {_plain(state.wanted)}"
    yield from _accounts(state, picture)


def _difference(lead: Picture, other: Picture) -> str:
    names = ("members", "version", "holder", "lead", "asked")
    said = [f"{name} {_plain(getattr(lead, name))} and {_plain(getattr(other, name))}" for name in names]
    said = [sentence for sentence, name in zip(said, names, strict=True) if getattr(lead, name) != getattr(other, name)]
    if lead.settled != other.settled:
        said.append(f"settled are {_listed(lead)} and {_listed(other)}")
    return "; ".join(said)


def _plain(value: object) -> str:
    return "".join(sorted(value)) if isinstance(value, frozenset) else str(value) or "nobody"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _listed(picture: Picture) -> str:
    return ", ".join(f"{key} {verdict}" for key, verdict in picture.settled)


def _accounts(state: State, picture: Picture) -> Iterator[str]:
    """Every decision settled once, in the order of its author, or ended with the removal of its author."""
    keys = [key for key, _ in picture.settled]
    ended = frozenset[str]().union(*(one.ended for one in state.instances))
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield f"{key} is settled twice: {_listed(picture)}"
        if key in ended:
            yield f"{key} ended with the removal of its author and is settled all the same"
    for one in state.instances:
        mine = [key for key in keys if key.startswith(one.name) and key[1:].isdigit()]
        if mine != sorted(mine, key=lambda key: int(key[1:])):
            yield f"{one.name}'s decisions lie in the order {', '.join(mine)}"
        for key in sorted(set(one.decided) - ended - set(keys)):
            yield f"{key} was decided and never settled"
