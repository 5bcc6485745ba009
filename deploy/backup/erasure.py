"""`./nrm agency erase`, `hold`, `release`: what is to become of a case here. They only ask: the running agency acts on it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from deploy.databases.transaction import database
from deploy.language_choice import translate
from deploy.process.country_file import country_of
from deploy.process.keys import SEALING
from deploy.trouble import Trouble
from shared.config.calendar import in_utc
from shared.config.clock import wall
from shared.config.country_tables import SecondOfficer
from shared.config.i18n import N_
from shared.config.settings import Settings
from shared.decisions.audit import LONGEST_REASON
from shared.privacy import erasure_proposals as proposals
from shared.privacy.erasure_requests import (
    CaseStanding,
    ErasureRequest,
    HoldDecision,
    pending,
    place_hold,
    request_erasure,
    request_release,
    standing,
)
from shared.protocol.case import service_of
from shared.protocol.classes import SECTIONS

CONSEQUENCES = (
    N_("What this agency keeps of the person, its notes included, can never be read here again: not in the databases, nor in any backup."),
    N_("What other agencies keep is theirs to erase; what lies on the bus goes when its time is over."),
    N_("The case's bare course (random ids, who was asked what and when) stays, for accounts. What comes later of the person is not kept."),
    N_("It cannot be taken back. Copies of the keystore that were made before still open it: erase is complete once they are gone."),
)


HELD = N_(
    "an account of the exploitation is here and proceedings are named. Unless they have ended it is held: class D7 "
    "is kept, all else is erased. Ask again once they are over."
)


def erase(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str, classes: Sequence[str] = ()) -> list[str]:
    """Ask each instance that knows the case to erase it, these classes or all; a sentence for each. Where the country asks for a second
    officer, as on the pages, the first one's request waits, and the second one confirms it by asking for the same. Raises Trouble, and
    then nobody is asked."""
    order, found = _order(by, reason), _standings(settings, urls, case)
    wish = ErasureRequest(order.by, order.reason, order.at, _classes(classes))
    for stands in found.values():
        _must_not_stand_in_the_way(case, stands, wish)
    rule = country_of(settings.country).second_officer
    said: list[str] = []
    for name, stands in found.items():
        if stands.erased_at is not None and not stands.asked and stands.erased.issuperset(wish.classes):
            said.append(translate("%(name)s: erased on %(erased_at)s", name=name, erased_at=in_utc(stands.erased_at)))
            continue
        with database(name, urls[name]) as session:
            waits_for_second = _put(session, case, wish, rule)
        said.append(_asked(name, wish, stands, in_utc(rule.alone_from(waits_for_second.at)) if waits_for_second else ""))
        if stands.account:
            said.append(f"{name}: {translate(HELD)}")
    return said


def _must_not_stand_in_the_way(case: str, stands: CaseStanding, wish: ErasureRequest) -> None:
    """Raises Trouble where an instance holds the case, or where somebody has asked there for other classes."""
    if stands.hold:
        raise Trouble(
            "%(case)s is held since %(at)s, by %(by)s: %(reason)s. Nothing is erased.",
            case=case,
            at=in_utc(stands.hold.at),
            by=stands.hold.by,
            reason=stands.hold.reason,
        )
    if (waits := stands.proposal) and set(waits.classes) != set(wish.classes):
        raise Trouble(
            "%(by)s has asked to erase %(named)s of %(case)s. Name the same classes, or refuse that first (--refuse).",
            by=waits.by,
            named=", ".join(waits.classes),
            case=case,
        )


def _asked(name: str, wish: ErasureRequest, stands: CaseStanding, alone_from: str) -> str:
    """What follows at an instance that was asked. `alone_from`: when one officer is enough; empty where no second one is waited for."""
    if alone_from:
        return translate(
            "%(name)s: waits for a second officer of your agency, who confirms it by this command with their own id (--by), "
            "or says no (--refuse). If nobody does, %(by)s alone from %(at)s.",
            name=name,
            by=wish.by,
            at=alone_from,
        )
    if stands.parked:
        return translate("%(name)s: asked; records of it are parked, and must be applied or set aside first (`./nrm parked`).", name=name)
    return translate("%(name)s: asked; it erases the case while it runs, or when it is started. Ask again to see that it has.", name=name)


def _put(session: Session, case: str, wish: ErasureRequest, rule: SecondOfficer) -> ErasureRequest | None:
    """Ask the instance, or confirm what waits; what waits for another officer, where it must."""
    asked, waits, second = pending(session, case), proposals.waiting(session, case), "ask-erasure" in rule.acts
    if waits is not None:
        if second and not rule.may_confirm(waits.by, wish.by, waits.at, wish.at):
            return proposals.asked(waits)
        proposals.confirm(session, waits, wish.by)
    elif not second:
        request_erasure(session, case, wish)  # beside what was asked before: that may have been one class alone
    elif asked is None or not set(asked.classes).issuperset(wish.classes):
        proposals.propose(session, case, wish)
        return wish
    return None


def refuse(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str) -> str:
    """Say no to an erasure that waits for a second officer, or take it back. Raises Trouble where none waits."""
    order, found = _order(by, reason), _standings(settings, urls, case)
    waiting = [name for name, stands in found.items() if stands.proposal]
    if not waiting:
        raise Trouble("Nothing waits for a second officer in %(case)s.", case=case)
    for name in waiting:
        with database(name, urls[name]) as session:
            if row := proposals.waiting(session, case):
                proposals.refuse(session, row, order.by)
    return translate("Nothing is erased of %(case)s at %(waiting)s.", case=case, waiting=", ".join(waiting))


def hold(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str, proceedings: str = "") -> str:
    """Hold a case at each instance that knows it. Who holds it for proceedings names them, number and authority: they stand beside the
    reason wherever the hold is told. Raises Trouble where it is erased already."""
    named = f"{reason} (proceedings: {proceedings})" if reason.strip() and proceedings.strip() else reason
    order, found = _order(by, named), _standings(settings, urls, case)
    for name, stands in found.items():
        if stands.erased_at is not None and stands.erased == SECTIONS.keys():
            raise Trouble(
                "%(name)s has erased %(case)s on %(erased_at)s: there is nothing left to hold.",
                name=name,
                case=case,
                erased_at=in_utc(stands.erased_at),
            )
    for name in found:
        with database(name, urls[name]) as session:
            place_hold(session, case, order)
    return translate("%(case)s is held at %(found)s: it is not erased there until it is released.", case=case, found=", ".join(found))


def release(settings: Settings, urls: Mapping[str, str], case: str, by: str, reason: str) -> str:
    """End a hold. Raises Trouble where there is none."""
    order, found = _order(by, reason), _standings(settings, urls, case)
    held = [name for name, stands in found.items() if stands.hold]
    if not held:
        raise Trouble("%(case)s is not held here.", case=case)
    for name in held:
        with database(name, urls[name]) as session:
            request_release(session, case, order)
    return translate("Asked: %(held)s let go of the hold while they run, or when they are started.", held=", ".join(held))


def _order(by: str, reason: str) -> HoldDecision:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise Trouble("Say why (--reason), in at most %(longest)s characters. Name no person.", longest=LONGEST_REASON)
    if not by.strip():
        raise Trouble("Say which officer decides this (--by).")
    return HoldDecision(by.strip(), said, wall())


def _classes(named: Sequence[str]) -> list[str]:
    if unknown := sorted(set(named) - SECTIONS.keys()):
        raise Trouble(
            "There is no data class %(unknown)s to erase; there are %(there)s.", unknown=", ".join(unknown), there=", ".join(SECTIONS)
        )
    return sorted(set(named)) or list(SECTIONS)


def _standings(settings: Settings, urls: Mapping[str, str], case: str) -> dict[str, CaseStanding]:
    """How the case stands at each instance that knows it."""
    if not settings.sealed:
        raise Trouble("This installation keeps no keystore (NRM_SEALED=false): what its databases hold cannot be erased for certain.")
    found: dict[str, CaseStanding] = {}
    for name, url in urls.items():
        if service_of(name) in SEALING:
            with database(name, url) as session:
                waits = proposals.waiting(session, case)
                found[name] = replace(standing(session, case), proposal=proposals.asked(waits) if waits else None)
    known = {name: stands for name, stands in found.items() if stands.here}
    if not known:
        raise Trouble(
            "No instance of %(agency)s knows a case %(case)s; the full id is in the address of its page.", agency=settings.agency, case=case
        )
    return known
