"""What a visitor can try, with the addresses and the invented people of the country that is played."""

from collections.abc import Callable

from deploy.demo.fleet import Fleet
from deploy.demo.scene import Untold
from deploy.demo.stories import lead_passes_on, running, sent_back_twice, sheltered, still_late
from deploy.terminal_language import translate
from shared.config.country import Country
from shared.config.i18n import N_
from shared.protocol.vocabulary import AgencyKind, Need


def hints(fleet: Fleet) -> list[str]:
    """One sentence or three for each thing; nothing of what this country's file has nobody for, or was not played."""
    return [said for hint in (_late, _new, _ping_pong, _house, _papers, _passed_on, _away) if (said := _told(hint, fleet))]


def _told(hint: Callable[[Fleet], str], fleet: Fleet) -> str:
    """Nothing where this country has nobody for the story that it is about."""
    try:
        return hint(fleet)
    except Untold:
        return ""


def _late(fleet: Fleet) -> str:
    helper = _invited_for_legal(fleet.country)
    reporter = still_late(fleet.country).reporter
    return translate(
        "A late hand-off: at %(at)s/work choose to be %(who)s, open the overdue request for legal help, take the case, and accept it. "
        "The joint action began without %(who)s, who is in it now and has a task. %(other)s sees it in the same case at %(there)s/cases.",
        at=_at(fleet, helper), who=_who(fleet, helper), other=_who(fleet, reporter), there=_at(fleet, reporter),
    )  # fmt: skip


def _new(fleet: Fleet) -> str:
    lead = fleet.country.lead
    reporter = next((a.id for a in fleet.country.agencies if "intake" in a.services), "")
    if not reporter or not _invited_for_legal(fleet.country):
        return ""
    return translate(
        "A new case: at %(at)s/reports/new be %(who)s and report somebody who agrees and needs legal help. At %(there)s/lead be %(other)s: "
        "it is there; take it, and see that the agencies that it concerns have been asked.",
        at=_at(fleet, reporter), who=_who(fleet, reporter), other=_who(fleet, lead), there=_at(fleet, lead),
    )  # fmt: skip


def _ping_pong(fleet: Fleet) -> str:
    lead = fleet.country.lead
    sent_back_twice(fleet.country)  # Untold where nobody sends back
    told = translate(
        "From ping-pong to joint action: at %(at)s/lead be %(who)s, open the case whose legal help was declined twice, and ask a third "
        "agency. The answer is a call to act together.",
        at=_at(fleet, lead), who=_who(fleet, lead),
    )  # fmt: skip
    desks = {
        AgencyKind.COORDINATOR: ("operations", N_("What it cost in hours: %(address)s.")),
        AgencyKind.RAPPORTEUR: ("figures", N_("And in figures: %(address)s.")),
    }
    found = ((_desk(fleet.country, kind), page, text) for kind, (page, text) in desks.items())
    return " ".join([told, *(translate(text, address=f"{_at(fleet, id)}/{page}") for id, page, text in found if id)])


def _house(fleet: Fleet) -> str:
    sheltered(fleet.country)  # Untold where there is no house
    house = fleet.country.confidential()[0].id
    return translate(
        "An address that is never sent: at %(at)s/cases be %(who)s, open the case, then the address. No other agency has it, not even the "
        "lead; who has opened it stands at %(at)s/access.",
        at=_at(fleet, house), who=_who(fleet, house),
    )  # fmt: skip


def _papers(fleet: Fleet) -> str:
    lead = fleet.country.lead
    told = running(fleet.country)
    helper, by = next((step.agency for step in told.steps if step.act == "look-at" and step.agency != lead), lead), told.reporter
    return translate(
        "A document: at %(at)s/cases be %(who)s, open the case of a joint action that runs, then Documents: %(other)s attached a pay slip "
        "and a contract. Attach another at %(there)s/cases as %(other)s: the form says beforehand who will read it.",
        at=_at(fleet, helper), who=_who(fleet, helper), other=_who(fleet, by), there=_at(fleet, by),
    )  # fmt: skip


def _passed_on(fleet: Fleet) -> str:
    before = fleet.country.lead
    told = lead_passes_on(fleet.country)
    after = next(step.agency for step in told.steps if step.act == "take-lead")
    return translate(
        "A lead that has passed on: at %(at)s/lead be %(who)s, and find the child whose case this agency leads since the other one handed "
        "it over. At %(there)s/cases as %(other)s the same case says that this agency led it, and where to take down "
        "what the person withdraws.",
        at=_at(fleet, after), who=_who(fleet, after), other=_who(fleet, before), there=_at(fleet, before),
    )  # fmt: skip


def _away(fleet: Fleet) -> str:
    desk = _desk(fleet.country, AgencyKind.COORDINATOR)
    agency = (fleet.folder.played() or {}).get("away", "")
    if not desk or not agency:
        return ""
    return translate(
        "An agency that was away: %(who)s was stopped while the cases were played, and started again. What came meanwhile and what ran "
        "late stands at %(address)s.",
        who=fleet.country.agency(agency).name, address=f"{_at(fleet, desk)}/operations/away",
    )  # fmt: skip


def _at(fleet: Fleet, agency: str) -> str:
    return fleet.processes[agency].url


def _who(fleet: Fleet, agency: str) -> str:
    """The first name of somebody there."""
    officers = fleet.country.agency(agency).officers
    return officers[0].name.split()[0] if officers else translate("anybody")


def _invited_for_legal(country: Country) -> str:
    return next((line.agency for line in country.invitations if line.need is Need.LEGAL), "")


def _desk(country: Country, kind: AgencyKind) -> str:
    return next((a.id for a in country.agencies if a.kind is kind and "reporting" in a.services), "")
