"""Samples of every verdict that an event type can meet. `python -m tests.deploy.contracts.verdict_samples` adds and locks, nothing edits.

Each is told as a difference: the core is folded over a picture of one of the golden samples, and settles or changes nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.core import Core, decision_key, encode, event_id
from shared.protocol.fold import fold
from tests.shared.protocol import samples
from tests.shared.protocol.cases import OUTSIDER, acting

HERE = Path(__file__).parent
FOLDER, LOCK = HERE / "verdicts", HERE / "samples.lock"
CLOSED = "case.closed.v1"
LETTERS = ("receipt.given.v1", "cover.sent.v1")
"""Said outside of its case alone: in one it is refused, and outside there is no picture that it could meet otherwise."""
NEVER_SUPERSEDED = {"roster.set.v1", "checkpoint.set.v1", "erasure.asked.v1", *LETTERS}
"""The roster changes in a closed case too, where erasure is asked as well, and a checkpoint changes nothing."""
NEVER_STALE = {"checkpoint.set.v1", *LETTERS}
"""A checkpoint is made at a place of the log and counts whatever roster is in force; a letter knows of none."""
NEVER_REPEATED = set(LETTERS)
ONLY_UNDER_2 = {
    "clock.paused.v1",
    "delay.explained.v1",
    "basis.changed.v1",
    "case.reopened.v1",
    "handoff.advised.v1",
    "handoff.forwarded.v1",
    "handoff.offered.v1",
    "handoff.offer-agreed.v1",
    "handoff.offer-refused.v1",
    "statement.made.v1",
    "message.sent.v1",
}
"""Types that came with protocol 2: what they meet stands among its samples, which are open until release 0.2.0."""


def golden(name: str) -> dict[str, Any]:
    """The golden sample of an event type."""
    folder = samples.OPEN if name in ONLY_UNDER_2 else samples.FOLDER
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def picture(at: dict[str, str]) -> Case | None:
    """The picture that a sample is folded over: before or after a golden one."""
    found = golden(at["sample"])[at["take"]]
    return Case.model_validate(found) if found else None


def again(core: Core, author: str, cause: str, roster: int) -> Core:
    """The same facts said anew: by this author, for another cause."""
    return replace(core, author=author, cause=cause, key=decision_key(author, cause, core.ordinal), roster=roster, salt=f"salt-{cause}")


def made(name: str) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    """The verdicts other than counted that this type can meet, each with its sample."""
    core = Core(**golden(name)["core"])
    after, closed = {"sample": name, "take": "after"}, {"sample": CLOSED, "take": "after"}
    if name in LETTERS:
        end = picture(closed)
        assert end is not None
        yield Verdict.REFUSED, told(closed, replace(again(core, core.author, "form:refused", end.version), case=end.id))
        return
    now = picture(after)
    assert now is not None
    yield Verdict.REPEATED, told(after, replace(core, salt="salt-again"))
    yield Verdict.REFUSED, told(after, again(core, acting(OUTSIDER), "form:refused", now.version))
    if name not in NEVER_STALE:
        yield Verdict.STALE, told(after, again(core, core.author, "form:stale", now.version - 1))
    if name not in NEVER_SUPERSEDED:
        end = picture(closed)
        assert end is not None
        own = told(after, again(core, core.author, "form:superseded", now.version))
        yield (
            Verdict.SUPERSEDED,
            own if own["verdict"] == "superseded" else told(closed, again(core, core.author, "form:late", end.version)),
        )


def told(at: dict[str, str], core: Core) -> dict[str, Any]:
    """A sample: picture, core, id, verdict, what follows, and the only things that change."""
    before = picture(at)
    folded = fold(before, core)
    assert before is not None
    assert folded.case is not None
    changed = {f: getattr(folded.case, f) for f in ("head",) if getattr(folded.case, f) != getattr(before, f)}
    settled = {k: v.value for k, v in folded.case.settled.items() if k not in before.settled}
    return {
        "picture": at, "core": asdict(core), "id": event_id(encode(core)), "verdict": folded.verdict.value,
        "follow_ups": [[f.follow, f.by, f.about] for f in folded.follow_ups], "settles": settled, **changed,
    }  # fmt: skip


def locked() -> dict[str, str]:
    """File below this folder → SHA-256, as the lock has it."""
    lines = LOCK.read_text(encoding="utf-8").splitlines() if LOCK.exists() else []
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def there() -> dict[str, str]:
    """The same as it is on the disk."""
    files = sorted((*samples.FOLDER.glob("*.json"), *FOLDER.glob("*.json"), *HERE.glob("vectors.*.json")))
    return {str(path.relative_to(HERE)): sha256(path.read_bytes()).hexdigest() for path in files}


def add() -> list[str]:
    """Writes the samples that are not there yet, and locks them; those that are stay as they are."""
    for name in sorted(EVENTS.keys() - ONLY_UNDER_2):
        for verdict, sample in made(name):
            path = FOLDER / f"{name}.{verdict}.json"
            if not path.exists():
                path.write_text(json.dumps(sample, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    known = locked()
    new = {path: digest for path, digest in there().items() if path not in known}
    with LOCK.open("a", encoding="utf-8") as lock:
        lock.writelines(f"{digest}  {path}\n" for path, digest in new.items())
    return list(new)


if __name__ == "__main__":
    print("\n".join(add()))
