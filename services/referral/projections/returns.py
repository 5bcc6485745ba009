"""Agencies that could not read for a while: their keys were revoked, and now they have new ones. The lead gives them its cases anew.

Between the two nothing was sealed for them, so their pictures lack what happened. The directory shows it; nobody has to ask.
"""

from sqlmodel import select

from shared.crypto.directory import Directory
from shared.crypto.key_lifetime import sealing
from shared.decisions.unit_of_work import UnitOfWork
from shared.processing import log_switch
from shared.protocol.case import agency_of, service_of
from shared.store.instance_tables import AgencyReturn, Redelivery


def returns(work: UnitOfWork) -> bool:
    """Have the cases of each agency that came back given anew, once for each return. Whether nothing is left to do about it."""
    seal = work.instance.seal
    directory = seal.listing.now if seal else None
    back = came_back(directory) if directory else {}
    return all([_given(work, agency, version) for agency, version in back.items()])


def came_back(directory: Directory) -> dict[str, int]:
    """Agency → the last version in which an instance of it had a key again, after all that it had were revoked."""
    found: dict[str, int] = {}
    for instance in (one for one in directory.instances if service_of(one.id) != "reporting"):  # which has no cases
        keys = sealing(instance)
        since = next((key.since for before, key in zip(keys, keys[1:], strict=False) if before.ended is not None and key.ended is None), 0)
        if since:
            agency = agency_of(instance.id)
            found[agency] = max(since, found.get(agency, 0))
    return found


def _given(work: UnitOfWork, agency: str, version: int) -> bool:
    session, instance = work.session, work.instance
    done = session.get(AgencyReturn, agency)
    if done and done.directory >= version:
        return True
    there = [instance.positions.directory(p) for p in range(instance.partitions)]
    in_force = bool(there) and all(one >= version or one == 0 for one in there)  # without a mark, what is known is sealed by
    others = session.exec(select(Redelivery.agency).limit(1)).first()
    if not in_force or others:  # before that it would be sealed for nobody; others are given theirs just now
        return False
    log_switch.ask_redelivery(session, agency, f"directory-{version}")
    session.merge(AgencyReturn(agency=agency, directory=version))
    return True
