"""`./nrm agency erase`, `hold`, `release`: what is to become of a case here. They only set flags: the running agency acts on them."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from deploy.process.keys import SEALING
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.config.settings import Settings
from shared.decisions.audit import LONGEST
from shared.privacy.erasure import ERASE, KEEP, LIFT, Standing, Wish, ask, standing
from shared.protocol.case import service_of
from shared.protocol.classes import SECTIONS
from shared.store.database import engine_for

CONSEQUENCES = (
    "What this agency keeps of the person, its notes included, can never be read here again: not in the databases, nor in any backup.",
    "What other agencies keep is theirs to erase; what lies on the bus goes when its time is over.",
    "The case's bare course (random ids, who was asked what and when) stays, for accounts. What comes later of the person is not kept.",
    "It cannot be taken back. Copies of the keystore that were made before still open it: erase is complete once they are gone.",
)


def erase(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str, classes: Sequence[str] = ()) -> list[str]:
    """Flag it at each instance that knows the case, these classes or all; a sentence for each. Raises Trouble, and then nothing is flagged
    anywhere."""
    wish, found = replace(_wish(by, reason), classes=_classes(classes)), _standings(settings, urls, case)
    for stands in found.values():
        if stands.hold:
            raise Trouble(f"{case} is held since {_when(stands.hold.at)}, by {stands.hold.by}: {stands.hold.reason}. Nothing is erased.")
    said: list[str] = []
    for name, stands in found.items():
        if stands.erased_at is not None and not stands.asked and stands.erased.issuperset(wish.classes):
            said.append(f"{name}: erased on {_when(stands.erased_at)}")
            continue
        _flag(name, urls[name], ERASE, case, wish)  # beside what was asked before: that may have been one class alone
        if stands.parked:
            said.append(f"{name}: asked; records of it are parked, and must be applied or set aside first (`./nrm parked`).")
            continue
        said.append(f"{name}: asked; it erases the case while it runs, or when it is started. Ask again to see that it has.")
    return said


def hold(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str) -> str:
    """Hold a case at each instance that knows it. Raises Trouble where it is erased already."""
    wish, found = _wish(by, reason), _standings(settings, urls, case)
    for name, stands in found.items():
        if stands.erased_at is not None and stands.erased == SECTIONS.keys():
            raise Trouble(f"{name} has erased {case} on {_when(stands.erased_at)}: there is nothing left to hold.")
    for name in found:
        _flag(name, urls[name], KEEP, case, wish)
    return f"{case} is held at {', '.join(found)}: it is not erased there until it is released."


def release(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str) -> str:
    """End a hold. Raises Trouble where there is none."""
    wish, found = _wish(by, reason), _standings(settings, urls, case)
    held = [name for name, stands in found.items() if stands.hold]
    if not held:
        raise Trouble(f"{case} is not held here.")
    for name in held:
        _flag(name, urls[name], LIFT, case, wish)
    return f"Asked: {', '.join(held)} let go of the hold while they run, or when they are started."


def _wish(by: str, reason: str) -> Wish:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST:
        raise Trouble(f"Say why (--reason), in at most {LONGEST} characters. Name no person.")
    if not by.strip():
        raise Trouble("Say which officer decides this (--by).")
    return Wish(by.strip(), said, wall())


def _classes(named: Sequence[str]) -> list[str]:
    if unknown := sorted(set(named) - SECTIONS.keys()):
        raise Trouble(f"There is no data class {', '.join(unknown)} to erase; there are {', '.join(SECTIONS)}.")
    return sorted(set(named)) or list(SECTIONS)


def _standings(settings: Settings, urls: Mapping[str, str], case: str) -> dict[str, Standing]:
    """How the case stands at each instance that knows it."""
    if not settings.sealed:
        raise Trouble("This installation keeps no keystore (NRM_SEALED=false): what its databases hold cannot be erased for certain.")
    found: dict[str, Standing] = {}
    for name, url in urls.items():
        if service_of(name) in SEALING:
            with database(name, url) as session:
                found[name] = standing(session, case)
    known = {name: stands for name, stands in found.items() if stands.here}
    if not known:
        raise Trouble(f"No instance of {settings.agency} knows a case {case}; the full id is in the address of its page.")
    return known


def _flag(name: str, url: str, what: str, case: str, wish: Wish) -> None:
    with database(name, url) as session:
        ask(session, what, case, wish)


@contextmanager
def database(name: str, url: str) -> Generator[Session]:
    """A transaction in an instance's database. Raises Trouble where there is none that this version can use."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise Trouble(f"There is no database {address.database}; is NRM_DATA right?")
    engine = engine_for(url)
    try:
        with Session(engine) as session, session.begin():
            yield session
    except (OperationalError, ProgrammingError) as error:
        raise Trouble(f"The database of {name} cannot be used ({type(error).__name__}); start its agency once with this version.") from None
    finally:
        engine.dispose()


def _when(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
